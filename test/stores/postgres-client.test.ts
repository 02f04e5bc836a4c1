/** What PostgreSQL says otherwise than SQLite, its drivers and poolers, and what Postern makes of it. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type TestContext, test } from 'node:test'
import { Client, Pool } from 'pg'
import type { Database } from '../../src/database.ts'
import { postgres } from '../../src/postgres.ts'
import { PostgresClient } from '../../src/stores/postgres/postgres-client.ts'
import { givenPool, type PostgresPool } from '../../src/stores/postgres/postgres-pool.ts'
import { noPostgresServer, OwnPostgres } from '../support/own-postgres.ts'
import { ALICE } from '../support/postern.ts'
import { noPostgres, POSTGRES_URL, postgresClient, postgresUrl } from '../support/postgres.ts'

const skip = await noPostgres()
const NOW = Date.UTC(2026, 0, 15, 12, 0, 0, 123)
const HOUR = 3_600_000

async function pool(t: TestContext, settings: Readonly<Record<string, string>> = {}, max = 4): Promise<Pool> {
  const made = new Pool({ connectionString: await postgresUrl(t, settings), max })
  t.after(() => made.end())
  return made
}

const real: (...query: never[]) => unknown = Client.prototype.query

/** Another pool in the same place. */
async function poolBeside(t: TestContext, { options }: Pool): Promise<Pool> {
  const made = new Pool({ connectionString: (options as { connectionString?: string }).connectionString ?? '' })
  t.after(() => made.end())
  return made
}

async function migrated(database: Database): Promise<Database> {
  await database.migrate()
  return database
}

for (const zone of ['UTC', 'Asia/Kolkata', 'America/St_Johns']) {
  test(`times are the same where the connection's time zone is ${zone}`, { skip }, async (t) => {
    const given = await pool(t, { timezone: zone })
    const database = await migrated(postgres(given))
    await database.sessions.create('key', { data: 'd', expires: NOW + HOUR, userId: null }, NOW)
    assert.equal((await database.sessions.load('key', NOW))?.expires, NOW + HOUR)
    assert.equal(await database.sessions.exists('key', NOW + HOUR - 1), true)
    assert.equal(await database.sessions.exists('key', NOW + HOUR), false)
    const made = await database.users.create({ ...ALICE, lastLogin: NOW, dateJoined: NOW - HOUR })
    const alice = await database.users.findById(String(made.id))
    assert.deepEqual([alice?.lastLogin?.getTime(), alice?.dateJoined.getTime()], [NOW, NOW - HOUR])
    const { rows } = await given.query(
      "SELECT to_char(expire_date AT TIME ZONE 'UTC', 'HH24:MI:SS.MS') FROM django_session",
    )
    assert.equal(rows[0].to_char, '13:00:00.123')
  })
}

test('a date style that cannot be read ends the session instead of making it last for ever', { skip }, async (t) => {
  const given = await pool(t, { timezone: 'Asia/Kolkata', datestyle: 'German' })
  const database = await migrated(postgres(given))
  await database.sessions.create('key', { data: 'd', expires: NOW + HOUR, userId: null }, NOW)
  assert.equal(await database.sessions.load('key', NOW), null)
})

test('an id that is too large for its column, or no id, is nobody', { skip }, async (t) => {
  const { users, permissions, sessions } = await migrated(postgres(await pool(t)))
  for (const id of ['2147483648', '9007199254740991', '-1', '1e3', '1 OR 1', '', 'null', "1'; DROP TABLE auth_user"]) {
    assert.equal(await users.findById(id), null, id)
    assert.equal(await users.update(id, { isActive: false }), false, id)
    assert.equal(await users.replacePassword(id, 'a', 'b'), false, id)
    assert.deepEqual(await permissions.groupsOf(id), [], id)
    assert.deepEqual(await permissions.permissionsOf(id), { own: [], byGroups: [] }, id)
    await sessions.create(`key of ${id}`.slice(0, 40), { data: 'd', expires: NOW + HOUR, userId: id }, NOW)
    assert.equal((await sessions.load(`key of ${id}`.slice(0, 40), NOW))?.user, null, id)
    assert.equal(await sessions.deleteForUser(id), 1, id)
  }
})

test('a text with NUL in it, which PostgreSQL has no place for, is nobody’s name or address', { skip }, async (t) => {
  const { users } = await migrated(postgres(await pool(t)))
  await users.create(ALICE)
  assert.equal(await users.findByUsername('alice\u0000'), null)
  assert.deepEqual(await users.findByEmail('alice\u0000@site.example'), [])
  assert.equal(await users.hasUsername('al\u0000ice'), false)
  assert.deepEqual(await users.list({ search: '\u0000', limit: 10 }), [])
})

test('a UUID as key comes with dashes, and what is none is nobody', { skip }, async (t) => {
  const given = await pool(t)
  await given.query(`CREATE TABLE member (id uuid PRIMARY KEY, login varchar(150) UNIQUE NOT NULL, password varchar(128) NOT NULL,
    email varchar(254) NOT NULL DEFAULT '', "Active" boolean NOT NULL DEFAULT true, last_login timestamptz, phone text, since timestamptz)`)
  const database = await migrated(
    postgres(given, {
      users: {
        table: 'member',
        key: 'uuid',
        columns: {
          username: 'login',
          isActive: 'Active',
          firstName: null,
          lastName: null,
          isStaff: null,
          isSuperuser: null,
          dateJoined: null,
        },
        extra: ['phone', 'since'],
      },
    }),
  )
  const { id } = await database.users.create({ username: 'alice', password: 'x' })
  assert.match(String(id), /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/)
  await given.query("UPDATE member SET phone = '555', since = '2026-01-15 12:00:00.5+02'")
  await database.sessions.create('key', { data: 'd', expires: NOW + HOUR, userId: String(id) }, NOW)
  const user = (await database.sessions.load('key', NOW))?.user as { extra?: unknown; isActive: boolean } | null
  assert.deepEqual(user?.extra, { phone: '555', since: '2026-01-15 10:00:00.5' })
  assert.equal(user?.isActive, true)
  assert.equal(await database.users.update(String(id), { isActive: false }), true)
  assert.equal((await database.users.findByUsername('alice'))?.isActive, false)
  assert.equal(await database.users.findById('not-a-uuid'), null)
  await assert.rejects(async () => database.users.create({ username: 'alice', password: 'x' }), {
    code: 'ERR_USER_EXISTS',
  })
})

test('statements are prepared once for each connection, and behind a pooler in transaction mode never', {
  skip,
}, async (t) => {
  for (const pooled of [false, true]) {
    const given = await pool(t, {}, 1)
    const database = await migrated(postgres(given, { pooled }))
    for (let times = 0; times < 3; times++) await database.sessions.exists('key', NOW)
    const { rows } = await given.query(
      "SELECT name FROM pg_prepared_statements WHERE statement LIKE '%FROM django_session%'",
    )
    assert.equal(rows.length, pooled ? 0 : 1)
  }
})

test('a table that is altered while its statements are prepared is read all the same', { skip }, async (t) => {
  const given = await pool(t, {}, 2)
  const { sessions, users } = await migrated(postgres(given))
  const { id } = await users.create(ALICE)
  await sessions.create('key', { data: 'd', expires: NOW + HOUR, userId: String(id) }, NOW)
  const load = async () => (await sessions.load('key', NOW))?.user?.username
  assert.deepEqual(await Promise.all([load(), load()]), ['alice', 'alice'])
  await given.query('ALTER TABLE auth_user ALTER COLUMN username TYPE varchar(200)')
  assert.deepEqual(await Promise.all([load(), load(), load()]), ['alice', 'alice', 'alice'])
  await Promise.all([given.query('DEALLOCATE ALL'), given.query('DEALLOCATE ALL')])
  assert.deepEqual(await Promise.all([load(), load()]), ['alice', 'alice'])
  assert.equal(await sessions.update('key', { data: 'e', expires: NOW + HOUR, userId: String(id) }, NOW), true)
})

test('a migration that waits for another one in vain leaves its connection as it was', {
  skip,
  timeout: 60_000,
}, async (t) => {
  const given = await pool(t, {}, 1)
  const client = new PostgresClient(givenPool(given), true)
  await client.run('CREATE TABLE line (name text)', [])
  for (const failing of ['SELECT 1/0', 'SELECT pg_cancel_backend(pg_backend_pid())']) {
    await assert.rejects(client.exclusive(async ({ run }) => run(failing, [])))
    assert.equal((await client.run('INSERT INTO line VALUES (?)', ['a'])).matched, 1)
  }
  // Its first statement is several: one of them may fail when the transaction has begun.
  const begin = t.mock.method(Client.prototype, 'query', function (this: Client, ...query: unknown[]) {
    const [text] = query
    if (typeof text === 'string' && text.includes('pg_advisory_xact_lock')) query[0] = `${text}; SELECT 1/0`
    return Reflect.apply(real, this, query)
  })
  await assert.rejects(
    client.exclusive(async () => undefined),
    { code: 'ERR_STORE_UNAVAILABLE' },
  )
  begin.mock.restore()
  assert.equal((await client.run('INSERT INTO line VALUES (?)', ['b'])).matched, 1)
  assert.deepEqual(await client.all('SELECT name FROM line', []), [['a'], ['a'], ['b']])
})

test('a connection that the application gave back in the midst of a transaction is closed, and said to be', {
  skip,
}, async (t) => {
  const given = await pool(t, { default_transaction_isolation: 'serializable' }, 1)
  const { sessions } = await migrated(postgres(given))
  const other = new PostgresClient(givenPool(await poolBeside(t, given)), true)
  await sessions.create('key', { data: 'd', expires: NOW + HOUR, userId: '7' }, NOW)
  const warned = once(process, 'warning')
  const careless = await given.connect()
  await careless.query('BEGIN; SELECT * FROM django_session')
  careless.release()
  await other.run('DELETE FROM django_session', [])
  assert.equal(await sessions.load('key', NOW), null, 'what was deleted elsewhere is gone')
  assert.match(String((await warned)[0]), /in the midst of a transaction/)
  const failed = await given.connect()
  await failed.query('BEGIN')
  await failed.query('SELECT 1/0').catch(() => {})
  failed.release()
  assert.equal(await sessions.create('other', { data: 'd', expires: NOW + HOUR, userId: '7' }, NOW), true)
  assert.equal(
    (await other.all('SELECT * FROM django_session', [])).length,
    1,
    'what was acknowledged is there for all',
  )
})

test('who waits for a connection that a pool of the application does not give waits two seconds', {
  skip,
}, async (t) => {
  const given = await pool(t, {}, 1)
  const database = postgres(given)
  const taken = await given.connect()
  await assert.rejects(async () => database.sessions.exists('key', NOW), { code: 'ERR_STORE_UNAVAILABLE' })
  taken.release()
  await assert.rejects(async () => database.sessions.exists('key', NOW), { code: 'ERR_CONFIGURATION' })
})

test('several Posterns may share the connections of one pool', { skip }, async (t) => {
  const given = await pool(t, {}, 1)
  const [one, other] = [await migrated(postgres(given)), postgres(given)]
  for (const { sessions } of [one, other, one]) assert.equal(await sessions.exists('key', NOW), false)
})

/** As a driver would be that takes a text and values and nothing else, and reads what comes as it likes. */
function plain(pool: Pool): PostgresPool {
  return {
    connect: async () => {
      const client = await pool.connect()
      return {
        query: (text: unknown, values?: unknown[]) => {
          if (typeof text !== 'string') return Promise.reject(new TypeError('the text is no string'))
          return values === undefined ? client.query(text) : client.query(text, values)
        },
        release: (destroy?: boolean) => client.release(destroy),
      }
    },
  }
}

test('a pool whose connections take a text and values is enough', { skip }, async (t) => {
  const database = await migrated(postgres(plain(await pool(t, { timezone: 'Asia/Kolkata' }))))
  const { id } = await database.users.create({ ...ALICE, lastLogin: NOW })
  await database.sessions.create('key', { data: 'd', expires: NOW + HOUR, userId: String(id) }, NOW)
  const stored = await database.sessions.load('key', NOW)
  assert.equal(stored?.expires, NOW + HOUR)
  assert.equal(stored?.created, NOW)
  assert.deepEqual([stored?.user?.username, stored?.user?.isActive], ['alice', true])
  assert.equal(stored?.user?.lastLogin?.getTime(), NOW)
  assert.equal(await database.sessions.deleteForUser(String(id)), 1)
})

test('a pool that lends no connections is refused, with what to pass', () => {
  for (const target of [{ query: async () => ({ rows: [] }) }, undefined, 7]) {
    assert.throws(() => postgres(target as never), {
      code: 'ERR_CONFIGURATION',
      message: /a pool that lends connections/,
    })
  }
  assert.throws(() => postgres('postgres://localhost', { poolSize: 0 }), { code: 'ERR_CONFIGURATION' })
})

test('a database without tables says how to make them', { skip }, async (t) => {
  const { sessions, users } = postgres(await pool(t))
  for (const ask of [async () => sessions.load('key', NOW), async () => users.findByUsername('alice')]) {
    await assert.rejects(ask, { code: 'ERR_CONFIGURATION', message: /auth\.migrate\(\)/ })
  }
})

test('a database that does not exist, or does not let us in, is a matter of the settings', { skip }, async (t) => {
  const url = new URL(POSTGRES_URL)
  url.pathname = '/there_is_no_such_database'
  const database = postgres(url.href)
  t.after(() => database.close())
  await assert.rejects(async () => database.sessions.exists('key', NOW), {
    code: 'ERR_CONFIGURATION',
    message: /does not let Postern in: database "there_is_no_such_database" does not exist/,
  })
})

test('a server that is not there is a StoreUnavailable', async (t) => {
  const database = postgres('postgres://postgres@127.0.0.1:1/postgres')
  t.after(() => database.close())
  await assert.rejects(async () => database.sessions.exists('key', NOW), { code: 'ERR_STORE_UNAVAILABLE' })
  await assert.rejects(database.migrate(), { code: 'ERR_STORE_UNAVAILABLE' })
})

test('a database that was closed says so', { skip }, async (t) => {
  const database = postgres(await postgresUrl(t))
  await database.migrate()
  await database.close()
  await database.close()
  await assert.rejects(async () => database.sessions.exists('key', NOW), { code: 'ERR_STORE_UNAVAILABLE' })
})

test('what ends a session waits for the disk where the server would not', { skip }, async (t) => {
  for (const [setting, during] of [
    ['off', 'on'],
    ['remote_write', 'remote_write'],
  ] as const) {
    const given = await pool(t, { synchronous_commit: setting }, 1)
    const client = new PostgresClient(givenPool(given), true)
    await client.run('CREATE TABLE seen (setting text)', [])
    const note = "INSERT INTO seen SELECT current_setting('synchronous_commit')"
    await client.batch([[note, []]], { durable: true })
    await client.batch([
      [note, []],
      [note, []],
    ])
    const seen = await client.all('SELECT setting FROM seen', [])
    assert.deepEqual(seen.flat(), [during, setting, setting])
    assert.deepEqual(await client.one("SELECT current_setting('synchronous_commit')", []), [setting])
  }
})

test('two batches that wait for each other are both done', { skip }, async (t) => {
  const given = await pool(t, { deadlock_timeout: '20ms' })
  const client = new PostgresClient(givenPool(given), true)
  await client.run('CREATE TABLE counter (name text PRIMARY KEY, value int)', [])
  await client.run("INSERT INTO counter VALUES ('a', 0), ('b', 0)", [])
  const raise = 'UPDATE counter SET value = value + 1 WHERE name = ?'
  const slowly = 'SELECT pg_sleep(0.05)'
  const batch = (first: string, second: string) =>
    client.batch([
      [raise, [first]],
      [slowly, []],
      [raise, [second]],
    ])
  await Promise.all([batch('a', 'b'), batch('b', 'a'), batch('a', 'b')])
  assert.deepEqual(await client.all('SELECT name, value FROM counter ORDER BY name', []), [
    ['a', 3],
    ['b', 3],
  ])
})

test('a batch whose condition does not hold leaves nothing, and its connection is as it was', { skip }, async (t) => {
  const client = new PostgresClient(givenPool(await pool(t, {}, 1)), true)
  await client.run('CREATE TABLE line (name text PRIMARY KEY)', [])
  const insert = 'INSERT INTO line VALUES (?)'
  const results = await client.batch(
    [
      [insert, ['a']],
      ['DELETE FROM line WHERE name = ?', ['b']],
      [insert, ['c']],
    ],
    { onlyIf: 1 },
  )
  assert.deepEqual(
    results.map(({ matched }) => matched),
    [1, 0],
  )
  await assert.rejects(
    client.batch([
      [insert, ['d']],
      [insert, ['d']],
    ]),
    { code: '23505' },
  )
  assert.deepEqual(await client.all('SELECT name FROM line', []), [])
  assert.equal((await client.run(insert, ['e'])).matched, 1)
})

test('who waits for a connection of a small pool waits no longer than for a store', {
  skip,
  timeout: 60_000,
}, async (t) => {
  const url = await postgresUrl(t)
  const database = postgres(url, { poolSize: 1 })
  t.after(() => database.close())
  await database.migrate()
  const blocker = await postgresClient(t, url)
  await blocker.query('BEGIN; LOCK TABLE django_session IN ACCESS EXCLUSIVE MODE')
  const began = performance.now()
  const asked = await Promise.allSettled(Array.from({ length: 50 }, async () => database.sessions.exists('key', NOW)))
  assert.ok(asked.every(({ status }) => status === 'rejected'))
  assert.ok(performance.now() - began < 20_000)
  await blocker.query('ROLLBACK')
  assert.equal(await database.sessions.exists('key', NOW), false)
})

test('a server that does not wait for its disk is told of', { skip: noPostgresServer() }, async (t) => {
  const careless = await OwnPostgres.start(t, ['fsync=off'])
  const database = postgres(careless.url)
  t.after(() => database.close())
  const [warning, ...more] = (await database.sessions.warnings?.()) ?? []
  assert.deepEqual([warning?.topic, more], ['durability', []])
  assert.match(warning?.message ?? '', /fsync off/)
})
