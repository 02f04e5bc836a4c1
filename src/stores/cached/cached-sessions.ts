/** Sessions in a database with a cache in front: Django's engine `cached_db`, without its race. */
import { ConfigurationError } from '../../errors.ts'
import type { SessionStore } from '../../sessions/session-store.ts'
import type { SessionCache } from '../session-cache.ts'
import { CachedSessionStore } from './cached-session-store.ts'

/** What `cachedSessions` may be told. */
export interface CachedOptions {
  /**
   * Seconds after it was read from the database for which a session is taken from the cache. It is the longest that a session
   * can outlive its end where the cache did not hear of it: a row that somebody else deleted, a cache that came back from an
   * old copy. @default 60
   */
  readonly maxAge?: number
  /** Takes a cache that other processes do not see: for tests, and for a site that is one process for ever. @default false */
  readonly volatile?: boolean
}

/**
 * A store of sessions that keeps them in another one and reads them from a cache.
 * @param record the store that decides, `sqlite('app.db').sessions`
 * @param cache `redisCache('redis://localhost:6379')` from `postern/redis`
 * @throws {ConfigurationError} when nothing can be revoked in the record, or the cache is not shared
 * @example const database = sqlite('app.db')
 * createPostern({ secretKey, database, sessions: cachedSessions(database.sessions, redisCache('redis://localhost:6379')) })
 */
export function cachedSessions(
  record: SessionStore,
  cache: SessionCache,
  { maxAge = 60, volatile = false }: CachedOptions = {},
): SessionStore {
  if (!(typeof maxAge === 'number' && maxAge > 0 && maxAge <= 86_400)) {
    throw new ConfigurationError(`maxAge is ${maxAge}; it is a number of seconds above 0, and a day at most.`)
  }
  if (record.revocable !== true) {
    throw new ConfigurationError(
      'Sessions that cannot be revoked cannot be cached: the cache would have nothing to ask.',
    )
  }
  if (!cache.shared && !volatile) {
    throw new ConfigurationError(
      'This cache is in the memory of one process, and the logouts of the others would not reach it. Take redisCache(…) from postern/redis, or say volatile: true where there is one process.',
    )
  }
  return new CachedSessionStore(record, cache, maxAge * 1000)
}
