/** Another process holds the lock: the event loop goes on, the write is tried again, and after a second nobody pretends. */
import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { SqliteClient } from '../../src/stores/sqlite/sqlite-client.ts'
import { tempFile } from './fixtures/temp-file.ts'

async function open(t: TestContext): Promise<{ client: SqliteClient; other: DatabaseSync }> {
  const path = tempFile(t)
  const client = new SqliteClient(path)
  await client.run('CREATE TABLE item (name text)', [])
  const other = new DatabaseSync(path)
  t.after(async () => {
    other.close()
    await client.close()
  })
  return { client, other }
}

const INSERT = 'INSERT INTO item (name) VALUES (?)'
const NAMES = 'SELECT name FROM item ORDER BY name'

/** Counts the turns of the event loop, and the longest pause between two, in milliseconds. */
function watchEventLoop(): () => { turns: number; longest: number } {
  let turns = 0
  let longest = 0
  let last = performance.now()
  const timer = setInterval(() => {
    const now = performance.now()
    longest = Math.max(longest, now - last)
    last = now
    turns += 1
  }, 1)
  return () => {
    clearInterval(timer)
    return { turns, longest }
  }
}

test('a lock that stays is StoreUnavailable after about a second, and the event loop runs all the time', async (t) => {
  const { client, other } = await open(t)
  other.exec('BEGIN IMMEDIATE')
  const stop = watchEventLoop()
  const begun = performance.now()
  const results = await Promise.allSettled([
    client.run(INSERT, ['a']),
    client.batch(
      [
        [INSERT, ['b']],
        [INSERT, ['c']],
      ],
      { durable: true },
    ),
  ])
  const took = performance.now() - begun
  const { turns, longest } = stop()
  for (const result of results) {
    assert.ok(result.status === 'rejected')
    assert.equal(result.reason.code, 'ERR_STORE_UNAVAILABLE')
    assert.equal(result.reason.statusCode, 503)
    assert.match(result.reason.cause.message, /locked/)
  }
  assert.ok(took > 900 && took < 1500, `${took} ms`)
  // 20 ms at a try, with room for a busy machine; SQLite's usual busy timeout would be one pause of a second.
  assert.ok(longest < 200, `${longest} ms`)
  assert.ok(turns > 20, `${turns} turns`)
  other.exec('ROLLBACK')
  assert.deepEqual(await client.all(NAMES, []), [], 'what was refused is not written later')
})

test('reads go on while another process writes', async (t) => {
  const { client, other } = await open(t)
  await client.run(INSERT, ['a'])
  other.exec('BEGIN IMMEDIATE')
  other.exec("INSERT INTO item (name) VALUES ('theirs')")
  assert.deepEqual(await Promise.all([client.all(NAMES, []), client.one(NAMES, [])]), [[['a']], ['a']])
  other.exec('COMMIT')
  assert.deepEqual(await client.all(NAMES, []), [['a'], ['theirs']])
})

test('a lock that ends in time is waited for, and what arrived meanwhile is written too, in order', async (t) => {
  const { client, other } = await open(t)
  other.exec('BEGIN IMMEDIATE')
  const first = client.run('INSERT INTO item (name) SELECT count(*) FROM item', [])
  await new Promise((resolve) => setTimeout(resolve, 60))
  const second = client.run('INSERT INTO item (name) SELECT count(*) FROM item', [])
  other.exec('ROLLBACK')
  await Promise.all([first, second])
  assert.deepEqual(await client.all('SELECT name FROM item ORDER BY rowid', []), [['0'], ['1']])
})

test('many writes that wait for a lock are done in the order in which they came', async (t) => {
  const { client, other } = await open(t)
  other.exec('BEGIN IMMEDIATE')
  const names = Array.from({ length: 600 }, (_, number) => `item ${number}`)
  const writes = Promise.all(names.map((name) => client.run(INSERT, [name])))
  await new Promise((resolve) => setTimeout(resolve, 40))
  other.exec('ROLLBACK')
  await writes
  assert.deepEqual(
    (await client.all('SELECT name FROM item ORDER BY rowid', [])).map(([name]) => name),
    names,
  )
})

test('a migration waits for the lock of another process', async (t) => {
  const { client, other } = await open(t)
  other.exec('BEGIN IMMEDIATE')
  const work = client.exclusive((transaction) => transaction.run(INSERT, ['migrated']))
  await new Promise((resolve) => setTimeout(resolve, 60))
  assert.deepEqual(await client.all(NAMES, []), [])
  other.exec('ROLLBACK')
  assert.equal((await work).matched, 1)
})

test('close waits for a write that waits for a lock', async (t) => {
  const { client, other } = await open(t)
  other.exec('BEGIN IMMEDIATE')
  const write = client.run(INSERT, ['late'])
  const closed = client.close()
  await new Promise((resolve) => setTimeout(resolve, 40))
  other.exec('ROLLBACK')
  await closed
  assert.equal((await write).matched, 1)
  assert.deepEqual(
    other
      .prepare(NAMES)
      .all()
      .map(({ name }) => name),
    ['late'],
  )
})
