/** `userPassesTest` and `redirectToLogin`. The Locations are a real Django's (5.2.18). */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type LoginRequiredOptions, loginRequired, redirectToLogin, userPassesTest } from '../../src/auth/guards.ts'
import { text, type View } from '../../src/auth/view.ts'
import { path } from '../../src/kernel/urls.ts'
import { memory } from '../../src/memory.ts'
import type { PosternOptions } from '../../src/options.ts'
import { csrfExempt, ensureCsrfCookie } from '../../src/views/csrf-views.ts'
import { neverCache } from '../../src/views/never-cache.ts'
import type { Browser } from '../support/browser.ts'
import { type Site, site } from '../support/site.ts'

type Test = Parameters<typeof userPassesTest>[0]
const PASSWORD = 'wonder-Land-42'
const hello: View = ({ user }) => text(`hello ${user.getUsername()}`)
const onlyBob: Test = (user) => user.username === 'bob'

/** A site whose `/beta/` is for those who pass, with alice and bob. */
async function beta(
  t: TestContext,
  passes: Test,
  options: LoginRequiredOptions = {},
  settings: Partial<PosternOptions> = {},
): Promise<Site> {
  const world = await site(t, { urls: [path('beta/', userPassesTest(passes, hello, options))], ...settings })
  await world.auth.createUser({ username: 'bob', password: PASSWORD, isStaff: true })
  return world
}

const bob = (world: Site): Promise<Browser> => world.loggedIn('bob', PASSWORD)

test('who passes gets the view; the others are sent to the login page, logged in or not', async (t) => {
  const world = await beta(t, onlyBob)
  assert.equal((await (await bob(world)).get('/beta/?q=1')).body, 'hello bob')
  for (const browser of [world.visitor(), await world.loggedIn()]) {
    const reply = await browser.get('/beta/?q=1')
    assert.equal(reply.status, 302)
    assert.equal(reply.headers.location, '/accounts/login/?next=/beta/%3Fq%3D1')
    assert.equal(reply.headers['cache-control'], 'private, no-store')
    assert.equal(reply.headers.vary, 'Cookie')
    assert.doesNotMatch(reply.body, /hello/)
  }
})

test('the test gets the user, the anonymous one too, and may take its time', async (t) => {
  const asked: string[] = []
  const world = await beta(t, async (user) => {
    asked.push(`${user} ${user.isAuthenticated}`)
    await Promise.resolve()
    return user.isStaff
  })
  assert.equal((await (await bob(world)).get('/beta/')).body, 'hello bob')
  assert.equal((await (await world.loggedIn()).get('/beta/')).status, 302)
  assert.equal((await world.visitor().get('/beta/')).status, 302)
  assert.deepEqual(asked, ['bob true', 'alice true', 'AnonymousUser false'])
})

test('a test that promises false lets nobody in', async (t) => {
  const world = await beta(t, () => Promise.resolve(false))
  assert.equal((await (await bob(world)).get('/beta/')).status, 302)
})

for (const [what, fails] of [
  [
    'throws',
    () => {
      throw new Error('broken')
    },
  ],
  ['rejects', () => Promise.reject(new Error('broken'))],
] as const satisfies readonly (readonly [string, Test])[]) {
  test(`a test that ${what} lets nobody in: 500`, async (t) => {
    const world = await beta(t, fails)
    const reply = await (await bob(world)).get('/beta/')
    assert.equal(reply.status, 500)
    assert.doesNotMatch(reply.body, /hello|broken/)
  })
}

for (const [what, guard, location] of [
  ['another login page with a query', { loginUrl: '/in/?a=1' }, '/in/?a=1&next=/beta/'],
  ['another field', { redirectFieldName: 'then' }, '/accounts/login/?then=/beta/'],
  ['no field', { redirectFieldName: null }, '/accounts/login/'],
  [
    'the login page of another site',
    { loginUrl: 'https://sso.example/in/' },
    'https://sso.example/in/?next=http%3A//site.localhost/beta/',
  ],
] as const) {
  test(`with ${what} it leads to ${location}`, async (t) => {
    const world = await beta(t, onlyBob, guard)
    for (const browser of [world.visitor(), await world.loggedIn()]) {
      const reply = await browser.get('/beta/', { host: 'site.localhost' })
      assert.equal(reply.headers.location, location)
    }
  })
}

test('a program is told instead of led: 401 to log in, 403 when it is and may not', async (t) => {
  const world = await beta(t, onlyBob)
  const accept = { accept: 'application/json' }
  const nobody = await world.visitor().get('/beta/', accept)
  assert.equal(nobody.status, 401)
  assert.equal(JSON.parse(nobody.body).error.code, 'login_required')
  const alice = await (await world.loggedIn()).get('/beta/', accept)
  assert.equal(alice.status, 403)
  assert.equal(JSON.parse(alice.body).error.code, 'permission_denied')
  for (const reply of [nobody, alice]) assert.match(reply.headers['cache-control'] ?? '', /private, no-store/)
  assert.equal((await (await bob(world)).get('/beta/', accept)).body, 'hello bob')
})

test('a store that does not answer lets nobody in and sends nobody away', async (t) => {
  const database = memory()
  const world = await beta(t, () => true, {}, { database })
  const browser = await bob(world)
  t.mock.method(database.sessions, 'load', () => {
    throw new Error('gone')
  })
  const reply = await browser.get('/beta/')
  assert.equal(reply.status, 503)
  assert.equal(reply.headers.location, undefined)
})

test('what a view says of itself holds behind each guard, and in front of it', async (t) => {
  const hook: View = csrfExempt(() => text('heard'))
  const open = () => true
  const world = await site(t, {
    urls: [
      path('a/', userPassesTest(open, hook)),
      path('b/', csrfExempt(userPassesTest(open, () => text('heard')))),
      path('c/', neverCache(userPassesTest(open, hook))),
      path('d/', ensureCsrfCookie(neverCache(hook))),
      path('e/', loginRequired(hook)),
      path(
        'f/',
        userPassesTest(open, () => text('not exempt')),
      ),
    ],
  })
  const browser = await world.loggedIn()
  for (const url of ['/a/', '/b/', '/c/', '/d/', '/e/']) {
    assert.equal((await browser.send(url, { method: 'POST' })).body, 'heard', url)
  }
  assert.equal((await browser.send('/f/', { method: 'POST' })).status, 403)
})

test('redirectToLogin is a view’s own way to the login page, with the way back', async (t) => {
  const world = await site(t, {
    urls: [
      path('shop/', (request) => redirectToLogin(request)),
      path('sso/', (request) =>
        redirectToLogin(request, { loginUrl: 'HTTPS://sso.example/', redirectFieldName: 'back' }),
      ),
      path('named/', (request) => redirectToLogin(request, { loginUrl: 'login', redirectFieldName: null })),
      path('nowhere/', (request) => redirectToLogin(request, { loginUrl: 'no-such-name' })),
    ],
  })
  const to = async (url: string) => (await world.visitor().get(url, { host: 'site.localhost' })).headers.location
  assert.equal(await to('/shop/?a=1&next=/x/'), '/accounts/login/?next=/shop/%3Fa%3D1%26next%3D/x/')
  assert.equal(await to('/sso/'), 'https://sso.example/?back=http%3A//site.localhost/sso/')
  assert.equal(await to('/named/'), '/accounts/login/')
  assert.equal((await world.visitor().get('/nowhere/')).status, 500)
})
