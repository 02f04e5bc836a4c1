/** What a database package (`postern/sqlite`, `postern/memory`, …) hands to `createPostern`. */
import type { SessionStore } from './sessions/session-store.ts'
import type { User } from './users/user.ts'
import type { UserStore } from './users/user-store.ts'

export interface Database<U extends User = User> {
  readonly sessions: SessionStore
  readonly users: UserStore<U>
  /** All of it is in the memory of this process: for tests, not for a site. @default false */
  readonly volatile?: boolean
  /** Brings the tables up to date; safe to run twice and by several processes at once. @returns the names of the steps taken */
  migrate(): Promise<readonly string[]>
  /** Closes what the package opened. */
  close(): Promise<void>
}
