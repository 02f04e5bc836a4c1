/** `postern/cached`: sessions in a database, read from a cache. */
export { type CachedOptions, cachedSessions } from './stores/cached/cached-sessions.ts'
export type { CacheAnswer, CachedSession, SessionCache } from './stores/session-cache.ts'
