/** Pools of the application's own, however they are set up: what Postern reads is the same, and what would go wrong in silence is refused. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import callbacks from 'mysql2'
import { type MysqlPool, mysql } from '../../src/mysql.ts'
import { DRIVERS, mysqlClient, mysqlPool, mysqlUrl, noMysql } from '../support/mysql.ts'

type Hooks = { after(end: () => unknown): void }

const skip = await noMysql()
const NOW = Date.UTC(2026, 5, 1, 12, 30, 0, 250)
const END = NOW + 3_600_000

async function migrated(t: Hooks): Promise<string> {
  const url = await mysqlUrl(t)
  const database = mysql(url)
  await database.migrate()
  await database.close()
  return url
}

/** What makes other things of values than they are. */
const TWISTED: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  mysql2: {
    timezone: '+05:00',
    dateStrings: false,
    supportBigNumbers: true,
    bigNumberStrings: true,
    namedPlaceholders: true,
    rowsAsArray: false,
    nestTables: true,
    typeCast: (column: { type: string; length: number; string(): string }, next: () => unknown) =>
      column.type === 'TINY' && column.length === 1 ? column.string() === '1' : next(),
  },
  mariadb: {
    timezone: '+05:00',
    initSql: "SET time_zone = '+05:00'",
    dateStrings: false,
    rowsAsArray: false,
    nestTables: true,
    metaAsArray: true,
    namedPlaceholders: true,
    insertIdAsNumber: true,
    typeCast: (column: { type: string; columnLength: number; string(): string }, next: () => unknown) =>
      column.type === 'TINY' && column.columnLength === 1 ? column.string() === '1' : next(),
  },
}

for (const driver of DRIVERS) {
  test(`a pool of ${driver} that makes other things of values still gives Postern what is in the rows`, {
    skip,
  }, async (t) => {
    const url = await migrated(t)
    const raw = await mysqlClient(t, url)
    await raw.query("SET time_zone = '-03:00'")
    const { users, sessions, events } = mysql(mysqlPool(t, driver, url, TWISTED[driver]))
    const made = await users.create({
      username: 'alice',
      password: 'x',
      isStaff: true,
      dateJoined: NOW,
      lastLogin: NOW,
    })
    const id = String(made.id)
    assert.equal(typeof made.id, 'number')
    assert.equal(await sessions.create('key', { data: 'payload', expires: END, userId: id }, NOW), true)
    const stored = await sessions.load('key', NOW)
    assert.deepEqual([stored?.expires, stored?.userId, stored?.created], [END, id, NOW])
    const user = stored?.user
    assert.deepEqual([user?.isActive, user?.isStaff, user?.isSuperuser], [true, true, false])
    assert.deepEqual([user?.dateJoined.getTime(), user?.lastLogin?.getTime()], [NOW, NOW])
    assert.equal(await sessions.load('key', END), null)
    await events.append([
      {
        at: NOW,
        event: 'user_logged_out',
        userId: id,
        session: null,
        address: null,
        userAgent: null,
        data: {},
      } as never,
    ])
    assert.equal((await events.list())[0]?.at, NOW)
    const [rows] = await raw.query('SELECT CAST(expire_date AS CHAR) FROM django_session')
    assert.deepEqual(rows, [['2026-06-01 13:30:00.250000']], 'UTC, whatever the zone of the connection')
  })

  const flags = driver === 'mysql2' ? { flags: ['-FOUND_ROWS'] } : { foundRows: false }
  test(`a pool of ${driver} that counts changed rows is refused before it writes anything`, { skip }, async (t) => {
    const url = await migrated(t)
    const { sessions } = mysql(mysqlPool(t, driver, url, flags))
    for (let tries = 0; tries < 2; tries++) {
      await assert.rejects(async () => sessions.create('key', { data: 'd', expires: END, userId: null }, NOW), {
        code: 'ERR_CONFIGURATION',
        message: /counts the rows that a statement changed.*FOUND_ROWS/s,
      })
    }
    assert.deepEqual((await (await mysqlClient(t, url)).query('SELECT * FROM django_session'))[0], [])
  })

  test(`a session that is written twice with the same counts as there, by ${driver}`, { skip }, async (t) => {
    const { sessions } = mysql(mysqlPool(t, driver, await migrated(t)))
    const record = { data: 'payload', expires: END, userId: null }
    await sessions.create('key', record, NOW)
    assert.equal(await sessions.update('key', record, NOW), true)
    assert.equal(await sessions.touch('key', END, NOW), true)
  })

  test(`connections of ${driver} that are not fit are refused, and what is wrong is named`, { skip }, async (t) => {
    const url = await mysqlUrl(t)
    for (const [statement, message] of [
      ['SET autocommit = 0', /autocommit off/],
      ["SET sql_mode = ''", /sql_mode is not strict/],
      ['SET NAMES latin1', /character set of connections is latin1: say charset: 'utf8mb4'/],
    ] as const) {
      const pool = mysqlPool(t, driver, url)
      const told: MysqlPool = {
        getConnection: async () => {
          const connection = await (pool.getConnection as () => Promise<{ query(sql: string): Promise<unknown> }>)()
          await connection.query(statement)
          return connection
        },
      }
      await assert.rejects(mysql(told).migrate(), { code: 'ERR_CONFIGURATION', message })
    }
    const nowhere = mysqlPool(t, driver, url, { database: undefined, uri: undefined, ...serverOf(url) })
    await assert.rejects(mysql(nowhere).migrate(), { code: 'ERR_CONFIGURATION', message: /names no database/ })
  })
}

function serverOf(url: string): Record<string, unknown> {
  const { hostname, port, username } = new URL(url)
  return { host: hostname, port: Number(port), user: username }
}

test('a pool of mysql2 with callbacks will do, and one of something else is refused', { skip }, async (t) => {
  const pool = callbacks.createPool(await mysqlUrl(t))
  t.after(() => pool.end())
  const { users } = mysql(pool as unknown as MysqlPool)
  const database = mysql(pool as unknown as MysqlPool)
  await database.migrate()
  await database.close()
  assert.equal((await users.create({ username: 'alice', password: 'x' })).username, 'alice', 'it is still open')
  for (const target of [{}, undefined, { query: () => {} }]) {
    assert.throws(() => mysql(target as unknown as MysqlPool), {
      code: 'ERR_CONFIGURATION',
      message: /getConnection\(\)/,
    })
  }
  for (const connection of [undefined, {}, { query: () => {} }]) {
    const { users: none } = mysql({ getConnection: async () => connection })
    await assert.rejects(async () => none.findById('1'), { code: 'ERR_CONFIGURATION', message: /lends no connections/ })
  }
})

test('an address that names no database, and a pool size that is none, are refused at once', () => {
  for (const address of ['', 'mysql://root@localhost', 'mysql://root@localhost/', 'postgres://localhost/app', 'app']) {
    assert.throws(() => mysql(address), {
      code: 'ERR_CONFIGURATION',
      message: /mysql:\/\/user:password@host:3306\/database/,
    })
  }
  for (const poolSize of [0, 1.5, -1, Number.NaN]) {
    assert.throws(() => mysql('mysql://root@localhost/app', { poolSize }), { code: 'ERR_CONFIGURATION' })
  }
})

for (const driver of DRIVERS) {
  test(`two connections of ${driver} serve two hundred at once, and a closed database none`, { skip }, async (t) => {
    const url = await migrated(t)
    const database = mysql(driver === 'mariadb' ? url.replace(/^mysql:/, 'mariadb:') : url, { poolSize: 2 })
    const { sessions } = database
    const record = { data: 'payload', expires: END, userId: '1' }
    const keys = Array.from({ length: 200 }, (_, number) => `key${number}`)
    await Promise.all(keys.map(async (key) => sessions.create(key, record, NOW)))
    const loaded = await Promise.all(keys.map(async (key) => sessions.load(key, NOW)))
    assert.ok(loaded.every((stored) => stored?.userId === '1'))
    assert.equal(await sessions.deleteForUser('1'), 200)
    const [used] = await (await mysqlClient(t, url)).query(
      'SELECT COUNT(*) FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID()',
    )
    assert.ok(Number((used as unknown[][])[0]?.[0]) <= 2)
    await database.close()
    await assert.rejects(async () => sessions.load('key1', NOW), { code: 'ERR_STORE_UNAVAILABLE', message: /closed/ })
  })

  test(`who waits too long for a connection of ${driver} is told, and takes none along`, {
    skip,
    timeout: 30_000,
  }, async (t) => {
    const url = await migrated(t)
    const patience = driver === 'mariadb' ? { acquireTimeout: 20_000 } : {}
    const pool = mysqlPool(t, driver, url, { connectionLimit: 1, ...patience })
    const { users } = mysql(pool)
    const connection = await (pool.getConnection as () => Promise<{ release(): unknown }>)()
    await assert.rejects(async () => users.findById('1'), {
      code: 'ERR_STORE_UNAVAILABLE',
      message: /has not answered for 2 s/,
    })
    await connection.release()
    assert.equal(await users.findById('1'), null)
    assert.equal(await users.findById('1'), null)
  })
}

test('a transaction that cannot begin, or that somebody has left open, loses nothing that was acknowledged', {
  skip,
}, async (t) => {
  const url = await migrated(t)
  const pool = callbacks.createPool({ uri: url, connectionLimit: 1 })
  t.after(() => pool.promise().end())
  const { sessions, users } = mysql(pool)
  const { id } = await users.create({ username: 'alice', password: 'x' })
  const careless = await pool.promise().getConnection()
  await careless.query('START TRANSACTION')
  careless.release()
  const record = { data: 'd', expires: END, userId: String(id) }
  await assert.rejects(async () => sessions.create('key', record, NOW), { code: 'ERR_STORE_UNAVAILABLE' })
  assert.equal(await sessions.create('key', record, NOW), true, 'by another connection')
  assert.equal(await users.update(String(id), { isActive: false }), true)
  const [rows] = await (await mysqlClient(t, url)).query('SELECT is_active FROM auth_user')
  assert.deepEqual(rows, [[0]], 'everybody sees it')
})
