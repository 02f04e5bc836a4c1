/** Giving somebody a new password. Mirrors `AbstractBaseUser.set_password` and `save` (django/contrib/auth/base_user.py, 5.2). */
import type { PosternEvents } from '../events.ts'
import type { User } from '../users/user.ts'
import type { AuthContext } from './auth-context.ts'

/** Who changes a password, for those who listen. */
export type PasswordChange = Omit<PosternEvents['password_changed'], 'user'>

/**
 * Writes a new password, as long as the user still has the one that was read with them: of several who are at it at once
 * one comes through. All sessions of the user end at their next request, since the hash in them is of the old password.
 * @returns the user with the new password, or null when somebody else was faster or the account is gone
 * @throws {StoreUnavailable} @throws {Overloaded}
 */
export async function setPassword<U extends User>(
  context: AuthContext<U>,
  user: U,
  password: string,
  change: PasswordChange,
): Promise<U | null> {
  const id = String(user.id)
  const hash = await context.passwords.make(password)
  if (!(await context.users.replacePassword(id, user.password, hash))) return null
  const changed = await context.users.findById(id)
  if (changed === null) return null
  await context.passwordPolicy.passwordChanged(password, changed)
  context.announce('password_changed', { user: changed, ...change })
  return changed
}
