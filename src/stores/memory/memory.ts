/** A database in memory: for tests and for trying Postern out. */
import type { Database } from '../../database.ts'
import { MemorySessionStore } from './memory-session-store.ts'
import { MemoryUserStore } from './memory-user-store.ts'

/**
 * Sessions and users that live as long as this object, in this process alone.
 * @example createPostern({ secretKey, database: memory() })
 */
export function memory(): Database {
  const users = new MemoryUserStore()
  return {
    sessions: new MemorySessionStore((id) => users.findById(id)),
    users,
    volatile: true,
    migrate: async () => [],
    close: async () => undefined,
  }
}
