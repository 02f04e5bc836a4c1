/** What a database package (`postern/sqlite`, `postern/memory`, …) hands to `createPostern`. */
import type { SessionStore } from './sessions/session-store.ts'
import type { TokenStore } from './tokens/token-store.ts'
import type { AccountStore } from './users/account-store.ts'
import type { User } from './users/user.ts'
import type { UserStore } from './users/user-store.ts'

export interface Database<U extends User = User> {
  readonly sessions: SessionStore
  readonly users: UserStore<U>
  /** What is known of accounts beside their users. */
  readonly accounts: AccountStore
  /** Which one-use tokens have been used. */
  readonly tokens: TokenStore
  /** Brings the tables up to date; safe to run twice and by several processes at once. @returns the names of the steps taken */
  migrate(): Promise<readonly string[]>
  /** Closes what the package opened. */
  close(): Promise<void>
}
