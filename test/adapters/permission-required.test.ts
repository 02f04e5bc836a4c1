/** The frameworks' own guards by permission, in front of the application's handlers. */
import assert from 'node:assert/strict'
import type { RequestListener } from 'node:http'
import { type TestContext, test } from 'node:test'
import express, { type NextFunction, type Request, type Response } from 'express'
import type { PermissionRequiredOptions, RequiredPermissions } from '../../src/auth/guards.ts'
import type { Database } from '../../src/database.ts'
import { postern as onExpress } from '../../src/express.ts'
import { memory } from '../../src/memory.ts'
import { postern as onNode } from '../../src/node.ts'
import type { Postern } from '../../src/postern.ts'
import type { User } from '../../src/users/user.ts'
import { BLOG } from '../support/blog.ts'
import { Browser } from '../support/browser.ts'
import { testPostern } from '../support/postern.ts'
import { serve } from '../support/serve.ts'

interface Asked {
  readonly required: RequiredPermissions
  readonly guard?: PermissionRequiredOptions
  /** What the handler does. */
  readonly handle?: (user: User) => unknown
  readonly errors: unknown[]
}

type Listen = (auth: Postern, asked: Asked) => RequestListener

const hello = (user: User): string => `hello ${user.email}`
const failing = (errors: unknown[]) => (error: unknown, _req: Request, res: Response, _next: NextFunction) => {
  errors.push(error)
  res.status((error as { statusCode?: number }).statusCode ?? 500).send('failed')
}

const ways: Readonly<Record<string, Listen>> = {
  'node:http': (auth, { required, guard, handle = hello, errors }) => {
    const { handler, permissionRequired } = onNode(auth, { onError: (error) => errors.push(error) })
    const guarded = permissionRequired(
      required,
      async (_req, res, request) => res.end(await handle(request.user)),
      guard,
    )
    // Not waited for, as a handler with braces would have it.
    return handler((req, res, request) => {
      guarded(req, res, request)
    })
  },
  'Express, a handler': (auth, { required, guard, handle = hello, errors }) => {
    const { middleware, permissionRequired } = onExpress(auth)
    const app = express().use(middleware)
    app.get(
      '/new',
      permissionRequired(required, async (req, res) => res.send(await handle(req.user)), guard),
    )
    return app.use(failing(errors))
  },
  'Express, a middleware': (auth, { required, guard, handle = hello, errors }) => {
    const { middleware, permissionRequired, withUser } = onExpress(auth)
    const app = express().use(middleware)
    app.get(
      '/new',
      permissionRequired(required, guard),
      withUser(async (req, res) => res.send(await handle(req.user as User))),
    )
    return app.use(failing(errors))
  },
  'Express, a property': (auth, { required, guard, handle = hello, errors }) => {
    const { middleware, permissionRequired } = onExpress(auth, { property: 'auth' })
    const app = express().use(middleware)
    app.get(
      '/new',
      permissionRequired(required, async (req, res) => res.send(await handle(req.auth.user)), guard),
    )
    return app.use(failing(errors))
  },
}

/** A server with one guarded address; alice may add posts. */
async function guarded(t: TestContext, listen: Listen, asked: Partial<Asked> = {}, database: Database = memory()) {
  const errors: unknown[] = []
  const { auth, alice } = await testPostern({ ...BLOG, database })
  await auth.permissions.grant(alice, 'blog.add_post')
  const base = await serve(t, listen(auth, { required: 'blog.add_post', ...asked, errors }))
  const loggedIn = async (): Promise<Browser> => {
    const browser = new Browser(base)
    assert.equal((await browser.login()).status, 302)
    return browser
  }
  return { errors, loggedIn, visitor: () => new Browser(base) }
}

for (const [name, listen] of Object.entries(ways)) {
  test(`${name}: who may gets through, and the page is private`, async (t) => {
    const world = await guarded(t, listen, { required: new Set(['blog.add_post']) })
    const reply = await (await world.loggedIn()).get('/new')
    assert.equal(reply.body, 'hello alice@site.example')
    assert.equal(reply.headers['cache-control'], 'private, no-store')
  })

  test(`${name}: who may not is sent to the login page, logged in or not; a program is told`, async (t) => {
    const guard = { redirectFieldName: 'then', loginUrl: '/in/' }
    const world = await guarded(t, listen, { required: ['blog.add_post', 'blog.delete_post'], guard })
    const json = { accept: 'application/json' }
    for (const browser of [await world.loggedIn(), world.visitor()]) {
      assert.equal((await browser.get('/new')).headers.location, '/in/?then=/new')
    }
    const told = await (await world.loggedIn()).get('/new', json)
    assert.deepEqual([told.status, JSON.parse(told.body).error.code], [403, 'permission_denied'])
    assert.equal((await world.visitor().get('/new', json)).status, 401)
    assert.deepEqual(world.errors, [])
  })

  test(`${name}: with raiseException a page refuses, and it is no error of the handler's`, async (t) => {
    const world = await guarded(t, listen, { required: 'blog.delete_post', guard: { raiseException: true } })
    for (const browser of [await world.loggedIn(), world.visitor()]) {
      const reply = await browser.get('/new')
      assert.equal(reply.status, 403)
      assert.match(reply.body, /You do not have permission to do this\./)
      assert.equal(reply.headers.location, undefined)
    }
    assert.deepEqual(world.errors, [])
  })

  test(`${name}: a store that does not answer is a 503, nobody gets through and the process lives`, async (t) => {
    const database = memory()
    const world = await guarded(t, listen, {}, database)
    const browser = await world.loggedIn()
    t.mock.method(database.permissions, 'permissionsOf', () => Promise.reject(new Error('gone')))
    const reply = await browser.get('/new')
    assert.equal(reply.status, 503)
    assert.doesNotMatch(reply.body, /hello/)
    assert.equal((world.errors[0] as { code?: string }).code, 'ERR_STORE_UNAVAILABLE')
  })

  test(`${name}: what the handler throws goes where all errors go`, async (t) => {
    const handle = (): Promise<never> => Promise.reject(new Error('broken'))
    const world = await guarded(t, listen, { handle })
    assert.equal((await (await world.loggedIn()).get('/new')).status, 500)
    assert.match(String(world.errors), /broken/)
  })

  test(`${name}: what is no permission is a TypeError at start`, async (t) => {
    await assert.rejects(guarded(t, listen, { required: undefined as never }), {
      name: 'TypeError',
      message: /required by its name/,
    })
  })
}

test('a request that never passed the middleware is a mistake that says so, and lets nobody in', async (t) => {
  const { auth } = await testPostern(BLOG)
  const errors: unknown[] = []
  const app = express()
  app.get(
    '/new',
    onExpress(auth).permissionRequired('blog.add_post', (_req, res) => void res.send('in')),
  )
  const reply = await new Browser(await serve(t, app.use(failing(errors)))).get('/new')
  assert.equal(reply.status, 500)
  assert.match(String(errors), /permissionRequired\(\) got a request that this Postern does not know/)
})

test('within another Postern’s handler it asks about its own user', async (t) => {
  const [shop, admin] = [
    await testPostern(BLOG),
    await testPostern({ ...BLOG, session: { cookieName: 'admin' }, accountsPrefix: 'admin/' }),
  ]
  await admin.auth.permissions.grant(admin.alice, 'blog.add_post')
  const inner = onNode(admin.auth)
  const guarded = inner.permissionRequired('blog.add_post', (_req, res, request) => res.end(`in as ${request.user}`))
  const outer = onNode(shop.auth).handler((req, res, request) =>
    inner.handler((_req, _res) => guarded(req, res, request))(req, res),
  )
  const browser = new Browser(await serve(t, outer))
  await browser.login()
  assert.equal((await browser.get('/new')).status, 302, 'logged in at the shop alone')
  await browser.post('/admin/login/', { username: 'alice', password: 'wonder-Land-42' })
  assert.equal((await browser.get('/new')).body, 'in as alice')
})
