/**
 * MariaDB makes tables outside of transactions: they are Django's all the same, made once however many processes start, and whatever
 * an interrupted run has left is finished by the next one.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type mysql2 from 'mysql2/promise'
import { type MysqlPool, mysql } from '../../src/mysql.ts'
import { MYSQL_MIGRATIONS } from '../../src/stores/mysql/migrations.ts'
import type { MysqlConnection, MysqlQuery } from '../../src/stores/mysql/mysql-pool.ts'
import { startDjango } from '../interop/two-sites.ts'
import { DRIVERS, mysqlClient, mysqlPool, mysqlUrl, noMysql } from '../support/mysql.ts'
import { djangoWith } from '../support/requirements.ts'

type Hooks = { after(end: () => unknown): void }

const skip = await noMysql()
const ALL_STEPS = MYSQL_MIGRATIONS.map(({ name }) => name)
/** What is tried at the same time, each in a database of its own. */
const AT_ONCE = 8

async function rows(client: mysql2.Connection, sql: string): Promise<unknown[]> {
  return (await client.query(sql))[0] as unknown[]
}

/** Tables with all that is in them, but for times. */
async function everything(client: mysql2.Connection): Promise<unknown> {
  const tables = ((await rows(client, 'SHOW TABLES')) as string[][]).map(([name]) => String(name))
  const shown: unknown[] = []
  for (const table of tables) {
    const [created] = await rows(client, `SHOW CREATE TABLE ${table}`)
    const found = await rows(client, `SELECT * FROM ${table} ORDER BY 1`)
    const withoutTimes = found.map((row) => (row as unknown[]).filter((value) => !isTime(value)))
    shown.push([String((created as unknown[])[1]), withoutTimes])
  }
  return shown
}

function isTime(value: unknown): boolean {
  return (typeof value === 'number' && value > 1e12) || /^\d{4}-\d\d-\d\d /.test(String(value))
}

async function migrate(target: string | MysqlPool): Promise<readonly string[]> {
  const database = mysql(target)
  try {
    return await database.migrate()
  } finally {
    await database.close()
  }
}

/** What happens to the statement of a number: it does not get to the server, or its answer does not come back. */
type Loss = { readonly at: number; readonly of: 'statement' | 'answer' }

/** A pool whose connection breaks at one of the statements that write. */
function breakingPool(pool: MysqlPool, loss: Loss): { pool: MysqlPool; sent: string[] } {
  const sent: string[] = []
  const getConnection = async (): Promise<MysqlConnection> => {
    const real = (await (pool.getConnection as () => unknown)()) as MysqlConnection
    const execute = async (query: MysqlQuery, values: readonly unknown[]): Promise<unknown> => {
      if (/^\s*SELECT/.test(query.sql)) return real.execute(query, values)
      const isLost = sent.push(query.sql) === loss.at
      const answer = isLost && loss.of === 'statement' ? undefined : await real.execute(query, values)
      if (!isLost) return answer
      real.destroy()
      throw Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })
    }
    return {
      execute,
      query: (sql) => real.query(sql),
      release: () => real.release(),
      destroy: () => real.destroy(),
    }
  }
  return { pool: { getConnection }, sent }
}

for (const driver of DRIVERS) {
  test(`by ${driver}: an empty database gets all tables, and a second run changes nothing`, { skip }, async (t) => {
    const url = await mysqlUrl(t, driver)
    assert.deepEqual(await migrate(url), ALL_STEPS)
    const client = await mysqlClient(t, url)
    const before = await everything(client)
    assert.deepEqual(await migrate(url), [])
    assert.deepEqual(await everything(client), before)
    const [counted] = await rows(client, 'SELECT COUNT(*), MIN(applied) > 0 FROM postern_migration')
    assert.deepEqual(counted, [ALL_STEPS.length, 1])
  })
}

test('ten that migrate at once make one set of tables', { skip }, async (t) => {
  const whole = await mysqlUrl(t)
  await migrate(whole)
  const url = await mysqlUrl(t)
  const taken = await Promise.all(Array.from({ length: 10 }, () => migrate(url)))
  assert.deepEqual(
    taken.filter((names) => names.length > 0),
    [ALL_STEPS],
  )
  assert.deepEqual(await everything(await mysqlClient(t, url)), await everything(await mysqlClient(t, whole)))
})

test('a run that breaks at any statement is finished by the next one', { skip, timeout: 300_000 }, async (t) => {
  const whole = await mysqlUrl(t)
  const { pool, sent } = breakingPool(mysqlPool(t, 'mysql2', whole), { at: -1, of: 'statement' })
  await migrate(pool)
  const expected = await everything(await mysqlClient(t, whole))
  // Of rows of one kind the first and the last.
  const ends = sent.map((sql, index) => index === sent.indexOf(sql) || index === sent.lastIndexOf(sql))
  const losses = (['statement', 'answer'] as const).flatMap((of) =>
    ends.flatMap((isEnd, index): Loss[] => (isEnd ? [{ at: index + 1, of }] : [])),
  )
  assert.ok(losses.length > 70, `${losses.length}`)
  const lost = async (loss: Loss): Promise<void> => {
    const endings: (() => unknown)[] = []
    const hooks: Hooks = { after: (ending) => void endings.unshift(ending) }
    try {
      const url = await mysqlUrl(hooks)
      await assert.rejects(migrate(breakingPool(mysqlPool(hooks, 'mysql2', url), loss).pool), {
        code: 'ERR_STORE_UNAVAILABLE',
      })
      await migrate(url)
      const story = `${loss.of} ${loss.at}: ${sent[loss.at - 1]}`
      assert.deepEqual(await everything(await mysqlClient(hooks, url)), expected, story)
    } finally {
      for (const ending of endings) await ending()
    }
  }
  const queue = [...losses]
  const work = async (): Promise<void> => {
    for (let loss = queue.pop(); loss !== undefined; loss = queue.pop()) await lost(loss)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
})

test("tables of Django's names that are not Django's are refused, also at a second try", { skip }, async (t) => {
  const url = await mysqlUrl(t)
  const client = await mysqlClient(t, url)
  await client.query('CREATE TABLE auth_user (id integer PRIMARY KEY, login text)')
  for (let tries = 0; tries < 2; tries++) {
    await assert.rejects(migrate(url), { code: 'ERR_CONFIGURATION', message: /already has auth_user/ })
  }
  assert.deepEqual((await rows(client, 'SHOW TABLES')).flat(), ['auth_user', 'postern_migration'])
})

test('a Django database without sessions is refused', { skip }, async (t) => {
  const url = await mysqlUrl(t)
  const client = await mysqlClient(t, url)
  await migrate(url)
  await client.query('DROP TABLE django_session, postern_migration')
  await assert.rejects(migrate(url), { code: 'ERR_CONFIGURATION', message: /lacks django_session.*manage\.py migrate/ })
})

test('on a server with another engine and another collation, sessions and their index still go together', {
  skip,
}, async (t) => {
  const url = await mysqlUrl(t)
  const client = await mysqlClient(t, url)
  await client.query(`ALTER DATABASE ${new URL(url).pathname.slice(1)} COLLATE utf8mb4_unicode_ci`)
  const pool = mysqlPool(t, 'mysql2', url)
  const first = (await (pool.getConnection as () => unknown)()) as MysqlConnection
  await first.query('SET default_storage_engine = MyISAM')
  first.release()
  await migrate(pool)
  const engines = await rows(
    client,
    'SELECT DISTINCT engine FROM information_schema.tables WHERE table_schema = DATABASE()',
  )
  assert.deepEqual(engines, [['InnoDB']])
  const collations = await rows(
    client,
    `SELECT table_name, collation_name FROM information_schema.columns
WHERE table_schema = DATABASE() AND column_name = 'session_key' ORDER BY 1`,
  )
  assert.deepEqual(collations, [
    ['django_session', 'utf8mb4_unicode_ci'],
    ['postern_session', 'utf8mb4_unicode_ci'],
  ])
})

const found = skip === false ? djangoWith('MySQLdb') : { skip }

/** All tables but Postern's own, as the server shows them. */
async function djangosTables(client: mysql2.Connection): Promise<unknown> {
  const shown = (await everything(client)) as [string, unknown[]][]
  return shown.filter(([created]) => !created.startsWith('CREATE TABLE `postern_'))
}

test('an empty database gets the tables that Django 5.2 makes, and Django finds nothing left to migrate', {
  skip: found.skip,
}, async (t) => {
  if (found.skip !== undefined) return
  const [ours, djangos] = [await mysqlUrl(t), await mysqlUrl(t)]
  await migrate(ours)
  await startDjango(t, found.path, { env: { DB_URL: djangos } })
  const made = (await djangosTables(await mysqlClient(t, ours))) as [string, unknown[]][]
  const expected = (await djangosTables(await mysqlClient(t, djangos))) as [string, unknown[]][]
  const ddl = (tables: [string, unknown[]][]): string[] => tables.map(([sql]) => sql.replace(/ AUTO_INCREMENT=\d+/, ''))
  assert.deepEqual(ddl(made), ddl(expected))
  assert.equal(made.length, 9)
  const names = "SELECT CONCAT(app, '.', name) FROM django_migrations ORDER BY 1"
  const taken = async (url: string) => rows(await mysqlClient(t, url), names)
  assert.deepEqual(await taken(ours), await taken(djangos))
  await startDjango(t, found.path, { env: { DB_URL: ours } })
  assert.deepEqual(await djangosTables(await mysqlClient(t, ours)), made, 'manage.py migrate has changed nothing')
})

test('a database that Django has migrated is adopted: nothing of its own is touched', {
  skip: found.skip,
}, async (t) => {
  if (found.skip !== undefined) return
  const url = await mysqlUrl(t)
  await startDjango(t, found.path, { env: { DB_URL: url } })
  const client = await mysqlClient(t, url)
  const before = await djangosTables(client)
  assert.deepEqual(await migrate(url), ALL_STEPS)
  assert.deepEqual(await djangosTables(client), before)
})
