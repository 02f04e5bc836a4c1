/** A site that a Django joins or leaves, with the real one: whoever is signed in stays so, and whoever logs out is out on both sides. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { PosternOptions } from '../../src/options.ts'
import { hashedKey } from '../../src/sessions/session-key.ts'
import type { Browser } from '../support/browser.ts'
import { type TestPostern, testPostern } from '../support/postern.ts'
import { noPostgres } from '../support/postgres.ts'
import { django, djangoWith, type Found } from '../support/requirements.ts'
import { sessionsOf } from '../support/site.ts'
import {
  onPostgres,
  onSqlite,
  openSite,
  PASSWORD,
  type Place,
  type SharedDatabase,
  startDjango,
  type Visitor,
  visitorOf,
} from './two-sites.ts'

const noServer = await noPostgres()
const DATABASES: readonly (readonly [string, SharedDatabase, Found])[] = [
  ['SQLite', onSqlite, django()],
  ['PostgreSQL', onPostgres, noServer === false ? djangoWith('psycopg2') : { skip: noServer }],
]

interface Here extends TestPostern {
  readonly base: string
}

/** Postern with these settings on the database. */
async function here(t: TestContext, place: Place, options: Partial<PosternOptions>): Promise<Here> {
  const world = await testPostern({ database: place.open(), now: Date.now, loginLimits: false, ...options })
  return { ...world, base: (await openSite(t, world)).base }
}

/** The same browser at two sites. */
function at(from: Browser, here: string, there: string): Visitor {
  const visitor = visitorOf(here, there)
  for (const [name, value] of from.cookies) visitor.here.cookies.set(name, value)
  return visitor
}

const keyOf = (browser: Browser): string => browser.cookies.get('sessionid') ?? assert.fail('no session')

for (const [name, shared, found] of DATABASES) {
  test(`${name}: the key of a row that a Django has not made is no cookie, there by the middleware of the documentation`, {
    skip: found.skip,
  }, async (t) => {
    if (found.skip !== undefined) return
    const place = await shared(t)
    const before = await here(t, place, {})
    const page = fileURLToPath(new URL('../../docs/django.md', import.meta.url))
    const there = await startDjango(t, found.path, { env: { ...place.env, REFUSE_STORED_KEYS: page } })
    const bare = await startDjango(t, found.path, place)
    await before.auth.createUser({ username: 'anna', password: PASSWORD })
    const visitor = visitorOf(before.base, there.base)
    await visitor.here.login('anna', PASSWORD)
    const stored = hashedKey(keyOf(visitor.here))
    const joined = await here(t, place, { interop: 'django', session: { keysBefore: 'hashed' } })
    const thief = visitorOf(joined.base, there.base)
    thief.here.cookies.set('sessionid', stored)
    assert.equal((await thief.here.get('/me')).body, 'AnonymousUser')
    thief.there.cookies.set('sessionid', stored)
    assert.equal((await thief.there.get('/me')).body, 'AnonymousUser')
    const without = visitorOf(joined.base, bare.base)
    without.there.cookies.set('sessionid', stored)
    assert.equal((await without.there.get('/me')).body, 'anna', 'without it Django takes the key for a cookie')
    assert.equal((await at(visitor.here, joined.base, there.base).there.get('/me')).body, 'AnonymousUser')
  })

  test(`${name}: who was signed in before a Django came is signed in on both sides, once Postern has seen them`, {
    skip: found.skip,
  }, async (t) => {
    if (found.skip !== undefined) return
    const place = await shared(t)
    const there = await startDjango(t, found.path, place)
    const before = await here(t, place, {})
    const alice = await before.auth.createUser({ username: 'anna', password: PASSWORD })
    const visitor = visitorOf(before.base, there.base)
    await visitor.here.login('anna', PASSWORD)
    await visitor.here.get('/put?cart=3')
    const other = visitorOf(before.base, there.base)
    await other.here.login('anna', PASSWORD)
    assert.equal((await other.there.get('/me')).body, 'AnonymousUser', 'Django knows no hashed keys')
    assert.equal(other.there.cookies.has('sessionid'), false, 'and deletes the cookie')

    const joined = await here(t, place, { interop: 'django', session: { keysBefore: 'hashed' } })
    const now = at(visitor.here, joined.base, there.base)
    const thief = now.here.copy()
    assert.equal((await now.here.get('/me')).body, 'anna')
    assert.equal(await before.auth.sessions.store.exists(hashedKey(keyOf(now.here)), Date.now()), false)
    assert.equal((await now.there.get('/me')).body, 'anna')
    assert.equal((await now.there.get('/values')).body, '{"cart":"3"}')
    await now.there.post('/accounts/logout/')
    assert.equal((await thief.get('/me')).body, 'AnonymousUser', 'a logout at Django is one here')
    assert.equal(await joined.auth.logoutUser(alice.id), 1, 'the one that nobody has seen since is found, too')
  })

  test(`${name}: a logout here of a session of before a Django came leaves nothing that either side knows`, {
    skip: found.skip,
  }, async (t) => {
    if (found.skip !== undefined) return
    const place = await shared(t)
    const there = await startDjango(t, found.path, place)
    const before = await here(t, place, {})
    await before.auth.createUser({ username: 'anna', password: PASSWORD })
    const visitor = visitorOf(before.base, there.base)
    await visitor.here.login('anna', PASSWORD)
    const joined = await here(t, place, { interop: 'django', session: { keysBefore: 'hashed' } })
    const now = at(visitor.here, joined.base, there.base)
    const copies = [
      now.here.copy(),
      at(visitor.here, before.base, there.base).here,
      at(visitor.here, joined.base, there.base).there,
    ]
    assert.equal((await now.here.post('/accounts/logout/')).status, 200)
    for (const copy of copies) assert.equal((await copy.get('/me')).body, 'AnonymousUser')
  })

  test(`${name}: who has signed in at a Django stays signed in here when it goes, and what was raw is hashed`, {
    skip: found.skip,
  }, async (t) => {
    if (found.skip !== undefined) return
    const place = await shared(t)
    const there = await startDjango(t, found.path, place)
    const left = await here(t, place, { session: { keysBefore: 'raw' } })
    const alice = await left.auth.createUser({ username: 'anna', password: PASSWORD })
    const [seen, unseen, swept] = [0, 1, 2].map(() => visitorOf(left.base, there.base)) as [Visitor, Visitor, Visitor]
    for (const visitor of [seen, unseen, swept]) await visitor.there.login('anna', PASSWORD)
    await seen.there.get('/put?cart=3')
    const thief = seen.here.copy()
    const key = keyOf(seen.here)
    assert.equal((await seen.here.get('/me')).body, 'anna')
    assert.equal((await seen.here.get('/values')).body, '{"cart":"3"}')
    const table = place.open().sessions
    assert.equal(await table.exists(key, Date.now()), false)
    assert.equal(await table.exists(hashedKey(key), Date.now()), true)
    const dumped = seen.here.copy()
    dumped.cookies.set('sessionid', hashedKey(key))
    assert.equal((await dumped.get('/me')).body, 'AnonymousUser', 'what is in the table opens nothing')
    await seen.here.post('/accounts/logout/')
    assert.equal((await thief.get('/me')).body, 'AnonymousUser')

    assert.equal(await left.auth.hashSessionKeys(), 2)
    assert.equal((await swept.here.get('/me')).body, 'anna')
    const over = await here(t, place, {})
    assert.equal(
      (await at(unseen.here, over.base, there.base).here.get('/me')).body,
      'anna',
      'without the setting, too',
    )
    assert.equal(await left.auth.logoutUser(alice.id), 2)
    assert.equal(await sessionsOf(left, alice), 0)
  })

  test(`${name}: "everywhere" ends what a Django has made and nobody has seen here, after the Django has gone`, {
    skip: found.skip,
  }, async (t) => {
    if (found.skip !== undefined) return
    const place = await shared(t)
    const there = await startDjango(t, found.path, place)
    const left = await here(t, place, { session: { keysBefore: 'raw' } })
    const alice = await left.auth.createUser({ username: 'anna', password: PASSWORD })
    const visitors = [0, 1, 2].map(() => visitorOf(left.base, there.base))
    for (const visitor of visitors) await visitor.there.login('anna', PASSWORD)
    await visitors[0]?.here.get('/me')
    assert.equal(await left.auth.logoutUser(alice.id), 3)
    for (const visitor of visitors) assert.equal((await visitor.here.get('/me')).body, 'AnonymousUser')
  })
}
