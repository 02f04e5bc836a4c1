import assert from 'node:assert/strict'
import { test } from 'node:test'
import express, { type RequestHandler } from 'express'
import { postern as onExpress } from '../../src/express.ts'
import { postern as onNode } from '../../src/node.ts'
import { Browser, type Reply } from '../support/browser.ts'
import { ALICE, testPostern } from '../support/postern.ts'
import { serve } from '../support/serve.ts'

const STALE = '/accounts/reauthenticate/?next='

function prove(browser: Browser): Promise<Reply> {
  return browser.post('/accounts/reauthenticate/', { password: ALICE.password })
}

test('on Express a handler and a middleware want a fresh proof, and give it its user', async (t) => {
  const { auth, clock } = await testPostern()
  const { middleware, requireFresh } = onExpress(auth)
  const app = express()
  app.use(middleware)
  app.get(
    '/handler/:id',
    requireFresh<{ id: string }>(600, (req, res) => {
      res.send(`${req.user.username} ${req.params.id}`)
    }),
  )
  app.get('/middleware', requireFresh(600) as RequestHandler, (_req, res) => {
    res.send('let in')
  })
  app.get('/options', requireFresh(600, { reauthenticateUrl: '/prove/' }) as RequestHandler, (_req, res) => {
    res.send('let in')
  })
  const browser = new Browser(await serve(t, app))
  assert.equal((await browser.get('/handler/5')).headers.location, '/accounts/login/?next=/handler/5')
  await browser.login()
  assert.equal((await browser.get('/handler/5')).body, 'alice 5')
  assert.equal((await browser.get('/middleware')).body, 'let in')
  clock.pass(601)
  assert.equal((await browser.get('/handler/5')).headers.location, `${STALE}/handler/5`)
  assert.equal((await browser.get('/middleware')).headers.location, `${STALE}/middleware`)
  assert.equal((await browser.get('/options')).headers.location, '/prove/?next=/options')
  const told = await browser.get('/middleware', { accept: 'application/json' })
  assert.deepEqual([told.status, JSON.parse(told.body).error.code], [403, 'reauthentication_required'])
  await prove(browser)
  assert.equal((await browser.get('/middleware')).body, 'let in')
  assert.match(String((await browser.get('/middleware')).headers['cache-control']), /private, no-store/)
})

test('on Express under a prefix the page that asks is under it, too', async (t) => {
  const { auth, clock } = await testPostern()
  const { middleware, requireFresh } = onExpress(auth)
  const inner = express.Router()
  inner.use(middleware)
  inner.get('/email', requireFresh(600) as RequestHandler, (_req, res) => {
    res.send('let in')
  })
  const app = express()
  app.use('/shop', inner)
  const browser = new Browser(await serve(t, app))
  await browser.get('/shop/accounts/login/')
  await browser.post('/shop/accounts/login/', { username: ALICE.username, password: ALICE.password })
  clock.pass(601)
  assert.equal((await browser.get('/shop/email')).headers.location, '/shop/accounts/reauthenticate/?next=/shop/email')
})

test('on node:http a handler wants a fresh proof', async (t) => {
  const { auth, clock } = await testPostern()
  const { handler, requireFresh } = onNode(auth)
  const email = requireFresh(600, (_req, res, request) => res.end(`let in ${request.user.username}`))
  const other = requireFresh(600, (_req, res) => res.end('let in'), { reauthenticateUrl: '/prove/' })
  const listener = handler((req, res, request) => (request.path === '/other' ? other : email)(req, res, request))
  const browser = new Browser(await serve(t, listener))
  await browser.login()
  assert.equal((await browser.get('/email')).body, 'let in alice')
  clock.pass(601)
  assert.equal((await browser.get('/email')).headers.location, `${STALE}/email`)
  assert.equal((await browser.get('/other')).headers.location, '/prove/?next=/other')
  await prove(browser)
  assert.equal((await browser.get('/email')).body, 'let in alice')
})

test('a request that never passed the middleware is an error that says so, and so are seconds that are none', async (t) => {
  const { auth } = await testPostern()
  const { requireFresh } = onExpress(auth)
  const said: unknown[] = []
  const base = await serve(t, (req, res) => {
    try {
      requireFresh(600)(req, res, () => {})
    } catch (error) {
      said.push(error)
    }
    res.end()
  })
  await new Browser(base).get('/')
  assert.match(String(said[0]), /^TypeError: requireFresh\(\) got a request that this Postern does not know/)
  assert.throws(() => requireFresh(0), /needs seconds above 0/)
  assert.throws(() => onNode(auth).requireFresh(Number.NaN, () => {}), /needs seconds above 0/)
})
