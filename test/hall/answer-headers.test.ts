import assert from 'node:assert/strict'
import { test } from 'node:test'
import { logout } from '../../src/auth/logout.ts'
import { text } from '../../src/auth/view.ts'
import { path } from '../../src/kernel/urls.ts'
import { memory } from '../../src/memory.ts'
import type { Reply } from '../support/browser.ts'
import { type Routes, site, values } from '../support/site.ts'

const about = ({ headers }: Reply) => [headers['cache-control'], headers.vary]
const PRIVATE = ['private, no-store', 'Cookie']
const UNTOUCHED = [undefined, undefined]

test('an answer for which nobody was asked says nothing of caches, with a cookie and without', async (t) => {
  const world = await site(t, { urls: [path('view/', () => text('view'))] })
  for (const browser of [world.visitor(), await world.loggedIn()]) {
    assert.deepEqual(about(await browser.get('/public')), UNTOUCHED)
    assert.deepEqual(about(await browser.get('/view/')), UNTOUCHED)
    assert.deepEqual(about(await browser.get('/nowhere')), UNTOUCHED)
  }
})

for (const [what, read] of [
  ['the user', (request) => request.user],
  ['the session', (request) => request.session],
  ['a value of the session', (request) => request.session.get('nothing')],
  ['a token', (request) => request.csrfToken],
] as const satisfies readonly (readonly [string, (request: Parameters<NonNullable<Routes[string]>>[2]) => unknown])[]) {
  test(`an answer for which ${what} was read is private, with a cookie and without, on a handler and a view`, async (t) => {
    const world = await site(
      t,
      {
        urls: [
          path('view/', (request) => {
            read(request)
            return text('view')
          }),
        ],
      },
      {
        '/handler': (_req, res, request) => {
          read(request)
          res.end()
        },
      },
    )
    for (const browser of [world.visitor(), await world.loggedIn()]) {
      assert.deepEqual(about(await browser.get('/handler')), PRIVATE)
      assert.deepEqual(about(await browser.get('/view/')), PRIVATE)
    }
  })
}

test("a handler's own Cache-Control is left alone, whenever and however it was set", async (t) => {
  const world = await site(
    t,
    {
      urls: [
        path('view/', (request) => ({
          status: 200,
          headers: [['cache-control', `max-age=${String(request.user).length}`]],
          body: '',
        })),
      ],
    },
    {
      '/before': (_req, res, request) => {
        res.setHeader('Cache-Control', 'max-age=60')
        res.end(String(request.user))
      },
      '/after': (_req, res, request) => {
        const user = String(request.user)
        res.setHeader('cache-control', 'max-age=60')
        res.end(user)
      },
      '/head': (_req, res, request) => {
        res.writeHead(200, { 'Cache-Control': `max-age=${String(request.user).length * 12}` })
        res.end()
      },
    },
  )
  const browser = await world.loggedIn()
  for (const address of ['/before', '/after', '/head']) {
    const reply = await browser.get(address)
    assert.deepEqual(about(reply), ['max-age=60', 'Cookie'], address)
  }
  assert.deepEqual(about(await browser.get('/view/')), ['max-age=5', 'Cookie'])
})

test('Vary is added to what there is, once', async (t) => {
  const world = await site(
    t,
    {
      urls: [
        path('view/', (request) => ({
          status: 200,
          headers: [['vary', 'Accept-Language']],
          body: String(request.user),
        })),
      ],
    },
    {
      '/some': (_req, res, request) => {
        res.setHeader('Vary', ['Accept-Encoding', 'cookie'])
        res.end(String(request.user))
      },
      '/later': (_req, res, request) => {
        const user = String(request.user)
        res.setHeader('Vary', 'Accept')
        res.end(user)
      },
      '/all': (_req, res, request) => {
        res.setHeader('Vary', '*')
        res.end(String(request.user))
      },
    },
  )
  const browser = await world.loggedIn()
  assert.equal((await browser.get('/some')).headers.vary, 'Accept-Encoding, cookie')
  assert.equal((await browser.get('/later')).headers.vary, 'Accept, Cookie')
  assert.equal((await browser.get('/all')).headers.vary, '*')
  assert.equal((await browser.get('/view/')).headers.vary, 'Accept-Language, Cookie')
})

test("the handler's own cookies stay beside Postern's", async (t) => {
  const world = await site(
    t,
    {},
    {
      '/both': (_req, res, request) => {
        res.setHeader('Set-Cookie', 'theme=dark')
        request.session.set('cart', 1)
        res.end()
      },
    },
  )
  const [theme, session, ...others] = (await world.visitor().get('/both')).setCookies
  assert.equal(theme, 'theme=dark')
  assert.match(
    session ?? '',
    /^sessionid=[a-z0-9]{32}; expires=Thu, 29 Jan 2026 12:00:00 GMT; HttpOnly; Max-Age=1209600; Path=\/; SameSite=Lax$/,
  )
  assert.deepEqual(others, [])
})

test('a session that was only read sets no cookie, and one that was written sets it with the same key', async (t) => {
  const world = await site(t)
  const browser = world.visitor()
  await browser.get('/set?a=1')
  const key = browser.cookies.get('sessionid')
  assert.deepEqual((await browser.get('/get')).setCookies, [])
  assert.match((await browser.get('/set?b=2')).setCookies.join(), new RegExp(`^sessionid=${key};`))
  assert.equal((await browser.get('/get')).body, '{"a":"1","b":"2"}')
})

test('a session emptied name by name stays, as in Django', async (t) => {
  const world = await site(
    t,
    {},
    {
      '/empty': (_req, res, request) => {
        request.session.delete('a')
        res.end()
      },
    },
  )
  const browser = world.visitor()
  await browser.get('/set?a=1')
  const key = browser.cookies.get('sessionid')
  assert.match((await browser.get('/empty')).setCookies.join(), new RegExp(`^sessionid=${key};`))
  assert.deepEqual(await values(world, key), {})
})

test('a 5xx answer saves nothing and sets no session cookie, and a 4xx one saves', async (t) => {
  const routes: Routes = Object.fromEntries(
    [400, 404, 499, 500, 503, 599].map((status) => [
      `/${status}`,
      (_req, res, request) => {
        request.session.set('status', status)
        res.statusCode = status
        res.end()
      },
    ]),
  )
  const world = await site(t, {}, routes)
  for (const status of [400, 404, 499]) {
    const browser = world.visitor()
    await browser.get(`/${status}`)
    assert.equal((await browser.get('/get')).body, `{"status":${status}}`)
  }
  for (const status of [500, 503, 599]) {
    const browser = world.visitor()
    await browser.get('/set?before=1')
    assert.deepEqual((await browser.get(`/${status}`)).setCookies, [])
    assert.equal((await browser.get('/get')).body, '{"before":"1"}')
    assert.deepEqual((await world.visitor().get(`/${status}`)).setCookies, [])
  }
})

test('a logout in a 5xx answer stands (difference 12), and what was written beside it is gone with it', async (t) => {
  const world = await site(
    t,
    {},
    {
      '/out': async (_req, res, request) => {
        request.session.set('a', 1)
        await logout(request)
        request.session.set('b', 2)
        res.statusCode = 500
        res.end()
      },
    },
  )
  const browser = await world.loggedIn()
  const thief = browser.copy()
  assert.match((await browser.get('/out')).setCookies.at(-1) ?? '', /^sessionid=""; expires=Thu, 01 Jan 1970/)
  assert.equal((await thief.get('/me')).body, 'AnonymousUser')
  assert.equal((await browser.get('/get')).body, '{}')
})

test('what a handler saved itself stays saved in a 5xx answer, and the cookie follows', async (t) => {
  const world = await site(
    t,
    {},
    {
      '/saved': async (_req, res, request) => {
        request.session.set('a', 1)
        await request.session.save()
        res.statusCode = 500
        res.end()
      },
    },
  )
  const browser = world.visitor()
  await browser.get('/saved')
  assert.equal((await browser.get('/get')).body, '{"a":1}')
})

test('a dead cookie is deleted by a page that looks, and left by one that does not', async (t) => {
  const world = await site(t)
  const browser = world.visitor()
  browser.cookies.set('sessionid', 'a'.repeat(32))
  assert.deepEqual((await browser.get('/public')).setCookies, [])
  const reply = await browser.get('/me')
  assert.deepEqual(reply.setCookies, [
    'sessionid=ended; HttpOnly; Path=/; SameSite=Lax',
    'sessionid=""; expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/; SameSite=Lax',
  ])
  assert.deepEqual(about(reply), PRIVATE)
})

test('public pages stay up when the store is down, whoever asks; the others are 503 with the cookie kept', async (t) => {
  const database = memory()
  const world = await site(t, { database })
  const browser = await world.loggedIn()
  const down = t.mock.method(database.sessions, 'load', () => {
    throw new Error('ECONNREFUSED')
  })
  const open = await browser.get('/public')
  assert.deepEqual([open.status, ...about(open)], [200, ...UNTOUCHED])
  for (const address of ['/me', '/get', '/set?a=1']) {
    const reply = await browser.get(address)
    assert.deepEqual([reply.status, reply.headers['retry-after'], reply.setCookies], [503, '2', []], address)
    assert.match(reply.headers['cache-control'] ?? '', /private, no-store/)
    assert.doesNotMatch(reply.body, /ECONNREFUSED/)
  }
  assert.equal((await world.visitor().get('/me')).body, 'AnonymousUser')
  down.mock.restore()
  assert.equal((await browser.get('/me')).body, 'alice')
})

test('a store that hangs is down after its time, and recovers with the next request', async (t) => {
  const database = memory()
  const world = await site(t, { database, storeTimeout: 0.05 })
  const browser = await world.loggedIn()
  const hanging = t.mock.method(database.sessions, 'load', () => new Promise<never>(() => {}))
  assert.equal((await browser.get('/public')).status, 200)
  assert.equal((await browser.get('/me')).status, 503)
  hanging.mock.restore()
  assert.equal((await browser.get('/me')).body, 'alice')
})

test('a handler that threw is a 500 without what it had prepared: no cookie, no Location, no half page', async (t) => {
  const world = await site(
    t,
    {},
    {
      '/throws': (_req, res, request) => {
        request.session.set('a', 1)
        res.setHeader('Location', '/elsewhere')
        res.setHeader('Set-Cookie', 'theme=dark')
        throw new Error('handler')
      },
      '/rejects': async (_req, res, request) => {
        request.session.set('a', 1)
        res.setHeader('Location', '/elsewhere')
        await Promise.reject(new Error('handler'))
      },
    },
  )
  for (const address of ['/throws', '/rejects']) {
    const reply = await world.visitor().get(address)
    assert.deepEqual([reply.status, reply.headers.location, reply.setCookies], [500, undefined, []], address)
    assert.doesNotMatch(reply.body, /handler/)
  }
  assert.deepEqual(world.errors.map(String), ['Error: handler', 'Error: handler'])
})
