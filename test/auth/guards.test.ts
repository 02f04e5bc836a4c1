import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type LoginRequiredOptions, loginRequired } from '../../src/auth/guards.ts'
import { text } from '../../src/auth/view.ts'
import { path } from '../../src/kernel/urls.ts'
import { memory } from '../../src/memory.ts'
import { postern } from '../../src/node.ts'
import type { PosternOptions } from '../../src/options.ts'
import { Browser } from '../support/browser.ts'
import { testPostern } from '../support/postern.ts'
import { serve } from '../support/serve.ts'
import { site } from '../support/site.ts'

/** A site whose `/private/` is guarded. */
function guarded(
  t: Parameters<typeof site>[0],
  guard: LoginRequiredOptions = {},
  options: Partial<PosternOptions> = {},
) {
  const view = loginRequired((request) => text(`hello ${request.user.email}`), guard)
  return site(t, { urls: [path('private/', view, { name: 'private' })], ...options })
}

test('the logged in reach a guarded view, and its answer is private', async (t) => {
  const browser = await (await guarded(t)).loggedIn()
  const reply = await browser.get('/private/')
  assert.equal(reply.body, 'hello alice@site.example')
  assert.equal(reply.headers['cache-control'], 'private, no-store')
  assert.equal(reply.headers.vary, 'Cookie')
})

test('the anonymous are sent to the login page with the way back, and no cache keeps that (difference 3)', async (t) => {
  const reply = await (await guarded(t)).visitor().get('/private/')
  assert.equal(reply.status, 302)
  assert.equal(reply.headers.location, '/accounts/login/?next=/private/')
  assert.equal(reply.headers['cache-control'], 'private, no-store')
  assert.equal(reply.headers.vary, 'Cookie')
  assert.deepEqual(reply.setCookies, [])
})

// The Locations are a real Django's.
for (const [asked, location] of [
  ['/private/?a=1&b=2', '/accounts/login/?next=/private/%3Fa%3D1%26b%3D2'],
  ['/private/?q=%C3%A9+x', '/accounts/login/?next=/private/%3Fq%3D%25C3%25A9%2Bx'],
  ['/private/?next=/elsewhere/', '/accounts/login/?next=/private/%3Fnext%3D/elsewhere/'],
  ['/private/?next=https://evil.example/', '/accounts/login/?next=/private/%3Fnext%3Dhttps%3A//evil.example/'],
] as const) {
  test(`the way back of ${asked} is encoded as Django does`, async (t) => {
    const reply = await (await guarded(t)).visitor().get(asked)
    assert.equal(reply.headers.location, location)
  })
}

for (const [what, guard, location] of [
  ['another login page', { loginUrl: '/enter/' }, '/enter/?next=/private/'],
  ['a URL name', { loginUrl: 'logout' }, '/accounts/logout/?next=/private/'],
  ['a query that is there', { loginUrl: '/enter/?lang=nl' }, '/enter/?lang=nl&next=/private/'],
  ['a next that is there', { loginUrl: '/enter/?next=/x/&lang=nl' }, '/enter/?next=/private/&lang=nl'],
  ['another field', { redirectFieldName: 'then' }, '/accounts/login/?then=/private/'],
  ['no field', { redirectFieldName: null }, '/accounts/login/'],
  ['an empty field name', { redirectFieldName: '' }, '/accounts/login/'],
] as const) {
  test(`a guard with ${what} leads to ${location}`, async (t) => {
    const reply = await (await guarded(t, guard)).visitor().get('/private/')
    assert.equal(reply.headers.location, location)
  })
}

test("another site's login page gets the whole address to come back to", async (t) => {
  const world = await guarded(t, { loginUrl: 'https://sso.example/in/' })
  const reply = await world.visitor().get('/private/?a=1', { host: 'site.localhost' })
  assert.equal(reply.headers.location, 'https://sso.example/in/?next=http%3A//site.localhost/private/%3Fa%3D1')
})

test('the own host in the login page needs no whole address, and another scheme does', async (t) => {
  const host = 'site.localhost'
  for (const [loginUrl, next] of [
    [`http://${host}/in/`, '/private/'],
    [`//${host}/in/`, '/private/'],
    [`https://${host}/in/`, `http%3A//${host}/private/`],
    [`//other.localhost/in/`, `http%3A//${host}/private/`],
  ] as const) {
    const reply = await (await guarded(t, { loginUrl })).visitor().get('/private/', { host })
    assert.equal(reply.headers.location, `${loginUrl}?next=${next}`)
  }
})

test('the setting loginUrl may be a URL name', async (t) => {
  const reply = await (await guarded(t, {}, { loginUrl: 'login', accountsPrefix: 'in-and-out/' }))
    .visitor()
    .get('/private/')
  assert.equal(reply.headers.location, '/in-and-out/login/?next=/private/')
})

test('a guarded POST without a login is sent to the login page too, as in Django', async (t) => {
  const world = await guarded(t)
  const reply = await world.visitor().post('/private/', { a: '1' })
  assert.equal(reply.status, 302)
  assert.equal(reply.headers.location, '/accounts/login/?next=/private/')
})

test('a path that begins with two slashes leads back to no other host', async (t) => {
  const world = await guarded(t)
  const browser = world.visitor()
  const reply = await browser.get(`${world.base}//evil.example/private/`)
  assert.equal(reply.status, 404)
  const login = await browser.post(`/accounts/login/?next=//evil.example/private/`, {
    username: 'alice',
    password: 'wonder-Land-42',
  })
  assert.equal(login.headers.location, '/accounts/profile/')
})

test('an address too long to come back to is a 400 and no endless Location', async (t) => {
  const world = await guarded(t)
  const reply = await world.visitor().get(`/private/?q=${'%22'.repeat(4000)}`)
  assert.equal(reply.status, 400)
})

test("the adapter's guard does the same for a handler of node:http", async (t) => {
  const { auth } = await testPostern()
  const { handler, loginRequired: required } = postern(auth)
  const secret = required((_req, res, request) => res.end(`hello ${request.user.username}`), {
    redirectFieldName: 'then',
  })
  const browser = new Browser(await serve(t, handler(secret)))
  assert.equal((await browser.get('/secret')).headers.location, '/accounts/login/?then=/secret')
  await browser.login()
  assert.equal((await browser.get('/secret')).body, 'hello alice')
})

test('a guard over a store that does not answer lets nobody in and sends nobody away', async (t) => {
  const database = memory()
  const world = await guarded(t, {}, { database })
  const browser = await world.loggedIn()
  t.mock.method(database.sessions, 'load', () => {
    throw new Error('gone')
  })
  const reply = await browser.get('/private/')
  assert.equal(reply.status, 503)
  assert.equal(reply.headers.location, undefined)
  assert.deepEqual(reply.setCookies, [])
})
