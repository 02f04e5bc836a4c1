/**
 * What it costs to log a user out everywhere: ten sessions among a thousand, a hundred thousand, a million. The sessions of the others are
 * put into the tables by the database itself, since only their number counts.
 */
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Client } from 'pg'
import { createClient } from 'redis'
import { postgres } from '../../src/postgres.ts'
import { redisSessions } from '../../src/redis.ts'
import type { SessionStore } from '../../src/sessions/session-store.ts'
import { sqlite } from '../../src/sqlite.ts'
import { median } from '../report.ts'
import { type Ground, HOUR, sessionData } from './grounds.ts'

const OF_ONE_USER = 10
const USERS = 31

/** What a store needs for ending ten sessions, by how many there are; milliseconds. */
export interface EverywhereTimes {
  readonly name: string
  readonly milliseconds: ReadonlyMap<number, number>
  /** How often as long as the driver's own DELETE of ten rows by their keys, among the most. */
  readonly asDelete?: number
}

/** A store with many sessions in it. */
interface Crowd {
  readonly store: SessionStore
  /** The driver's own DELETE of sessions by their keys, on the disk when it returns. */
  remove?(keys: readonly string[]): void
  close(): Promise<unknown>
}

const later = new Date(Date.now() + 24 * HOUR).toISOString().slice(0, 19).replace('T', ' ')

async function sqliteCrowd(ground: Ground, sessions: number): Promise<Crowd> {
  const path = join(ground.folder(), 'db.sqlite3')
  const database = sqlite(path)
  await database.migrate()
  const raw = new DatabaseSync(path)
  const rows = `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${sessions})`
  raw.exec(`${rows} INSERT INTO django_session SELECT printf('crowd%035d', i), '${sessionData}', '${later}' FROM n`)
  raw.exec(`${rows} INSERT INTO postern_session (session_key, public_id, user_id, created, last_seen)
SELECT printf('crowd%035d', i), printf('crowd%027d', i), 1000 + i / ${OF_ONE_USER}, 0, 0 FROM n`)
  raw.exec('PRAGMA wal_checkpoint(TRUNCATE); PRAGMA synchronous = FULL')
  const marks = Array.from({ length: OF_ONE_USER }, () => '?').join(', ')
  const statement = raw.prepare(`DELETE FROM django_session WHERE session_key IN (${marks})`)
  return {
    store: database.sessions,
    remove: (keys) => void statement.run(...keys),
    close: async () => {
      raw.close()
      await database.close()
    },
  }
}

async function postgresCrowd(ground: Ground, sessions: number): Promise<Crowd> {
  const url = await ground.postgres()
  const database = postgres(url)
  await database.migrate()
  const client = new Client(url)
  await client.connect()
  await client.query(`INSERT INTO django_session
SELECT 'crowd' || lpad(i::text, 35, '0'), '${sessionData}', '${later}+00' FROM generate_series(1, ${sessions}) i`)
  await client.query(`INSERT INTO postern_session (session_key, public_id, user_id, created, last_seen)
SELECT 'crowd' || lpad(i::text, 35, '0'), 'crowd' || lpad(i::text, 27, '0'), (1000 + i / ${OF_ONE_USER})::text, 0, 0
FROM generate_series(1, ${sessions}) i`)
  await client.query('VACUUM ANALYZE django_session, postern_session')
  await client.query('CHECKPOINT')
  await client.end()
  return { store: database.sessions, close: () => database.close() }
}

async function redisCrowd(ground: Ground, sessions: number): Promise<Crowd> {
  const { url, prefix } = await ground.redis()
  const client = createClient({ url })
  await client.connect()
  const store = redisSessions(client, { prefix })
  const now = Date.now()
  for (let from = 0; from < sessions; from += 1000) {
    const page = Array.from({ length: Math.min(1000, sessions - from) }, (_, number) => from + number)
    await Promise.all(
      page.map(async (number) => {
        const userId = String(1000 + Math.floor(number / OF_ONE_USER))
        return store.create(`crowd${number}`, { data: sessionData, expires: now + 24 * HOUR, userId }, now)
      }),
    )
  }
  return { store, close: async () => client.destroy() }
}

async function login(store: SessionStore, user: string): Promise<string[]> {
  const now = Date.now()
  const keys = Array.from({ length: OF_ONE_USER }, (_, number) => `mine${user}-${number}`.padEnd(40, '0'))
  for (const key of keys) await store.create(key, { data: sessionData, expires: now + HOUR, userId: user }, now)
  return keys
}

async function timed(work: () => unknown): Promise<number> {
  const began = performance.now()
  await work()
  return performance.now() - began
}

async function measure({ store, remove }: Crowd): Promise<{ everywhere: number; removal: number | undefined }> {
  const [everywhere, removal]: [number[], number[]] = [[], []]
  for (let user = 1; user <= USERS; user++) {
    await login(store, String(user))
    everywhere.push(
      await timed(async () => {
        const ended = await store.deleteForUser(String(user))
        if (ended !== OF_ONE_USER) throw new Error(`${ended} sessions were ended instead of ${OF_ONE_USER}.`)
      }),
    )
    if (remove === undefined) continue
    const keys = await login(store, String(user))
    removal.push(await timed(() => remove(keys)))
    await store.deleteForUser(String(user))
  }
  return { everywhere: median(everywhere), removal: removal.length === 0 ? undefined : median(removal) }
}

/** @param sizes how many sessions there are, from few to many */
export async function everywhereTimes(ground: Ground, sizes: readonly number[]): Promise<EverywhereTimes[]> {
  const found: EverywhereTimes[] = []
  for (const [name, open] of [
    ['SQLite', sqliteCrowd],
    ['PostgreSQL', postgresCrowd],
    ['Redis', redisCrowd],
  ] as const) {
    const milliseconds = new Map<number, number>()
    let asDelete: number | undefined
    for (const size of sizes) {
      const crowd = await open(ground, size)
      const { everywhere, removal } = await measure(crowd)
      milliseconds.set(size, everywhere)
      if (removal !== undefined) asDelete = everywhere / removal
      await crowd.close()
      await ground.leave()
    }
    found.push(asDelete === undefined ? { name, milliseconds } : { name, milliseconds, asDelete })
  }
  return found
}
