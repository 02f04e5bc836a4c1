/** What Postern puts on Express's `req`, and what it says when the place is taken. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import express, { type NextFunction, type Request, type RequestHandler, type Response } from 'express'
import { ConfigurationError } from '../../src/errors.ts'
import { postern as onExpress } from '../../src/express.ts'
import { Browser } from '../support/browser.ts'
import { testPostern } from '../support/postern.ts'
import { serve } from '../support/serve.ts'

/** As Passport, express-session and csurf do: puts something of its own on the request. */
function owning(name: string): RequestHandler {
  return (req, _res, next) => {
    Reflect.set(req, name, { theirs: true })
    // Their code is no module and does not notice a refusal; ours does.
    if (Reflect.get(req, name)?.theirs !== true) throw new Error(`req.${name} could not be set`)
    next()
  }
}

/** Keeps what reaches the error handling, and answers with its message. */
function errorsOf(app: express.Express): unknown[] {
  const errors: unknown[] = []
  app.use((error: Error, _req: Request, res: Response, _next: NextFunction) => {
    errors.push(error)
    res.status(500).send(error.message)
  })
  return errors
}

test('req has the user, the session and a token, each of its own request', async (t) => {
  const { auth } = await testPostern()
  const { middleware, withUser } = onExpress(auth)
  const app = express()
  app.use(middleware)
  app.get(
    '/',
    withUser((req, res) => {
      const { user, session, csrfToken } = req
      const same = user === req.user && session === req.session
      res.json([user.username, user.isAuthenticated, session.sessionKey !== null, csrfToken.length, same])
    }),
  )
  const base = await serve(t, app)
  const alice = new Browser(base)
  await alice.login()
  const [hers, others] = await Promise.all([alice.get('/'), new Browser(base).get('/')])
  assert.deepEqual(JSON.parse(hers.body), ['alice', true, true, 64, true])
  assert.deepEqual(JSON.parse(others.body), ['', false, false, 64, true])
})

test('a request that never passed the middleware has no user of another one', async (t) => {
  const { auth } = await testPostern()
  const { middleware } = onExpress(auth)
  const app = express()
  app.get('/before', (req, res) => void res.json(Reflect.get(req, 'user') ?? null))
  app.use(middleware)
  app.get('/after', (req, res) => void res.json(typeof Reflect.get(req, 'user')))
  const alice = new Browser(await serve(t, app))
  await alice.login()
  assert.equal((await alice.get('/after')).body, '"object"')
  assert.equal((await alice.get('/before')).body, 'null')
})

for (const name of ['user', 'session', 'messages', 'csrfToken']) {
  test(`somebody else's req.${name} in front of Postern is an error that names it and the way out`, async (t) => {
    const { auth } = await testPostern()
    const app = express()
    app.use(owning(name), onExpress(auth).middleware)
    const errors = errorsOf(app)
    const alice = new Browser(await serve(t, app))
    for (const how of ['anonymous', 'signed in']) {
      const reply = await alice.get('/')
      assert.equal(reply.status, 500, how)
      assert.match(reply.body, new RegExp(`^req\\.${name} belongs to somebody else`))
      assert.match(reply.body, /postern\(auth, \{ property: 'auth' \}\)/)
      if (how === 'anonymous') await alice.login()
    }
    assert.equal(errors.length, 2)
    assert.ok(errors.every((error) => error instanceof ConfigurationError))
  })

  test(`somebody else's req.${name} behind Postern is an error that names it, and is not swallowed`, async (t) => {
    const { auth } = await testPostern()
    const app = express()
    app.use(onExpress(auth).middleware, owning(name))
    const errors = errorsOf(app)
    const base = await serve(t, app)
    for (const visitor of [new Browser(base), new Browser(base)]) {
      assert.match((await visitor.get('/')).body, new RegExp(`^req\\.${name} belongs to somebody else`))
    }
    assert.ok(errors[0] instanceof ConfigurationError)
  })
}

test('with a property of its own, Postern lives beside Passport and express-session', async (t) => {
  const { auth } = await testPostern()
  const { middleware, loginRequired, withUser } = onExpress(auth, { property: 'auth' })
  const app = express()
  app.use(owning('user'), owning('session'), middleware, owning('csrfToken'))
  app.get(
    '/',
    withUser((req, res) => void res.json([req.auth.user.username, Reflect.get(req, 'user')])),
  )
  app.get(
    '/mine',
    loginRequired((req, res) => void res.send(req.auth.user.username)),
  )
  const alice = new Browser(await serve(t, app))
  assert.deepEqual(JSON.parse((await alice.get('/')).body), ['', { theirs: true }])
  assert.equal((await alice.get('/mine')).status, 302)
  await alice.login()
  assert.deepEqual(JSON.parse((await alice.get('/')).body), ['alice', { theirs: true }])
  assert.equal((await alice.get('/mine')).body, 'alice')
  await alice.logout()
  assert.equal((await alice.get('/mine')).status, 302)
})
