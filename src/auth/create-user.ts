/** Making accounts. Mirrors `UserManager` and `BaseUserManager.normalize_email` (django/contrib/auth/models.py and base_user.py, 5.2). */
import { pythonStrip } from '../kernel/python-strip.ts'
import type { User } from '../users/user.ts'
import type { NewUser } from '../users/user-store.ts'
import type { AuthContext } from './auth-context.ts'

/** What a new account is made of; the password is the password itself, `null` or left out for one that nobody can use. */
export type NewAccount = Omit<NewUser, 'password'> & { readonly password?: string | null | undefined }

/** @throws {UserExists} when the name is taken @throws {TypeError} without a name, or with a password that is undefined */
export async function createUser<U extends User>(context: AuthContext<U>, fields: NewAccount): Promise<U> {
  if (typeof fields.username !== 'string' || fields.username === '') {
    throw new TypeError("createUser() needs a username, as in createUser({ username: 'ada', password: '…' }).")
  }
  if ('password' in fields && fields.password === undefined) {
    throw new TypeError(
      'createUser(): password is undefined. Is a variable not set? Pass null for an account without one.',
    )
  }
  const username = fields.username.normalize('NFKC')
  const password = await context.passwords.make(fields.password ?? null)
  const email = normalizeEmail(fields.email ?? '')
  return context.users.create({ dateJoined: context.sessions.now(), ...fields, username, email, password })
}

/**
 * Makes an account that may do everything.
 * @throws {UserExists} when the name is taken
 * @throws {TypeError} without a name, with a password that is undefined, and for a superuser who is to be none
 */
export async function createSuperuser<U extends User>(context: AuthContext<U>, fields: NewAccount): Promise<U> {
  const { isStaff = true, isSuperuser = true } = fields
  if (isStaff !== true) throw new TypeError('createSuperuser(): a superuser has isStaff: true. Leave it out.')
  if (isSuperuser !== true) throw new TypeError('createSuperuser(): a superuser has isSuperuser: true. Leave it out.')
  return createUser(context, { ...fields, isStaff, isSuperuser })
}

/** The host behind the last `@` in small letters, which makes no difference to anybody; in front of it, case may. */
export function normalizeEmail(email: string): string {
  const trimmed = pythonStrip(email)
  const at = trimmed.lastIndexOf('@')
  return at < 0 ? email : `${trimmed.slice(0, at)}@${trimmed.slice(at + 1).toLowerCase()}`
}
