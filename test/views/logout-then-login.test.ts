/** `logoutThenLogin`: out by POST, and on to the login page. The answers are a real Django's (5.2.18). */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { path } from '../../src/kernel/urls.ts'
import { memory } from '../../src/memory.ts'
import type { PosternOptions } from '../../src/options.ts'
import { logoutThenLogin } from '../../src/views/logout-then-login.ts'
import { LogoutView } from '../../src/views/logout-view.ts'
import { listen, type Site, sessionsOf, site } from '../support/site.ts'

class Lost extends LogoutView {
  override getDefaultRedirectUrl(): string {
    return this.resolveUrl('no-such-name')
  }
}

function leaving(t: TestContext, settings: Partial<PosternOptions> = {}): Promise<Site> {
  return site(t, {
    urls: [
      path('then/', logoutThenLogin()),
      path('bye/', logoutThenLogin('/bye-bye/?x=1')),
      path('named/', logoutThenLogin('logout')),
      path('wrong/', Lost.asView()),
    ],
    ...settings,
  })
}

for (const [url, form, location] of [
  ['/then/', {}, '/accounts/login/'],
  ['/then', {}, '/accounts/login/'],
  ['/bye/', {}, '/bye-bye/?x=1'],
  ['/named/', {}, '/accounts/logout/'],
  ['/then/?next=/x/', {}, '/x/'],
  ['/bye/', { next: '/x/' }, '/x/'],
  ['/then/', { next: '//evil.example/' }, '/accounts/login/'],
  ['/then/?next=/x/', { next: '' }, '/accounts/login/'],
] as const) {
  test(`a POST to ${url} with ${JSON.stringify(form)} logs out and leads to ${location}`, async (t) => {
    const world = await leaving(t)
    const heard = listen(t, 'user_logged_out')
    const browser = await world.loggedIn()
    const reply = await browser.post(url, form)
    assert.equal(reply.status, 302)
    assert.equal(reply.headers.location, location)
    assert.equal(reply.headers['cache-control'], 'max-age=0, no-cache, no-store, must-revalidate, private')
    assert.equal(browser.cookies.has('sessionid'), false)
    assert.equal(await sessionsOf(world, world.alice), 0)
    assert.equal(heard.length, 1)
  })
}

test('the setting loginUrl counts, by its name too', async (t) => {
  for (const [loginUrl, location] of [
    ['/enter/', '/enter/'],
    ['login', '/in/login/'],
  ] as const) {
    const world = await leaving(t, { loginUrl, accountsPrefix: 'in/', urls: [path('then/', logoutThenLogin())] })
    const browser = world.visitor()
    await browser.get('/in/login/')
    assert.equal((await browser.post('/then/')).headers.location, location)
  }
})

test('GET, HEAD and the rest are 405, and nobody is logged out', async (t) => {
  const world = await leaving(t)
  const browser = await world.loggedIn()
  for (const method of ['GET', 'HEAD']) {
    const reply = await browser.send('/then/', { method })
    assert.equal(reply.status, 405)
    assert.equal(reply.headers.allow, 'POST, OPTIONS')
    assert.match(reply.headers['cache-control'] ?? '', /no-store/)
  }
  const put = await browser.send('/then/', {
    method: 'PUT',
    headers: { 'x-csrftoken': browser.cookies.get('csrftoken') ?? '' },
  })
  assert.equal(put.status, 405)
  assert.equal((await browser.send('/then/', { method: 'OPTIONS' })).headers.allow, 'POST, OPTIONS')
  assert.equal((await browser.get('/me')).body, 'alice')
})

test('a POST without a token, or from another site, logs nobody out', async (t) => {
  const world = await leaving(t)
  const browser = await world.loggedIn()
  assert.equal((await browser.send('/then/', { method: 'POST' })).status, 403)
  assert.equal((await browser.post('/then/', {}, { origin: 'https://evil.example' })).status, 403)
  assert.equal((await browser.get('/me')).body, 'alice')
})

test('a tab from before another login logs out with its stale token when the browser vouches for it', async (t) => {
  const world = await leaving(t)
  const browser = await world.loggedIn()
  const form = { csrfmiddlewaretoken: browser.cookies.get('csrftoken') ?? '' }
  await browser.login()
  const send = (headers: Readonly<Record<string, string>>) => browser.send('/then/', { method: 'POST', form, headers })
  assert.equal((await send({})).status, 403)
  assert.equal((await send({ origin: world.base })).status, 403)
  assert.equal((await send({ 'sec-fetch-site': 'same-origin' })).status, 403)
  assert.equal((await send({ origin: world.base, 'sec-fetch-site': 'same-site' })).status, 403)
  const reply = await send({ origin: world.base, 'sec-fetch-site': 'same-origin' })
  assert.equal(reply.status, 302)
  assert.equal((await browser.get('/me')).body, 'AnonymousUser')
})

test('nobody logged in is led there as well', async (t) => {
  const reply = await (await leaving(t)).visitor().post('/then/')
  assert.equal(reply.status, 302)
  assert.equal(reply.headers.location, '/accounts/login/')
})

test('a name that leads nowhere does not undo the logout', async (t) => {
  const world = await leaving(t)
  const browser = await world.loggedIn()
  const copy = browser.copy()
  assert.equal((await browser.post('/wrong/')).status, 500)
  assert.equal((await copy.get('/me')).body, 'AnonymousUser')
})

test('a store that does not confirm is a 503, and nobody is led anywhere', async (t) => {
  const database = memory()
  const world = await leaving(t, { database })
  const browser = await world.loggedIn()
  const failing = t.mock.method(database.sessions, 'delete', () => {
    throw new Error('gone')
  })
  const reply = await browser.post('/then/')
  assert.equal(reply.status, 503)
  assert.equal(reply.headers.location, undefined)
  assert.ok(browser.cookies.has('sessionid'))
  failing.mock.restore()
  assert.equal((await browser.post('/then/')).status, 302)
})
