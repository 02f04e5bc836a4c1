/** Hashing the keys of all sessions, on each database that a Django can be on, while the site goes on. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Database } from '../../src/database.ts'
import { memory } from '../../src/memory.ts'
import { hashedKey } from '../../src/sessions/session-key.ts'
import { openSqlite } from '../support/databases.ts'
import { testPostern } from '../support/postern.ts'
import { noPostgres, openPostgres } from '../support/postgres.ts'

type Hooks = { after(end: () => unknown): void }

const skip = await noPostgres()
for (const [name, open, missing] of [
  ['sqlite', (t: Hooks): Database => openSqlite(t), false],
  ['postgres', (t: Hooks): Database => openPostgres(t), skip],
] as const) {
  test(`${name}: every raw key is hashed once, and each session is what it was`, { skip: missing }, async (t) => {
    const { auth, clock, alice } = await testPostern({ database: open(t), session: { keysBefore: 'raw' } })
    const django = await testPostern({ database: open(t), interop: 'django' })
    assert.equal(await auth.hashSessionKeys(), 0)
    const { store } = auth.sessions
    // Past the store, which would hash them.
    const database = (auth as unknown as { database: Database }).database
    const keys = Array.from({ length: 450 }, (_, number) => `key${String(number).padStart(29, '0')}`)
    const expires = clock.now() + 60_000
    for (const [number, key] of keys.entries()) {
      const userId = number % 3 === 0 ? String(alice.id) : null
      await database.sessions.create(key, { data: `data ${number}`, expires, userId }, clock.now())
    }
    await store.create('already'.padEnd(32, '0'), { data: 'hashed', expires, userId: null }, clock.now())
    const before = await store.listForUser(String(alice.id), clock.now())
    assert.equal(await auth.hashSessionKeys(), 450)
    assert.equal(await auth.hashSessionKeys(), 0)
    for (const [number, key] of keys.entries()) {
      assert.equal(await database.sessions.exists(key, clock.now()), false)
      const stored = await database.sessions.load(hashedKey(key), clock.now())
      assert.deepEqual([stored?.data, stored?.expires], [`data ${number}`, expires])
    }
    assert.deepEqual(await store.listForUser(String(alice.id), clock.now()), before)
    await assert.rejects(django.auth.hashSessionKeys(), /Take it out first/)
  })
}

test('a database that no Django can be on has no such keys', async () => {
  const { auth } = await testPostern({ database: memory() })
  await assert.rejects(auth.hashSessionKeys(), { code: 'ERR_CONFIGURATION', message: /no sessions of Django/ })
})

test('a visitor whose key is hashed between two questions is found', async (t) => {
  const database = openSqlite(t)
  const { auth, clock } = await testPostern({ database, session: { keysBefore: 'raw' } })
  const key = 'k'.repeat(32)
  await database.sessions.create(key, { data: 'old', expires: clock.now() + 1000, userId: null }, clock.now())
  const [found, hashed] = await Promise.all([auth.sessions.store.load(key, clock.now()), auth.hashSessionKeys()])
  assert.equal(found?.data, 'old')
  assert.ok(hashed <= 1)
})
