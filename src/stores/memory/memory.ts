/** A database in memory: for tests and for trying Postern out. */
import type { Database } from '../../database.ts'
import { MemoryAccountStore } from './memory-account-store.ts'
import { MemoryAttemptStore } from './memory-attempt-store.ts'
import { MemoryEventStore } from './memory-event-store.ts'
import { MemoryPermissionStore } from './memory-permission-store.ts'
import { MemorySessionStore } from './memory-session-store.ts'
import { MemoryTokenStore } from './memory-token-store.ts'
import { MemoryUserStore } from './memory-user-store.ts'

/**
 * Sessions, users, groups and permissions that live as long as this object, in this process alone.
 * @example createPostern({ secretKey, database: memory() })
 */
export function memory(): Database {
  const users = new MemoryUserStore()
  const permissions = new MemoryPermissionStore(users)
  return {
    sessions: new MemorySessionStore(users),
    users,
    volatile: true,
    permissions,
    accounts: new MemoryAccountStore(),
    tokens: new MemoryTokenStore(),
    events: new MemoryEventStore(),
    attempts: new MemoryAttemptStore(),
    migrate: async ({ permissions: own = [] } = {}) => permissions.declare(own).map((name) => `permission ${name}`),
    close: async () => undefined,
  }
}
