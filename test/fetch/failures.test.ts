/** `handle` when a handler throws and when the store does: nothing of the handler's goes out, and nothing is said that is not so. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AuthRequest } from '../../src/auth/auth-request.ts'
import { login } from '../../src/auth/login.ts'
import { logout } from '../../src/auth/logout.ts'
import { text } from '../../src/auth/view.ts'
import { PermissionDenied } from '../../src/errors.ts'
import { path } from '../../src/kernel/urls.ts'
import { memory } from '../../src/memory.ts'
import { listen, sessionsOf } from '../support/site.ts'
import { type FetchSite, fetchSite, type Otherwise } from './fetch-site.ts'

const broken = new Error('broken')

async function enter(world: FetchSite, request: AuthRequest): Promise<void> {
  const user = await world.auth.users.findByUsername('alice')
  assert.ok(user)
  await login(request, user)
}

/** A site with a handler for each path, and a store in memory. */
async function siteOf(handlers: Readonly<Record<string, (world: FetchSite, request: AuthRequest) => unknown>>) {
  const database = memory()
  const otherwise: Otherwise = async (request) => {
    if (request.path === '/me') return new Response(String(request.user))
    return (await handlers[request.path]?.(world, request)) as Response
  }
  const world: FetchSite = await fetchSite(() => otherwise, { database })
  return { database, world }
}

async function is503(reply: Response): Promise<void> {
  assert.equal(reply.status, 503)
  assert.match(reply.headers.get('retry-after') ?? '', /^\d+$/)
  assert.equal(reply.headers.get('cache-control'), 'private, no-store')
  assert.deepEqual(reply.headers.getSetCookie(), [])
  assert.equal(reply.headers.get('location'), null)
  assert.equal(reply.headers.get('x-own'), null)
  assert.doesNotMatch(await reply.text(), /from the handler|logged out/)
}

const own = () =>
  new Response('from the handler', { headers: { 'x-own': '1', location: '/away/', 'set-cookie': 'a=1' } })

test('a handler that throws after a login has logged nobody in: the runtime gets the error, the browser no cookie', async () => {
  const { world } = await siteOf({
    '/in': async (site, request) => {
      await enter(site, request)
      throw broken
    },
  })
  const browser = world.visitor()
  await assert.rejects(browser.get('/in'), broken)
  assert.equal(browser.cookies.size, 0)
  assert.equal(await sessionsOf(world, world.alice), 0)
})

test('a handler that throws after a logout has logged out, and its event was sent', async (t) => {
  const { world } = await siteOf({
    '/out': async (_site, request) => {
      await logout(request)
      throw broken
    },
  })
  const heard = listen(t, 'user_logged_out')
  const browser = await world.loggedIn()
  await assert.rejects(browser.get('/out'), broken)
  assert.equal(await (await browser.get('/me')).text(), 'AnonymousUser')
  assert.deepEqual(
    heard.map(({ user }) => user?.username),
    ['alice'],
  )
})

test('a view that throws is told to the runtime as well, with what it wrote dropped', async () => {
  const world = await fetchSite(undefined, {
    urls: [
      path('boom/', (request) => {
        request.session.set('cart', 'apples')
        throw broken
      }),
    ],
  })
  const browser = await world.loggedIn()
  await assert.rejects(browser.get('/boom/'), broken)
  await assert.rejects(browser.send('/boom/', { method: 'HEAD' }), broken)
})

test('an error of ours becomes its answer, and a 5xx of it keeps nothing', async () => {
  const { world } = await siteOf({
    '/denied': () => {
      throw new PermissionDenied()
    },
    '/down': async (site, request) => {
      await enter(site, request)
      throw Object.assign(new Error('a copy of the package'), {
        code: 'ERR_STORE_UNAVAILABLE',
        statusCode: 503,
        headers: { 'Retry-After': '2' },
      })
    },
  })
  assert.equal((await world.visitor().get('/denied')).status, 403)
  const browser = world.visitor()
  const down = await browser.get('/down')
  assert.equal(down.status, 503)
  assert.equal(down.headers.get('retry-after'), '2')
  assert.equal(browser.cookies.has('sessionid'), false)
  assert.equal(await sessionsOf(world, world.alice), 0)
})

test('what is no Response is an error for the runtime, and logs nobody in', async () => {
  const { world } = await siteOf({
    '/in': async (site, request) => {
      await enter(site, request)
      return undefined
    },
  })
  const browser = world.visitor()
  await assert.rejects(browser.get('/in'), TypeError)
  assert.equal(browser.cookies.size, 0)
  assert.equal(await sessionsOf(world, world.alice), 0)
})

test('a 5xx that a handler answers saves nothing, but a logout in it stands and takes the cookie away', async () => {
  const { world } = await siteOf({
    '/write': (_site, request) => {
      request.session.set('cart', 'apples')
      return new Response('failed', { status: 500 })
    },
    '/out': async (_site, request) => {
      await logout(request)
      return new Response('failed', { status: 500 })
    },
    '/cart': (_site, request) => new Response(String(request.session.get('cart'))),
  })
  const browser = await world.loggedIn()
  assert.equal(await (await browser.get('/write')).text(), 'failed')
  assert.equal(await (await browser.get('/cart')).text(), 'undefined')
  const thief = browser.copy()
  assert.equal((await browser.get('/out')).status, 500)
  assert.equal(browser.cookies.has('sessionid'), false)
  assert.equal(await (await thief.get('/me')).text(), 'AnonymousUser')
})

test('a store that fails at the load: who asks gets a 503, and a page that does not ask stays up', async (t) => {
  const { database, world } = await siteOf({
    '/own': (_site, { user }) => new Response(`from the handler ${user}`),
    '/public': own,
  })
  const browser = await world.loggedIn()
  const load = t.mock.method(database.sessions, 'load', () => {
    throw new Error('gone')
  })
  await is503(await browser.get('/own'))
  await is503(await browser.post('/accounts/logout/'))
  const open = await browser.get('/public')
  assert.equal(await open.text(), 'from the handler')
  assert.equal(open.headers.get('cache-control'), null)
  load.mock.restore()
  assert.equal(await (await browser.get('/me')).text(), 'alice')
})

test('a store that fails at the save: a 503 with nothing of the handler’s, and its stream is ended', async (t) => {
  const cancelled: unknown[] = []
  const endless = () =>
    new ReadableStream({
      pull: (controller) => controller.enqueue(new TextEncoder().encode('from the handler')),
      cancel: (reason) => void cancelled.push(reason),
    })
  const { database, world } = await siteOf({
    '/write': (_site, request) => {
      request.session.set('cart', 'apples')
      return new Response(endless(), { headers: own().headers })
    },
    '/in': async (site, request) => {
      await enter(site, request)
      return own()
    },
  })
  const browser = await world.loggedIn()
  t.mock.method(database.sessions, 'update', () => Promise.reject(new Error('disk full')))
  t.mock.method(database.sessions, 'create', () => Promise.reject(new Error('disk full')))
  await is503(await browser.get('/write'))
  assert.equal(cancelled.length, 1)
  const other = world.visitor()
  await is503(await other.get('/in'))
  assert.equal(other.cookies.size, 0)
  assert.equal(await (await browser.get('/me')).text(), 'alice')
})

for (const [what, cancel] of [
  ['throws when it is ended', () => Promise.reject(broken)],
  ['never says that it has ended', () => new Promise<void>(() => {})],
] as const) {
  test(`a stream that ${what} does not stand in the way of the 503`, async (t) => {
    const { database, world } = await siteOf({
      '/write': (_site, request) => {
        request.session.set('cart', 'apples')
        return new Response(new ReadableStream({ cancel }))
      },
    })
    const browser = await world.loggedIn()
    t.mock.method(database.sessions, 'update', () => Promise.reject(new Error('disk full')))
    await is503(await browser.get('/write'))
  })
}

test('a store that fails at the logout: a 503, the cookie stays, and pressing the button again works', async (t) => {
  const { database, world } = await siteOf({
    '/out': async (_site, request) => {
      // Not awaited, and nobody catches it: the answer waits for it all the same.
      void logout(request)
      return own()
    },
  })
  const heard = listen(t, 'user_logged_out')
  const browser = await world.loggedIn()
  const failing = t.mock.method(database.sessions, 'delete', () => Promise.reject(new Error('gone')))
  const before = browser.cookies.get('sessionid')
  await is503(await browser.get('/out'))
  await is503(await browser.logout())
  assert.equal(browser.cookies.get('sessionid'), before)
  assert.deepEqual(heard, [])
  failing.mock.restore()
  assert.equal((await browser.logout()).status, 200)
  assert.equal(heard.length, 1)
  assert.equal(await sessionsOf(world, world.alice), 0)
})

test('a session that another request has ended meanwhile is a 400, and nothing of it comes back', async () => {
  const gate = Promise.withResolvers<void>()
  const reached = Promise.withResolvers<void>()
  const { world } = await siteOf({
    '/slow': async (_site, request) => {
      request.session.get('cart')
      reached.resolve()
      await gate.promise
      request.session.set('cart', 'apples')
      return own()
    },
  })
  const browser = await world.loggedIn()
  const slow = browser.copy().get('/slow')
  await reached.promise
  await browser.logout()
  gate.resolve()
  const reply = await slow
  assert.equal(reply.status, 400)
  assert.deepEqual(reply.headers.getSetCookie(), [])
  assert.equal(reply.headers.get('x-own'), null)
  assert.equal(await sessionsOf(world, world.alice), 0)
})

test('a failed answer to a program is JSON', async (t) => {
  const { database, world } = await siteOf({ '/own': (_site, { user }) => Response.json({ user: String(user) }) })
  const browser = await world.loggedIn()
  t.mock.method(database.sessions, 'load', () => {
    throw new Error('gone')
  })
  const reply = await browser.get('/own', { accept: 'application/json' })
  assert.equal(reply.status, 503)
  assert.equal(((await reply.json()) as { error: { code: string } }).error.code, 'store_unavailable')
})

test('a view that is asked while the store is down and does not look goes on', async (t) => {
  const database = memory()
  const world = await fetchSite(undefined, { database, urls: [path('open/', () => text('open'))] })
  const browser = await world.loggedIn()
  t.mock.method(database.sessions, 'load', () => {
    throw new Error('gone')
  })
  assert.equal(await (await browser.get('/open/')).text(), 'open')
})
