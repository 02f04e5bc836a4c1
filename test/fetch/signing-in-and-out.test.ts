/** `auth.handle(Request)`: from the login to the logout, on Node's own fetch types. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { authenticate } from '../../src/auth/authenticate.ts'
import { getUser } from '../../src/auth/get-user.ts'
import { loginRequired } from '../../src/auth/guards.ts'
import { login } from '../../src/auth/login.ts'
import { logout } from '../../src/auth/logout.ts'
import { text } from '../../src/auth/view.ts'
import { path } from '../../src/kernel/urls.ts'
import { listen, sessionsOf } from '../support/site.ts'
import { fetchSite, ORIGIN } from './fetch-site.ts'

const urls = [
  path(
    'hello/',
    loginRequired(({ user }) => text(`hello ${user.username}`)),
  ),
]

test('signing in, a page, signing out; a copied cookie is dead then', async () => {
  const world = await fetchSite(undefined, { urls })
  const browser = world.visitor()
  const sent = await browser.get('/hello/')
  assert.equal(sent.status, 302)
  assert.equal(sent.headers.get('location'), '/accounts/login/?next=/hello/')
  const { status, headers } = await browser.post('/accounts/login/?next=/hello/', {
    username: 'alice',
    password: 'wonder-Land-42',
  })
  assert.equal(status, 302)
  assert.equal(headers.get('location'), '/hello/')
  const page = await browser.get('/hello/')
  assert.equal(await page.text(), 'hello alice')
  assert.equal(page.headers.get('cache-control'), 'private, no-store')
  assert.equal(page.headers.get('vary'), 'Cookie')

  const thief = browser.copy()
  assert.equal(await (await thief.get('/hello/')).text(), 'hello alice')
  const goodbye = await browser.logout()
  assert.equal(goodbye.status, 200)
  assert.match(await goodbye.text(), /logged out/)
  assert.equal(browser.cookies.has('sessionid'), false)
  assert.equal((await thief.get('/hello/')).status, 302)
  assert.equal(await sessionsOf(world, world.alice), 0)
})

test('a login sets its three cookies in three headers', async () => {
  const reply = await (await fetchSite()).visitor().login()
  const lines = reply.headers.getSetCookie()
  assert.equal(lines.length, 3)
  assert.match(
    lines[0] ?? '',
    /^sessionid=[a-z0-9]{32}; expires=[^;]+GMT; HttpOnly; Max-Age=1209600; Path=\/; SameSite=Lax$/,
  )
  assert.match(lines[1] ?? '', /^csrftoken=[a-zA-Z0-9]{32}; expires=[^;]+GMT; Max-Age=31449600; Path=\/; SameSite=Lax$/)
  assert.match(
    lines[2] ?? '',
    /^postern_device=[^;]{50,200}; expires=[^;]+GMT; HttpOnly; Max-Age=31536000; Path=\/; SameSite=Lax$/,
  )
})

test('a logout by a link, or from another site, is refused', async () => {
  const world = await fetchSite()
  const browser = await world.loggedIn()
  const link = await browser.get('/accounts/logout/')
  assert.equal(link.status, 405)
  assert.equal(link.headers.get('allow'), 'POST, OPTIONS')
  assert.equal((await browser.post('/accounts/logout/', {}, { origin: 'https://evil.example' })).status, 403)
  assert.equal((await browser.post('/accounts/logout/', {}, { 'sec-fetch-site': 'cross-site' })).status, 403)
  assert.equal((await browser.send('/accounts/logout/', { method: 'POST' })).status, 403)
  assert.equal(await sessionsOf(world, world.alice), 1)
  assert.equal((await browser.post('/accounts/logout/', {}, { origin: ORIGIN })).status, 200)
})

test('what no pattern answers is a plain 404 without otherwise, and the host is checked before', async () => {
  const world = await fetchSite(undefined, { development: false, allowedHosts: ['site.localhost'] })
  const nowhere = await world.handle(new Request(`${ORIGIN}/nowhere`))
  assert.equal(nowhere.status, 404)
  assert.equal(await nowhere.text(), 'Not Found')
  assert.deepEqual([...nowhere.headers.keys()], ['content-type'])
  assert.equal((await world.handle(new Request('http://evil.example/nowhere'))).status, 400)
})

test('login, logout, authenticate and getUser take the fetch request that was handled', async (t) => {
  const world = await fetchSite((fetchRequest) => async () => {
    const { pathname, searchParams } = new URL(fetchRequest.url)
    if (pathname === '/in') {
      const user = await authenticate(fetchRequest, Object.fromEntries(searchParams))
      if (user !== null) await login(fetchRequest, user)
    }
    if (pathname === '/out') await logout(fetchRequest)
    return new Response(String(getUser(fetchRequest)))
  })
  const heard = listen(t, 'user_logged_out')
  const browser = world.visitor()
  assert.equal(await (await browser.get('/in?username=alice&password=no')).text(), 'AnonymousUser')
  assert.equal(await (await browser.get('/in?username=alice&password=wonder-Land-42')).text(), 'alice')
  const thief = browser.copy()
  assert.equal(await (await thief.get('/')).text(), 'alice')
  assert.equal(await (await browser.get('/out')).text(), 'AnonymousUser')
  assert.equal(browser.cookies.has('sessionid'), false)
  assert.equal(await (await thief.get('/')).text(), 'AnonymousUser')
  assert.deepEqual(
    heard.map(({ user, incoming }) => [user?.username, incoming?.clientAddress]),
    [['alice', world.address]],
  )
})

test('a request that was never handled, and a copy of one that was, are told apart with a sentence', async () => {
  const asked: Request[] = []
  const world = await fetchSite((fetchRequest) => () => {
    asked.push(fetchRequest.clone(), new Request(fetchRequest), new Request(ORIGIN))
    return new Response('')
  })
  await world.visitor().get('/')
  assert.equal(asked.length, 3)
  for (const request of asked) {
    await assert.rejects(logout(request), {
      name: 'TypeError',
      message: /^logout\(request\) got a request that Postern does not know: .* not the response or a copy\.$/,
    })
  }
})

test('the session remembers the address that the runtime told', async () => {
  const world = await fetchSite()
  await world.loggedIn()
  const [session] = await world.auth.sessions.store.listForUser(String(world.alice.id), world.clock.now())
  assert.equal(session?.address, world.address)
})
