/** The session engines of the reference site, by Django's names: SESSION_ENGINE is one of them. */
import { randomUUID } from 'node:crypto'
import { cachedSessions, type SessionCache } from '../../src/cached.ts'
import { fileSessions } from '../../src/file.ts'
import { memoryCache, memorySessions } from '../../src/memory.ts'
import { redisCache, redisSessions } from '../../src/redis.ts'
import type { SessionEngine, SessionStore } from '../../src/sessions/session-store.ts'
import { signedCookieSessions } from '../../src/signed-cookies.ts'
import { connectRedis, noRedis, REDIS_URL, type RedisConnection } from '../support/redis.ts'

/** An engine that is open. */
export interface Engine {
  /** For the setting `sessions`. */
  readonly sessions: SessionStore | SessionEngine
  /** Where they are, for whoever reads what was played. */
  readonly place: string
  /** Whether one that has expired is still found to exist, as Django's engine finds it; in cookies it finds none. */
  readonly findsExpired: boolean
  /** Forgets what is kept beside the database, as `cache.clear()` does in Django. */
  clear(): unknown
  /** Forgets it, and closes what the engine opened. */
  close(): unknown
}

/** What an engine may be made of. */
export interface EngineParts {
  /** The sessions of the site's database. */
  readonly record: SessionStore
  /** A folder for sessions alone. */
  readonly folder: string
}

type Open = (parts: EngineParts) => Engine | Promise<Engine>

/** How each is opened. */
const ENGINES: ReadonlyMap<string, Open> = new Map<string, Open>([
  ['db', ({ record }) => ({ sessions: record, place: 'database', findsExpired: true, clear() {}, close() {} })],
  ['cached_db', openCachedDb],
  ['cache', openCache],
  ['file', ({ folder }) => ({ ...cleared(fileSessions(folder)), place: 'files', findsExpired: true, close() {} })],
  [
    'signed_cookies',
    () => ({ sessions: signedCookieSessions(), place: 'cookies', findsExpired: false, clear() {}, close() {} }),
  ],
])

/** @throws when there is no engine of this name */
export async function openEngine(name: string, parts: EngineParts): Promise<Engine> {
  const open = ENGINES.get(name)
  if (open === undefined) {
    throw new Error(`SESSION_ENGINE=${name}: this site has ${[...ENGINES.keys()].join(', ')}.`)
  }
  return open(parts)
}

async function openCachedDb({ record }: EngineParts): Promise<Engine> {
  const redis = await openRedis()
  const cache = redis === null ? clearableCache() : { ...redis, cache: redisCache(redis.client, redis) }
  const sessions = cachedSessions(record, cache.cache, { volatile: redis === null })
  return { place: 'memory', close() {}, ...cache, sessions, findsExpired: true }
}

async function openCache(): Promise<Engine> {
  const redis = await openRedis()
  const store = redis === null ? cleared(memorySessions()) : { ...redis, sessions: redisSessions(redis.client, redis) }
  return { place: 'memory', close() {}, ...store, findsExpired: false }
}

/** Redis where it answers, under names of this process alone; null where it does not. */
async function openRedis(): Promise<
  (Pick<Engine, 'place' | 'clear' | 'close'> & RedisConnection & { prefix: string }) | null
> {
  if (await noRedis()) return null
  const connection = connectRedis()
  const prefix = `postern-reference-site-${randomUUID()}:`
  const clear = async (): Promise<void> => {
    const names = (await connection.send('KEYS', `${prefix}*`)) as string[]
    if (names.length > 0) await connection.send('DEL', ...names)
  }
  const close = async (): Promise<void> => {
    await clear()
    connection.close()
  }
  return { ...connection, prefix, place: `Redis at ${new URL(REDIS_URL).host}`, clear, close }
}

/** A store that is emptied by what it does with the expired. */
function cleared(sessions: SessionStore): { readonly sessions: SessionStore; clear(): unknown } {
  return { sessions, clear: () => sessions.clearExpired(Date.UTC(9999, 0)) }
}

function clearableCache(): { readonly cache: SessionCache; clear(): void } {
  let inside = memoryCache()
  return {
    cache: {
      shared: inside.shared,
      look: (key) => inside.look(key),
      fill: (key, leave, cached, milliseconds) => inside.fill(key, leave, cached, milliseconds),
      drop: (key, id) => inside.drop(key, id),
      dropUser: (userId) => inside.dropUser(userId),
    },
    clear: () => {
      inside = memoryCache()
    },
  }
}
