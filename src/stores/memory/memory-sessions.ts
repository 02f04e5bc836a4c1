/** Sessions in memory beside users that are elsewhere. */
import type { SessionStore } from '../../sessions/session-store.ts'
import { MemorySessionStore } from './memory-session-store.ts'

/**
 * Sessions that live as long as this object, in this process alone: for tests. Django's engine `cache` over `LocMemCache`.
 * @example createPostern({ secretKey, database: sqlite('app.db'), sessions: memorySessions() })
 */
export function memorySessions(): SessionStore {
  return new MemorySessionStore()
}
