/** Keeping somebody signed in through a change of their own password. Mirrors `update_session_auth_hash` (django/contrib/auth/__init__.py, 5.2). */
import { SESSION_HASH } from '../django/auth-keys.ts'
import { sessionAuthHash } from '../django/session-auth-hash.ts'
import type { User } from '../users/user.ts'
import { authRequest, type RequestLike } from './request-like.ts'

/**
 * After the user's password was changed: this session gets a new key and the new hash and stays, all others of the user end at
 * their next request. For another user than the request's own only the key changes.
 * @param user as the store has it now, with the new password hash
 * @example await auth.users.update(id, { password }); updateSessionAuthHash(request, await auth.users.findById(id))
 */
export function updateSessionAuthHash<U extends User>(request: RequestLike<U>, user: U): void {
  const asked = authRequest<U>(request, 'updateSessionAuthHash')
  asked.session.cycleKey()
  if (asked.user.id !== user.id) return
  asked.session.set(SESSION_HASH, sessionAuthHash(user.password, asked.context.secretKey))
  asked.become(user)
}
