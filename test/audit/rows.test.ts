/** The rows that visits leave, and when: an answer comes after its row, and never fails for it. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { authenticate } from '../../src/auth/authenticate.ts'
import { login } from '../../src/auth/login.ts'
import { ModelBackend } from '../../src/auth/model-backend.ts'
import { noteRefusal } from '../../src/auth/refusals.ts'
import type { Database } from '../../src/database.ts'
import { PermissionDenied, StoreUnavailable } from '../../src/errors.ts'
import { memory } from '../../src/memory.ts'
import type { BackendFactory } from '../../src/options.ts'
import { Pbkdf2Hasher } from '../../src/passwords/hashers/pbkdf2.ts'
import { fetchSite, type Otherwise } from '../fetch/fetch-site.ts'
import { DATABASES } from '../support/databases.ts'
import { intercepted } from '../support/intercepted-database.ts'
import { ALICE } from '../support/postern.ts'
import { listen, type Routes, type Site, site } from '../support/site.ts'

const AGENT = 'Mozilla/5.0 (X11)'

/** Event, user, what else. */
async function rows({ auth }: Pick<Site, 'auth'>): Promise<unknown[][]> {
  return (await auth.events.list()).map(({ event, userId, data }) => [event, userId, data])
}

async function migrated(t: TestContext, name: string): Promise<Database> {
  const database = DATABASES.get(name)?.(t)
  assert.ok(database)
  await database.migrate()
  return database
}

for (const name of DATABASES.keys()) {
  test(`${name}: a visit leaves its rows by the time that each answer comes`, async (t) => {
    const here = await site(t, { database: await migrated(t, name) })
    const browser = here.visitor()
    await browser.post('/accounts/login/', { username: 'alice', password: 'a-Secret' }, { 'User-Agent': AGENT })
    assert.equal((await rows(here)).length, 1)
    await browser.post('/accounts/login/', ALICE, { 'User-Agent': AGENT })
    assert.equal((await rows(here)).length, 2)
    here.clock.pass(60)
    await browser.post('/accounts/logout/', {}, { 'User-Agent': AGENT })
    const list = await here.auth.events.list()
    assert.deepEqual(
      list.map(({ at, event, userId, address, userAgent, data }) => [at, event, userId, address, userAgent, data]),
      [
        [here.clock.now(), 'user_logged_out', '1', '127.0.0.1', AGENT, { username: 'alice' }],
        [
          here.clock.now() - 60_000,
          'user_logged_in',
          '1',
          '127.0.0.1',
          AGENT,
          { username: 'alice', backend: 'django.contrib.auth.backends.ModelBackend' },
        ],
        [
          here.clock.now() - 60_000,
          'user_login_failed',
          null,
          '127.0.0.1',
          AGENT,
          { username: 'alice', reason: 'wrong_password' },
        ],
      ],
    )
    assert.doesNotMatch(JSON.stringify(list), /Secret|wonder-Land/)
  })

  test(`${name}: login and logout name the session as the user's own list does`, async (t) => {
    const here = await site(t, { database: await migrated(t, name) })
    for (const visit of ['/public', '/set?cart=3']) {
      const browser = here.visitor()
      await browser.get(visit)
      await browser.login()
      const [listed] = await here.auth.sessions.store.listForUser('1', here.clock.now())
      await browser.get('/set?page=2')
      await browser.logout()
      const [out, entered] = await here.auth.events.list()
      assert.ok(listed?.id)
      assert.deepEqual([out?.event, out?.session], ['user_logged_out', listed.id])
      assert.deepEqual([entered?.event, entered?.session], ['user_logged_in', listed.id])
    }
  })
}

test('a login over another login names the new session, and so does the same user again', async (t) => {
  const here = await site(t)
  await here.auth.createUser({ username: 'bob', password: 'builder-77-Yes' })
  const browser = await here.loggedIn()
  const first = (await here.auth.events.list())[0]?.session
  await browser.login('bob', 'builder-77-Yes')
  const second = (await here.auth.events.list())[0]?.session
  assert.notEqual(second, first)
  assert.equal((await here.auth.sessions.store.listForUser('2', here.clock.now()))[0]?.id, second)
  await browser.login('bob', 'builder-77-Yes')
  assert.equal(
    (await here.auth.sessions.store.listForUser('2', here.clock.now()))[0]?.id,
    (await here.auth.events.list())[0]?.session,
  )
})

test('a session that Django made has no name here yet, and none is made up for it', async (t) => {
  const here = await site(t)
  const browser = await here.loggedIn()
  const { store, storedKey } = here.auth.sessions
  const key = storedKey(browser.cookies.get('sessionid') ?? '')
  const stored = await store.load(key, here.clock.now())
  assert.ok(stored)
  await store.delete(key)
  await store.create(key, { data: stored.data, expires: stored.expires, userId: null }, here.clock.now())
  await browser.login()
  assert.equal((await here.auth.events.list())[0]?.session, null)
  assert.equal((await browser.get('/me')).body, 'alice')
})

/** The reason that a failed login leaves in the log. */
async function reasonOf(here: Site, username: string, password: string): Promise<unknown> {
  const reply = await here.visitor().login(username, password)
  assert.match(reply.body, /Please enter a correct username and password/)
  return (await here.auth.events.list({ event: 'user_login_failed' }))[0]?.data.reason
}

test('a failed login says why in the log, and the same to everybody in its answer', async (t) => {
  const here = await site(t)
  await here.auth.createUser({ username: 'inactive', password: 'in-Active-1', isActive: false })
  await here.auth.createUser({ username: 'unusable' })
  assert.equal(await reasonOf(here, 'nobody', 'x'), 'unknown_user')
  assert.equal(await reasonOf(here, 'alice', 'x'), 'wrong_password')
  assert.equal(await reasonOf(here, 'inactive', 'x'), 'wrong_password')
  assert.equal(await reasonOf(here, 'inactive', 'in-Active-1'), 'inactive')
  assert.equal(await reasonOf(here, 'unusable', 'x'), 'unusable_password')
})

test('a backend that forbids is denied, one with reasons of its own is believed, and one that says nothing has none', async (t) => {
  const backends = (authenticate: ModelBackend['authenticate']): readonly [BackendFactory] => [
    () => ({ path: 'own', authenticate, getUser: () => null }),
  ]
  const forbidding = await site(t, { backends: backends(() => Promise.reject(new PermissionDenied())) })
  assert.equal(await reasonOf(forbidding, 'alice', 'x'), 'denied')
  const telling = await site(t, {
    backends: backends(async (_request, credentials) => {
      noteRefusal(credentials, 'card_expired')
      return null
    }),
  })
  assert.equal(await reasonOf(telling, 'alice', 'x'), 'card_expired')
  const silent = await site(t, { backends: backends(async () => null) })
  assert.equal(await reasonOf(silent, 'alice', 'x'), null)
})

test('a reason of one try is not the reason of the next with the same object', async (t) => {
  let tries = 0
  const credentials = { username: 'alice' }
  const here = await site(
    t,
    {
      backends: [
        () => ({
          path: 'own',
          authenticate: async (_request, given) => {
            if (tries++ === 0) noteRefusal(given, 'card_expired')
            return null
          },
          getUser: () => null,
        }),
      ],
    },
    {
      '/try': async (_req, res, request) => {
        await authenticate(request, credentials)
        res.end()
      },
    },
  )
  await here.visitor().get('/try')
  await here.visitor().get('/try')
  await here.auth.settled()
  assert.deepEqual(
    (await rows(here)).map(([, , data]) => data),
    [
      { username: 'alice', reason: null },
      { username: 'alice', reason: 'card_expired' },
    ],
  )
})

test('a hash that is made anew at a login is a change of the password, by upgrade', async (t) => {
  const database = memory()
  await site(t, { database, passwordHashers: [new Pbkdf2Hasher({ rounds: 1 })] })
  const here = await site(t, { database, passwordHashers: [new Pbkdf2Hasher({ rounds: 2 })] })
  await here.loggedIn()
  await here.loggedIn()
  assert.deepEqual(
    (await here.auth.events.list()).map(({ event, userId, data }) => [event, userId, data.by]),
    [
      ['user_logged_in', '1', undefined],
      ['user_logged_in', '1', undefined],
      ['password_changed', '1', 'upgrade'],
    ],
  )
  const asked = new ModelBackend(here.auth)
  await here.auth.users.update('1', { password: await new Pbkdf2Hasher({ rounds: 1 }).encode(ALICE.password, 'salt') })
  assert.equal((await asked.authenticate(null, ALICE))?.username, 'alice', 'without a request there is nobody to tell')
})

/** How a session comes to its end: sooner than it was made for, without its user, or with an old password. */
const ENDS: Readonly<Record<string, (here: Site, database: Database) => unknown>> = {
  expired: ({ clock }) => clock.pass(3600),
  // In another program: done by Postern, the session is gone at once.
  inactive: (_here, { users }) => users.update('1', { isActive: false }),
  password_changed: async ({ auth }) => auth.users.update('1', { password: await auth.passwords.make('a-new-One-9') }),
}

for (const [reason, end] of Object.entries(ENDS)) {
  test(`a session that ends (${reason}) says so once, however many requests find it`, async (t) => {
    const database = memory()
    const before = await site(t, { database })
    const cookies = await before.loggedIn()
    const [entered] = await before.auth.events.list()
    const here = await site(t, { database, session: { cookieAge: 3600, absoluteAge: 3600 } })
    const heard = listen(t, 'session_ended')
    await end(here, database)
    await Promise.all(Array.from({ length: 4 }, () => cookies.copy(here.base).get('/me')))
    await here.auth.settled()
    const ended = await here.auth.events.list({ event: 'session_ended' })
    assert.deepEqual(
      ended.map(({ userId, session, address, data }) => [userId, session, address, data]),
      [['1', entered?.session, '127.0.0.1', { reason, by: null }]],
    )
    assert.equal(heard.length, 1)
  })
}

test('a login whose session could not be stored was no login: no event, no row', async (t) => {
  const database = memory()
  const routes: Routes = {
    '/broken': async (_req, res, request) => {
      await login(request, here.alice)
      res.statusCode = 500
      res.end()
    },
    '/and-out': async (_req, res, request) => {
      await login(request, here.alice)
      await request.session.flush()
      res.end()
    },
    '/saved': async (_req, res, request) => {
      await login(request, here.alice)
      assert.equal(heard.length, 0)
      await request.session.save()
      assert.equal(heard.length, 1, 'stored at once, told at once')
      res.statusCode = 500
      res.end()
    },
    '/twice': async (_req, res, request) => {
      await login(request, here.alice)
      await assert.rejects(request.session.save(), StoreUnavailable)
      assert.equal(heard.length, 1)
      await request.session.save()
      res.end()
    },
  }
  const here = await site(t, { database }, routes)
  const heard = listen(t, 'user_logged_in')
  await here.visitor().get('/broken')
  await here.visitor().get('/and-out')
  assert.equal(heard.length, 0)
  const create = t.mock.method(database.sessions, 'create', () => {
    throw new StoreUnavailable()
  })
  assert.equal((await here.visitor().login()).status, 503)
  assert.equal(heard.length, 0)
  create.mock.restore()
  await here.visitor().get('/saved')
  assert.equal(heard.length, 1)
  const refuse = (): never => {
    throw new StoreUnavailable()
  }
  t.mock.method(database.sessions, 'create', refuse, { times: 1 })
  await here.visitor().get('/twice')
  assert.deepEqual(here.errors, [])
  assert.equal(heard.length, 2, 'the second time it was stored')
  assert.equal((await here.auth.events.list({ event: 'user_logged_in' })).length, 2)
})

for (const [what, fault] of Object.entries({
  refuses: () => {
    throw new Error('connect ECONNREFUSED')
  },
  'refuses later': async () => {
    throw new Error('read ECONNRESET')
  },
})) {
  test(`an audit log that ${what} fails no login and no logout, and each row that is lost is told`, async (t) => {
    const heard = listen(t, 'audit_failed')
    const database = intercepted(memory(), ({ name, proceed }) => (name === 'events.append' ? fault() : proceed()))
    const here = await site(t, { database })
    const browser = here.visitor()
    assert.equal((await browser.login('alice', 'wrong')).status, 200)
    assert.equal((await browser.login()).status, 302)
    assert.equal((await browser.get('/me')).body, 'alice')
    const reply = await browser.logout()
    assert.equal(reply.status, 200)
    assert.match(reply.body, /You are logged out/)
    assert.deepEqual(
      heard.map(({ event, what: part, record, error }) => [event, part, record.data.username, (error as Error).name]),
      [
        ['user_login_failed', 'row', 'alice', 'StoreUnavailable'],
        ['user_logged_in', 'row', 'alice', 'StoreUnavailable'],
        ['user_logged_out', 'row', 'alice', 'StoreUnavailable'],
      ],
    )
  })
}

test('an audit log that hangs holds an answer until the deadline of the store, and then it goes', {
  timeout: 10_000,
}, async (t) => {
  const heard = listen(t, 'audit_failed')
  let hang = false
  const database = intercepted(memory(), ({ name, proceed }) =>
    hang && name === 'events.append' ? new Promise(() => {}) : proceed(),
  )
  const here = await site(t, { database, storeTimeout: 0.1 })
  const browser = await here.loggedIn()
  hang = true
  assert.equal((await browser.logout()).status, 200)
  assert.match(String(heard[0]?.error), /did not answer within 0\.1 s/)
})

test('without an audit log there are events and no rows', async (t) => {
  const here = await site(t, { audit: false })
  const heard = listen(t, 'user_logged_in')
  await (await here.loggedIn()).logout()
  assert.equal(heard.length, 1)
  assert.deepEqual(await rows(here), [])
})

test('on a fetch runtime the row is there when the answer is, also for a route of the application', async () => {
  const otherwise: Otherwise = async (request) => {
    await authenticate(request, { username: 'alice', password: 'wrong' })
    return new Response('wrong')
  }
  // A store that takes a while: what is not waited for is not there yet.
  const database = intercepted(memory(), async ({ name, proceed }) => {
    if (name === 'events.append') for (let turns = 0; turns < 5; turns++) await turn()
    return proceed()
  })
  const here = await fetchSite(() => otherwise, { database })
  const browser = here.visitor()
  const newest = async (): Promise<unknown> => (await here.auth.events.list())[0]?.event
  await browser.login()
  assert.equal(await newest(), 'user_logged_in')
  await browser.get('/own/')
  assert.equal(await newest(), 'user_login_failed')
  await browser.logout()
  assert.equal(await newest(), 'user_logged_out')
})
