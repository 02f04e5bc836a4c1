/** A cache of sessions in Redis or Valkey, for `postern/cached`; it may lose what it likes. */
import { randomUUID } from 'node:crypto'
import type { StoredSession } from '../../sessions/session-store.ts'
import type { CacheAnswer, CachedSession, SessionCache } from '../session-cache.ts'
import * as scripts from './cache-scripts.ts'
import type { RedisClient, RedisCommands } from './redis-client.ts'
import type { RedisScript } from './redis-script.ts'
import { openCommands, type RedisOptions } from './redis-sessions.ts'

class RedisCache implements SessionCache {
  readonly shared = true
  readonly #redis: RedisCommands
  readonly #prefix: string

  constructor(redis: RedisCommands, prefix: string) {
    this.#redis = redis
    this.#prefix = prefix
  }

  async look(key: string): Promise<CacheAnswer> {
    const answer = await this.#run(scripts.LOOK, key, randomUUID())
    const [session, leave] = answer as [unknown, unknown]
    if (session != null) return { cached: JSON.parse(String(session)) as CachedSession }
    return { leave: leave == null ? null : String(leave) }
  }

  async fill(key: string, leave: string, cached: CachedSession, milliseconds: number): Promise<void> {
    const args = [key, leave, JSON.stringify(cached), String(milliseconds)]
    const { id, userId }: StoredSession = cached.session
    if (typeof userId === 'string' && id !== undefined) args.push(id, userId, randomUUID())
    await this.#run(scripts.FILL, ...args)
  }

  async drop(key: string, id = ''): Promise<void> {
    await this.#run(scripts.DROP, key, id)
  }

  async dropUser(userId: string): Promise<void> {
    await this.#run(scripts.DROP_USER, '', userId)
  }

  close(): Promise<void> {
    return this.#redis.close()
  }

  #run(script: RedisScript, ...args: string[]): Promise<unknown> {
    return this.#redis.run(script, this.#prefix, ...args)
  }
}

/**
 * A cache for `cachedSessions` in Redis or Valkey, over a client of the application's or an address.
 * @param redis a client of `redis`, `ioredis` or `iovalkey`, or `redis://user:password@host:port/database`
 * @throws {ConfigurationError} when it is neither
 * @example cachedSessions(database.sessions, redisCache('redis://localhost:6379'))
 */
export function redisCache(redis: RedisClient | string, { prefix = 'postern:' }: RedisOptions = {}): SessionCache {
  return new RedisCache(openCommands(redis), prefix)
}
