import assert from 'node:assert/strict'
import { test } from 'node:test'
import { StoreUnavailable } from '../../src/errors.ts'
import { path } from '../../src/kernel/urls.ts'
import { memory } from '../../src/memory.ts'
import { LogoutView, type LogoutViewOptions } from '../../src/views/logout-view.ts'
import type { Browser } from '../support/browser.ts'
import { listen, sessionsOf, site, stored } from '../support/site.ts'

/** Changed, then deleted: Chromium may overlook one change. */
const ENDED = [
  'sessionid=ended; HttpOnly; Path=/; SameSite=Lax',
  'sessionid=""; expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/; SameSite=Lax',
]
const NEVER = 'max-age=0, no-cache, no-store, must-revalidate, private'
const OUT = '/accounts/logout/'

/** A site whose `/out/` is a logout view with these options. */
function custom(
  t: Parameters<typeof site>[0],
  options: LogoutViewOptions = {},
  settings: Parameters<typeof site>[1] = {},
) {
  return site(t, { urls: [path('out/', LogoutView.asView(options), { name: 'out' })], ...settings })
}

async function assertLoggedOut(browser: Browser): Promise<void> {
  assert.equal(browser.cookies.has('sessionid'), false)
  assert.equal((await browser.get('/me')).body, 'AnonymousUser')
}

test('a POST logs out: a page that says so, a deleted cookie, nothing in the store, nothing in a cache', async (t) => {
  const world = await site(t, { siteName: 'Shop' })
  const browser = await world.loggedIn()
  await browser.get('/set?cart=3')
  const key = browser.cookies.get('sessionid')
  const thief = browser.copy()
  const reply = await browser.logout()
  assert.equal(reply.status, 200)
  assert.match(reply.body, /<title>Logged out \| Shop<\/title>/)
  assert.match(reply.body, /<a class="button" href="\/accounts\/login\/">Log in again<\/a>/)
  assert.deepEqual(reply.setCookies, ENDED)
  assert.equal(reply.headers['cache-control'], NEVER)
  assert.equal(reply.headers.vary, 'Cookie')
  await assertLoggedOut(browser)
  assert.equal(await stored(world, key), null)
  assert.equal((await thief.get('/me')).body, 'AnonymousUser')
  assert.equal((await thief.get('/get')).body, '{}')
})

test('GET and HEAD are 405 with Allow, uncacheable, and change nothing: no link, image or prefetch logs anybody out', async (t) => {
  const world = await site(t)
  const browser = await world.loggedIn()
  for (const method of ['GET', 'HEAD']) {
    const reply = await browser.send(`${OUT}?next=/public`, { method })
    assert.deepEqual([reply.status, reply.headers.allow, reply.headers['cache-control']], [405, 'POST, OPTIONS', NEVER])
    assert.deepEqual(reply.setCookies, [])
    assert.equal(reply.headers.location, undefined)
  }
  assert.equal((await browser.get('/me')).body, 'alice')
})

test('OPTIONS says what there is, without a token, and changes nothing', async (t) => {
  const world = await site(t)
  const browser = await world.loggedIn()
  const reply = await browser.send(OUT, { method: 'OPTIONS' })
  assert.deepEqual(
    [reply.status, reply.headers.allow, reply.headers['content-length'], reply.body],
    [200, 'POST, OPTIONS', '0', ''],
  )
  assert.equal((await browser.get('/me')).body, 'alice')
})

test('other methods are 403 without a token and 405 with one', async (t) => {
  const world = await site(t)
  const browser = await world.loggedIn()
  const token = browser.cookies.get('csrftoken') ?? ''
  for (const method of ['PUT', 'PATCH', 'DELETE', 'PROPFIND']) {
    assert.equal((await browser.send(OUT, { method })).status, 403, method)
    const reply = await browser.send(OUT, { method, headers: { 'x-csrftoken': token } })
    assert.deepEqual([reply.status, reply.headers.allow], [405, 'POST, OPTIONS'], method)
  }
  assert.equal((await browser.get('/me')).body, 'alice')
})

test('a POST without a token is 403 and changes nothing', async (t) => {
  const world = await site(t)
  const browser = await world.loggedIn()
  const reply = await browser.send(OUT, { method: 'POST' })
  assert.equal(reply.status, 403)
  assert.deepEqual(reply.setCookies, [])
  assert.equal((await browser.get('/me')).body, 'alice')
})

test('somebody who is not logged in is logged out as well, with a page and without a cookie', async (t) => {
  const world = await site(t)
  const heard = listen(t, 'user_logged_out')
  const browser = world.visitor()
  const reply = await browser.logout()
  assert.equal(reply.status, 200)
  assert.deepEqual(reply.setCookies, [])
  await browser.get('/set?cart=3')
  assert.deepEqual((await browser.logout()).setCookies, ENDED)
  assert.equal((await browser.logout()).status, 200)
  assert.deepEqual(
    heard.map(({ user }) => user),
    [null, null, null],
  )
})

test('the event follows the deletion and has the user, at each logout once', async (t) => {
  const world = await site(t)
  const heard = listen(t, 'user_logged_out')
  const browser = await world.loggedIn()
  await browser.logout()
  assert.deepEqual(
    heard.map(({ user, incoming }) => [user?.username, incoming?.method, incoming?.url]),
    [['alice', 'POST', OUT]],
  )
})

test('a safe next is followed, from the body or the query, and the body wins', async (t) => {
  const world = await site(t)
  for (const [url, form, location] of [
    [OUT, { next: '/public' }, '/public'],
    [`${OUT}?next=/public`, {}, '/public'],
    [`${OUT}?next=/query`, { next: '/body' }, '/body'],
    [`${OUT}?next=/query`, { next: 'https://evil.example/' }, undefined],
    [`${OUT}?next=/query`, { next: '' }, undefined],
    [`${OUT}?next=/first&next=/last`, {}, '/last'],
  ] as const) {
    const browser = await world.loggedIn()
    const reply = await browser.post(url, form)
    assert.equal(reply.headers.location, location, `${url} ${JSON.stringify(form)}`)
    assert.equal(reply.status, location === undefined ? 200 : 302)
    await assertLoggedOut(browser)
  }
})

test('a next to anywhere else is not followed, and the logout is done all the same', async (t) => {
  const world = await site(t)
  const { host } = new URL(world.base)
  for (const next of [
    'https://evil.example/',
    '//evil.example/',
    '///evil.example/',
    '/\\evil.example',
    '\\\\evil.example',
    'http:///evil.example',
    'javascript:alert(1)',
    'data:text/html,x',
    'ftp://evil.example',
    `http://${host}@evil.example/`,
    `http://evil.example\\@${host}/`,
    `//${host}.evil.example/`,
    'http:evil.example',
    '\x08//evil.example',
    'http://[evil',
  ]) {
    const browser = await world.loggedIn()
    const reply = await browser.post(OUT, { next })
    assert.deepEqual([reply.status, reply.headers.location], [200, undefined], next)
    await assertLoggedOut(browser)
  }
})

test('the own host is followed by its whole address, and another port of it is not', async (t) => {
  const world = await site(t)
  const { host, hostname } = new URL(world.base)
  const browser = await world.loggedIn()
  assert.equal((await browser.post(OUT, { next: `http://${host}/public` })).headers.location, `http://${host}/public`)
  assert.equal((await browser.post(OUT, { next: `http://${hostname}:1/public` })).headers.location, undefined)
})

test('over HTTPS a next of the own host has to be HTTPS', async (t) => {
  const world = await site(t, { proxies: 1 })
  const https = { 'x-forwarded-proto': 'https', host: 'site.localhost', origin: 'https://site.localhost' }
  const browser = await world.loggedIn()
  assert.equal((await browser.post(OUT, { next: 'http://site.localhost/a' }, https)).headers.location, undefined)
  assert.equal(
    (await browser.post(OUT, { next: 'https://site.localhost/a' }, https)).headers.location,
    'https://site.localhost/a',
  )
})

test('a next of a megabyte is answered at once, and not followed', async (t) => {
  const world = await site(t)
  for (const next of [
    '/'.padEnd(1_000_000, 'a'),
    '/'.padEnd(300_000, '\u00e9'),
    `http://${'@'.repeat(500_000)}`,
    '\\'.repeat(500_000),
  ]) {
    const browser = await world.loggedIn()
    const began = performance.now()
    const reply = await browser.post(OUT, { next })
    assert.ok(performance.now() - began < 1000)
    assert.deepEqual([reply.status, reply.headers.location], [200, undefined])
    await assertLoggedOut(browser)
  }
})

test('other hosts may be allowed, for this view alone', async (t) => {
  const world = await custom(t, { successUrlAllowedHosts: new Set(['other.example']) })
  const next = 'https://other.example/bye'
  assert.equal((await (await world.loggedIn()).post('/out/', { next })).headers.location, next)
  assert.equal((await (await world.loggedIn()).post(OUT, { next })).headers.location, undefined)
  const third = 'https://third.example/'
  assert.equal((await (await world.loggedIn()).post('/out/', { next: third })).headers.location, undefined)
})

test('the field may have another name, and next is none then', async (t) => {
  const world = await custom(t, { redirectFieldName: 'to' })
  assert.equal((await (await world.loggedIn()).post('/out/', { to: '/public' })).headers.location, '/public')
  assert.equal((await (await world.loggedIn()).post('/out/', { next: '/public' })).status, 200)
})

test('a safe next goes before nextPage, and that before logoutRedirectUrl', async (t) => {
  const world = await custom(t, { nextPage: 'login' }, { logoutRedirectUrl: '/bye/' })
  const to = async (url: string, form = {}) => (await (await world.loggedIn()).post(url, form)).headers.location
  assert.equal(await to('/out/', { next: '/public' }), '/public')
  assert.equal(await to('/out/'), '/accounts/login/')
  assert.equal(await to('/out/', { next: '' }), '/accounts/login/')
  assert.equal(await to('/out/', { next: '//evil.example' }), '/accounts/login/')
  assert.equal(await to('/out/?next=//evil.example'), '/accounts/login/')
  assert.equal(await to(OUT), '/bye/')
})

test('nextPage and logoutRedirectUrl may be a path, a name or another site that the settings trust', async (t) => {
  for (const [to, location] of [
    ['/bye/?a=b', '/bye/?a=b'],
    ['login', '/accounts/login/'],
    ['https://sso.example/out', 'https://sso.example/out'],
  ] as const) {
    const view = await custom(t, { nextPage: to })
    assert.equal((await (await view.loggedIn()).post('/out/')).headers.location, location)
    const setting = await site(t, { logoutRedirectUrl: to })
    assert.equal((await (await setting.loggedIn()).logout()).headers.location, location)
  }
})

test('a target that is the view itself shows the page: a redirect there would be a GET (Django answers likewise)', async (t) => {
  const world = await custom(t, { nextPage: 'out' })
  for (const [url, form] of [
    ['/out/', {}],
    ['/out/', { next: '/out/' }],
    ['/out/', { next: '/out/?a=b' }],
    ['/out/?next=/out/', {}],
  ] as const) {
    const browser = await world.loggedIn()
    const reply = await browser.post(url, form)
    assert.deepEqual([reply.status, reply.headers.location], [200, undefined], `${url} ${JSON.stringify(form)}`)
    await assertLoggedOut(browser)
  }
})

test('a query does not lead to an address that says 405: the page or the redirect is answered (difference 4)', async (t) => {
  const page = await site(t)
  for (const query of ['?anything', '?a=b', '?next=', '?next=https://evil.example/', '?']) {
    const reply = await (await page.loggedIn()).post(`${OUT}${query}`)
    assert.deepEqual([reply.status, reply.headers.location], [200, undefined], query)
  }
  const redirecting = await site(t, { logoutRedirectUrl: '/bye/' })
  assert.equal((await (await redirecting.loggedIn()).post(`${OUT}?anything`)).headers.location, '/bye/')
})

test('a tab from before another login logs out with its old token when the browser vouches for it (difference 9)', async (t) => {
  const world = await site(t)
  const { host } = new URL(world.base)
  const own = { origin: `http://${host}`, 'sec-fetch-site': 'same-origin' }
  const send = async (headers: Readonly<Record<string, string>>) => {
    const browser = world.visitor()
    await browser.get('/accounts/login/')
    const stale = browser.cookies.get('csrftoken') ?? ''
    await browser.login()
    const reply = await browser.send(OUT, { method: 'POST', form: { csrfmiddlewaretoken: stale }, headers })
    return [reply.status, (await browser.get('/me')).body]
  }
  assert.deepEqual(await send(own), [200, 'AnonymousUser'])
  assert.deepEqual(await send({}), [403, 'alice'])
  assert.deepEqual(await send({ origin: own.origin }), [403, 'alice'])
  assert.deepEqual(await send({ 'sec-fetch-site': 'same-origin' }), [403, 'alice'])
  assert.deepEqual(await send({ ...own, 'sec-fetch-site': 'same-site' }), [403, 'alice'])
  assert.deepEqual(await send({ ...own, 'sec-fetch-site': 'none' }), [403, 'alice'])
  assert.deepEqual(await send({ ...own, 'sec-fetch-site': 'cross-site' }), [403, 'alice'])
  assert.deepEqual(await send({ ...own, origin: 'null' }), [403, 'alice'])
  assert.deepEqual(await send({ ...own, origin: `https://${host}` }), [403, 'alice'])
  assert.deepEqual(await send({ ...own, origin: 'https://evil.example' }), [403, 'alice'])
})

test("that is the logout's privilege: a login with a stale token is refused", async (t) => {
  const world = await site(t)
  const { host } = new URL(world.base)
  const browser = world.visitor()
  await browser.get('/accounts/login/')
  const headers = { origin: `http://${host}`, 'sec-fetch-site': 'same-origin' }
  const form = { csrfmiddlewaretoken: 'a'.repeat(64), username: 'alice', password: 'wonder-Land-42' }
  assert.equal((await browser.send('/accounts/login/', { method: 'POST', form, headers })).status, 403)
})

test('two tabs: the second press of the button is a success too', async (t) => {
  const world = await site(t)
  const left = await world.loggedIn()
  const right = left.copy()
  assert.equal((await left.logout()).status, 200)
  assert.equal((await right.logout()).status, 200)
  assert.deepEqual([left.cookies.has('sessionid'), right.cookies.has('sessionid')], [false, false])
})

test('a store that does not confirm is a 503 with Retry-After; the cookie stays, and the next press works', async (t) => {
  const database = memory()
  const world = await site(t, { database, logoutRedirectUrl: '/bye/' })
  const heard = listen(t, 'user_logged_out')
  const browser = await world.loggedIn()
  const refusing = t.mock.method(database.sessions, 'delete', () => {
    throw new StoreUnavailable()
  })
  const reply = await browser.logout()
  assert.equal(reply.status, 503)
  assert.equal(reply.headers['retry-after'], '2')
  assert.equal(reply.headers.location, undefined)
  assert.match(reply.headers['cache-control'] ?? '', /no-store/)
  assert.deepEqual(reply.setCookies, [])
  assert.match(reply.body, /nobody was signed in or out\. Try again\./)
  assert.doesNotMatch(reply.body, /You are logged out/)
  assert.deepEqual(heard, [])
  assert.equal(await sessionsOf(world, world.alice), 1)
  refusing.mock.restore()
  assert.equal((await browser.logout()).headers.location, '/bye/')
  assert.equal(await sessionsOf(world, world.alice), 0)
})

test('so is a store that fails in its own words, one that is slow beyond the deadline, and one that loads nothing', async (t) => {
  const failures = {
    delete: () => {
      throw new Error('SQLITE_FULL: database or disk is full')
    },
    load: () => Promise.reject(new Error('ECONNREFUSED')),
  }
  for (const [name, fail] of Object.entries(failures)) {
    const database = memory()
    const world = await site(t, { database, storeTimeout: 0.05 })
    const browser = await world.loggedIn()
    const refusing = t.mock.method(database.sessions, name as 'load', fail)
    const reply = await browser.logout()
    assert.deepEqual([reply.status, reply.headers['retry-after'], reply.setCookies], [503, '2', []], name)
    assert.doesNotMatch(reply.body, /SQLITE_FULL|ECONNREFUSED/)
    refusing.mock.restore()
    assert.equal((await browser.logout()).status, 200)
  }
  const database = memory()
  const world = await site(t, { database, storeTimeout: 0.05 })
  const browser = await world.loggedIn()
  const hanging = t.mock.method(database.sessions, 'delete', () => new Promise<never>(() => {}))
  assert.equal((await browser.logout()).status, 503)
  hanging.mock.restore()
  assert.equal((await browser.logout()).status, 200)
})

test('a body that is too large is refused with 413, and a logout that was already done stands', async (t) => {
  const world = await site(t)
  const { host } = new URL(world.base)
  const browser = await world.loggedIn()
  assert.equal((await browser.copy().post(OUT, { fat: 'x'.repeat(2_700_000) })).status, 413)
  assert.equal((await browser.get('/me')).body, 'alice')
  const own = { origin: `http://${host}`, 'sec-fetch-site': 'same-origin' }
  const reply = await browser.post(OUT, { fat: 'x'.repeat(2_700_000) }, own)
  assert.equal(reply.status, 413)
  assert.deepEqual(reply.setCookies, ENDED)
  await assertLoggedOut(browser)
})

test('JSON and multipart bodies log out with the token in the header', async (t) => {
  const world = await site(t)
  for (const [type, body] of [
    ['application/json', '{"next":"/public"}'],
    [
      'multipart/form-data; boundary=x',
      '--x\r\nContent-Disposition: form-data; name="next"\r\n\r\n/public\r\n--x--\r\n',
    ],
    ['text/plain', 'next=/public'],
  ] as const) {
    const browser = await world.loggedIn()
    const headers = { 'content-type': type, 'x-csrftoken': browser.cookies.get('csrftoken') ?? '' }
    const reply = await browser.send(OUT, { method: 'POST', body, headers })
    assert.deepEqual([reply.status, reply.headers.location], [200, undefined], type)
    await assertLoggedOut(browser)
  }
})

test('extraContext gives the page its title', async (t) => {
  const world = await custom(t, { extraContext: { title: 'Until soon' } })
  assert.match((await (await world.loggedIn()).post('/out/')).body, /<h1>Until soon<\/h1>/)
})
