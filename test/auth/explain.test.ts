import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type Explanation, explain, login, logout } from '../../src/index.ts'
import { memory } from '../../src/memory.ts'
import type { PosternOptions } from '../../src/options.ts'
import { sqlite } from '../../src/sqlite.ts'
import type { Browser } from '../support/browser.ts'
import { intercepted, type StoreCall } from '../support/intercepted-database.ts'
import { type Site, site, values } from '../support/site.ts'

/** A site whose page /why says what `explain` says, and on which /in logs in and /out logs out first. */
function explaining(t: TestContext, options: Partial<PosternOptions> = {}): Promise<Site> {
  return site(t, options, {
    '/why': async (_req, res, request) => res.end(JSON.stringify(await explain(request))),
    '/out': async (req, res, request) => {
      await logout(req)
      res.end(JSON.stringify(await explain(request)))
    },
    '/in': async (_req, res, request) => {
      const alice = await request.context.users.findById('1')
      if (alice !== null) await login(request, alice)
      res.end(JSON.stringify(await explain(request)))
    },
  })
}

async function why(browser: Browser, path = '/why', headers: Record<string, string> = {}): Promise<Explanation> {
  const reply = await browser.get(path, headers)
  assert.equal(reply.status, 200, reply.body)
  assert.match(String(reply.headers['cache-control']), /private, no-store/)
  return JSON.parse(reply.body) as Explanation
}

/** Writes into the stored session behind everybody's back. */
async function rewrite(
  world: Site,
  browser: Browser,
  changes: Readonly<Record<string, string | number>>,
): Promise<void> {
  const { store, storedKey, payloads } = world.auth.sessions
  const key = browser.cookies.get('sessionid') ?? ''
  const all = new Map(Object.entries({ ...(await values(world, key)), ...changes } as Record<string, string | number>))
  const record = {
    data: payloads.encode(all, world.clock.now()),
    expires: world.clock.now() + 1e9,
    userId: String(all.get('_auth_user_id')),
  }
  assert.equal(await store.update(storedKey(key), record, world.clock.now()), true)
}

test('a visitor who is signed in', async (t) => {
  const world = await explaining(t)
  assert.deepEqual(await why(await world.loggedIn()), {
    signedIn: true,
    reason: 'signed_in',
    message: 'alice (user 1) is signed in.',
    details: { userId: '1', username: 'alice' },
  })
})

test('a login and a logout in the very request count', async (t) => {
  const world = await explaining(t)
  const browser = await world.loggedIn()
  assert.deepEqual(await why(browser, '/out'), {
    signedIn: false,
    reason: 'signed_out',
    message: 'This request has logged the visitor out.',
    details: {},
  })
  assert.equal((await why(world.visitor(), '/in')).reason, 'signed_in')
  assert.equal((await why(world.visitor(), '/out')).reason, 'no_cookie')
})

test('a request without the cookie, and what came instead', async (t) => {
  const world = await explaining(t)
  const visitor = world.visitor()
  const bare = await why(visitor)
  assert.deepEqual([bare.reason, bare.message], ['no_cookie', "The request has no cookie 'sessionid'."])
  assert.match(bare.cure ?? '', /credentials: 'include'/)
  visitor.cookies.set('theme', 'dark')
  visitor.cookies.set('csrftoken', 'secret')
  visitor.cookies.set('a\u001b[31m', 'x')
  const other = await why(visitor, '/why', { cookie: 'theme=dark; a\tb=1; csrftoken=secret; =odd' })
  assert.equal(other.message, "The request has no cookie 'sessionid', only theme, csrftoken.")
  assert.doesNotMatch(JSON.stringify(other), /secret|dark/)
})

test('why a browser has kept the cookie back', async (t) => {
  const secure = await explaining(t, { session: { cookieSecure: true, hostPrefix: true } })
  const { message, details } = await why(secure.visitor(), '/why', { 'sec-fetch-site': 'cross-site' })
  assert.match(message, /no cookie '__Host-sessionid'/)
  assert.match(message, /is Secure and this request came by http/)
  assert.match(message, /is SameSite=Lax and another site's page sent/)
  assert.equal(typeof details.trouble, 'string')
  const elsewhere = await explaining(t, { session: { cookiePath: '/shop', cookieDomain: '.shop.example' } })
  const there = await why(elsewhere.visitor())
  assert.match(there.message, /for the path \/shop and this one is not below it/)
  assert.match(there.message, /for the domain \.shop\.example, to which this host does not belong/)
  for (const [options, headers] of [
    [{ cookiePath: '/why' }, {}],
    [{ cookiePath: '/' }, { 'sec-fetch-site': 'same-origin' }],
    [{ cookieDomain: 'localhost' }, { host: 'www.localhost:80' }],
    [{ cookieSameSite: 'None', cookieSecure: true }, { 'sec-fetch-site': 'cross-site' }],
  ] as const) {
    const world = await explaining(t, { session: options })
    assert.doesNotMatch((await why(world.visitor(), '/why', headers)).message, /path|domain|SameSite/)
  }
  const below = await explaining(t, { session: { cookiePath: '/w/' } })
  assert.match((await why(below.visitor())).message, /path \/w\//)
})

test('a cookie that no login has set', async (t) => {
  const world = await explaining(t)
  const visitor = world.visitor()
  visitor.cookies.set('sessionid', 's%3Aother-program.signature')
  const { reason, message, details } = await why(visitor)
  assert.equal(reason, 'malformed_cookie')
  assert.match(message, /27 characters that cannot be a session key/)
  assert.deepEqual(details, { cookieName: 'sessionid', length: 27 })
})

for (const [where, database] of [
  ['memory', memory],
  ['SQLite', () => sqlite(':memory:')],
] as const) {
  test(`a session that was ended, has expired, or was too old, in ${where}`, async (t) => {
    const world = await explaining(t, { database: database(), session: { cookieAge: 3600, absoluteAge: 7200 } })
    t.after(() => world.auth.closeDatabase())
    const [ended, idle, old] = [await world.loggedIn(), await world.loggedIn(), await world.loggedIn()]
    const copy = ended.copy()
    await ended.logout()
    assert.equal((await why(copy)).reason, 'unknown_session')
    world.clock.pass(3000)
    await old.get('/me')
    world.clock.pass(601)
    const expired = await why(idle.copy())
    assert.equal(expired.reason, 'expired')
    assert.match(expired.message, /^The session of user 1 expired at 2026-01-15T13:00:00\.000Z, .* \(3600 s\)/)
    world.clock.pass(2000)
    await old.get('/me')
    world.clock.pass(2000)
    const tooOld = await why(old.copy())
    assert.equal(tooOld.reason, 'absolute_age')
    assert.match(tooOld.message, /7200 s after the login at 2026-01-15T12:00:00\.000Z/)
    await world.auth.sessions.store.clearExpired(world.clock.now())
    assert.equal((await why(idle.copy())).reason, 'unknown_session')
  })
}

test('an expired session that nobody can read any more has no user in its explanation', async (t) => {
  const world = await explaining(t)
  const { store, storedKey } = world.auth.sessions
  const key = 'k'.repeat(32)
  const record = { data: 'of-another-program', expires: world.clock.now() - 1, userId: null }
  await store.create(storedKey(key), record, world.clock.now() - 1000)
  const visitor = world.visitor()
  visitor.cookies.set('sessionid', key)
  const { reason, message, details } = await why(visitor)
  assert.equal(reason, 'expired')
  assert.match(message, /^The session expired at 2026-01-15T11:59:59\.999Z/)
  assert.equal(details.userId, '')
})

test('a login that is too old although the session does not say since when, as one that Django made', async (t) => {
  const world = await explaining(t, { session: { absoluteAge: 7200, cookieAge: 3600 } })
  const browser = await world.loggedIn()
  await rewrite(world, browser, { _postern_started: 'long ago' })
  world.clock.pass(7200)
  const { reason, message, details } = await why(browser)
  assert.equal(reason, 'absolute_age')
  assert.match(message, /\(7200 s after the login\), used or not/)
  assert.equal('startedAt' in details, false)
})

test('a login at a time that no calendar has', async (t) => {
  const world = await explaining(t)
  const browser = await world.loggedIn()
  await rewrite(world, browser, { _postern_started: -1e300 })
  const { reason, details } = await why(browser)
  assert.deepEqual([reason, details.startedAt], ['absolute_age', '-1e+303'])
})

test('outside development the store is not asked again for a cookie that anybody can make up', async (t) => {
  const calls: string[] = []
  const count = ({ name, proceed }: StoreCall): unknown => {
    calls.push(name)
    return proceed()
  }
  const ask = async (development: boolean): Promise<Explanation> => {
    const world = await explaining(t, {
      development,
      allowedHosts: ['127.0.0.1'],
      database: intercepted(memory(), count),
    })
    const visitor = world.visitor()
    visitor.cookies.set('sessionid', 'a'.repeat(32))
    calls.length = 0
    return why(visitor)
  }
  assert.equal((await ask(false)).reason, 'unknown_session')
  assert.deepEqual(calls, ['sessions.load'])
  assert.equal((await ask(true)).reason, 'unknown_session')
  assert.deepEqual(calls, ['sessions.load', 'sessions.load'])
})

test('that the cause is remembered costs an ordinary request no question', async (t) => {
  const calls: string[] = []
  const database = intercepted(memory(), ({ name, proceed }) => {
    calls.push(name)
    return proceed()
  })
  const world = await explaining(t, { database })
  const browser = await world.loggedIn()
  await browser.get('/me')
  for (const path of ['/me', '/why']) {
    calls.length = 0
    await browser.get(path)
    assert.deepEqual(calls, ['sessions.load'], path)
  }
})

test('a session of a backend that is not set up any more', async (t) => {
  const world = await explaining(t)
  const browser = await world.loggedIn()
  await rewrite(world, browser, { _auth_user_backend: 'site.GoneBackend' })
  const { reason, details } = await why(browser)
  assert.equal(reason, 'unknown_backend')
  assert.deepEqual(details, {
    userId: '1',
    backend: 'site.GoneBackend',
    backends: 'django.contrib.auth.backends.ModelBackend',
  })
})

test('a session with nobody in it', async (t) => {
  const world = await explaining(t)
  const visitor = world.visitor()
  await visitor.get('/set?cart=3')
  assert.deepEqual(await why(visitor).then(({ reason, details }) => [reason, details]), ['no_user_in_session', {}])
})

test('a session that another secret key has signed', async (t) => {
  const database = memory()
  const before = await explaining(t, { database })
  const browser = await before.loggedIn()
  const after = await explaining(t, { database, secretKey: 'another-secret-key-of-the-tests-9876543210-zyxwvut' })
  const moved = browser.copy(after.base)
  const { reason, cure } = await why(moved)
  assert.equal(reason, 'unreadable_session')
  assert.match(cure ?? '', /secretKeyFallbacks/)
})

for (const [reason, change] of [
  ['hash_changed', { password: '!' }],
  ['user_inactive', { isActive: false }],
] as const) {
  test(`${reason}: told also although the session was ended for it, and once`, async (t) => {
    const database = memory()
    const world = await explaining(t, { database })
    const browser = await world.loggedIn()
    await database.users.update('1', change)
    const told = await why(browser.copy())
    assert.equal(told.reason, reason)
    assert.equal(told.details.userId, '1')
    assert.equal((await why(browser.copy())).reason, 'unknown_session')
  })
}

test('a user who is gone, and one whom the backend refuses for a reason of its own', async (t) => {
  const database = memory()
  const world = await explaining(t, { database })
  const [one, other] = [await world.loggedIn(), await world.loggedIn()]
  const find = t.mock.method(database.users, 'findById', () => null)
  assert.equal((await why(one)).reason, 'user_gone')
  find.mock.restore()
  const [backend] = world.auth.backends
  t.mock.method(backend, 'getUser', () => null)
  const refused = await why(other)
  assert.equal(refused.reason, 'user_refused')
  assert.match(refused.message, /ModelBackend' does not let user 1 in any more/)
})

test('an absolute age that has come while the row still lives', async (t) => {
  const world = await explaining(t, { session: { absoluteAge: 2_000_000 } })
  const browser = await world.loggedIn()
  await rewrite(world, browser, { _postern_started: world.clock.now() / 1000 - 3_000_000 })
  const { reason, details } = await why(browser)
  assert.equal(reason, 'absolute_age')
  assert.deepEqual(details, { userId: '1', absoluteAge: 2_000_000, startedAt: '2025-12-11T18:40:00.000Z' })
})

test('a store that does not answer, and nothing of what its driver says', async (t) => {
  const database = memory()
  const world = await explaining(t, { database })
  const browser = await world.loggedIn()
  t.mock.method(database.sessions, 'load', () => {
    throw new Error('password=hunter2 at 10.0.0.7')
  })
  const told = await why(browser)
  assert.equal(told.reason, 'store_unavailable')
  assert.doesNotMatch(JSON.stringify(told), /hunter2|10\.0\.0\.7/)
})

test('a failure that is nobody of ours is told by its kind alone', async (t) => {
  const world = await explaining(t)
  const browser = await world.loggedIn()
  t.mock.method(world.auth.backends[0], 'getUser', () => {
    throw new RangeError('key=hunter2')
  })
  const told = await why(browser)
  assert.equal(told.message, 'Nobody knows: the store did not say (RangeError).')
})

test('nothing secret is in any explanation', async (t) => {
  const world = await explaining(t)
  const browser = await world.loggedIn()
  const key = browser.cookies.get('sessionid') ?? 'none'
  const told = [JSON.stringify(await why(browser))]
  await world.auth.users.update('1', { password: 'pbkdf2_sha256$1$salt$another' })
  told.push(JSON.stringify(await why(browser)))
  for (const text of told) {
    assert.ok(!text.includes(key) && !text.includes(world.auth.sessions.storedKey(key)))
    assert.doesNotMatch(text, /pbkdf2|[0-9a-f]{40}/)
  }
})

test('explain() takes whatever logout() takes, and says so to the rest', async () => {
  await assert.rejects(explain({} as never), /explain\(request\) got a request that Postern does not know/)
})
