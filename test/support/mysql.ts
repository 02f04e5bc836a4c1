/** MariaDB for tests: the server of this machine, or at `MYSQL_URL`; every test has a database of its own. */
import { randomUUID } from 'node:crypto'
import mariadb from 'mariadb'
import mysql2 from 'mysql2/promise'
import type { Database } from '../../src/database.ts'
import { type MysqlOptions, type MysqlPool, mysql } from '../../src/mysql.ts'
import { noService } from './service.ts'

type Hooks = { after(end: () => unknown): void }

export const MYSQL_URL: string = process.env.MYSQL_URL || 'mysql://root@127.0.0.1:3306'

/** How a pool of each package is made; the address of a database names the package. */
export const MYSQL_POOLS: ReadonlyMap<string, (url: string, options?: PoolSettings) => ClosingPool> = new Map([
  ['mysql2', openMysql2],
  ['mariadb', openMariadb],
])
export const DRIVERS: readonly string[] = [...MYSQL_POOLS.keys()]

/** What a pool may be told: as the package has it. */
type PoolSettings = Readonly<Record<string, unknown>>
type ClosingPool = MysqlPool & { end(): Promise<void> }

/** Why tests that need MariaDB or MySQL are skipped, if they are. @throws when there is none and `POSTERN_REQUIRE_SERVICES` is set */
export function noMysql(): Promise<string | false> {
  return noService('MariaDB', MYSQL_URL, 3306)
}

/** A connection past Postern. @param url @default the server's own */
export async function mysqlClient(t: Hooks, url: string = MYSQL_URL): Promise<mysql2.Connection> {
  const client = await mysql2.createConnection({
    uri: url,
    multipleStatements: true,
    dateStrings: true,
    rowsAsArray: true,
  })
  client.on('error', () => {})
  t.after(() => client.end())
  return client
}

/** The address of a new database, which goes when the test is over. @param driver the package that opens it */
export async function mysqlUrl(t: Hooks, driver = 'mysql2'): Promise<string> {
  const name = `postern_test_${randomUUID().replaceAll('-', '')}`
  const admin = await mysql2.createConnection(MYSQL_URL)
  await admin.query(`CREATE DATABASE ${name} CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci`)
  t.after(async () => {
    await admin.query(`DROP DATABASE ${name}`)
    await admin.end()
  })
  const url = new URL(MYSQL_URL)
  url.pathname = `/${name}`
  return driver === 'mariadb' ? url.href.replace(/^mysql:/, 'mariadb:') : url.href
}

/** An empty database without tables, made with the first query. */
export function openMysql(t: Hooks, options?: MysqlOptions): Database {
  return mysql(lazyPool(t), options)
}

/** A pool on an empty database without tables, which is made with the first query. */
export function lazyPool(t: Hooks): MysqlPool {
  let pool: Promise<ClosingPool> | undefined
  const open = async (): Promise<ClosingPool> => {
    const opened = openMysql2(await mysqlUrl(t))
    t.after(() => opened.end())
    return opened
  }
  return {
    getConnection: async () => {
      pool ??= open()
      return ((await pool).getConnection as () => unknown)()
    },
  }
}

/** A pool of the application's own. @param driver its package */
export function mysqlPool(t: Hooks, driver: string, url: string, options: PoolSettings = {}): MysqlPool {
  const make = MYSQL_POOLS.get(driver)
  if (make === undefined) throw new Error(`There is no package ${driver}.`)
  const pool = make(url.replace(/^mariadb:/, 'mysql:'), options)
  t.after(() => pool.end())
  return pool
}

/** Removes all rows but those that a migration makes. @param client of a database with Postern's tables */
export async function emptyTables(client: mysql2.Connection): Promise<void> {
  const own = ['session', 'user', 'event', 'attempt', 'token'].map((table) => `postern_${table}`)
  const links = ['auth_user_groups', 'auth_user_user_permissions', 'auth_group_permissions']
  const tables = [...own, 'django_session', ...links, 'auth_user', 'auth_group']
  await client.query(`${tables.map((table) => `DELETE FROM ${table}`).join('; ')};
DELETE p FROM auth_permission p JOIN django_content_type c ON c.id = p.content_type_id
WHERE c.app_label NOT IN ('auth', 'contenttypes', 'sessions');
DELETE FROM django_content_type WHERE app_label NOT IN ('auth', 'contenttypes', 'sessions')`)
}

function openMysql2(url: string, options: PoolSettings = {}): ClosingPool {
  return mysql2.createPool({ uri: url, ...options }) as unknown as ClosingPool
}

function openMariadb(url: string, options: PoolSettings = {}): ClosingPool {
  const { hostname, port, username, password, pathname } = new URL(url)
  const at = { host: hostname, port: Number(port || 3306), user: username, password, database: pathname.slice(1) }
  const pool = mariadb.createPool({ ...at, minimumIdle: 0, ...options })
  pool.on('error' as 'connection', () => {})
  return pool as unknown as ClosingPool
}
