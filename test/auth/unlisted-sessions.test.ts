/** Sessions that are on nobody's list, as Django makes them, when all sessions of a user are ended. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Database } from '../../src/database.ts'
import { StoreUnavailable } from '../../src/errors.ts'
import { memory, memoryCache } from '../../src/memory.ts'
import type { PosternOptions } from '../../src/options.ts'
import { openCached } from '../support/cached.ts'
import { openSqlite } from '../support/databases.ts'
import { intercepted } from '../support/intercepted-database.ts'
import { type TestPostern, testPostern } from '../support/postern.ts'
import { TWO_WEEKS } from '../support/session-rig.ts'
import { listen, sessionsOf } from '../support/site.ts'

const STORES = new Map<string, (t: { after(end: () => unknown): void }) => Database>([
  ['memory', () => memory()],
  ['sqlite', (t) => openSqlite(t)],
  ['sqlite behind memory', (t) => openCached(t, memoryCache())],
])

function shared(database: Database, options: Partial<PosternOptions> = {}): Promise<TestPostern> {
  return testPostern({ database, interop: 'django', ...options })
}

/** Puts sessions into the store whose user stands in the payload alone. */
async function make({ auth, clock }: TestPostern, keys: readonly string[], userId?: string): Promise<void> {
  const { store, payloads } = auth.sessions
  const now = clock.now()
  for (const key of keys) {
    const values = new Map([
      ...(userId === undefined ? [] : [['_auth_user_id', userId] as const]),
      ['cart', key] as const,
    ])
    const record = { data: payloads.encode(values, now), expires: now + TWO_WEEKS * 1000, userId: null }
    assert.equal(await store.create(key, record, now), true)
  }
}

async function left({ auth, clock }: TestPostern, keys: readonly string[]): Promise<string[]> {
  const found: string[] = []
  for (const key of keys) if (await auth.sessions.store.exists(key, clock.now())) found.push(key)
  return found
}

for (const [name, open] of STORES) {
  test(`${name}: they are found on every page of some hundred others, and the others stay`, async (t) => {
    const world = await shared(open(t))
    const others = Array.from({ length: 1100 }, (_, number) => `m${String(number).padStart(4, '0')}`)
    await make(world, others)
    await make(world, ['b1', 'z1'], '2')
    const hers = ['a', 'm0499x', 'm0500x', 'm1050x', 'zz']
    await make(world, hers, '1')
    const heard = listen(t, 'session_ended')
    assert.equal(await world.auth.logoutUser(1), 5)
    assert.deepEqual(await left(world, hers), [])
    assert.equal((await left(world, [...others, 'b1', 'z1'])).length, 1102)
    assert.equal(await sessionsOf(world, { id: '2' }), 0)
    assert.deepEqual(
      heard.map(({ sessions, scanned }) => [sessions, scanned]),
      [[5, 1107]],
    )
    const [row] = await world.auth.events.list({ event: 'session_ended' })
    assert.deepEqual(row?.data, { reason: 'revoked', by: null, sessions: 5, scanned: 1107 })
  })
}

test('without interop nothing is looked through: there is nobody else who makes sessions', async (t) => {
  const asked: string[] = []
  const database = intercepted(memory(), (call) => {
    asked.push(call.name)
    return call.proceed()
  })
  const world = await testPostern({ database })
  await make(world, ['a'], '1')
  asked.length = 0
  const heard = listen(t, 'session_ended')
  assert.equal(await world.auth.logoutUser(1), 0)
  assert.deepEqual(asked, ['users.findById', 'sessions.deleteForUser'])
  assert.deepEqual(heard, [])
})

test('one that is saved, and one that begins, while the others are looked through does not escape', async () => {
  const inner = memory()
  let between: (() => Promise<void>) | undefined
  const database = intercepted(inner, async (call) => {
    const answer = await call.proceed()
    if (call.name === 'sessions.unlisted') await between?.()
    return answer
  })
  const world = await shared(database)
  await make(world, ['a'], '1')
  between = async () => {
    between = undefined
    const now = world.clock.now()
    const stored = await inner.sessions.load('a', now)
    assert.ok(stored)
    await inner.sessions.update('a', { data: stored.data, expires: stored.expires + 1, userId: null }, now)
    await inner.sessions.create('new', { data: stored.data, expires: stored.expires, userId: '1' }, now)
  }
  assert.equal(await world.auth.logoutUser(1), 2)
  assert.deepEqual(await left(world, ['a', 'new']), [])
})

test('one that its own request has put on the list before it is looked for does not escape', async () => {
  let before: (() => Promise<void>) | undefined
  const inner = memory()
  const database = intercepted(inner, async (call) => {
    if (call.name === 'sessions.unlisted') await before?.()
    return call.proceed()
  })
  const world = await shared(database)
  await make(world, ['a'], '1')
  before = async () => inner.sessions.adopt('a', '1', world.clock.now())
  assert.equal(await world.auth.logoutUser(1), 1)
  assert.deepEqual(await left(world, ['a']), [])
})

test('where the look through them fails nobody is told that it is done, and the next one finishes', async (t) => {
  const database = memory()
  const world = await shared(database)
  await make(world, ['a', 'b'], '1')
  const heard = listen(t, 'session_ended')
  for (const method of ['unlisted', 'adopt'] as const) {
    const refusing = t.mock.method(database.sessions, method as 'adopt', () => {
      throw new StoreUnavailable()
    })
    await assert.rejects(world.auth.logoutUser(1), { code: 'ERR_STORE_UNAVAILABLE' })
    refusing.mock.restore()
  }
  assert.deepEqual(heard, [])
  assert.equal(await world.auth.logoutUser(1), 2)
})

test('the session that stays is not put on a list, and stays', async () => {
  const world = await shared(memory())
  await make(world, ['mine', 'other'], '1')
  const except = { cookieKey: 'mine' } as never
  assert.equal(await world.auth.logoutUser(1, { except }), 1)
  assert.deepEqual(await left(world, ['mine', 'other']), ['mine'])
})

test('what cannot be read, or was signed with a fallback key, is nobody’s or who it says', async () => {
  const database = memory()
  const old = await shared(database)
  await make(old, ['old'], '1')
  const world = await shared(database, { secretKey: 'n'.repeat(50), secretKeyFallbacks: [old.auth.secretKey] })
  const record = { data: 'broken', expires: world.clock.now() + 1000, userId: null }
  await world.auth.sessions.store.create('broken', record, world.clock.now())
  assert.equal(await world.auth.logoutUser(1), 1)
  assert.deepEqual(await left(world, ['old', 'broken']), ['broken'])
})
