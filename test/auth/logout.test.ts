import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { login } from '../../src/auth/login.ts'
import { logout } from '../../src/auth/logout.ts'
import { StoreUnavailable } from '../../src/errors.ts'
import { on } from '../../src/events.ts'
import { memory } from '../../src/memory.ts'
import { HeldSessions } from '../support/held-sessions.ts'
import { listen, type Routes, sessionsOf, site, stored } from '../support/site.ts'

/** Changed, then deleted: Chromium may overlook one change. */
const ENDED = [
  'sessionid=ended; HttpOnly; Path=/; SameSite=Lax',
  'sessionid=""; expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/; SameSite=Lax',
]

const routes: Routes = {
  '/out': async (_req, res, request) => {
    await logout(request)
    res.end(`goodbye ${request.user} ${request.session.keys().join()}`)
  },
  '/forgetful': (_req, res, request) => {
    void logout(request)
    res.end('you are logged out')
  },
}

/** Nothing may be left to Node's own handling of rejections, which ends the process. */
function noUnhandled(t: TestContext): unknown[] {
  const unhandled: unknown[] = []
  const keep = (error: unknown): void => {
    unhandled.push(error)
  }
  process.on('unhandledRejection', keep)
  t.after(() => process.off('unhandledRejection', keep))
  return unhandled
}

test('a logout leaves nothing: no session in the store, no data, an anonymous user, a deleted cookie', async (t) => {
  const world = await site(t, {}, routes)
  const browser = await world.loggedIn()
  await browser.get('/set?cart=3')
  const key = browser.cookies.get('sessionid')
  const thief = browser.copy()

  const reply = await browser.get('/out')
  assert.equal(reply.body, 'goodbye AnonymousUser ')
  assert.deepEqual(reply.setCookies, ENDED)
  assert.equal(reply.headers['cache-control'], 'private, no-store')
  assert.equal(reply.headers.vary, 'Cookie')
  assert.equal(await stored(world, key), null)
  assert.equal((await thief.get('/me')).body, 'AnonymousUser')
  assert.equal((await thief.get('/get')).body, '{}')
})

test('a logout never deletes the account', async (t) => {
  const world = await site(t, {}, routes)
  await (await world.loggedIn()).get('/out')
  assert.equal((await world.auth.users.findById('1'))?.username, 'alice')
})

test('one device logs out and the other stays', async (t) => {
  const world = await site(t, {}, routes)
  const phone = await world.loggedIn()
  const laptop = await world.loggedIn()
  await phone.get('/out')
  assert.equal((await laptop.get('/me')).body, 'alice')
  assert.equal(await sessionsOf(world, world.alice), 1)
})

test('logging out somebody who is not logged in is no error, ends their session and is an event without a user', async (t) => {
  const world = await site(t, {}, routes)
  const heard = listen(t, 'user_logged_out')
  const browser = world.visitor()
  await browser.get('/set?cart=3')
  assert.equal((await browser.get('/out')).status, 200)
  assert.equal(browser.cookies.has('sessionid'), false)
  assert.equal((await browser.get('/out')).status, 200)
  assert.deepEqual(
    heard.map(({ user }) => user),
    [null, null],
  )
})

test('the CSRF cookie is neither deleted nor changed by a logout, as in Django', async (t) => {
  const world = await site(t, {}, routes)
  const browser = await world.loggedIn()
  const before = browser.cookies.get('csrftoken')
  await browser.get('/out')
  assert.equal(browser.cookies.get('csrftoken'), before)
})

test('the event comes when the deletion is true, and carries the user who left', async (t) => {
  const world = await site(t, {}, routes)
  const browser = await world.loggedIn()
  const key = browser.cookies.get('sessionid')
  const heard: unknown[] = []
  t.after(
    on('user_logged_out', ({ user, incoming }) => {
      heard.push(user?.username, incoming?.url, stored(world, key))
    }),
  )
  await browser.get('/out')
  assert.deepEqual(await Promise.all(heard), ['alice', '/out', null])
})

test('a listener that throws undoes nothing', async (t) => {
  const world = await site(t, {}, routes)
  const browser = await world.loggedIn()
  const caught = Promise.withResolvers<unknown>()
  process.setUncaughtExceptionCaptureCallback(caught.resolve)
  t.after(() => process.setUncaughtExceptionCaptureCallback(null))
  t.after(
    on('user_logged_out', () => {
      throw new Error('the listener')
    }),
  )
  const reply = await browser.get('/out')
  assert.equal(reply.body, 'goodbye AnonymousUser ')
  assert.deepEqual(reply.setCookies, ENDED)
  assert.match(String(await caught.promise), /the listener/)
})

test('a logout that nobody awaits is done before the answer begins', async (t) => {
  const held = new HeldSessions()
  const world = await site(t, { database: held.database }, routes)
  const browser = await world.loggedIn()
  const key = browser.cookies.get('sessionid')
  held.hold()
  let answered = false
  const reply = browser.get('/forgetful').finally(() => {
    answered = true
  })
  await held.reached
  await new Promise(setImmediate)
  assert.equal(answered, false)
  held.release()
  assert.equal((await reply).body, 'you are logged out')
  assert.deepEqual((await reply).setCookies, ENDED)
  assert.equal(await stored(world, key), null)
})

test('a logout that nobody awaits and that fails is a 503 and not a page that says otherwise', async (t) => {
  const unhandled = noUnhandled(t)
  const held = new HeldSessions()
  const world = await site(t, { database: held.database }, routes)
  const browser = await world.loggedIn()
  held.hold()
  const reply = browser.get('/forgetful')
  await held.reached
  held.fail()
  assert.equal((await reply).status, 503)
  assert.equal((await reply).headers['retry-after'], '2')
  assert.deepEqual((await reply).setCookies, [])
  assert.doesNotMatch((await reply).body, /you are logged out/)
  assert.equal((await browser.get('/me')).body, 'alice')
  assert.deepEqual(unhandled, [])
})

test('so is one where already the session could not be loaded', async (t) => {
  const unhandled = noUnhandled(t)
  const database = memory()
  const world = await site(t, { database }, routes)
  const browser = await world.loggedIn()
  const load = t.mock.method(database.sessions, 'load', () => {
    throw new StoreUnavailable()
  })
  for (const path of ['/forgetful', '/out']) {
    const reply = await browser.get(path)
    assert.equal(reply.status, 503, path)
    assert.equal(reply.headers['retry-after'], '2')
    assert.deepEqual(reply.setCookies, [])
    assert.doesNotMatch(reply.body, /logged out|goodbye/)
  }
  load.mock.restore()
  assert.equal((await browser.get('/me')).body, 'alice')
  assert.deepEqual(unhandled, [])
})

test('a handler that hides the failure of a logout does not get to say that it worked', async (t) => {
  const database = memory()
  const world = await site(
    t,
    { database },
    {
      '/out': async (_req, res, request) => {
        await logout(request).catch(() => {})
        res.end('you are logged out')
      },
    },
  )
  const browser = await world.loggedIn()
  const refusing = t.mock.method(database.sessions, 'delete', () => {
    throw new StoreUnavailable()
  })
  const reply = await browser.get('/out')
  assert.equal(reply.status, 503)
  assert.deepEqual(reply.setCookies, [])
  refusing.mock.restore()
  assert.equal((await browser.get('/me')).body, 'alice')
})

test('a handler that tries again until it works is believed', async (t) => {
  const database = memory()
  const world = await site(
    t,
    { database },
    {
      '/out': async (_req, res, request) => {
        await logout(request).catch(() => logout(request))
        res.end('you are logged out')
      },
    },
  )
  const browser = await world.loggedIn()
  t.mock.method(
    database.sessions,
    'delete',
    () => {
      throw new StoreUnavailable()
    },
    { times: 1 },
  )
  const reply = await browser.get('/out')
  assert.equal(reply.body, 'you are logged out')
  assert.deepEqual(reply.setCookies, ENDED)
})

test('after a logout that failed nothing has changed: same user, same data, no event', async (t) => {
  const database = memory()
  const heard = listen(t, 'user_logged_out')
  const world = await site(
    t,
    { database },
    {
      '/out': async (_req, res, request) => {
        await logout(request).catch(() => {})
        t.assert.equal(String(request.user), 'alice')
        t.assert.equal(request.session.get('cart'), '3')
        res.end()
      },
    },
  )
  const browser = await world.loggedIn()
  await browser.get('/set?cart=3')
  t.mock.method(
    database.sessions,
    'delete',
    () => {
      throw new StoreUnavailable()
    },
    { times: 1 },
  )
  assert.equal((await browser.get('/out')).status, 503)
  assert.deepEqual(heard, [])
  assert.equal((await browser.get('/get')).body, '{"cart":"3"}')
})

test('a handler that throws after a logout is a 500, and the logout stands (difference 12)', async (t) => {
  const world = await site(
    t,
    {},
    {
      '/out': async (_req, _res, request) => {
        await logout(request)
        throw new Error('afterwards')
      },
    },
  )
  const browser = await world.loggedIn()
  const thief = browser.copy()
  const reply = await browser.get('/out')
  assert.equal(reply.status, 500)
  assert.deepEqual(reply.setCookies, ENDED)
  assert.equal((await thief.get('/me')).body, 'AnonymousUser')
})

test('what is written after a logout is a new session of nobody, under a new key', async (t) => {
  const world = await site(
    t,
    {},
    {
      '/out': async (_req, res, request) => {
        await logout(request)
        request.session.set('language', 'nl')
        res.end()
      },
    },
  )
  const browser = await world.loggedIn()
  await browser.get('/set?diary=secret')
  const before = browser.cookies.get('sessionid')
  await browser.get('/out')
  assert.match(browser.cookies.get('sessionid') ?? '', /^[a-z0-9]{32}$/)
  assert.notEqual(browser.cookies.get('sessionid'), before)
  assert.equal((await browser.get('/get')).body, '{"language":"nl"}')
  assert.equal((await browser.get('/me')).body, 'AnonymousUser')
})

test('a logout and a login in one request end as the new user, without a trace of the old one', async (t) => {
  const world = await site(
    t,
    {},
    {
      '/switch': async (_req, res, request) => {
        await logout(request)
        const bob = await request.context.users.findByUsername('bob')
        assert.ok(bob !== null)
        await login(request, bob)
        res.end(String(request.user))
      },
    },
  )
  await world.auth.createUser({ username: 'bob' })
  const browser = await world.loggedIn()
  await browser.get('/set?diary=secret')
  assert.equal((await browser.get('/switch')).body, 'bob')
  assert.equal((await browser.get('/me')).body, 'bob')
  assert.equal((await browser.get('/get')).body, '{}')
  assert.equal(await sessionsOf(world, world.alice), 0)
})

test('a request that is still at work when its session is logged out can write nothing back', async (t) => {
  const entered = Promise.withResolvers<void>()
  const go = Promise.withResolvers<void>()
  const world = await site(
    t,
    {},
    {
      ...routes,
      '/slow': async (_req, res, request) => {
        request.session.set('basket', 'full')
        entered.resolve()
        await go.promise
        res.end('saved')
      },
      '/slow-read': async (_req, res, request) => {
        const user = String(request.user)
        entered.resolve()
        await go.promise
        res.end(user)
      },
    },
  )
  const browser = await world.loggedIn()
  const key = browser.cookies.get('sessionid')
  const writing = browser.copy().get('/slow')
  const reading = browser.copy().get('/slow-read')
  await entered.promise
  await browser.get('/out')
  go.resolve()
  assert.equal((await writing).status, 400)
  assert.match((await writing).body, /The session was ended before this request completed/)
  assert.equal((await reading).body, 'alice')
  assert.deepEqual((await reading).setCookies, [])
  assert.equal(await stored(world, key), null)
  assert.equal(await sessionsOf(world, world.alice), 0)
})

test('two logouts at once are both answered, and neither is an error', async (t) => {
  const world = await site(t, {}, routes)
  const browser = await world.loggedIn()
  const replies = await Promise.all([browser.copy().get('/out'), browser.copy().get('/out')])
  assert.deepEqual(
    replies.map(({ status, setCookies }) => [status, setCookies]),
    [
      [200, ENDED],
      [200, ENDED],
    ],
  )
})

test('ten rounds of login and logout leave no session behind', async (t) => {
  const world = await site(t, {}, routes)
  const browser = world.visitor()
  for (let round = 0; round < 10; round++) {
    await browser.login()
    assert.equal((await browser.get('/me')).body, 'alice')
    await browser.get('/out')
  }
  assert.equal(await sessionsOf(world, world.alice), 0)
})

test('the deletion has the path, the domain and the attributes that the cookie was set with', async (t) => {
  const session = {
    cookieName: 'sid',
    cookiePath: '/',
    cookieDomain: 'site.example',
    cookieSameSite: 'None',
    cookieSecure: true,
  } as const
  const world = await site(t, { session }, routes)
  const browser = await world.loggedIn()
  assert.deepEqual((await browser.get('/out')).setCookies, [
    'sid=ended; Domain=site.example; HttpOnly; Path=/; SameSite=None; Secure',
    'sid=""; Domain=site.example; expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/; SameSite=None; Secure',
  ])
})

test('a __Host- cookie is deleted as Secure, or browsers would not let go of it', async (t) => {
  const world = await site(t, { session: { hostPrefix: true, cookieSecure: true } }, routes)
  const browser = await world.loggedIn()
  assert.equal(browser.cookies.has('__Host-sessionid'), true)
  assert.deepEqual((await browser.get('/out')).setCookies, [
    '__Host-sessionid=ended; HttpOnly; Path=/; SameSite=Lax; Secure',
    '__Host-sessionid=""; expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/; SameSite=Lax; Secure',
  ])
})

test('without a request, or with one that Postern never saw, logout says what it needs', async () => {
  await assert.rejects(logout(undefined as never), {
    name: 'TypeError',
    message: 'logout(request) needs the request: pass it the object that your handler got, as in logout(req).',
  })
  await assert.rejects(logout({ method: 'POST', headers: {} }), {
    name: 'TypeError',
    message: /^logout\(request\) got a request that Postern does not know: let it pass the middleware first/,
  })
})
