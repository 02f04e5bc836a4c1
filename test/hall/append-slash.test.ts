/** `appendSlash`: Django's APPEND_SLASH. The Locations are a real Django's (5.2.18). */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import express from 'express'
import { loginRequired } from '../../src/auth/guards.ts'
import { text, type View } from '../../src/auth/view.ts'
import { postern } from '../../src/express.ts'
import { path } from '../../src/kernel/urls.ts'
import { Browser } from '../support/browser.ts'
import { testPostern } from '../support/postern.ts'
import { serve } from '../support/serve.ts'
import { type Site, site } from '../support/site.ts'

const echo: View = (_request, { a = '' }) => text(a)

const urls = [
  path('page/', () => text('page')),
  path('x/<str:a>/', echo),
  path('file', () => text('file')),
  path(
    'private/',
    loginRequired(() => text('private')),
  ),
]
const withSlash = (t: TestContext): Promise<Site> => site(t, { appendSlash: true, urls })

for (const [url, location] of [
  ['/page', '/page/'],
  ['/page?a=1&b=%2F', '/page/?a=1&b=%2F'],
  ['/page?next=/file', '/page/?next=/file'],
  ['/accounts/login', '/accounts/login/'],
  ['/accounts/logout?next=/x/', '/accounts/logout/?next=/x/'],
  ['/x/a%20b%C3%A9', '/x/a%20b%C3%A9/'],
] as const) {
  test(`${url} leads to ${location}, for good`, async (t) => {
    const reply = await (await withSlash(t)).visitor().get(url)
    assert.equal(reply.status, 301)
    assert.equal(reply.headers.location, location)
    assert.deepEqual(reply.setCookies, [])
  })
}

test('what has its slash, needs none or is not there is answered as it is', async (t) => {
  const visitor = (await withSlash(t)).visitor()
  assert.equal((await visitor.get('/page/')).body, 'page')
  assert.equal((await visitor.get('/file')).body, 'file')
  assert.equal((await visitor.get('/public')).body, 'public', "the application's own")
  for (const url of ['/nowhere', '/page//', '/x/a%2Fb', '/x']) assert.equal((await visitor.get(url)).status, 404, url)
})

test('no address leads to another host', async (t) => {
  const world = await site(t, { appendSlash: true, urls: [path('<path:anything>/', () => text('anything'))] })
  for (const [url, location] of [
    ['//evil.example/x', '/%2Fevil.example/x/'],
    ['///evil.example', '/%2F/evil.example/'],
  ] as const) {
    const reply = await world.visitor().get(world.base + url)
    assert.equal(reply.status, 301)
    assert.equal(reply.headers.location, location)
    assert.equal(new URL(reply.headers.location ?? '', world.base).host, new URL(world.base).host)
  }
  const reply = await world.visitor().get(`${world.base}/\\evil.example`)
  assert.equal(new URL(reply.headers.location ?? '', world.base).host, new URL(world.base).host)
})

test('a POST is redirected as well, without a token, and does nothing', async (t) => {
  const world = await withSlash(t)
  const browser = await world.loggedIn()
  const reply = await browser.send('/accounts/logout', { method: 'POST', form: {} })
  assert.equal(reply.status, 301)
  assert.equal(reply.headers.location, '/accounts/logout/')
  assert.equal((await browser.get('/me')).body, 'alice')
  assert.equal((await browser.send('/page', { method: 'HEAD' })).status, 301)
})

test('nobody is asked who they are, and another host is refused before', async (t) => {
  const world = await withSlash(t)
  const reply = await (await world.loggedIn()).get('/private')
  assert.equal(reply.status, 301)
  assert.equal(reply.headers.vary, undefined)
  assert.equal((await world.visitor().get('/page', { host: 'evil.example' })).status, 400)
})

test('below the mount of an Express application the slash comes behind the whole path', async (t) => {
  const { auth } = await testPostern({ appendSlash: true, urls })
  const app = express()
  app.use('/shop', postern(auth).middleware)
  const visitor = new Browser(await serve(t, app))
  assert.equal((await visitor.get('/shop/page?a=1')).headers.location, '/shop/page/?a=1')
  assert.equal((await visitor.get('/shop/accounts/login')).headers.location, '/shop/accounts/login/')
  assert.equal((await visitor.get('/shop/page/')).body, 'page')
})

test('without it both are answered', async (t) => {
  const visitor = (await site(t, { urls })).visitor()
  for (const url of ['/page', '/page/', '/file', '/file/']) assert.equal((await visitor.get(url)).status, 200, url)
})
