/** Removing what has had its time. Mirrors Django's `clearsessions` (django/contrib/sessions/management/commands), for all that ages. */
import type { AuditLog } from './audit/audit-log.ts'
import type { Database } from './database.ts'
import type { User } from './users/user.ts'

/** How much went. */
export interface Cleared {
  readonly sessions: number
  /** Rows of the audit log. */
  readonly events: number
  /** Buckets of failed attempts. */
  readonly attempts: number
  readonly tokens: number
}

/** One after the other: no request waits for it. @param now milliseconds @throws {StoreUnavailable} */
export async function clearExpired<U extends User>(
  { sessions, attempts, tokens }: Database<U>,
  audit: AuditLog,
  now: number,
): Promise<Cleared> {
  return {
    sessions: await sessions.clearExpired(now),
    events: await audit.clearExpired(),
    // A database without them is taken where `loginLimits` is false.
    attempts: (await (attempts as typeof attempts | undefined)?.clearExpired(now)) ?? 0,
    tokens: await tokens.clearExpired(now),
  }
}
