/** Sessions in Redis or Valkey, over a client of the application's or an address. */
import { ConfigurationError } from '../../errors.ts'
import type { SessionStore } from '../../sessions/session-store.ts'
import { ownedRedis } from './owned-redis.ts'
import { commandsOf, type RedisClient, type RedisCommands } from './redis-client.ts'
import { RedisSessionStore } from './redis-session-store.ts'

/** What `redisSessions` may be told. */
export interface RedisOptions {
  /** In front of all names in Redis: two sites on one server need two. @default 'postern:' */
  readonly prefix?: string | undefined
}

/**
 * A store of sessions in Redis or Valkey. With a client its connection stays the application's; with an address Postern connects
 * at the first request, by the package `redis`, `ioredis` or `iovalkey`, and `auth.closeDatabase()` closes it.
 * @param redis a client of one of these packages, or `redis://user:password@host:port/database` (`rediss://` for TLS)
 * @throws {ConfigurationError} when it is neither
 * @example createPostern({ secretKey, database: sqlite('app.db'), sessions: redisSessions('redis://localhost:6379') })
 */
export function redisSessions(redis: RedisClient | string, { prefix = 'postern:' }: RedisOptions = {}): SessionStore {
  return new RedisSessionStore(openCommands(redis), prefix)
}

/** @throws {ConfigurationError} @internal */
export function openCommands(redis: RedisClient | string): RedisCommands {
  if (typeof redis !== 'string') return commandsOf(redis)
  if (!/^(?:redis|rediss|valkey|valkeys):\/\//.test(redis) || !URL.canParse(redis)) {
    throw new ConfigurationError("This is no address of Redis: it begins as in 'redis://localhost:6379'.")
  }
  return ownedRedis(redis.replace(/^valkey/, 'redis'))
}
