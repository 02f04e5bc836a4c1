import assert from 'node:assert/strict'
import { test } from 'node:test'
import express from 'express'
import { postern } from '../../src/express.ts'
import { messages } from '../../src/index.ts'
import { Browser } from '../support/browser.ts'
import { testPostern } from '../support/postern.ts'
import { serve } from '../support/serve.ts'

test('on Express the functions take req, and req.messages is what a page shows', async (t) => {
  const { auth } = await testPostern()
  const { middleware, withUser, loginRequired } = postern(auth)
  const app = express()
  app.use(middleware)
  app.get('/add', (req, res) => {
    messages.warning(req, 'Mind the gap', { extraTags: 'big' })
    messages.debug(req, 'not kept')
    messages.setLevel(req, messages.DEBUG)
    messages.debug(req, 'kept')
    messages.addMessage(req, 35, `level ${messages.getLevel(req)}`)
    messages.setLevel(req, null)
    messages.debug(req, 'not kept again')
    res.redirect('/show')
  })
  app.get(
    '/show',
    withUser((req, res) => res.json([...req.messages].map((one) => [one.tags, String(one)]))),
  )
  app.get('/count', (req, res) => res.json(messages.getMessages(req).length))
  app.get(
    '/mine',
    loginRequired((req, res) => res.json([...req.messages].map(String))),
  )
  const browser = new Browser(await serve(t, app))
  assert.equal((await browser.get('/add')).status, 302)
  assert.equal((await browser.get('/count')).body, '3')
  assert.equal((await browser.get('/mine')).status, 302, 'the guard comes before the messages')
  const shown = await browser.get('/show')
  assert.deepEqual(JSON.parse(shown.body), [
    ['big warning', 'Mind the gap'],
    ['debug', 'kept'],
    ['', 'level 10'],
  ])
  assert.equal((await browser.get('/show')).body, '[]')
})

test('where req.messages belongs to somebody else, that is said, and the property of one’s own has them', async (t) => {
  const { auth } = await testPostern()
  const taken = express()
  taken.set('env', 'test')
  const errors: unknown[] = []
  taken.use((req, _res, next) => {
    Object.assign(req, { messages: [] })
    next()
  })
  taken.use(postern(auth).middleware)
  taken.use((error: unknown, _req: unknown, res: { end(): void }, _next: unknown) => {
    errors.push(error)
    res.end()
  })
  await new Browser(await serve(t, taken)).get('/')
  assert.match(String(errors[0]), /req\.messages belongs to somebody else/)

  const shared = express()
  shared.use((req, _res, next) => {
    Object.assign(req, { messages: [] })
    next()
  })
  shared.use(postern(auth, { property: 'auth' }).middleware)
  shared.get('/', (req, res) => {
    messages.info(req, 'there')
    res.json([...messages.getMessages(req)].map(String))
  })
  assert.equal((await new Browser(await serve(t, shared)).get('/')).body, '["there"]')
})

test('on fetch a message survives the redirect and is shown once', async () => {
  const { auth } = await testPostern({ allowedHosts: ['site.example'] })
  const otherwise = (request: { readonly path: string } & Parameters<typeof messages.getMessages>[0]): Response => {
    if (request.path === '/add') {
      messages.success(request, 'Saved')
      return new Response(null, { status: 303, headers: { location: '/show' } })
    }
    return Response.json([...messages.getMessages(request)].map(String))
  }
  const added = await auth.handle(new Request('http://site.example/add'), { otherwise })
  const [cookie = ''] = added.headers.getSetCookie()
  assert.match(cookie, /^messages=/)
  const headers = { cookie: cookie.split(';')[0] ?? '' }
  const shown = await auth.handle(new Request('http://site.example/show', { headers }), { otherwise })
  assert.deepEqual(await shown.json(), ['Saved'])
  assert.match(shown.headers.getSetCookie()[0] ?? '', /^messages="";.*Max-Age=0/)
})

test('without a request, or with one that never passed the middleware, the sentence names the function', () => {
  assert.throws(() => messages.success(undefined as never, 'x'), /messages\.success\(request\) needs the request/)
  assert.throws(() => messages.error({ method: 'GET', headers: {} }, 'x'), /messages\.error.*middleware/s)
  assert.throws(() => messages.getMessages({ method: 'GET', headers: {} }), TypeError)
})
