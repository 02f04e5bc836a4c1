/** What a fetch `Request` says of itself: its host, its headers, its scheme, its method, and what proxies say of it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { json, text } from '../../src/auth/view.ts'
import { FetchRequest } from '../../src/fetch-request.ts'
import { path } from '../../src/kernel/urls.ts'
import { ClassView } from '../../src/views/class-view.ts'
import { csrfExempt } from '../../src/views/csrf-views.ts'
import { fetchSite, ORIGIN } from './fetch-site.ts'

const incoming = (url: string, init: RequestInit = {}, proxies = 0, address?: string) =>
  new FetchRequest(new Request(url, init), proxies, address)

test('path and query are as they were sent, without what belongs to the address alone', () => {
  for (const [address, url] of [
    ['http://a.example', '/'],
    ['http://a.example/x/?', '/x/'],
    ['http://a.example/x/?a=1&b=%2F#fragment', '/x/?a=1&b=%2F'],
    ['http://a.example/caf%C3%A9%2Fbar/', '/caf%C3%A9%2Fbar/'],
    ['http://a.example//evil.example/', '//evil.example/'],
    ['http://a.example/a/../b', '/b'],
  ] as const) {
    assert.equal(incoming(address).url, url)
  }
})

test('the host is that of the Host header, and of the address where there is none (HTTP/2)', () => {
  assert.equal(incoming('https://a.example:8443/').host, 'a.example:8443')
  assert.equal(incoming('https://a.example:443/').host, 'a.example')
  assert.equal(incoming('http://a.example/', { headers: { host: 'b.example:81' } }).host, 'b.example:81')
  assert.equal(incoming('http://a.example/', { headers: { host: '' } }).host, '')
})

test('a Host header that is not ours is refused whatever the address says, and so are two of them', async () => {
  const world = await fetchSite(undefined, { allowedHosts: ['site.localhost'], urls: [path('', () => text('here'))] })
  const status = async (url: string, ...hosts: string[]): Promise<number> => {
    const headers = new Headers()
    for (const host of hosts) headers.append('host', host)
    return (await world.handle(new Request(url, { headers }))).status
  }
  assert.equal(await status(ORIGIN), 200)
  assert.equal(await status(ORIGIN, 'site.localhost'), 200)
  assert.equal(await status(ORIGIN, 'site.localhost:8080'), 200)
  assert.equal(await status('http://127.0.0.1:9000/', 'site.localhost'), 200)
  for (const hosts of [
    ['evil.example'],
    [''],
    ['site.localhost', 'evil.example'],
    ['site.localhost', 'site.localhost'],
  ]) {
    assert.equal(await status(ORIGIN, ...hosts), 400, hosts.join())
  }
  assert.equal(await status('http://evil.example/'), 400)
})

test('next, Origin and the way back go by the host that was judged', async () => {
  const world = await fetchSite(undefined, { allowedHosts: ['*'] })
  const host = 'shop.example:8080'
  const visitor = world.visitor()
  await visitor.get('/accounts/login/', { host })
  const form = { username: 'alice', password: 'wonder-Land-42' }
  const send = (next: string, headers: Readonly<Record<string, string>> = {}) =>
    visitor.post('/accounts/login/', { ...form, next }, { host, ...headers })
  assert.equal((await send('/x/', { origin: ORIGIN })).status, 403)
  assert.equal(
    (await send(`http://${host}/x/`, { origin: `http://${host}` })).headers.get('location'),
    `http://${host}/x/`,
  )
  assert.equal((await send(`${ORIGIN}/x/`)).headers.get('location'), '/accounts/profile/')
})

test('a repeated header is one text, and of it nothing can be smuggled', () => {
  const headers = new Headers([
    ['x-own', 'a'],
    ['x-own', 'b'],
    ['cookie', 'a=1'],
    ['cookie', 'sessionid=b'],
  ])
  const request = incoming(ORIGIN, { headers })
  assert.equal(request.header('x-own'), 'a, b')
  assert.equal(request.header('cookie'), 'a=1; sessionid=b')
  assert.equal(request.header('x-none'), undefined)
})

test('two tokens, two origins or two Sec-Fetch-Site are not the one that is right', async () => {
  const world = await fetchSite()
  const browser = await world.loggedIn()
  const token = browser.cookies.get('csrftoken') ?? ''
  const post = async (...more: [string, string][]): Promise<number> =>
    (await browser.send('/accounts/logout/', { method: 'POST', headers: more })).status
  assert.equal(await post(['x-csrftoken', 'a'.repeat(32)], ['x-csrftoken', token]), 403)
  assert.equal(await post(['x-csrftoken', token], ['origin', ORIGIN], ['origin', 'https://evil.example']), 403)
  const own: [string, string] = ['origin', ORIGIN]
  assert.equal(await post(own, ['sec-fetch-site', 'cross-site'], ['sec-fetch-site', 'same-origin']), 403)
  assert.equal(await post(own, ['x-csrftoken', token]), 200)
})

test('a session cookie in a second Cookie header counts', async () => {
  const world = await fetchSite(undefined, { urls: [path('me/', ({ user }) => text(String(user)))] })
  const browser = await world.loggedIn()
  const headers = new Headers({ cookie: 'theme=dark' })
  headers.append('cookie', `sessionid=${browser.cookies.get('sessionid')}`)
  assert.equal(await (await world.handle(new Request(`${ORIGIN}/me/`, { headers }))).text(), 'alice')
})

test('the scheme is that of the address, and a proxy is believed only where one was declared', () => {
  const forwarded = { headers: { 'x-forwarded-proto': 'https', 'x-forwarded-for': '198.51.100.1, 203.0.113.7' } }
  const direct = incoming('http://a.example/', forwarded, 0, '192.0.2.1')
  assert.deepEqual([direct.scheme, direct.clientAddress], ['http', '192.0.2.1'])
  const behind = incoming('http://a.example/', forwarded, 1, '192.0.2.1')
  assert.deepEqual([behind.scheme, behind.clientAddress], ['https', '203.0.113.7'])
  const two = incoming('https://a.example/', { headers: { 'x-forwarded-proto': 'http, https' } }, 2, '192.0.2.1')
  assert.deepEqual([two.scheme, two.clientAddress], ['http', '192.0.2.1'])
  assert.equal(incoming('https://a.example/').scheme, 'https')
  assert.equal(incoming('https://a.example/').clientAddress, undefined)
  assert.equal(incoming('https://a.example/', {}, 1).scheme, 'https')
})

test('over HTTPS the address alone makes a request secure: a Referer is asked for', async () => {
  const world = await fetchSite()
  const page = await world.handle(new Request('https://site.localhost/accounts/login/'))
  const cookie = page.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  const body = new URLSearchParams({ csrfmiddlewaretoken: cookie.slice('csrftoken='.length) })
  const post = (headers: Readonly<Record<string, string>>) =>
    world.handle(
      new Request('https://site.localhost/accounts/login/', { method: 'POST', body, headers: { cookie, ...headers } }),
    )
  const refused = await post({})
  assert.equal(refused.status, 403)
  assert.match(await refused.text(), /Referer checking failed - no Referer\./)
  assert.equal((await post({ referer: 'https://site.localhost/' })).status, 200)
})

test('the signal is the one of the request', () => {
  const controller = new AbortController()
  const { signal } = incoming(ORIGIN, { signal: controller.signal })
  assert.equal(signal.aborted, false)
  controller.abort()
  assert.equal(signal.aborted, true)
})

class Thing extends ClassView {
  get() {
    return json({ method: this.request.method })
  }
  post() {
    return text('posted')
  }
  patch() {
    return text('patched')
  }
}

test('methods in odd case: those that fetch knows are put right, and any other is none that is safe', async () => {
  const own = () => new Response('let in')
  const world = await fetchSite(() => own, { urls: [path('thing/', csrfExempt(Thing.asView()))] })
  const browser = await world.loggedIn()
  const send = (url: string, method: string) => browser.send(url, { method })
  assert.equal(await (await send('/thing/', 'get')).text(), '{"method":"GET"}')
  assert.equal(await (await send('/thing/', 'pOsT')).text(), 'posted')
  assert.equal(await (await send('/thing/', 'PATCH')).text(), 'patched')
  // The fetch standard leaves the case of this one, and Django's views do not mind.
  assert.equal(await (await send('/thing/', 'PaTcH')).text(), 'patched')
  assert.equal((await send('/thing/', 'PROPFIND')).status, 405)
  assert.equal((await send('/thing/', 'constructor')).status, 405)
  for (const method of ['post', 'Patch', 'DELETE', 'propfind', 'GETS', 'x-get']) {
    assert.equal((await send('/own/', method)).status, 403, method)
    assert.equal((await send('/accounts/login/', method)).status, 403, method)
  }
  for (const method of ['get', 'hEaD', 'options']) assert.equal((await send('/own/', method)).status, 200, method)
})

test('a logout by a method in odd case is refused without a token, and is none with it but by POST', async () => {
  const world = await fetchSite()
  const browser = await world.loggedIn()
  const headers = { 'x-csrftoken': browser.cookies.get('csrftoken') ?? '' }
  for (const method of ['Patch', 'put', 'POST ']) {
    const send = () => browser.send('/accounts/logout/', { method, headers })
    if (method.endsWith(' ')) await assert.rejects(send(), TypeError)
    else assert.equal((await send()).status, 405, method)
  }
  assert.equal((await browser.send('/accounts/logout/', { method: 'post' })).status, 403)
  assert.equal((await browser.send('/accounts/logout/', { method: 'post', headers })).status, 200)
})
