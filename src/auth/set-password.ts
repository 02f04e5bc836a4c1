/** Giving somebody a new password. Mirrors `AbstractBaseUser.set_password` and `save` (django/contrib/auth/base_user.py, 5.2). */
import { StoreUnavailable } from '../errors.ts'
import type { PosternEvents } from '../events.ts'
import type { Session } from '../sessions/session.ts'
import type { User } from '../users/user.ts'
import type { AuthContext } from './auth-context.ts'
import { endSessions } from './end-sessions.ts'

/** Who changes a password, for those who listen. */
export type PasswordChange = Omit<PosternEvents['password_changed'], 'user'>

/**
 * Writes a new password, as long as the user still has the one that was read with them: of several who are at it at once
 * one comes through. All sessions of the user are ended in the store. Where that cannot be done they end at their next request,
 * since the hash in them is of the old password.
 * @param staying the visitor's own session, which `updateSessionAuthHash` is to carry on. @default none stays
 * @returns the user with the new password, or null when somebody else was faster or the account is gone
 * @throws {StoreUnavailable} @throws {Overloaded}
 */
export async function setPassword<U extends User>(
  context: AuthContext<U>,
  user: U,
  password: string,
  change: PasswordChange,
  staying?: Session,
): Promise<U | null> {
  const id = String(user.id)
  const hash = await context.passwords.make(password)
  if (!(await context.users.replacePassword(id, user.password, hash))) return null
  const changed = await context.users.findById(id)
  if (changed === null) return null
  await context.passwordPolicy.passwordChanged(password, changed)
  context.announce('password_changed', { user: changed, ...change })
  await endOld(context, id, change, staying)
  return changed
}

async function endOld<U extends User>(
  context: AuthContext<U>,
  userId: string,
  { incoming }: PasswordChange,
  except: Session | undefined,
): Promise<void> {
  if (!context.sessions.store.endsForUser) return
  try {
    await endSessions(context, userId, { reason: 'password_changed', by: null, incoming, except })
  } catch (error) {
    // The password is changed, which an error would deny; what is left of the sessions is refused, and told when it is.
    if (!(error instanceof StoreUnavailable)) throw error
  }
}
