/** Ending a user's sessions on other devices, and on all: gone from the store when it is said so, on every store. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { logout } from '../../src/auth/logout.ts'
import { path } from '../../src/auth/path.ts'
import { setPassword } from '../../src/auth/set-password.ts'
import { ConfigurationError, StoreUnavailable } from '../../src/errors.ts'
import { memory } from '../../src/memory.ts'
import { LogoutView } from '../../src/views/logout-view.ts'
import { DATABASES } from '../support/databases.ts'
import { HeldSessions } from '../support/held-sessions.ts'
import { testPostern } from '../support/postern.ts'
import { listen, type Routes, sessionsOf, site, stored } from '../support/site.ts'

const routes: Routes = {
  '/others': async (_req, res, request) => {
    await logout(request, { scope: 'others' })
    res.end(`still ${request.user}`)
  },
  '/everywhere': async (_req, res, request) => {
    await logout(request, { scope: 'everywhere' })
    res.end(`goodbye ${request.user}`)
  },
  '/forgetful': (_req, res, request) => {
    void logout(request, { scope: 'others' })
    res.end('they are logged out')
  },
  '/hiding': async (_req, res, request) => {
    await logout(request, { scope: 'everywhere' }).catch(() => {})
    res.end('all are logged out')
  },
  '/hiding-and-saving': async (_req, res, request) => {
    await logout(request, { scope: 'others' }).catch(() => {})
    request.session.set('cart', '3')
    await request.session.save()
    res.end('the others are logged out')
  },
  '/hiding-and-leaving': async (_req, res, request) => {
    await logout(request, { scope: 'everywhere' }).catch(() => {})
    await logout(request)
    res.end('all are logged out')
  },
}

for (const [name, open] of DATABASES) {
  test(`${name}: a logout of the others leaves this session as it is, and their rows are gone at once`, async (t) => {
    const world = await site(t, { database: open(t) }, routes)
    await world.auth.createUser({ username: 'bob', password: 'builder-Of-27' })
    const [here, phone, laptop] = [await world.loggedIn(), await world.loggedIn(), await world.loggedIn()]
    const bob = await world.loggedIn('bob', 'builder-Of-27')
    const heard = [listen(t, 'session_ended'), listen(t, 'user_logged_out')] as const
    const reply = await here.get('/others')
    assert.deepEqual([reply.body, reply.setCookies], ['still alice', []])
    for (const tab of [phone, laptop]) {
      assert.equal(await stored(world, tab.cookies.get('sessionid')), null)
      assert.equal((await tab.get('/me')).body, 'AnonymousUser')
    }
    assert.equal((await here.get('/me')).body, 'alice')
    assert.equal((await bob.get('/me')).body, 'bob')
    assert.deepEqual(
      heard[0].map(({ userId, reason, by, sessions, scanned }) => [userId, reason, by?.username, sessions, scanned]),
      [['1', 'revoked', 'alice', 2, undefined]],
    )
    assert.deepEqual(heard[1], [])
    const [row] = await world.auth.events.list({ event: 'session_ended' })
    assert.deepEqual(row?.data, { reason: 'revoked', by: { id: '1', username: 'alice' }, sessions: 2 })
  })

  test(`${name}: a logout everywhere ends this session, too`, async (t) => {
    const world = await site(t, { database: open(t) }, routes)
    const [here, phone] = [await world.loggedIn(), await world.loggedIn()]
    const thief = here.copy()
    const heard = [listen(t, 'session_ended'), listen(t, 'user_logged_out')] as const
    assert.equal((await here.get('/everywhere')).body, 'goodbye AnonymousUser')
    assert.equal(here.cookies.has('sessionid'), false)
    for (const tab of [thief, phone]) assert.equal((await tab.get('/me')).body, 'AnonymousUser')
    assert.equal(await sessionsOf(world, world.alice), 0)
    assert.deepEqual([heard[0].map(({ sessions }) => sessions), heard[1].length], [[1], 1])
  })

  test(`${name}: an administrator ends all sessions of a user, or all but one, and is told how many`, async (t) => {
    const world = await site(
      t,
      { database: open(t) },
      {
        '/me-alone': async (_req, res, request) => {
          res.end(String(await world.auth.logoutUser(world.alice.id, { except: request.session })))
        },
      },
    )
    const root = await world.auth.createSuperuser({ username: 'root', password: 'toor-Of-27' })
    const tabs = [await world.loggedIn(), await world.loggedIn(), await world.loggedIn()]
    assert.equal((await tabs[0]?.get('/me-alone'))?.body, '2')
    assert.equal((await tabs[0]?.get('/me'))?.body, 'alice')
    const heard = listen(t, 'session_ended')
    assert.equal(await world.auth.logoutUser(world.alice.id, { by: root }), 1)
    assert.equal(await world.auth.logoutUser(world.alice.id, { by: root }), 0)
    assert.equal((await tabs[0]?.get('/me'))?.body, 'AnonymousUser')
    assert.deepEqual(
      heard.map(({ reason, by }) => [reason, by]),
      [['revoked', root]],
    )
  })

  test(`${name}: who is made inactive has no session left at once, and none comes back with the account`, async (t) => {
    const world = await site(t, { database: open(t) })
    const tabs = [await world.loggedIn(), await world.loggedIn()]
    const heard = listen(t, 'session_ended')
    assert.equal(await world.auth.users.update('1', { isActive: false }), true)
    assert.equal(await sessionsOf(world, world.alice), 0)
    assert.deepEqual(
      heard.map(({ reason, sessions }) => [reason, sessions]),
      [['inactive', 2]],
    )
    await world.auth.users.update('1', { isActive: true })
    for (const tab of tabs) assert.equal((await tab.get('/me')).body, 'AnonymousUser')
  })

  test(`${name}: a changed password ends the other sessions in the store, and this one goes on`, async (t) => {
    const world = await site(t, { database: open(t) })
    const [here, phone] = [await world.loggedIn(), await world.loggedIn()]
    const reply = await here.post('/accounts/password_change/', {
      old_password: 'wonder-Land-42',
      new_password1: 'looking-Glass-43',
      new_password2: 'looking-Glass-43',
    })
    assert.equal(reply.status, 302)
    assert.equal(await stored(world, phone.cookies.get('sessionid')), null)
    assert.equal(await sessionsOf(world, world.alice), 1)
    assert.equal((await here.get('/me')).body, 'alice')
  })
}

test('others of nobody are nobody: no error and no event', async (t) => {
  const world = await site(t, {}, routes)
  const heard = listen(t, 'session_ended')
  assert.equal((await world.visitor().get('/others')).body, 'still AnonymousUser')
  assert.equal((await world.visitor().get('/everywhere')).body, 'goodbye AnonymousUser')
  assert.deepEqual(heard, [])
})

for (const where of ['/others', '/everywhere', '/forgetful', '/hiding', '/hiding-and-saving']) {
  test(`${where} with a store that does not answer is a 503, and nobody is told that somebody is logged out`, async (t) => {
    const held = new HeldSessions()
    const world = await site(t, { database: held.database }, routes)
    const [here, phone] = [await world.loggedIn(), await world.loggedIn()]
    const heard = [listen(t, 'session_ended'), listen(t, 'user_logged_out')]
    held.hold()
    const replying = here.get(where)
    await held.reached
    held.fail()
    const reply = await replying
    assert.deepEqual([reply.status, reply.headers['retry-after'], reply.setCookies], [503, '2', []])
    assert.doesNotMatch(reply.body, /logged out$/)
    assert.deepEqual(heard, [[], []])
    for (const tab of [here, phone]) assert.equal((await tab.get('/me')).body, 'alice')
  })
}

test('a handler that logs out of this session alone after the others could not be ended does not get to say otherwise', async (t) => {
  const database = memory()
  const world = await site(t, { database }, routes)
  const [here, phone] = [await world.loggedIn(), await world.loggedIn()]
  const refusing = t.mock.method(database.sessions, 'deleteForUser', () => {
    throw new StoreUnavailable()
  })
  assert.equal((await here.get('/hiding-and-leaving')).status, 503)
  refusing.mock.restore()
  assert.equal((await phone.get('/me')).body, 'alice')
})

test('where the others are gone and this session could not be ended, the answer says so and the button works again', async (t) => {
  const database = memory()
  const world = await site(t, { database }, routes)
  const [here, phone] = [await world.loggedIn(), await world.loggedIn()]
  const refusing = t.mock.method(database.sessions, 'delete', () => {
    throw new StoreUnavailable()
  })
  assert.equal((await here.get('/everywhere')).status, 503)
  assert.equal((await phone.get('/me')).body, 'AnonymousUser')
  refusing.mock.restore()
  assert.equal((await here.get('/everywhere')).body, 'goodbye AnonymousUser')
  assert.equal(await sessionsOf(world, world.alice), 0)
})

test('a deactivation whose sessions could not be ended says so, lets nobody in, and works when it is repeated', async (t) => {
  const database = memory()
  const world = await site(t, { database })
  await world.loggedIn()
  const refusing = t.mock.method(database.sessions, 'deleteForUser', () => {
    throw new StoreUnavailable()
  })
  await assert.rejects(async () => world.auth.users.update('1', { isActive: false }), { code: 'ERR_STORE_UNAVAILABLE' })
  assert.equal((await world.auth.users.findById('1'))?.isActive, false)
  refusing.mock.restore()
  await world.auth.users.update('1', { isActive: false })
  assert.equal(await sessionsOf(world, world.alice), 0)
})

test('a password that is changed stays changed where the sessions cannot be ended: they are refused all the same', async (t) => {
  const database = memory()
  const world = await site(t, { database })
  const [here, phone] = [await world.loggedIn(), await world.loggedIn()]
  const refusing = t.mock.method(database.sessions, 'deleteForUser', () => {
    throw new StoreUnavailable()
  })
  const [old_password, next] = ['wonder-Land-42', 'looking-Glass-43']
  const form = { old_password, new_password1: next, new_password2: next }
  assert.equal((await here.post('/accounts/password_change/', form)).status, 302)
  refusing.mock.restore()
  assert.equal((await phone.get('/me')).body, 'AnonymousUser')
  assert.equal((await here.get('/me')).body, 'alice')
})

test('a store that knows no lists says so instead of ending one session of many', async (t) => {
  const database = memory()
  Object.defineProperty(database.sessions, 'listable', { value: false })
  const world = await site(t, { database }, routes)
  const here = await world.loggedIn()
  for (const where of ['/others', '/everywhere']) assert.equal((await here.get(where)).status, 500, where)
  assert.match(String(world.errors[0]), /The session store knows no user's sessions/)
  assert.equal((await here.get('/me')).body, 'alice')
  await assert.rejects(world.auth.logoutUser(1), { code: 'ERR_CONFIGURATION' })
  const phone = await world.loggedIn()
  assert.ok(await setPassword(world.auth, world.alice, 'looking-Glass-43', { by: 'command', incoming: undefined }))
  assert.equal((await phone.get('/me')).body, 'AnonymousUser', 'at its next request, by the hash in it')
  await here.login('alice', 'looking-Glass-43')
  assert.equal(await world.auth.users.update('1', { isActive: false }), true)
  assert.equal((await here.get('/me')).body, 'AnonymousUser')
})

test('what is wrong with the settings is no reason to be silent about sessions that stay: the error comes through', async (t) => {
  const database = memory()
  const { auth, alice } = await testPostern({ database })
  t.mock.method(database.sessions, 'deleteForUser', () => {
    throw new ConfigurationError('The database has no such table.')
  })
  const change = { by: 'command', incoming: undefined } as const
  await assert.rejects(setPassword(auth, alice, 'looking-Glass-43', change), { code: 'ERR_CONFIGURATION' })
})

test('a logout of the others may come after the answer', async (t) => {
  let late: Promise<void> | undefined
  const world = await site(
    t,
    {},
    {
      '/late': (_req, res, request) => {
        late = once(res, 'close').then(() => logout(request, { scope: 'others' }))
        res.end('soon')
      },
    },
  )
  const [here, phone] = [await world.loggedIn(), await world.loggedIn()]
  assert.equal((await here.get('/late')).body, 'soon')
  await late
  assert.equal(await stored(world, phone.cookies.get('sessionid')), null)
  assert.equal((await here.get('/me')).body, 'alice')
})

test('an unknown scope is a TypeError', async (t) => {
  const world = await site(
    t,
    {},
    {
      '/all': async (_req, res, request) => {
        await logout(request, { scope: 'all' as never }).catch((error) => res.end(String(error)))
      },
    },
  )
  const browser = await world.loggedIn()
  assert.equal(
    (await browser.get('/all')).body,
    `TypeError: logout(): scope is 'this', 'others' or 'everywhere', not "all".`,
  )
  assert.equal((await browser.get('/me')).body, 'alice')
})

test('LogoutView takes the scope: the others leave the visitor logged in, on the page after a login', async (t) => {
  const world = await site(t, {
    loginRedirectUrl: '/me',
    urls: [
      path('others/', LogoutView.asView({ scope: 'others' })),
      path('everywhere/', LogoutView.asView({ scope: 'everywhere' })),
    ],
  })
  const [here, phone] = [await world.loggedIn(), await world.loggedIn()]
  const reply = await here.post('/others/')
  assert.deepEqual([reply.status, reply.headers.location], [302, '/me'])
  assert.equal((await phone.get('/me')).body, 'AnonymousUser')
  assert.equal((await here.get('/me')).body, 'alice')
  const laptop = await world.loggedIn()
  assert.equal((await here.post('/everywhere/')).status, 200)
  assert.equal((await laptop.get('/me')).body, 'AnonymousUser')
  assert.equal((await here.get('/me')).body, 'AnonymousUser')
})
