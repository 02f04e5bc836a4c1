/**
 * Why credentials were refused, for the log. It is noted beside the credentials and not returned, so that no answer can tell it; and
 * it costs the same whatever it is.
 */
import type { Credentials } from './backend.ts'

/** Why a login failed; a backend may have reasons of its own. */
export type LoginRefusal =
  | 'unknown_user'
  | 'wrong_password'
  | 'unusable_password'
  | 'inactive'
  | 'denied'
  | (string & Record<never, never>)

const reasons = new WeakMap<Credentials, LoginRefusal>()

/**
 * Notes why a backend refuses these credentials: the audit log and the event `user_login_failed` get it, and nobody else.
 * @example noteRefusal(credentials, 'card_expired'); return null
 */
export function noteRefusal(credentials: Credentials, reason: LoginRefusal): void {
  reasons.set(credentials, reason)
}

/** What was noted last; it is forgotten then, since the same object may be shown again. */
export function takeRefusal(credentials: Credentials): LoginRefusal | undefined {
  const reason = reasons.get(credentials)
  reasons.delete(credentials)
  return reason
}
