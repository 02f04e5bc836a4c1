/**
 * What the store costs a signed-in request: one `load`, which brings the session's line in the index and its user along, against
 * what the driver needs for the same read, and for one row by its primary key. All are asked in short turns, so that a busy moment
 * falls on each of them.
 */

import { Redis } from 'ioredis'
import mariadb from 'mariadb'
import { createPool } from 'mysql2/promise'
import { Pool } from 'pg'
import { createClient } from 'redis'
import type { Database } from '../../src/database.ts'
import { mysql } from '../../src/mysql.ts'
import { postgres } from '../../src/postgres.ts'
import { redisSessions } from '../../src/redis.ts'
import type { SessionStore } from '../../src/sessions/session-store.ts'
import { loadWithUser } from '../../src/stores/sql/session-statements.ts'
import { sqlUserTable } from '../../src/stores/sql/user-table.ts'
import { median } from '../report.ts'
import { type Ground, HOUR, sessionData } from './grounds.ts'

const SESSIONS = 1000
/** One question, about the session with this key. */
type Ask = (key: string) => Promise<unknown>

/** Three ways to the same row. */
interface Ways {
  readonly name: string
  readonly store: Ask
  /** The same read, by the driver alone. */
  readonly driver: Ask
  /** Nothing but the session, by the driver alone. */
  readonly plain: Ask
  close(): Promise<unknown>
}

/** How often the store's cost is the driver's, in each round. */
export interface ReadRatio {
  readonly name: string
  readonly ofDriver: number
  readonly ofPlain: number
  /** Of `ofDriver`, 10 and 90 %. */
  readonly spread: readonly [number, number]
  readonly microseconds: { readonly store: number; readonly driver: number; readonly plain: number }
}

const keys: readonly string[] = Array.from({ length: SESSIONS }, (_, number) => String(number).padStart(40, '0'))

async function fill({ sessions, users }: { sessions: SessionStore; users?: Database['users'] }): Promise<void> {
  const now = Date.now()
  const alice = await users?.create({ username: 'alice', password: 'pbkdf2_sha256$1$a$b', email: 'alice@site.example' })
  const userId = String(alice?.id ?? 1)
  for (const key of keys) await sessions.create(key, { data: sessionData, expires: now + HOUR, userId }, now)
}

const FIELDS = ['data', 'expires', 'user', 'id', 'created'] as const
const SAME = loadWithUser(sqlUserTable('mysql'))
const READ = 'SELECT session_data, expire_date FROM django_session WHERE session_key = '

async function onPostgres(ground: Ground): Promise<Ways> {
  const url = await ground.postgres()
  const database = postgres(url)
  await database.migrate()
  await fill(database)
  const pool = new Pool({ connectionString: url })
  let marks = 0
  const same = loadWithUser(sqlUserTable('postgres')).replace(/\?/g, () => `$${++marks}`)
  const ask = (name: string, text: string) => (key: string) =>
    pool.query({ name, text, values: [key], rowMode: 'array' })
  return {
    name: 'PostgreSQL, pg',
    store: async (key) => database.sessions.load(key, Date.now()),
    driver: ask('same', same),
    plain: ask('plain', `${READ}$1`),
    close: () => Promise.all([database.close(), pool.end()]),
  }
}

async function onMysql2(ground: Ground): Promise<Ways> {
  const url = await ground.mysql()
  const pool = createPool({ uri: url, rowsAsArray: true })
  const database = mysql(pool)
  await database.migrate()
  await fill(database)
  return {
    name: 'MariaDB, mysql2',
    store: async (key) => database.sessions.load(key, Date.now()),
    driver: (key) => pool.execute(SAME, [key]),
    plain: (key) => pool.execute(`${READ}?`, [key]),
    close: () => pool.end(),
  }
}

async function onMariadb(ground: Ground): Promise<Ways> {
  const url = new URL(await ground.mysql())
  const { hostname: host, username: user, password } = url
  const pool = mariadb.createPool({
    host,
    port: Number(url.port || 3306),
    user,
    password,
    database: url.pathname.slice(1),
    rowsAsArray: true,
  })
  const database = mysql(pool)
  await database.migrate()
  await fill(database)
  return {
    name: 'MariaDB, mariadb',
    store: async (key) => database.sessions.load(key, Date.now()),
    driver: (key) => pool.execute(SAME, [key]),
    plain: (key) => pool.execute(`${READ}?`, [key]),
    close: () => pool.end(),
  }
}

async function onNodeRedis(ground: Ground): Promise<Ways> {
  const { url, prefix } = await ground.redis()
  const client = createClient({ url })
  await client.connect()
  const sessions = redisSessions(client, { prefix })
  await fill({ sessions })
  for (const key of keys) await client.set(`${prefix}plain:${key}`, sessionData)
  return {
    name: 'Redis, redis',
    store: async (key) => sessions.load(key, Date.now()),
    driver: (key) => client.sendCommand(['HMGET', `${prefix}session:${key}`, ...FIELDS]),
    plain: (key) => client.get(`${prefix}plain:${key}`),
    close: async () => client.destroy(),
  }
}

async function onIoredis(ground: Ground): Promise<Ways> {
  const { url, prefix } = await ground.redis()
  const client = new Redis(url)
  const sessions = redisSessions(client, { prefix })
  await fill({ sessions })
  for (const key of keys) await client.set(`${prefix}plain:${key}`, sessionData)
  return {
    name: 'Redis, ioredis',
    store: async (key) => sessions.load(key, Date.now()),
    driver: (key) => client.hmget(`${prefix}session:${key}`, ...FIELDS),
    plain: (key) => client.get(`${prefix}plain:${key}`),
    close: async () => client.disconnect(),
  }
}

async function time(ask: Ask, times: number): Promise<number> {
  const began = performance.now()
  for (let number = 0; number < times; number++) await ask(keys[number % SESSIONS] ?? '')
  return ((performance.now() - began) * 1000) / times
}

/** @param rounds of 200 reads each way */
export async function readRatios(ground: Ground, rounds: number): Promise<ReadRatio[]> {
  const found: ReadRatio[] = []
  for (const open of [onPostgres, onMysql2, onMariadb, onNodeRedis, onIoredis]) {
    const { name, store, driver, plain, close } = await open(ground)
    for (const ask of [store, driver, plain]) await time(ask, 2000)
    const costs: Record<'store' | 'driver' | 'plain', number[]> = { store: [], driver: [], plain: [] }
    for (let round = 0; round < rounds; round++) {
      costs.store.push(await time(store, 200))
      costs.driver.push(await time(driver, 200))
      costs.plain.push(await time(plain, 200))
    }
    const ratios = (to: readonly number[]): number[] =>
      costs.store.map((cost, round) => cost / (to[round] ?? Number.NaN)).sort((a, b) => a - b)
    const ofDriver = ratios(costs.driver)
    const at = (share: number): number => ofDriver[Math.floor(share * (ofDriver.length - 1))] ?? Number.NaN
    found.push({
      name,
      ofDriver: median(ofDriver),
      ofPlain: median(ratios(costs.plain)),
      spread: [at(0.1), at(0.9)],
      microseconds: { store: median(costs.store), driver: median(costs.driver), plain: median(costs.plain) },
    })
    await close()
  }
  return found
}
