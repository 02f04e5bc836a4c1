/** Removing what has had its time. Mirrors Django's `clearsessions` (django/contrib/sessions/management/commands), for all that ages. */
import type { AuditLog } from './audit/audit-log.ts'
import type { Database } from './database.ts'
import type { LoginLimits } from './guessing/login-limits.ts'
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
  { sessions, tokens }: Database<U>,
  audit: AuditLog,
  limits: LoginLimits,
  now: number,
): Promise<Cleared> {
  return {
    sessions: await sessions.clearExpired(now),
    events: await audit.clearExpired(),
    attempts: await limits.clearExpired(),
    tokens: await tokens.clearExpired(now),
  }
}
