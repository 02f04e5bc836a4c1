/** A full disk: new sessions are refused honestly, logging out goes on working, and all is well again once there is room. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { migrate } from '../../src/stores/sql/migrate.ts'
import { SqlSessionStore } from '../../src/stores/sql/sql-session-store.ts'
import { SQLITE_MIGRATIONS } from '../../src/stores/sqlite/migrations.ts'
import { SqliteClient } from '../../src/stores/sqlite/sqlite-client.ts'
import { tempFile } from './fixtures/temp-file.ts'

const NOW = Date.UTC(2026, 5, 1)
const EXPIRES = NOW + 3_600_000

test('a full disk is StoreUnavailable for what needs room and for nothing else', async (t) => {
  const client = new SqliteClient(tempFile(t))
  t.after(() => client.close())
  await migrate(client, SQLITE_MIGRATIONS, { now: NOW })
  const store = new SqlSessionStore(client, null)
  const large = { data: 'x'.repeat(200_000), expires: EXPIRES, userId: '1' }
  await store.create('before', { data: 'small', expires: EXPIRES, userId: '1' }, NOW)
  const pages = Number((await client.one('PRAGMA page_count', []))?.[0])
  await client.run(`PRAGMA max_page_count = ${pages + 2}`, [])

  await assert.rejects(store.create('alone', large, NOW), { code: 'ERR_STORE_UNAVAILABLE', message: /full/ })
  const [refused, deleted] = await Promise.allSettled([store.create('beside', large, NOW), store.delete('before')])
  assert.equal(refused.status === 'rejected' && refused.reason.code, 'ERR_STORE_UNAVAILABLE')
  assert.equal(deleted.status === 'fulfilled' && deleted.value, true)
  for (const key of ['alone', 'beside', 'before']) assert.equal(await store.load(key, NOW), null, key)
  assert.deepEqual(await store.listForUser('1', NOW), [], 'no half of a refused session is left in the index')

  await client.run('PRAGMA max_page_count = 100000', [])
  assert.equal(await store.create('alone', large, NOW), true)
  assert.equal((await store.load('alone', NOW))?.data, large.data)
})
