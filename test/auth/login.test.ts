import assert from 'node:assert/strict'
import { test } from 'node:test'
import { authenticate, backendOf } from '../../src/auth/authenticate.ts'
import { login } from '../../src/auth/login.ts'
import { ModelBackend } from '../../src/auth/model-backend.ts'
import { sessionAuthHash } from '../../src/django/session-auth-hash.ts'
import { StoreUnavailable } from '../../src/errors.ts'
import { memory } from '../../src/memory.ts'
import type { PosternOptions } from '../../src/options.ts'
import { ALICE, SECRET_KEY } from '../support/postern.ts'
import { listen, type Routes, type Site, sessionsOf, site, stored, values } from '../support/site.ts'

/** `/in?as=NAME` logs in whoever it says, as an application's own view would. */
const routes: Routes = {
  '/in': async (_req, res, request) => {
    const user = await request.context.users.findByUsername(request.query.get('as') ?? '')
    assert.ok(user !== null)
    await login(request, user)
    res.end(`${request.user} ${request.session.keys().join()}`)
  },
}

async function withBob(t: Parameters<typeof site>[0], options: Partial<PosternOptions> = {}): Promise<Site> {
  const world = await site(t, options, routes)
  await world.auth.createUser({ username: 'bob', password: 'builder-77-Yes' })
  return world
}

test('a login leaves in the session what Django looks for: the id as text, the backend and the hash', async (t) => {
  const world = await site(t)
  const browser = await world.loggedIn()
  assert.deepEqual(await values(world, browser.cookies.get('sessionid')), {
    _auth_user_id: '1',
    _auth_user_backend: 'django.contrib.auth.backends.ModelBackend',
    _auth_user_hash: sessionAuthHash(world.alice.password, SECRET_KEY),
    _postern_started: Date.UTC(2026, 0, 15, 12) / 1000,
  })
})

test('the request that logs in goes on as the user, and the next one is too', async (t) => {
  const world = await site(t, {}, routes)
  const browser = world.visitor()
  assert.match((await browser.get('/in?as=alice')).body, /^alice /)
  assert.equal((await browser.get('/me')).body, 'alice')
})

test('a login without a session before it makes one of 32 characters', async (t) => {
  const browser = await (await site(t)).loggedIn()
  assert.match(browser.cookies.get('sessionid') ?? '', /^[a-z0-9]{32}$/)
})

test('what an anonymous visitor had in the session is kept, under a new key, and the old key is dead', async (t) => {
  const world = await site(t)
  const browser = world.visitor()
  await browser.get('/set?cart=3')
  const thief = browser.copy()
  const before = browser.cookies.get('sessionid')
  await browser.login()
  assert.notEqual(browser.cookies.get('sessionid'), before)
  assert.equal((await browser.get('/get')).body, '{"cart":"3"}')
  assert.equal(await stored(world, before), null)
  assert.equal((await thief.get('/get')).body, '{}')
  assert.equal((await thief.get('/me')).body, 'AnonymousUser')
})

test('a key that an attacker planted before the login is not the key after it', async (t) => {
  const world = await site(t)
  const attacker = world.visitor()
  await attacker.get('/set?planted=yes')
  const victim = world.visitor()
  victim.cookies.set('sessionid', attacker.cookies.get('sessionid') ?? '')
  await victim.login()
  assert.equal((await victim.get('/me')).body, 'alice')
  assert.equal((await attacker.get('/me')).body, 'AnonymousUser')
})

test('a key that nobody ever handed out is not taken over either', async (t) => {
  const world = await site(t)
  const victim = world.visitor()
  victim.cookies.set('sessionid', 'a'.repeat(32))
  await victim.login()
  assert.notEqual(victim.cookies.get('sessionid'), 'a'.repeat(32))
  assert.equal(await stored(world, 'a'.repeat(32)), null)
})

test("another user's session is ended by a login: nothing in it is handed on, and its key is dead", async (t) => {
  const world = await withBob(t)
  const browser = await world.loggedIn()
  await browser.get('/set?diary=secret')
  const alices = browser.cookies.get('sessionid')
  assert.match(
    (await browser.get('/in?as=bob')).body,
    /^bob _auth_user_id,_auth_user_backend,_auth_user_hash,_postern_started$/,
  )
  assert.equal((await browser.get('/get')).body, '{}')
  assert.equal(await stored(world, alices), null)
  assert.equal(await sessionsOf(world, world.alice), 0)
})

test('the same user again keeps the data under a new key (difference 2)', async (t) => {
  const world = await site(t)
  const browser = await world.loggedIn()
  await browser.get('/set?cart=3')
  const before = browser.cookies.get('sessionid')
  await browser.login()
  assert.notEqual(browser.cookies.get('sessionid'), before)
  assert.equal((await browser.get('/get')).body, '{"cart":"3"}')
  assert.equal(await stored(world, before), null)
  assert.equal(await sessionsOf(world, world.alice), 1)
})

test('the same user with a session from before a password change begins anew', async (t) => {
  const world = await site(
    t,
    {},
    {
      ...routes,
      '/changed': async (_req, res, request) => {
        // The session was found good; only then does the password change.
        assert.equal(String(request.user), 'alice')
        await request.context.users.update('1', { password: await request.context.passwords.make('a-new-One-9') })
        const user = await request.context.users.findById('1')
        assert.ok(user !== null)
        await login(request, user)
        res.end(request.session.keys().join())
      },
    },
  )
  const browser = await world.loggedIn()
  await browser.get('/set?diary=secret')
  assert.doesNotMatch((await browser.get('/changed')).body, /diary/)
  assert.equal((await browser.get('/me')).body, 'alice')
})

test('a login survives that the anonymous session under it has ended meanwhile, without its data', async (t) => {
  const world = await site(
    t,
    {},
    {
      '/slow': async (_req, res, request) => {
        request.session.get('cart')
        await request.context.sessions.store.delete(
          request.context.sessions.storedKey(request.session.sessionKey ?? ''),
        )
        await login(request, world.alice)
        res.end()
      },
    },
  )
  const browser = world.visitor()
  await browser.get('/set?cart=3')
  assert.equal((await browser.get('/slow')).status, 200)
  assert.equal((await browser.get('/me')).body, 'alice')
  assert.equal((await browser.get('/get')).body, '{}')
})

test('so does a login of the same user again while another tab logs out', async (t) => {
  const world = await site(
    t,
    {},
    {
      '/slow': async (_req, res, request) => {
        assert.equal(String(request.user), 'alice')
        await request.context.sessions.store.delete(
          request.context.sessions.storedKey(request.session.sessionKey ?? ''),
        )
        await login(request, world.alice)
        res.end()
      },
    },
  )
  const browser = await world.loggedIn()
  await browser.get('/set?diary=secret')
  assert.equal((await browser.get('/slow')).status, 200)
  assert.equal((await browser.get('/me')).body, 'alice')
  assert.equal((await browser.get('/get')).body, '{}')
})

test('last_login is the moment of the login', async (t) => {
  const world = await site(t)
  world.clock.pass(77)
  await world.loggedIn()
  assert.deepEqual((await world.auth.users.findById('1'))?.lastLogin, new Date(Date.UTC(2026, 0, 15, 12, 1, 17)))
})

test('a failed login touches neither last_login nor the present login', async (t) => {
  const world = await site(t)
  const browser = await world.loggedIn()
  const before = browser.cookies.get('sessionid')
  world.clock.pass(60)
  assert.equal((await browser.login('alice', 'wrong')).status, 200)
  assert.equal(browser.cookies.get('sessionid'), before)
  assert.equal((await browser.get('/me')).body, 'alice')
  assert.deepEqual((await world.auth.users.findById('1'))?.lastLogin, new Date(Date.UTC(2026, 0, 15, 12)))
})

test('a failed login makes no session', async (t) => {
  const world = await site(t)
  const browser = world.visitor()
  await browser.login('alice', 'wrong')
  assert.equal(browser.cookies.has('sessionid'), false)
})

test('the CSRF secret is new after a login, and stays over a failed one', async (t) => {
  const browser = (await site(t)).visitor()
  await browser.get('/accounts/login/')
  const first = browser.cookies.get('csrftoken')
  await browser.login('alice', 'wrong')
  assert.equal(browser.cookies.get('csrftoken'), first)
  await browser.login()
  assert.notEqual(browser.cookies.get('csrftoken'), first)
})

test('the event of a login carries the user and the request', async (t) => {
  const world = await site(t)
  const heard = listen(t, 'user_logged_in')
  await world.loggedIn()
  assert.deepEqual(
    heard.map(({ user, incoming }) => [user.id, user.username, user.email, incoming?.url]),
    [[1, 'alice', 'alice@site.example', '/accounts/login/']],
  )
})

test('login itself does not ask whether the user is active, as in Django; the next request does', async (t) => {
  const world = await site(t, {}, routes)
  await world.auth.users.update('1', { isActive: false })
  const browser = world.visitor()
  assert.match((await browser.get('/in?as=alice')).body, /^alice/)
  assert.equal((await browser.get('/me')).body, 'AnonymousUser')
})

test('nobody is signed in when the store of users fails during the login, whatever the handler then answers', async (t) => {
  const database = memory()
  const world = await site(
    t,
    { database },
    {
      '/in': async (_req, res, request) => {
        await assert.rejects(login(request, world.alice), StoreUnavailable)
        res.end(`try again, ${request.user}`)
      },
    },
  )
  t.mock.method(database.users, 'update', () => {
    throw new StoreUnavailable()
  })
  const browser = world.visitor()
  await browser.get('/set?cart=3')
  assert.equal((await browser.get('/in')).body, 'try again, AnonymousUser')
  assert.equal((await browser.get('/me')).body, 'AnonymousUser')
  assert.equal((await browser.get('/get')).body, '{"cart":"3"}')
  assert.equal(await sessionsOf(world, world.alice), 0)
})

test('a login that cannot be stored is answered with 503, sets no session cookie and leads nowhere', async (t) => {
  const database = memory()
  const world = await site(t, { database })
  const browser = world.visitor()
  await browser.get('/accounts/login/')
  t.mock.method(database.sessions, 'create', () => {
    throw new StoreUnavailable()
  })
  const reply = await browser.login()
  assert.equal(reply.status, 503)
  assert.equal(reply.headers['retry-after'], '2')
  assert.equal(reply.headers.location, undefined)
  assert.deepEqual(
    reply.setCookies.filter((line) => line.startsWith('sessionid')),
    [],
  )
  assert.equal((await browser.get('/me')).body, 'AnonymousUser')
})

test('a handler that throws after a login has logged nobody in', async (t) => {
  const world = await site(
    t,
    {},
    {
      '/in': async (_req, _res, request) => {
        await login(request, world.alice)
        throw new Error('afterwards')
      },
    },
  )
  const browser = world.visitor()
  const reply = await browser.get('/in')
  assert.equal(reply.status, 500)
  assert.equal(browser.cookies.has('sessionid'), false)
  assert.equal(await sessionsOf(world, world.alice), 0)
})

test('with several backends the one that authenticated is remembered, and without one it has to be said', async (t) => {
  class Second extends ModelBackend {
    override readonly path = 'site.Second'
  }
  const backends: PosternOptions['backends'] = [
    () => ({ path: 'site.First', authenticate: async () => null, getUser: () => null }),
    (context) => new Second(context),
  ]
  const world = await site(
    t,
    { backends },
    {
      ...routes,
      '/said': async (_req, res, request) => {
        await login(request, world.alice, { backend: 'site.Second' })
        res.end()
      },
      '/own': async (_req, res, request) => {
        const user = await authenticate(request, ALICE)
        assert.ok(user !== null)
        res.end(backendOf(user))
      },
    },
  )
  const browser = await world.loggedIn()
  assert.equal((await values(world, browser.cookies.get('sessionid')))?._auth_user_backend, 'site.Second')
  assert.equal((await browser.get('/me')).body, 'alice')
  assert.equal((await browser.get('/own')).body, 'site.Second')

  const other = world.visitor()
  assert.equal((await other.get('/in?as=alice')).status, 500)
  assert.match(String(world.errors[0]), /^TypeError: login\(\): several backends are set up; .*backend: 'site\.First'/)
  await other.get('/said')
  assert.equal((await other.get('/me')).body, 'alice')
})

test('a backend that is not named by its path is a TypeError', async (t) => {
  const world = await site(
    t,
    {},
    {
      '/in': (_req, res, request) =>
        login(request, world.alice, { backend: { path: 'x' } as never }).catch((error) => res.end(String(error))),
    },
  )
  assert.equal(
    (await world.visitor().get('/in')).body,
    "TypeError: login(): backend is the path of a backend, such as 'django.contrib.auth.backends.ModelBackend'.",
  )
})

test('one form posted twice at once ends in one working login each', async (t) => {
  const world = await site(t)
  const browser = world.visitor()
  await browser.get('/set?cart=3')
  await browser.get('/accounts/login/')
  const [left, right] = [browser.copy(), browser.copy()]
  const replies = await Promise.all([left.login(), right.login()])
  assert.deepEqual(
    replies.map(({ status }) => status),
    [302, 302],
  )
  assert.equal((await left.get('/me')).body, 'alice')
  assert.equal((await right.get('/me')).body, 'alice')
})
