/** Users, sites and processes that are at work at once and never get each other's answers (CVE-2007-0405). */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loginRequired } from '../../src/auth/guards.ts'
import { text } from '../../src/auth/view.ts'
import { path } from '../../src/kernel/urls.ts'
import { memory } from '../../src/memory.ts'
import { sqlite } from '../../src/sqlite.ts'
import { open, site } from '../support/site.ts'

for (const [where, make] of [
  ['memory', memory],
  ['SQLite', () => sqlite(':memory:')],
] as const) {
  test(`requests of many users that overlap are answered each to its own, in ${where}`, async (t) => {
    const database = make()
    t.after(() => database.close())
    const rounds = 25
    const names = ['alice', 'bob', 'carol', 'dave']
    let turn = 0
    const world = await site(
      t,
      { database },
      {
        '/slow': async (_req, res, request) => {
          const early = String(request.user)
          // Every second one steps back, so that the answers overtake each other.
          if (turn++ % 2 === 0) await new Promise(setImmediate)
          request.session.set('seen', request.session.get('seen', 0) + 1)
          await new Promise(setImmediate)
          res.end(`${early} ${request.user}`)
        },
      },
    )
    for (const username of names.slice(1)) await world.auth.createUser({ username, password: 'wonder-Land-42' })
    const browsers = [...(await Promise.all(names.map((name) => world.loggedIn(name)))), world.visitor()]
    for (let round = 0; round < rounds; round++) {
      const replies = await Promise.all(browsers.map((browser) => browser.get('/slow')))
      assert.deepEqual(
        replies.map(({ body }) => body),
        ['alice alice', 'bob bob', 'carol carol', 'dave dave', 'AnonymousUser AnonymousUser'],
      )
    }
    const counts = await Promise.all(browsers.map((browser) => browser.get('/get')))
    assert.deepEqual(
      counts.map(({ body }) => body),
      Array.from({ length: 5 }, () => `{"seen":${rounds}}`),
    )
  })
}

test('a logout of one user in the middle of it ends that session alone', async (t) => {
  const world = await site(t)
  await world.auth.createUser({ username: 'bob', password: 'wonder-Land-42' })
  const [alice, bob] = [await world.loggedIn(), await world.loggedIn('bob')]
  const thief = alice.copy()
  const asked = Array.from({ length: 10 }, () => bob.get('/me'))
  const [out, ...replies] = await Promise.all([alice.logout(), ...asked])
  assert.equal(out.status, 200)
  assert.deepEqual(new Set(replies.map(({ body }) => body)), new Set(['bob']))
  assert.equal((await thief.get('/me')).body, 'AnonymousUser')
})

test('two Posterns in one process do not mix: names of URLs, cookies, keys, users', async (t) => {
  const view = loginRequired((request) => text(`inner ${request.user}`))
  const [left, right] = [
    await site(t, { loginUrl: 'login', urls: [path('home/', view, { name: 'home' })] }),
    await site(t, {
      secretKey: 'another-secret-key-of-the-tests-0123456789-abc',
      accountsPrefix: 'members/',
      loginUrl: 'login',
      session: { cookieName: 'sid' },
      csrf: { cookieName: 'csrf' },
      urls: [path('private/', view, { name: 'home' })],
    }),
  ]
  assert.equal((await left.visitor().get('/home/')).headers.location, '/accounts/login/?next=/home/')
  assert.equal((await right.visitor().get('/private/')).headers.location, '/members/login/?next=/private/')
  assert.equal(left.auth.reverse('home'), '/home/')
  assert.equal(right.auth.reverse('home'), '/private/')

  const browser = await left.loggedIn()
  const stray = right.visitor()
  for (const [name, value] of browser.cookies) stray.cookies.set(name, value)
  stray.cookies.set('sid', browser.cookies.get('sessionid') ?? '')
  assert.equal((await stray.get('/me')).body, 'AnonymousUser')
  assert.equal((await browser.get('/me')).body, 'alice')
})

test('what one process logs out another refuses at once, and a login of one holds in the other', async (t) => {
  const database = memory()
  const first = await site(t, { database })
  const second = await site(t, { database })
  const browser = await first.loggedIn()
  const there = second.visitor()
  for (const [name, value] of browser.cookies) there.cookies.set(name, value)
  assert.equal((await there.get('/me')).body, 'alice')
  await browser.logout()
  assert.equal((await there.get('/me')).body, 'AnonymousUser')
})

test('a second server on the same Postern is the same site', async (t) => {
  const world = await site(t)
  const other = await open(t, world)
  const browser = await world.loggedIn()
  const there = other.visitor()
  for (const [name, value] of browser.cookies) there.cookies.set(name, value)
  assert.equal((await there.get('/me')).body, 'alice')
})
