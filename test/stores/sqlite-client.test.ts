import assert from 'node:assert/strict'
import { existsSync, writeFileSync } from 'node:fs'
import { DatabaseSync, StatementSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { sqlite } from '../../src/sqlite.ts'
import { SqliteClient } from '../../src/stores/sqlite/sqlite-client.ts'
import { tempFile } from './fixtures/temp-file.ts'

async function open(t: TestContext, path: string): Promise<SqliteClient> {
  const client = new SqliteClient(path)
  t.after(() => client.close())
  await client.run('CREATE TABLE item (name text)', [])
  return client
}

const INSERT = 'INSERT INTO item (name) VALUES (?)'
const COUNT = 'SELECT count(*) FROM item'

test('a file that is not there is made, one whose folder is not there is a clear error', (t) => {
  const path = tempFile(t)
  const database = sqlite(path)
  t.after(() => database.close())
  assert.ok(existsSync(path))
  const nowhere = `${path}-folder/db.sqlite3`
  assert.throws(() => sqlite(nowhere), { code: 'ERR_CONFIGURATION', message: /db\.sqlite3' cannot be opened.*folder/ })
  assert.throws(() => sqlite(''), { code: 'ERR_CONFIGURATION', message: /path/ })
  assert.throws(() => sqlite({ path: '' }), { code: 'ERR_CONFIGURATION' })
})

test('a file that is no database is StoreUnavailable, not a set of no sessions', async (t) => {
  const path = tempFile(t)
  writeFileSync(
    path,
    'This is a text file, and a rather long one, so that it fills the header of a database file. '.repeat(20),
  )
  const database = sqlite(path)
  t.after(() => database.close())
  await assert.rejects(async () => database.sessions.load('key', 0), { code: 'ERR_STORE_UNAVAILABLE', statusCode: 503 })
  await assert.rejects(async () => database.sessions.delete('key'), { code: 'ERR_STORE_UNAVAILABLE' })
})

test('missing tables are a mistake in the set-up that says what to run', async (t) => {
  const database = sqlite(tempFile(t))
  t.after(() => database.close())
  const error = { code: 'ERR_CONFIGURATION', message: /no such table.*await auth\.migrate\(\)/ }
  await assert.rejects(async () => database.sessions.load('key', 0), error)
  await assert.rejects(async () => database.sessions.delete('key'), error)
  await assert.rejects(async () => database.users.create({ username: 'a', password: 'x' }), error)
})

test('the reads of one turn are one read transaction, and a single one needs none', async (t) => {
  const client = await open(t, tempFile(t))
  const heard: string[] = []
  const run = StatementSync.prototype.run
  t.mock.method(StatementSync.prototype, 'run', function (this: StatementSync, ...params: Parameters<typeof run>) {
    heard.push(this.sourceSQL)
    return run.apply(this, params)
  })
  assert.deepEqual(await Promise.all([client.one(COUNT, []), client.all(COUNT, [])]), [[0], [[0]]])
  assert.deepEqual(heard, ['BEGIN', 'COMMIT'])
  heard.length = 0
  assert.deepEqual(await client.one('SELECT name FROM item', []), undefined)
  assert.deepEqual(heard, [])
})

test('a read that fails is an error of its own', async (t) => {
  const client = await open(t, tempFile(t))
  const results = await Promise.allSettled([
    client.one(COUNT, []),
    client.one('SELECT nothing FROM item', []),
    client.one(COUNT, []),
  ])
  assert.deepEqual(
    results.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled'],
  )
})

test('a read that begins after a write was acknowledged sees it', async (t) => {
  const client = await open(t, tempFile(t))
  for (let number = 1; number <= 20; number++) {
    await client.run(INSERT, [`item ${number}`])
    const counts = await Promise.all([client.one(COUNT, []), client.one(COUNT, [])])
    assert.deepEqual(counts, [[number], [number]])
  }
})

test('a read cannot write', async (t) => {
  const client = await open(t, tempFile(t))
  await assert.rejects(client.all(`${INSERT} RETURNING name`, ['x']))
  assert.deepEqual(await client.one(COUNT, []), [0])
})

for (const where of ['a file', 'memory']) {
  test(`exclusive work in ${where} is one transaction; other writes wait for it and reads go on`, async (t) => {
    const client = await open(t, where === 'memory' ? ':memory:' : tempFile(t))
    const order: string[] = []
    let outside: Promise<unknown> | undefined
    const result = await client.exclusive(async (transaction) => {
      await transaction.run(INSERT, ['mine'])
      outside = client
        .batch([
          [INSERT, ['other']],
          [INSERT, ['another']],
        ])
        .then(() => order.push('outside'))
      await Promise.all([client.one(COUNT, []), client.one(COUNT, [])])
      assert.deepEqual(await transaction.one(COUNT, []), [1])
      order.push('exclusive')
      return 'done'
    })
    await outside
    assert.equal(result, 'done')
    assert.deepEqual(order, ['exclusive', 'outside'])
    assert.deepEqual(await client.one(COUNT, []), [3])
  })

  test(`exclusive work in ${where} that fails leaves nothing, and the next one is not held up`, async (t) => {
    const client = await open(t, where === 'memory' ? ':memory:' : tempFile(t))
    const failing = client.exclusive(async (transaction) => {
      await transaction.run(INSERT, ['mine'])
      throw new Error('changed my mind')
    })
    const next = client.exclusive((transaction) => transaction.one(COUNT, []))
    await assert.rejects(failing, /changed my mind/)
    assert.deepEqual(await next, [0])
    await client.run(INSERT, ['after'])
    assert.deepEqual(await client.one(COUNT, []), [1])
  })
}

test('a write that was queued before exclusive work is not drawn into its transaction', async (t) => {
  const client = await open(t, tempFile(t))
  const before = client.run(INSERT, ['before'])
  const failing = client.exclusive(async () => {
    await new Promise((resolve) => setTimeout(resolve, 5))
    throw new Error('changed my mind')
  })
  await assert.rejects(failing, /changed my mind/)
  await before
  assert.deepEqual(await client.all('SELECT name FROM item', []), [['before']])
})

test('close does what is queued, refuses what comes later, and may be called twice', async (t) => {
  const path = tempFile(t)
  const client = await open(t, path)
  const queued = [client.run(INSERT, ['a']), client.one(COUNT, [])]
  const closed = client.close()
  const late = [client.run(INSERT, ['b']), client.all(COUNT, []), client.exclusive(async () => 'x')]
  for (const promise of late) await assert.rejects(promise, { code: 'ERR_STORE_UNAVAILABLE', message: /closed/ })
  await Promise.all(queued)
  await closed
  await client.close()
  const other = new DatabaseSync(path)
  assert.equal(other.prepare(COUNT).get()?.['count(*)'], 1)
  other.close()
  assert.equal(existsSync(`${path}-wal`), false, 'the write-ahead log is folded into the file')
})

test('a batch of nothing is done at once', async (t) => {
  const client = new SqliteClient(tempFile(t))
  t.after(() => client.close())
  assert.deepEqual(await client.batch([], { durable: true }), [])
})

test('on a Node that gives rows as objects they are lists all the same', async (t) => {
  const setReturnArrays = Object.getOwnPropertyDescriptor(StatementSync.prototype, 'setReturnArrays')
  assert.ok(setReturnArrays)
  Object.defineProperty(StatementSync.prototype, 'setReturnArrays', { configurable: true, value: undefined })
  t.after(() => Object.defineProperty(StatementSync.prototype, 'setReturnArrays', setReturnArrays))
  const client = new SqliteClient(tempFile(t))
  t.after(() => client.close())
  await client.run('CREATE TABLE a (b, c)', [])
  assert.equal(await client.one('SELECT b, c FROM a', []), undefined)
  await client.run("INSERT INTO a VALUES (1, 'x'), (2, NULL)", [])
  assert.deepEqual(await client.one('SELECT b, c FROM a ORDER BY b', []), [1, 'x'])
  assert.deepEqual(await client.all('SELECT b, c FROM a ORDER BY b', []), [
    [1, 'x'],
    [2, null],
  ])
})
