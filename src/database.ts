/** What a database package (`postern/sqlite`, `postern/memory`, …) hands to `createPostern`. */
import type { EventStore } from './audit/event-store.ts'
import type { DatabaseFacts } from './database-facts.ts'
import type { AttemptStore } from './guessing/attempt-store.ts'
import type { SessionStore } from './sessions/session-store.ts'
import type { TokenStore } from './tokens/token-store.ts'
import type { AccountStore } from './users/account-store.ts'
import type { Permission, PermissionStore } from './users/permission-store.ts'
import type { User } from './users/user.ts'
import type { UserStore } from './users/user-store.ts'

/** What `migrate` is to bring along besides the tables. */
export interface MigrateOptions {
  /** The application's own permissions, made where they are not there yet. @default none */
  readonly permissions?: readonly Permission[]
}

export interface Database<U extends User = User> {
  readonly sessions: SessionStore
  readonly users: UserStore<U>
  /** All of it is in the memory of this process: for tests, not for a site. @default false */
  readonly volatile?: boolean
  readonly permissions: PermissionStore
  /** What is known of accounts beside their users. */
  readonly accounts: AccountStore
  /** Which one-use tokens have been used. */
  readonly tokens: TokenStore
  /** The audit log. */
  readonly events: EventStore
  /** Failed attempts, for the limits on guessing. */
  readonly attempts: AttemptStore
  /** Brings the tables up to date; safe to run twice and by several processes at once. @returns the names of the steps taken */
  migrate(options?: MigrateOptions): Promise<readonly string[]>
  /** Looks at the tables and writes nothing, for `auth.checkDjango()`. @param now milliseconds @default nothing is known of them */
  inspect?(now: number): Promise<DatabaseFacts>
  /** Hashes the session keys that are stored as cookies have them. @returns how many there were @default there are none */
  hashSessionKeys?(): Promise<number>
  /** Closes what the package opened. */
  close(): Promise<void>
}
