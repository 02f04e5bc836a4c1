/** Two Posterns on one server, as a shop and its back office: neither takes the other's users for its own. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import express, { type Request, type RequestHandler, type Response } from 'express'
import { ConfigurationError } from '../../src/errors.ts'
import { postern as onExpress } from '../../src/express.ts'
import { getUser, login, logout } from '../../src/index.ts'
import { postern as onNode } from '../../src/node.ts'
import { Browser } from '../support/browser.ts'
import { testPostern } from '../support/postern.ts'
import { serve } from '../support/serve.ts'

const ADMIN = {
  secretKey: 'the-secret-key-of-the-back-office-0123456789-abcdefgh',
  accountsPrefix: 'admin/accounts/',
  loginUrl: '/admin/accounts/login/',
  session: { cookieName: 'adminsession' },
  csrf: { cookieName: 'admincsrf' },
  messages: { cookieName: 'adminmessages' },
}

async function both(): Promise<Record<'admin' | 'shop', Awaited<ReturnType<typeof testPostern>>['auth']>> {
  return { admin: (await testPostern(ADMIN)).auth, shop: (await testPostern()).auth }
}

/** Answers with what went wrong. */
async function listen(t: TestContext, app: express.Express): Promise<Browser> {
  app.use((error: Error, _req: Request, res: Response, _next: unknown) => void res.status(500).send(error.message))
  return new Browser(await serve(t, app))
}

for (const adminFirst of [true, false]) {
  test(`Express: the guard of one does not let in a user of the other, ${adminFirst ? 'first' : 'second'} on the app`, async (t) => {
    const { admin, shop } = await both()
    const office = onExpress(admin, { property: 'admin' })
    const front = onExpress(shop)
    const app = express()
    const middlewares = [office.middleware, front.middleware] as RequestHandler[]
    app.use(adminFirst ? middlewares : middlewares.reverse())
    app.get(
      '/admin/secret',
      office.loginRequired((req, res) => void res.send(req.admin.user.username)),
    )
    app.get(
      '/basket',
      front.loginRequired((req, res) => void res.send(req.user.username)),
    )
    app.get('/who', (req, res) => {
      const named = [office.request(req), front.request(req)].map(({ user }) => user.username)
      res.json([...named, Reflect.get(req, 'user').username, Reflect.get(req, 'admin').user.username])
    })
    const alice = await listen(t, app)
    await alice.login()
    assert.equal((await alice.get('/basket')).body, 'alice')
    const sent = await alice.get('/admin/secret')
    assert.deepEqual([sent.status, sent.headers.location], [302, '/admin/accounts/login/?next=/admin/secret'])
    assert.equal((await alice.get('/who')).body, '["","alice","alice",""]')
  })
}

test('Express: a request that several Posterns know is nobody’s for the generic functions, and says what to pass', async (t) => {
  const { admin, shop } = await both()
  const office = onExpress(admin, { property: 'admin' })
  const front = onExpress(shop)
  const app = express()
  app.use(office.middleware as RequestHandler, front.middleware as RequestHandler)
  for (const [path, call] of Object.entries<(req: Request) => unknown>({
    '/leave': (req) => logout(req),
    '/enter': (req) => login(req, {} as never),
    '/who': (req) => getUser(req),
  })) {
    app.get(path, async (req, res) => void res.json(await call(req)))
  }
  app.get('/leave-shop', async (req, res) => {
    await logout(front.request(req))
    res.send('left')
  })
  const alice = await listen(t, app)
  await alice.login()
  for (const path of ['/leave', '/enter', '/who']) {
    const { status, body } = await alice.get(path)
    assert.equal(status, 500, path)
    assert.match(body, /got a request that passed several Posterns: .*\(req\.admin\)/, path)
  }
  const thief = alice.copy()
  assert.equal((await alice.get('/leave-shop')).body, 'left')
  assert.equal(alice.cookies.has('sessionid'), false)
  assert.equal((await thief.get('/accounts/password_change/')).status === 200, false)
})

test('Express: a guard whose own middleware has not seen the request throws, whoever else knows it', async (t) => {
  const { admin, shop } = await both()
  const office = onExpress(admin, { property: 'admin' })
  const app = express()
  app.use(onExpress(shop).middleware as RequestHandler)
  app.get('/guard', office.loginRequired() as RequestHandler, (_req, res) => void res.send('secret'))
  app.get(
    '/with-user',
    office.withUser((_req, res) => void res.send('secret')),
  )
  app.get('/request', (req, res) => void res.send(office.request(req).user.username))
  const alice = await listen(t, app)
  await alice.login()
  for (const path of ['/guard', '/with-user', '/request']) {
    const { status, body } = await alice.get(path)
    assert.equal(status, 500, path)
    assert.match(body, /got a request that this Postern does not know/, path)
  }
})

for (const property of [undefined, 'auth'] as const) {
  test(`Express: two Posterns that both want req.${property ?? 'user'} are told so`, async (t) => {
    const { admin, shop } = await both()
    const app = express()
    for (const auth of [admin, shop]) {
      const { middleware } = property === undefined ? onExpress(auth) : onExpress(auth, { property })
      app.use(middleware as RequestHandler)
    }
    app.get('/', (_req, res) => void res.send('reached'))
    const errors: unknown[] = []
    app.use((error: unknown, _req: Request, _res: Response, next: (error: unknown) => void) => {
      errors.push(error)
      next(error)
    })
    const visitor = await listen(t, app)
    for (let i = 0; i < 2; i++) assert.match((await visitor.get('/')).body, /another Postern's already.*property/)
    assert.ok(errors.every((error) => error instanceof ConfigurationError))
  })
}

test('Express: two adapters of one Postern, in two files of an application, know each other’s requests', async (t) => {
  const { auth } = await testPostern()
  const app = express()
  app.use(onExpress(auth).middleware as RequestHandler, onExpress(auth).middleware as RequestHandler)
  app.get(
    '/',
    onExpress(auth).loginRequired((req, res) => void res.json([req.user.username, getUser(req).username])),
  )
  const alice = await listen(t, app)
  assert.equal((await alice.get('/')).status, 302)
  await alice.login()
  assert.equal((await alice.get('/')).body, '["alice","alice"]')
})

test('node:http: within the handler of another Postern a guard asks its own', async (t) => {
  const { admin, shop } = await both()
  const office = onNode(admin)
  const front = onNode(shop)
  const secret = office.loginRequired((_req, res, { user }) => res.end(`secret of ${user.username}`))
  const inner = front.handler(secret)
  const alice = new Browser(
    await serve(
      t,
      office.handler((req, res) => inner(req, res)),
    ),
  )
  await alice.login()
  assert.equal((await alice.get('/')).headers.location, '/admin/accounts/login/?next=/')
  const stranger = new Browser(await serve(t, onNode(shop, { onError: () => {} }).handler(secret)))
  await stranger.login()
  assert.equal((await stranger.get('/')).status, 500)
})

test('fetch: a Request that two Posterns have handled is nobody’s for the generic functions', async () => {
  const { admin, shop } = await both()
  const request = new Request('http://localhost/page')
  let inner: unknown
  await admin
    .handle(request, {
      otherwise: () =>
        shop.handle(request, {
          otherwise: (own) => {
            inner = getUser(own)
            return new Response(getUser(request).username)
          },
        }),
    })
    .catch((error) => assert.match(error.message, /passed several Posterns/))
  assert.equal((inner as { isAuthenticated: boolean }).isAuthenticated, false)
  assert.throws(() => getUser(request), /passed several Posterns/)
})

test('three Posterns on one app keep their users apart as well', async (t) => {
  const { admin, shop } = await both()
  const press = {
    accountsPrefix: 'press/accounts/',
    session: { cookieName: 'press' },
    csrf: { cookieName: 'presscsrf' },
  }
  const third = (await testPostern({ ...press, messages: { cookieName: 'pressmessages' } })).auth
  const [office, front, paper] = [
    onExpress(admin, { property: 'admin' }),
    onExpress(shop),
    onExpress(third, { property: 'press' }),
  ]
  const app = express()
  for (const { middleware } of [office, front, paper]) app.use(middleware as RequestHandler)
  app.get('/who', (req, res) => {
    res.json([office, front, paper].map(({ request }) => request(req as never).user.username))
  })
  const alice = await listen(t, app)
  await alice.login()
  assert.equal((await alice.get('/who')).body, '["","alice",""]')
})
