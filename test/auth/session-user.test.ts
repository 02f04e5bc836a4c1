import assert from 'node:assert/strict'
import { test } from 'node:test'
import { getUser } from '../../src/auth/get-user.ts'
import type { Json } from '../../src/django/session-payload.ts'
import { memory } from '../../src/memory.ts'
import { sqlite } from '../../src/sqlite.ts'
import type { Browser } from '../support/browser.ts'
import { type Site, site, stored, values } from '../support/site.ts'

/** Changed, then deleted: Chromium may overlook one change. */
const ENDED = [
  'sessionid=ended; HttpOnly; Path=/; SameSite=Lax',
  'sessionid=""; expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/; SameSite=Lax',
]

/** Changes the stored session behind everybody's back: an older program, Django, a clumsy script. */
async function tamper(
  world: Site,
  browser: Browser,
  changes: Readonly<Record<string, Json | undefined>>,
): Promise<void> {
  const { store, storedKey, payloads } = world.auth.sessions
  const key = browser.cookies.get('sessionid') ?? ''
  const before = await stored(world, key)
  assert.ok(before !== null)
  const all = new Map(Object.entries({ ...(await values(world, key)), ...changes } as Record<string, Json>))
  for (const [name, value] of Object.entries(changes)) if (value === undefined) all.delete(name)
  const userId = all.get('_auth_user_id')
  const record = {
    data: payloads.encode(all, world.clock.now()),
    expires: before.expires,
    userId: typeof userId === 'string' ? userId : null,
  }
  assert.equal(await store.update(storedKey(key), record, world.clock.now()), true)
}

/** The visitor is nobody, is told to drop the cookie, and the session is gone for good. */
async function assertEnded(world: Site, browser: Browser): Promise<void> {
  const key = browser.cookies.get('sessionid')
  const reply = await browser.copy().get('/me')
  assert.equal(reply.body, 'AnonymousUser')
  assert.deepEqual(reply.setCookies, ENDED)
  assert.equal(await stored(world, key), null)
}

test('getUser gives the user of any request that Postern knows', async (t) => {
  const world = await site(t, {}, { '/who': (req, res) => res.end(String(getUser(req))) })
  const browser = await world.loggedIn()
  assert.equal((await browser.get('/who')).body, 'alice')
  assert.equal((await world.visitor().get('/who')).body, 'AnonymousUser')
  assert.throws(() => getUser({} as never), /getUser\(request\) got a request that Postern does not know/)
})

test('the session of a user who became inactive is ended, and does not live again when the user does (difference 5)', async (t) => {
  const world = await site(t)
  const browser = await world.loggedIn()
  await world.auth.users.update('1', { isActive: false })
  await assertEnded(world, browser)
  await world.auth.users.update('1', { isActive: true })
  assert.equal((await browser.get('/me')).body, 'AnonymousUser')
})

test('the session of a user who is gone is ended (difference 5)', async (t) => {
  const database = memory()
  const world = await site(t, { database })
  const browser = await world.loggedIn()
  t.mock.method(database.users, 'findById', () => null)
  await assertEnded(world, browser)
})

test('a password changed elsewhere ends every session of the user', async (t) => {
  const world = await site(t)
  const [phone, laptop] = [await world.loggedIn(), await world.loggedIn()]
  await world.auth.users.update('1', { password: await world.auth.passwords.make('a-new-One-9') })
  await assertEnded(world, phone)
  await assertEnded(world, laptop)
  await laptop.login('alice', 'a-new-One-9')
  assert.equal((await laptop.get('/me')).body, 'alice')
})

test('a session found good once is looked at anew at every request', async (t) => {
  const world = await site(t)
  const browser = await world.loggedIn()
  for (let round = 0; round < 3; round++) assert.equal((await browser.get('/me')).body, 'alice')
  await world.auth.users.update('1', { password: '!' })
  assert.equal((await browser.get('/me')).body, 'AnonymousUser')
})

test('a backend that is not set up any more leaves the session alone: nobody is logged in, nothing is lost', async (t) => {
  const world = await site(t)
  const browser = await world.loggedIn()
  await browser.get('/set?cart=3')
  await tamper(world, browser, { _auth_user_backend: 'site.GoneBackend' })
  const reply = await browser.get('/me')
  assert.equal(reply.body, 'AnonymousUser')
  assert.deepEqual(reply.setCookies, [])
  assert.equal((await browser.get('/get')).body, '{"cart":"3"}')
  await tamper(world, browser, { _auth_user_backend: 'django.contrib.auth.backends.ModelBackend' })
  assert.equal((await browser.get('/me')).body, 'alice')
})

for (const [what, changes] of [
  ['an id that is no number (difference 10)', { _auth_user_id: 'abc' }],
  ['an id that is an SQL fragment', { _auth_user_id: "1' OR '1'='1" }],
  ['an id of no user', { _auth_user_id: '4711' }],
  ['an id with a space before the number', { _auth_user_id: ' 1' }],
  ['a number beyond all columns', { _auth_user_id: '9'.repeat(40) }],
  ['__proto__ as its id', { _auth_user_id: '__proto__' }],
  ['no hash', { _auth_user_hash: undefined }],
  ['an empty hash', { _auth_user_hash: '' }],
  ['a hash that is no text', { _auth_user_hash: 7 }],
  ['a wrong hash', { _auth_user_hash: 'f'.repeat(64) }],
] as const) {
  for (const [where, database] of [
    ['memory', memory()],
    ['SQLite', sqlite(':memory:')],
  ] as const) {
    test(`a session with ${what} is nobody's and ends, in ${where}`, async (t) => {
      t.after(() => database.close())
      const world = await site(t, { database })
      const browser = await world.loggedIn()
      await tamper(world, browser, changes)
      await assertEnded(world, browser)
    })
  }
}

test("another user's id under one's own hash gives nobody's identity", async (t) => {
  const world = await site(t)
  await world.auth.createUser({ username: 'bob', password: 'builder-77-Yes' })
  const browser = await world.loggedIn()
  await tamper(world, browser, { _auth_user_id: '2' })
  await assertEnded(world, browser)
})

test('a payload that was not signed with our key is an empty session', async (t) => {
  const world = await site(t)
  const browser = await world.loggedIn()
  const { store, storedKey } = world.auth.sessions
  const key = storedKey(browser.cookies.get('sessionid') ?? '')
  const before = await store.load(key, world.clock.now())
  assert.ok(before !== null)
  const forged = before.data.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'))
  await store.update(key, { data: forged, expires: before.expires, userId: '1' }, world.clock.now())
  assert.equal((await browser.get('/me')).body, 'AnonymousUser')
  assert.equal((await browser.get('/get')).body, '{}')
})

test('the absolute age ends a login however much it is used', async (t) => {
  const world = await site(t, { session: { cookieAge: 3600, absoluteAge: 7200 } })
  const browser = await world.loggedIn()
  for (let minutes = 0; minutes < 110; minutes += 10) {
    world.clock.pass(600)
    assert.equal((await browser.get('/me')).body, 'alice', `after ${minutes + 10} minutes`)
  }
  world.clock.pass(599)
  assert.equal((await browser.get('/me')).body, 'alice')
  world.clock.pass(1)
  assert.equal((await browser.get('/me')).body, 'AnonymousUser')
})

test('the absolute age counts anew from another login', async (t) => {
  const world = await site(t, { session: { cookieAge: 3600, absoluteAge: 7200 } })
  const browser = await world.loggedIn()
  world.clock.pass(3599)
  await browser.login()
  world.clock.pass(3599)
  await browser.get('/me')
  world.clock.pass(3599)
  assert.equal((await browser.get('/me')).body, 'alice')
})

test('the absolute age holds for a session whose row would live longer, and without a start in it', async (t) => {
  const world = await site(t, { session: { absoluteAge: 7200, cookieAge: 3600 } })
  const { store, storedKey } = world.auth.sessions
  const marked = await world.loggedIn()
  const unmarked = await world.loggedIn()
  await tamper(world, unmarked, { _postern_started: undefined })
  for (const browser of [marked, unmarked]) {
    const key = storedKey(browser.cookies.get('sessionid') ?? '')
    await store.touch(key, world.clock.now() + 1e9, world.clock.now())
  }
  world.clock.pass(7199)
  assert.equal((await marked.copy().get('/me')).body, 'alice')
  world.clock.pass(1)
  await assertEnded(world, marked)
  await assertEnded(world, unmarked)
})

test('with an infinite absolute age a login that is used never ends', async (t) => {
  const world = await site(t, { session: { cookieAge: 3600, absoluteAge: Number.POSITIVE_INFINITY } })
  const browser = await world.loggedIn()
  for (let hours = 0; hours < 50; hours++) {
    world.clock.pass(3000)
    assert.equal((await browser.get('/me')).body, 'alice')
  }
})

test('when the ending of a session cannot be stored, who it was is not known: 503 and the cookie stays', async (t) => {
  const database = memory()
  const world = await site(t, { database })
  const browser = await world.loggedIn()
  await database.users.update('1', { isActive: false })
  const refusing = t.mock.method(database.sessions, 'delete', () => {
    throw new Error('disk full')
  })
  const reply = await browser.get('/me')
  assert.equal(reply.status, 503)
  assert.deepEqual(reply.setCookies, [])
  assert.equal((await browser.get('/public')).body, 'public')
  refusing.mock.restore()
  await assertEnded(world, browser)
})
