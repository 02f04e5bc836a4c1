/** What the SQL store does beyond the contract: how many statements, by which index, and what the index is worth. */
import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import type { SessionRecord } from '../../src/sessions/session-store.ts'
import { migrate } from '../../src/stores/sql/migrate.ts'
import * as statements from '../../src/stores/sql/session-statements.ts'
import type { SqlClient } from '../../src/stores/sql/sql-client.ts'
import { SqlSessionStore } from '../../src/stores/sql/sql-session-store.ts'
import { SqlUserStore } from '../../src/stores/sql/sql-user-store.ts'
import { sqlUserTable } from '../../src/stores/sql/user-table.ts'
import { SQLITE_MIGRATIONS } from '../../src/stores/sqlite/migrations.ts'
import { SqliteClient } from '../../src/stores/sqlite/sqlite-client.ts'
import { tempFile } from './fixtures/temp-file.ts'

const NOW = Date.UTC(2026, 5, 1)
const END = NOW + 3_600_000

interface Opened {
  readonly store: SqlSessionStore
  readonly users: SqlUserStore
  readonly client: SqliteClient
  /** The statements that the store sends, batch by batch. */
  readonly sent: string[][]
  readonly durable: boolean[]
  readonly path: string
}

async function open(t: TestContext): Promise<Opened> {
  const path = tempFile(t)
  const client = new SqliteClient(path)
  t.after(() => client.close())
  await migrate(client, SQLITE_MIGRATIONS, { now: NOW })
  const sent: string[][] = []
  const durable: boolean[] = []
  const recording: SqlClient = {
    dialect: 'sqlite',
    all: (sql, params) => client.all(sql, params),
    one: (sql, params) => client.one(sql, params),
    run: (sql, params) => {
      sent.push([sql])
      return client.run(sql, params)
    },
    batch: (batch, options) => {
      sent.push(batch.map(([sql]) => sql))
      durable.push(options?.durable === true)
      return client.batch(batch, options)
    },
    exclusive: (work) => client.exclusive(work),
    close: () => client.close(),
  }
  const users = new SqlUserStore(client)
  return { store: new SqlSessionStore(recording, users), users, client, sent, durable, path }
}

function record(userId: string | null, expires: number = END): SessionRecord {
  return { data: 'payload', expires, userId }
}

async function count(client: SqlClient, table: string): Promise<unknown> {
  return (await client.one(`SELECT count(*) FROM ${table}`, []))?.[0]
}

test('a session comes with its user in one query', async (t) => {
  const { store, users } = await open(t)
  const alice = await users.create({ username: 'alice', password: 'hash', isStaff: true, dateJoined: NOW })
  await store.create('key', record(String(alice.id)), NOW)
  const session = await store.load('key', NOW)
  assert.deepEqual([session?.userId, session?.created], [String(alice.id), NOW])
  assert.deepEqual(session?.user, alice)
  assert.equal(session?.user?.password, 'hash')
  assert.equal(session?.user?.dateJoined.getTime(), NOW)
})

test('the user of a session is null when the index names nobody, whatever the text looks like as a number', async (t) => {
  const { store, users } = await open(t)
  await users.create({ username: 'alice', password: 'hash' })
  for (const id of ['2', '1 OR 1', '1e0', '01', ' 1', '1.0', 'abc', '9'.repeat(40), '']) {
    await store.create(`key ${id}`, record(id), NOW)
    const session = await store.load(`key ${id}`, NOW)
    assert.deepEqual([session?.userId, session?.user], [id, null], id)
  }
})

test('a session that the index does not know has an unknown user', async (t) => {
  const { store } = await open(t)
  await store.create('key', record(null), NOW)
  assert.deepEqual(await store.load('key', NOW), { data: 'payload', expires: END, userId: undefined })
})

test('a session whose end cannot be read is no session', async (t) => {
  const { store, client } = await open(t)
  await client.run("INSERT INTO django_session VALUES ('key', 'payload', 'never')", [])
  assert.equal(await store.load('key', NOW), null)
})

test('the session of nobody takes one statement to create and one to update', async (t) => {
  const { store, sent } = await open(t)
  await store.create('key', record(null), NOW)
  await store.update('key', record(null), NOW)
  assert.deepEqual(
    sent.map((batch) => batch.length),
    [1, 1],
  )
})

test('ending sessions is durable, keeping them is not', async (t) => {
  const { store, durable } = await open(t)
  await store.create('key', record('1'), NOW)
  await store.update('key', record('1'), NOW)
  await store.touch('key', END, NOW)
  await store.replace('key', 'new', record('1'), NOW)
  assert.deepEqual(durable, [false, false, false, false])
  await store.delete('new')
  await store.deleteForUser('1')
  assert.deepEqual(durable.slice(4), [true, true])
})

test('every statement of a request finds its rows by an index', async (t) => {
  const { path } = await open(t)
  const database = new DatabaseSync(path)
  t.after(() => database.close())
  const LOAD = statements.loadWithUser(sqlUserTable('sqlite'))
  const { EXISTS, UPDATE, UPDATE_UNINDEXED, MOVE, MOVE_INDEX, TOUCH, SEEN, DELETE, DELETE_INDEX } = statements
  const { DELETE_FOR_USER, DELETE_INDEX_FOR_USER, LIST_FOR_USER, CLEAR_ORPHANS } = statements
  const clear = statements.clearing('sqlite')
  const { adopt } = statements.sessionInserts('sqlite')
  const onRequests = [
    LOAD,
    statements.LOAD_ALONE,
    EXISTS,
    UPDATE,
    UPDATE_UNINDEXED,
    MOVE,
    MOVE_INDEX,
    TOUCH,
    SEEN,
    DELETE,
    DELETE_INDEX,
  ]
  const others = [DELETE_FOR_USER, DELETE_INDEX_FOR_USER, LIST_FOR_USER, adopt, ...clear, CLEAR_ORPHANS]
  for (const sql of [...onRequests, ...others]) {
    const params = Array.from({ length: sql.split('?').length - 1 }, () => 1)
    const plan = database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...params)
    const details = plan.map(({ detail }) => String(detail))
    assert.deepEqual(
      details.filter((detail) => detail.startsWith('SCAN')),
      [],
      sql,
    )
  }
  const load = database.prepare(`EXPLAIN QUERY PLAN ${LOAD}`).all('key')
  assert.match(String(load[2]?.detail), /SEARCH u USING INTEGER PRIMARY KEY/)
})

test('clearExpired goes in batches of 500 and removes lines of the index whose session is gone', async (t) => {
  const { store, client, sent } = await open(t)
  const keys = Array.from({ length: 1200 }, (_, number) => `key ${number}`)
  await Promise.all(keys.map((key, number) => store.create(key, record(number % 2 === 0 ? '1' : null, NOW + 1), NOW)))
  await store.create('alive', record('1'), NOW)
  await Promise.all(Array.from({ length: 1100 }, (_, number) => store.create(`orphan ${number}`, record('2'), NOW)))
  await client.run("DELETE FROM django_session WHERE session_key LIKE 'orphan%'", [])
  assert.equal(await count(client, 'postern_session'), 1701)
  sent.length = 0
  assert.equal(await store.clearExpired(NOW + 1), 1200)
  assert.equal(sent.filter((batch) => batch.includes(statements.clearing('sqlite')[1])).length, 3)
  assert.equal(await count(client, 'django_session'), 1)
  assert.equal(await count(client, 'postern_session'), 1)
  assert.equal((await store.listForUser('1', NOW + 1)).length, 1)
})

test('an address or a browser name that is too long for its column is cut', async (t) => {
  const { store } = await open(t)
  const client = { address: 'f'.repeat(100), userAgent: 'Mozilla '.repeat(100) }
  await store.create('key', { ...record('1'), client }, NOW)
  const [line] = await store.listForUser('1', NOW)
  assert.equal(line?.address, 'f'.repeat(45))
  assert.equal(line?.userAgent, 'Mozilla '.repeat(100).slice(0, 255))
})

test('what Django deletes is gone at once, and cannot be revived by an update', async (t) => {
  const { store, path } = await open(t)
  await store.create('key', record('1'), NOW)
  const django = new DatabaseSync(path)
  t.after(() => django.close())
  django.exec("DELETE FROM django_session WHERE session_key = 'key'")
  assert.equal(await store.load('key', NOW), null)
  assert.equal(await store.update('key', record('1'), NOW), false)
  assert.deepEqual(await store.listForUser('1', NOW), [])
  assert.deepEqual(django.prepare('SELECT * FROM django_session').all(), [])
})

test('users with addresses outside of ASCII are found among many of the same host', async (t) => {
  const { users } = await open(t)
  const creations = Array.from({ length: 1300 }, (_, number) =>
    users.create({ username: `user ${number}`, password: 'x', email: `user${number}@example.com` }),
  )
  await Promise.all(creations)
  for (const username of ['first', 'second']) await users.create({ username, password: 'x', email: 'Ü@Example.com' })
  assert.deepEqual(
    (await users.findByEmail('ü@example.com')).map(({ username }) => username),
    ['first', 'second'],
  )
})
