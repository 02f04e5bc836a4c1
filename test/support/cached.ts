/** Databases whose sessions are cached, for tests. */
import { cachedSessions, type SessionCache } from '../../src/cached.ts'
import type { Database } from '../../src/database.ts'
import { redisCache } from '../../src/redis.ts'
import { joined } from '../../src/with-sessions.ts'
import type { Scheduler } from '../races/scheduler.ts'
import { openSqlite } from './databases.ts'
import type { StoreCall } from './intercepted-database.ts'
import { connectRedis, redisPrefix } from './redis.ts'

type Hooks = { after(end: () => unknown): void }

/** A cache with nothing in it. @param client a name of `REDIS_CLIENTS` */
export function openRedisCache(t: Hooks, client = 'redis'): SessionCache {
  const connection = connectRedis(client)
  return redisCache(connection.client, { prefix: redisPrefix(t, connection) })
}

/** What a test puts between the store that caches and the two that it asks. */
export type Step = <S extends object>(store: S, room: 'record' | 'cache') => S

/** SQLite, its sessions behind a cache. */
export function openCached(t: Hooks, cache: SessionCache, step: Step = (store) => store): Database {
  const database = openSqlite(t)
  const record = database.sessions.withoutUsers?.() ?? database.sessions
  const sessions = cachedSessions(step(record, 'record'), step(cache, 'cache'), { volatile: true })
  return joined(database, sessions)
}

/** A step at which every call of the two passes a test first. */
export function watched(onCall: (call: StoreCall) => unknown): Step {
  return (store, room) =>
    new Proxy(store, {
      get: (target, property) => {
        if (property === 'withoutUsers') return undefined
        const value: unknown = Reflect.get(target, property)
        if (typeof value !== 'function') return value
        return (...args: unknown[]) =>
          onCall({ name: `${room}.${String(property)}`, args, proceed: () => Reflect.apply(value, target, args) })
      },
    })
}

/** The same, every call a step for a scheduler. */
export function openCachedHeld(t: Hooks, cache: SessionCache, scheduler: Pick<Scheduler, 'hold'>): Database {
  return openCached(
    t,
    cache,
    watched(({ name, proceed }) => scheduler.hold(name, proceed)),
  )
}
