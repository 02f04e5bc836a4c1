/** Sites whose sessions are in signed cookies: what a logout ends, what else does, and what is refused. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { login } from '../../src/auth/login.ts'
import { logout } from '../../src/auth/logout.ts'
import { path } from '../../src/auth/path.ts'
import { text } from '../../src/auth/view.ts'
import type { PosternError } from '../../src/errors.ts'
import { createPostern } from '../../src/index.ts'
import { memory } from '../../src/memory.ts'
import type { PosternOptions } from '../../src/options.ts'
import { signedCookieSessions } from '../../src/signed-cookies.ts'
import type { User } from '../../src/users/user.ts'
import type { Browser } from '../support/browser.ts'
import { openSqlite } from '../support/databases.ts'
import { intercepted } from '../support/intercepted-database.ts'
import { SECRET_KEY } from '../support/postern.ts'
import { listen, type Routes, type Site, site } from '../support/site.ts'

const BOB = { username: 'bob', password: 'builder-Of-27' }

const lateErrors: PosternError[] = []

const routes: Routes = {
  '/others': async (_req, res, request) => {
    await logout(request, { scope: 'others' })
    res.end(`still ${request.user}`)
  },
  '/everywhere': async (_req, res, request) => {
    await logout(request, { scope: 'everywhere' })
    res.end(`goodbye ${request.user}`)
  },
  '/others-late': (_req, res, request) => {
    res.once('close', () => logout(request, { scope: 'others' }).catch((error) => lateErrors.push(error)))
    res.end('soon')
  },
  '/without-epoch': (_req, res, { session }) => {
    session.delete('_postern_epoch')
    res.end('as Django makes them')
  },
  '/again': async (_req, res, request) => {
    if (request.user.isAuthenticated) await login(request, request.user)
    res.end(`still ${request.user}`)
  },
  '/own-age': (_req, res, { session, query }) => {
    session.setExpiry(Number(query.get('seconds')))
    res.end('set')
  },
  '/fill': (_req, res, { session, query }) => {
    // Random enough not to be made smaller.
    session.set(
      'full',
      Buffer.from(crypto.getRandomValues(new Uint8Array(Number(query.get('bytes'))))).toString('base64'),
    )
    res.end('filled')
  },
}

type Hooks = { after(end: () => unknown): void }

async function cookieSite(t: Hooks, options: Partial<PosternOptions> = {}): Promise<Site> {
  const world = await site(t, { sessions: signedCookieSessions(), ...options }, routes)
  if ((await world.auth.users.findByUsername('bob')) === null) await world.auth.createUser(BOB)
  return world
}

const me = async (browser: Browser): Promise<string> => (await browser.get('/me')).body

test('a copied cookie is dead after the logout, and so is every other of this user; nobody else is touched', async (t) => {
  for (const database of [memory(), openSqlite(t)]) {
    const world = await cookieSite(t, { database })
    const [here, phone, bob] = [
      await world.loggedIn(),
      await world.loggedIn(),
      await world.loggedIn('bob', 'builder-Of-27'),
    ]
    const thief = here.copy()
    for (const tab of [here, phone, thief]) assert.equal(await me(tab), 'alice')
    assert.equal((await here.logout()).status, 200)
    assert.equal(here.cookies.has('sessionid'), false)
    assert.deepEqual([await me(thief), await me(phone), await me(bob)], ['AnonymousUser', 'AnonymousUser', 'bob'])
    const back = await world.loggedIn()
    assert.deepEqual(
      [await me(back), await me(here.copy()), await me(thief)],
      ['alice', 'AnonymousUser', 'AnonymousUser'],
    )
  }
})

test('another process knows the logout at once, and the end outlives them both', async (t) => {
  const database = openSqlite(t)
  const world = await cookieSite(t, { database })
  const other = await cookieSite(t, { database, now: world.clock.now })
  const here = await world.loggedIn()
  const there = here.copy(other.base)
  assert.equal(await me(there), 'alice')
  await here.logout()
  assert.equal(await me(there.copy()), 'AnonymousUser')
  const later = await cookieSite(t, { database, now: world.clock.now })
  assert.equal(await me(there.copy(later.base)), 'AnonymousUser')
})

test('a logout of the others gives this session the next epoch, and everywhere ends it, too', async (t) => {
  const world = await cookieSite(t)
  const ended = listen(t, 'session_ended')
  const [here, phone] = [await world.loggedIn(), await world.loggedIn()]
  await here.get('/set?cart=3')
  const before = here.copy()
  const reply = await here.get('/others')
  assert.equal(reply.body, 'still alice')
  assert.equal(reply.setCookies.length, 1)
  assert.deepEqual([await me(here), await me(phone), await me(before)], ['alice', 'AnonymousUser', 'AnonymousUser'])
  assert.equal((await here.get('/get')).body, '{"cart":"3"}')
  assert.deepEqual(
    ended.map(({ userId, reason, by, sessions }) => [userId, reason, by?.username, sessions]),
    [[String(world.alice.id), 'revoked', 'alice', undefined]],
  )
  const thief = here.copy()
  assert.equal((await here.get('/everywhere')).body, 'goodbye AnonymousUser')
  assert.deepEqual([await me(here), await me(thief)], ['AnonymousUser', 'AnonymousUser'])
})

test('an administrator who ends the sessions of somebody else goes on with their own cookie', async (t) => {
  const world = await site(
    t,
    { sessions: signedCookieSessions() },
    {
      '/end-bob': async (_req, res, request) => {
        const bob = await world.auth.users.findByUsername('bob')
        res.end(
          String(await world.auth.logoutUser(bob?.id ?? '', { by: request.user as User, except: request.session })),
        )
      },
    },
  )
  await world.auth.createUser(BOB)
  const [alice, bob] = [await world.loggedIn(), await world.loggedIn('bob', 'builder-Of-27')]
  const reply = await alice.get('/end-bob')
  assert.deepEqual([reply.body, reply.setCookies], ['1', []])
  assert.deepEqual([await me(alice), await me(bob)], ['alice', 'AnonymousUser'])
})

test('a changed password and a deactivation end all cookies; the visitor who changed it stays', async (t) => {
  const world = await cookieSite(t)
  const [here, phone] = [await world.loggedIn(), await world.loggedIn()]
  const thief = here.copy()
  const next = { old_password: 'wonder-Land-42', new_password1: 'looking-Glass-43', new_password2: 'looking-Glass-43' }
  assert.equal((await here.post('/accounts/password_change/', next)).status, 302)
  assert.deepEqual([await me(here), await me(phone), await me(thief)], ['alice', 'AnonymousUser', 'AnonymousUser'])
  const id = String(world.alice.id)
  await world.auth.users.update(id, { isActive: false })
  assert.equal(await me(here.copy()), 'AnonymousUser')
  await world.auth.users.update(id, { isActive: true })
  assert.equal(await me(here), 'AnonymousUser')
})

test('somebody whom another program has made inactive stays out when they are active again', async (t) => {
  const database = memory()
  const world = await cookieSite(t, { database })
  const here = await world.loggedIn()
  await database.users.update(String(world.alice.id), { isActive: false })
  assert.equal(await me(here.copy()), 'AnonymousUser')
  await database.users.update(String(world.alice.id), { isActive: true })
  assert.equal(await me(here), 'AnonymousUser')
})

test('a cookie of before a password that another program changed is refused, and leaves newer ones alone', async (t) => {
  const database = memory()
  const world = await cookieSite(t, { database })
  const ended = listen(t, 'session_ended')
  const old = await world.loggedIn()
  const password = await world.auth.passwords.make('looking-Glass-43')
  await database.users.update(String(world.alice.id), { password })
  const here = await world.loggedIn('alice', 'looking-Glass-43')
  assert.deepEqual([await me(old.copy()), await me(old), await me(here)], ['AnonymousUser', 'AnonymousUser', 'alice'])
  assert.deepEqual(ended, [])
})

test('a login as somebody else ends the sessions of who was there', async (t) => {
  const world = await cookieSite(t)
  const [here, phone] = [await world.loggedIn(), await world.loggedIn()]
  await here.get('/set?cart=3')
  await here.login('bob', 'builder-Of-27')
  assert.deepEqual([await me(here), await me(phone)], ['bob', 'AnonymousUser'])
  assert.equal((await here.get('/get')).body, '{}')
})

test('what an anonymous visitor had comes along at the login, and a logout leaves nothing of it', async (t) => {
  const world = await cookieSite(t)
  const browser = world.visitor()
  await browser.get('/set?cart=3')
  await browser.login()
  assert.equal((await browser.get('/get')).body, '{"cart":"3"}')
  await browser.logout()
  assert.equal((await browser.get('/get')).body, '{}')
})

test('a login without proof does not outlive a logout in another tab', async (t) => {
  const world = await cookieSite(t)
  const here = await world.loggedIn()
  assert.equal((await here.get('/again')).body, 'still alice')
  const tab = here.copy()
  await here.logout()
  assert.equal((await tab.get('/again')).body, 'still AnonymousUser')
})

test('a logout while the database is away is a 503 that keeps the cookie, and the next try works', async (t) => {
  let away = ''
  const database = intercepted(memory(), ({ name, proceed }) => {
    if (name !== away) return proceed()
    throw new Error('connection lost')
  })
  const world = await cookieSite(t, { database })
  const here = await world.loggedIn()
  const thief = here.copy()
  away = 'accounts.raiseEpoch'
  const reply = await here.logout()
  assert.deepEqual([reply.status, reply.setCookies], [503, []])
  assert.equal(await me(here), 'alice')
  away = 'accounts.epoch'
  for (const path of ['/me', '/set?cart=1', '/others']) {
    const { status, setCookies } = await here.get(path)
    assert.deepEqual([path, status, setCookies], [path, 503, []])
  }
  assert.equal((await here.get('/public')).body, 'public')
  assert.equal((await world.visitor().login()).status, 503)
  away = ''
  assert.equal((await here.logout()).status, 200)
  assert.equal(await me(thief), 'AnonymousUser')
})

test('every bit of a cookie counts, and what is no session is an anonymous visitor', async (t) => {
  const world = await cookieSite(t)
  const here = await world.loggedIn()
  const cookie = here.cookies.get('sessionid') ?? ''
  const other = (character: string): string => (character === 'A' ? 'B' : 'A')
  for (let at = 0; at < cookie.length; at += 3) {
    const tab = here.copy()
    tab.cookies.set('sessionid', cookie.slice(0, at) + other(cookie.charAt(at)) + cookie.slice(at + 1))
    assert.equal(await me(tab), 'AnonymousUser', `character ${at}`)
  }
  for (const nonsense of ['ended', ':', '::', 'a:b:c', '.eJw:1:2', `${cookie}x`, 'x'.repeat(6000)]) {
    const tab = here.copy()
    tab.cookies.set('sessionid', nonsense)
    const { body, setCookies } = await tab.get('/me')
    assert.equal(body, 'AnonymousUser')
    assert.match(setCookies.join(), /sessionid=""?;.*Max-Age=0/i)
  }
})

test('a session that a cookie cannot hold is refused with what to do, and the browser keeps the one of before', async (t) => {
  const full = path('full/', ({ session }) => {
    session.set('full', Array.from(crypto.getRandomValues(new Uint32Array(1000))))
    return text('filled')
  })
  const world = await cookieSite(t, { urls: [full] })
  const here = await world.loggedIn()
  assert.equal((await here.get('/fill?bytes=1500')).status, 200)
  const before = here.cookies.get('sessionid')
  const reply = await here.get('/fill?bytes=3000')
  assert.deepEqual([reply.status, reply.setCookies], [500, []])
  assert.deepEqual(
    world.errors.map((error) => (error as PosternError).code),
    ['ERR_SESSION_TOO_LARGE'],
  )
  assert.match(String(world.errors[0]), /session takes \d+ characters, and a cookie holds 3840: keep less in it/)
  const told = await here.get('/full/')
  assert.equal(told.status, 500)
  assert.match(told.body, /postern\.E704/)
  const served = await cookieSite(t, { urls: [full], development: false, allowedHosts: ['127.0.0.1'] })
  assert.equal((await served.visitor().get('/full/')).status, 500)
  assert.equal((served.errors[0] as PosternError | undefined)?.code, 'ERR_SESSION_TOO_LARGE', 'the log has it')
  assert.equal(here.cookies.get('sessionid'), before)
  assert.equal(await me(here), 'alice')
})

test('a session ends at its age from its last use, a renewal being a new cookie, and at its own age', async (t) => {
  const world = await cookieSite(t, { session: { cookieAge: 3600, absoluteAge: 7200 } })
  const here = await world.loggedIn()
  const first = here.copy()
  assert.deepEqual((await here.get('/me')).setCookies, [])
  world.clock.pass(1800)
  assert.match((await here.get('/me')).setCookies.join(), /sessionid=.*Max-Age=3600/)
  world.clock.pass(1801)
  assert.deepEqual([await me(here), await me(first)], ['alice', 'AnonymousUser'])
  world.clock.pass(3500)
  assert.equal(await me(here), 'alice')
  world.clock.pass(100)
  assert.equal(await me(here), 'AnonymousUser', 'the absolute age is over')
  const brief = await world.loggedIn()
  assert.match((await brief.get('/own-age?seconds=60')).setCookies.join(), /Max-Age=60/)
  world.clock.pass(61)
  assert.equal(await me(brief), 'AnonymousUser')
})

test('saveEveryRequest sets a cookie with every answer, and one that dies with the browser has no age', async (t) => {
  const session = { saveEveryRequest: true, expireAtBrowserClose: true, cookieAge: 3600 }
  const world = await cookieSite(t, { session })
  const here = await world.loggedIn()
  const [line = ''] = (await here.get('/public')).setCookies
  assert.match(line, /^sessionid=/)
  assert.doesNotMatch(line, /max-age|expires/i)
  const thief = here.copy()
  world.clock.pass(3601)
  assert.equal(await me(thief), 'AnonymousUser', 'a copy that a browser kept')
})

test('a cookie under an older secret key is read, and written anew under the new one', async (t) => {
  const database = memory()
  const old = 'an-older-secret-key-0123456789-abcdefghijklmnopqrstuvwx'
  const before = await cookieSite(t, { database, secretKey: old })
  const options = { database, now: before.clock.now }
  const here = await before.loggedIn()
  const after = await cookieSite(t, { ...options, secretKeyFallbacks: [old] })
  const browser = here.copy(after.base)
  assert.equal(await me(browser), 'alice')
  assert.notEqual(browser.cookies.get('sessionid'), here.cookies.get('sessionid'))
  const later = await cookieSite(t, options)
  assert.equal(await me(browser.copy(later.base)), 'alice')
  assert.equal(await me(here.copy(later.base)), 'AnonymousUser')
})

test('a session has one public id from its login to its logout, and no event or row holds a cookie', async (t) => {
  const world = await cookieSite(t)
  const heard = [listen(t, 'user_logged_in'), listen(t, 'user_logged_out')] as const
  const here = await world.loggedIn()
  const cookies = [here.cookies.get('sessionid') ?? '']
  await here.get('/set?cart=3')
  cookies.push(here.cookies.get('sessionid') ?? '')
  await here.logout()
  const [[loggedIn], [loggedOut]] = heard
  assert.match(loggedIn?.session ?? '', /^[0-9a-f]{32}$/)
  assert.equal(loggedOut?.session, loggedIn?.session)
  await world.auth.settled()
  const rows = JSON.stringify(await world.auth.events.list())
  assert.match(rows, new RegExp(loggedIn?.session ?? 'none'))
  for (const cookie of cookies) assert.equal(rows.includes(cookie), false)
})

test('without epochs it is refused, until somebody says that a copied cookie may live on', async (t) => {
  const {
    epoch: _,
    raiseEpoch: __,
    ...accounts
  } = Object.fromEntries(
    ['get', 'recordLogout', 'awaitConfirmation', 'confirmEmail', 'epoch', 'raiseEpoch'].map((name) => {
      const store = memory().accounts
      return [name, (Reflect.get(store, name) as () => unknown).bind(store)]
    }),
  )
  const keepsNone = { ...memory(), accounts: accounts as never }
  const settings = { secretKey: SECRET_KEY, development: true }
  const off = signedCookieSessions({ epochs: false })
  for (const options of [
    { database: keepsNone, sessions: signedCookieSessions() },
    { database: memory(), sessions: off },
  ]) {
    assert.throws(() => createPostern({ ...settings, ...options }), {
      code: 'ERR_CONFIGURATION',
      message: /compared with no epoch.*signedCookieSessions\(\).*allowUnrevocable: true/s,
    })
    const world = await cookieSite(t, { ...options, session: { allowUnrevocable: true } })
    const here = await world.loggedIn()
    const thief = here.copy()
    assert.equal((await here.logout()).status, 200)
    assert.equal(here.cookies.has('sessionid'), false)
    assert.equal(await me(thief), 'alice', 'as in Django')
    const found = (await world.auth.check()).map(({ id }) => id)
    assert.ok(found.includes('postern.W101'), found.join())
    await assert.rejects(world.auth.logoutUser(world.alice.id), { code: 'ERR_CONFIGURATION' })
  }
})

test('beside a live Django it is refused, since a logout here ends nothing there', () => {
  const options = { secretKey: SECRET_KEY, development: true, database: memory(), sessions: signedCookieSessions() }
  assert.throws(() => createPostern({ ...options, interop: 'django' }), {
    code: 'ERR_CONFIGURATION',
    message: /Django knows no epochs/,
  })
  createPostern({ ...options, interop: 'django', session: { allowUnrevocable: true } })
})

test('an id that nobody has, or another spelling of one, ends nothing, and nobody is told that it did', async (t) => {
  const database = openSqlite(t)
  const world = await cookieSite(t, { database })
  const browser = await world.loggedIn()
  for (const id of ['01', ' 1', '1.0', 'alice', 'undefined', '99']) {
    assert.equal(await world.auth.logoutUser(id), 0, id)
    assert.equal(await database.accounts.epoch?.(id), 0, id)
  }
  assert.equal(await me(browser), 'alice')
  assert.equal(await world.auth.logoutUser('1'), 1)
  assert.equal(await me(browser), 'AnonymousUser')
})

test('a session as Django makes it stays when its user ends the others, as one of the first epoch', async (t) => {
  const world = await cookieSite(t)
  const [here, phone] = [await world.loggedIn(), await world.loggedIn()]
  await here.get('/without-epoch')
  assert.equal(await me(here), 'alice')
  assert.equal((await here.get('/others')).body, 'still alice')
  assert.equal(await me(phone), 'AnonymousUser')
  assert.equal(await me(here), 'alice')
})

test('once the answer has begun no cookie can carry a session on: the others cannot be ended then', async (t) => {
  const world = await cookieSite(t)
  const [here, phone] = [await world.loggedIn(), await world.loggedIn()]
  assert.equal((await here.get('/others-late')).body, 'soon')
  while (lateErrors.length === 0) await new Promise((resolve) => setImmediate(resolve))
  assert.equal(lateErrors[0]?.code, 'ERR_SESSION_CLOSED')
  assert.deepEqual([await me(here), await me(phone)], ['alice', 'alice'])
})
