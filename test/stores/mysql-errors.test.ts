/** What MariaDB and its packages refuse, by whose fault it is: the settings', which are to be changed, or the server's, which is a 503. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mysql } from '../../src/mysql.ts'
import { explainMysqlError, isBroken, isConflict } from '../../src/stores/mysql/mysql-errors.ts'
import { DRIVERS, mysqlClient, mysqlUrl, noMysql } from '../support/mysql.ts'
import { noMysqlServer, OwnMysql } from '../support/own-mysql.ts'

type Hooks = { after(end: () => unknown): void }

const skip = await noMysql()
const NOW = Date.UTC(2026, 5, 1)
const RECORD = { data: 'payload', expires: NOW + 1000, userId: '1' }

function open(t: Hooks, url: string, driver: string) {
  const database = mysql(driver === 'mariadb' ? url.replace(/^mysql:/, 'mariadb:') : url)
  t.after(() => database.close())
  return database
}

for (const driver of DRIVERS) {
  test(`by ${driver}: what the settings have wrong is said`, { skip, timeout: 60_000 }, async (t) => {
    const url = await mysqlUrl(t)
    const without = open(t, url, driver)
    for (const ask of [() => without.sessions.load('key', NOW), () => without.sessions.create('key', RECORD, NOW)]) {
      await assert.rejects(async () => ask(), { code: 'ERR_CONFIGURATION', message: /auth\.migrate\(\)/ })
    }
    const other = new URL(url)
    other.pathname = '/no_such_database'
    await assert.rejects(open(t, other.href, driver).migrate(), {
      code: 'ERR_CONFIGURATION',
      message: /does not let Postern in/,
    })
    const stranger = new URL(url)
    stranger.username = 'nobody_here'
    stranger.password = 'not-to-be-told'
    await assert.rejects(open(t, stranger.href, driver).migrate(), (error: Error & { code?: string }) => {
      assert.equal(error.code, 'ERR_CONFIGURATION')
      assert.match(error.message, /does not let Postern in/)
      assert.doesNotMatch(error.message, /not-to-be-told/)
      return true
    })
  })

  test(`by ${driver}: nobody at the address is a 503`, { timeout: 60_000 }, async (t) => {
    const database = open(t, 'mysql://root@127.0.0.1:9/site', driver)
    await assert.rejects(async () => database.sessions.load('key', NOW), { code: 'ERR_STORE_UNAVAILABLE' })
  })

  test(`by ${driver}: too many connections, read-only, and a statement that is killed are a 503, and pass`, {
    skip: noMysqlServer(),
    timeout: 60_000,
  }, async (t) => {
    const server = await OwnMysql.start(t, ['--max-connections=10', '--innodb-flush-log-at-trx-commit=2'])
    const { sessions, ...database } = open(t, server.url, driver)
    await database.migrate()
    await sessions.create('key', RECORD, NOW)
    const admin = await mysqlClient(t, server.url)

    assert.deepEqual(
      (await sessions.warnings?.())?.map(({ topic, message }) => [topic, message.includes('commit 2')]),
      [['durability', true]],
    )
    await admin.query('SET GLOBAL innodb_flush_log_at_trx_commit = 1')
    assert.deepEqual(await sessions.warnings?.(), [])

    await admin.query(
      "CREATE USER site@localhost, site@'127.0.0.1'; GRANT ALL ON site.* TO site@localhost; GRANT ALL ON site.* TO site@'127.0.0.1'",
    )
    const asSite = new URL(server.url)
    asSite.username = 'site'
    const plain = open(t, asSite.href, driver)
    assert.equal(await plain.sessions.touch('key', NOW + 2000, NOW), true)
    await admin.query('SET GLOBAL read_only = 1')
    await assert.rejects(async () => plain.sessions.delete('key'), { code: 'ERR_STORE_UNAVAILABLE' })
    assert.equal((await plain.sessions.load('key', NOW))?.userId, '1', 'reading goes on')
    await admin.query('SET GLOBAL read_only = 0')
    assert.equal(await plain.sessions.touch('key', NOW + 3000, NOW), true)

    await admin.query('LOCK TABLES django_session WRITE, postern_session WRITE')
    const late = assert.rejects(async () => plain.sessions.exists('key', NOW), { code: 'ERR_STORE_UNAVAILABLE' })
    const killer = await mysqlClient(t, server.url)
    for (let killed = false; !killed; ) {
      const [waiting] = (await killer.query(
        "SELECT id FROM information_schema.processlist WHERE user = 'site' AND state LIKE 'Waiting for%'",
      )) as unknown as [number[][]]
      for (const [id] of waiting) {
        await killer.query(`KILL ${id}`)
        killed = true
      }
    }
    await late
    await admin.query('UNLOCK TABLES')
    assert.equal(await plain.sessions.exists('key', NOW), true, 'a new connection is made')

    const crowd = await Promise.allSettled(Array.from({ length: 12 }, () => mysqlClient(t, asSite.href)))
    assert.ok(crowd.some(({ status }) => status === 'rejected'))
    await assert.rejects(async () => open(t, asSite.href, driver).sessions.load('key', NOW), {
      code: 'ERR_STORE_UNAVAILABLE',
    })
    assert.equal((await plain.sessions.load('key', NOW))?.userId, '1', 'who has a connection keeps it')
  })

  test(`by ${driver}: a row that another transaction holds for too long is a 503, and nothing is half done`, {
    skip: noMysqlServer(),
    timeout: 60_000,
  }, async (t) => {
    const server = await OwnMysql.start(t, ['--innodb-lock-wait-timeout=1'])
    const { sessions, ...database } = open(t, server.url, driver)
    await database.migrate()
    await sessions.create('key', RECORD, NOW)
    const other = await mysqlClient(t, server.url)
    await other.query("START TRANSACTION; UPDATE postern_session SET last_seen = 0 WHERE session_key = 'key'")
    await assert.rejects(async () => sessions.touch('key', NOW + 9000, NOW), { code: 'ERR_STORE_UNAVAILABLE' })
    assert.equal((await sessions.load('key', NOW))?.expires, RECORD.expires)
    await other.query('ROLLBACK')
    assert.equal(await sessions.touch('key', NOW + 9000, NOW), true)
  })
}

/** As either package makes it; a pool wraps what it could not connect for. */
function serverError(errno: number, cause?: Error): Error {
  return Object.assign(new Error(`number ${errno}`, { cause }), { errno, sqlState: 'HY000' })
}

test('a deadlock, a lock that was not to be had and a row that has changed are tried again', () => {
  for (const errno of [1213, 1205, 1020]) {
    assert.equal(isConflict(serverError(errno)), true)
    assert.equal(isBroken(serverError(errno)), false)
    assert.equal((explainMysqlError(serverError(errno)) as { code?: string }).code, 'ERR_STORE_UNAVAILABLE')
  }
  assert.equal(isConflict(serverError(1062)), false)
})

test('what is behind an error of the pool counts, and an error that is none of these stays what it is', () => {
  const wrapped = serverError(45_028, serverError(1045))
  assert.equal((explainMysqlError(wrapped) as { code?: string }).code, 'ERR_CONFIGURATION')
  const duplicate = serverError(1062)
  assert.equal(explainMysqlError(duplicate), duplicate)
  const cut = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET', errno: -104 })
  assert.equal(isBroken(cut), true)
  assert.equal((explainMysqlError(cut) as { code?: string }).code, 'ERR_STORE_UNAVAILABLE')
  const log = explainMysqlError(serverError(1665)) as Error
  assert.match(log.message, /binlog_format = MIXED or ROW/)
})
