import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sqlite } from '../../src/sqlite.ts'
import type { SqlClient } from '../../src/stores/sql/sql-client.ts'
import { SqlTokenStore } from '../../src/stores/sql/sql-token-store.ts'
import { tempFile } from './fixtures/temp-file.ts'

const NOW = Date.UTC(2026, 0, 15, 12)
const TOKEN = { hash: 'a'.repeat(64), purpose: 'confirm_email', userId: '1', expires: NOW + 1000 }

test('of callers on several connections at once exactly one uses a token', async (t) => {
  const path = tempFile(t)
  const databases = [sqlite(path), sqlite(path), sqlite(path)]
  t.after(() => Promise.all(databases.map((database) => database.close())))
  await databases[0]?.migrate()
  const done = await Promise.all(
    Array.from({ length: 51 }, async (_, number) => databases[number % 3]?.tokens.redeem(TOKEN, NOW)),
  )
  assert.equal(done.filter(Boolean).length, 1)
  for (const { tokens } of databases) assert.equal(await tokens.isRedeemed(TOKEN.hash, NOW), true)
})

test('the use of a token is on disk before the answer', async () => {
  const durable: (boolean | undefined)[] = []
  const client = {
    batch: async (_statements: unknown, options?: { durable?: boolean }) => {
      durable.push(options?.durable)
      return [{ matched: 1, lastId: 1 }]
    },
  } as unknown as SqlClient
  assert.equal(await new SqlTokenStore(client).redeem(TOKEN, NOW), true)
  assert.deepEqual(durable, [true])
})
