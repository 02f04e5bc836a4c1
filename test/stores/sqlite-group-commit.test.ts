/** The writes of one turn are one transaction on disk, and yet each stands or falls by itself. */
import assert from 'node:assert/strict'
import { DatabaseSync, StatementSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { SqliteClient } from '../../src/stores/sqlite/sqlite-client.ts'
import { tempFile } from './fixtures/temp-file.ts'

async function open(t: TestContext): Promise<{ client: SqliteClient; other: DatabaseSync; path: string }> {
  const path = tempFile(t)
  const client = new SqliteClient(path)
  await client.run('CREATE TABLE parent (id integer PRIMARY KEY)', [])
  await client.run(
    'CREATE TABLE item (name text PRIMARY KEY, parent integer REFERENCES parent (id) DEFERRABLE INITIALLY DEFERRED)',
    [],
  )
  const other = new DatabaseSync(path)
  t.after(async () => {
    other.close()
    await client.close()
  })
  return { client, other, path }
}

const INSERT = 'INSERT INTO item (name) VALUES (?)'
const RENAME = 'UPDATE item SET name = ? WHERE name = ?'

function names(database: DatabaseSync): unknown[] {
  return database
    .prepare('SELECT name FROM item ORDER BY name')
    .all()
    .map(({ name }) => name)
}

/** The SQL that reaches SQLite from here on. */
function listen(t: TestContext): string[] {
  const heard: string[] = []
  const run = StatementSync.prototype.run
  const exec = DatabaseSync.prototype.exec
  t.mock.method(StatementSync.prototype, 'run', function (this: StatementSync, ...params: Parameters<typeof run>) {
    heard.push(this.sourceSQL)
    return run.apply(this, params)
  })
  t.mock.method(DatabaseSync.prototype, 'exec', function (this: DatabaseSync, sql: string) {
    heard.push(sql)
    return exec.call(this, sql)
  })
  return heard
}

test('the writes of one turn are committed together, and seen by others when the first promise resolves', async (t) => {
  const { client, other } = await open(t)
  const heard = listen(t)
  const writes = ['a', 'b', 'c', 'd'].map((name) => client.run(INSERT, [name]))
  assert.deepEqual(names(other), [], 'nothing is written before the turn is over')
  await writes[0]
  assert.deepEqual(names(other), ['a', 'b', 'c', 'd'])
  await Promise.all(writes)
  assert.deepEqual(
    heard.filter((sql) => /BEGIN|COMMIT|SAVEPOINT/.test(sql)),
    ['BEGIN IMMEDIATE', 'COMMIT'],
  )
})

test('a single statement is its own transaction', async (t) => {
  const { client, other } = await open(t)
  const heard = listen(t)
  const { matched, lastId } = await client.run(INSERT, ['a'])
  assert.deepEqual([matched, lastId], [1, 1])
  assert.deepEqual(heard, [INSERT])
  assert.deepEqual(names(other), ['a'])
})

test('a batch that fails undoes itself and none of its neighbours', async (t) => {
  const { client, other } = await open(t)
  await client.run(INSERT, ['taken'])
  const results = await Promise.allSettled([
    client.batch([
      [INSERT, ['before 1']],
      [INSERT, ['before 2']],
    ]),
    client.batch([
      [INSERT, ['half']],
      [INSERT, ['taken']],
    ]),
    client.run(INSERT, ['taken']),
    client.run('INSERT INTO item (nmae) VALUES (?)', ['typo']),
    client.batch([
      [INSERT, ['after 1']],
      [INSERT, ['after 2']],
    ]),
  ])
  assert.deepEqual(
    results.map(({ status }) => status),
    ['fulfilled', 'rejected', 'rejected', 'rejected', 'fulfilled'],
  )
  assert.equal(results[1]?.status === 'rejected' && results[1].reason.errcode, 1555, "the driver's own error")
  assert.deepEqual(names(other), ['after 1', 'after 2', 'before 1', 'before 2', 'taken'])
})

test('a batch whose guard matches nothing is undone, alone and among others', async (t) => {
  const { client, other } = await open(t)
  await client.run(INSERT, ['a'])
  const refused = [
    [INSERT, ['x']],
    [RENAME, ['y', 'not there']],
    [INSERT, ['z']],
  ] as const
  const [, second, ...rest] = await client.batch(refused, { onlyIf: 1 })
  assert.equal(second?.matched, 0)
  assert.deepEqual(rest, [], 'what comes after the guard is not run')
  assert.deepEqual(names(other), ['a'])
  const group = await Promise.all([
    client.batch(refused, { onlyIf: 1 }),
    client.batch(
      [
        [RENAME, ['b', 'a']],
        [INSERT, ['c']],
      ],
      { onlyIf: 0 },
    ),
    client.batch(
      [
        [RENAME, ['y', 'not there']],
        [INSERT, ['z']],
      ],
      { onlyIf: 0 },
    ),
  ])
  assert.deepEqual(
    group.map((results) => results.map(({ matched }) => matched)),
    [[1, 0], [1, 1], [0]],
  )
  assert.deepEqual(names(other), ['b', 'c'])
})

test('a batch that is refused only at the COMMIT does not take its neighbours with it', async (t) => {
  const { client, other } = await open(t)
  const results = await Promise.allSettled([
    client.run(INSERT, ['good']),
    client.run('INSERT INTO item (name, parent) VALUES (?, 99)', ['orphan']),
    client.batch([
      [INSERT, ['good too']],
      [INSERT, ['and this']],
    ]),
  ])
  assert.deepEqual(
    results.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled'],
  )
  assert.deepEqual(names(other), ['and this', 'good', 'good too'])
})

test('a COMMIT that fails refuses every batch of the group and keeps none', async (t) => {
  const { client, other } = await open(t)
  const run = StatementSync.prototype.run
  const mock = t.mock.method(
    StatementSync.prototype,
    'run',
    function (this: StatementSync, ...params: Parameters<typeof run>) {
      if (this.sourceSQL === 'COMMIT') throw Object.assign(new Error('disk I/O error'), { errcode: 1034 })
      return run.apply(this, params)
    },
  )
  const results = await Promise.allSettled([
    client.run(INSERT, ['a']),
    client.batch([
      [INSERT, ['b']],
      [INSERT, ['c']],
    ]),
  ])
  for (const result of results) {
    assert.ok(result.status === 'rejected')
    assert.equal(result.reason.code, 'ERR_STORE_UNAVAILABLE')
    assert.match(result.reason.cause.message, /disk I\/O error/)
  }
  assert.deepEqual(names(other), [])
  mock.mock.restore()
  await client.run(INSERT, ['a'])
  assert.deepEqual(names(other), ['a'])
})

test('a group with a durable batch in it is flushed to disk, an ordinary one is not', async (t) => {
  const { client } = await open(t)
  const heard = listen(t)
  await Promise.all([client.run(INSERT, ['a']), client.batch([[INSERT, ['b']]], { durable: true })])
  assert.deepEqual(heard, ['PRAGMA synchronous = FULL', 'BEGIN IMMEDIATE', INSERT, INSERT, 'COMMIT'])
  heard.length = 0
  await client.batch([[INSERT, ['c']]], { durable: true })
  await client.run(INSERT, ['d'])
  await client.run(INSERT, ['e'])
  assert.deepEqual(heard, [INSERT, 'PRAGMA synchronous = NORMAL', INSERT, INSERT])
})

test('a thousand writes at once are done in several groups, all of them', async (t) => {
  const { client } = await open(t)
  const heard = listen(t)
  await Promise.all(Array.from({ length: 1000 }, (_, number) => client.run(INSERT, [`item ${number}`])))
  assert.deepEqual(await client.one('SELECT count(*) FROM item', []), [1000])
  assert.equal(heard.filter((sql) => sql === 'COMMIT').length, 4)
})
