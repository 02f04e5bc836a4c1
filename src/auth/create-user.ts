/** Making accounts. Mirrors `UserManager.create_user` (django/contrib/auth/models.py, 5.2). */
import { normalizeEmail } from '../users/email.ts'
import type { User } from '../users/user.ts'
import type { NewUser } from '../users/user-store.ts'
import { normalizeUsername } from '../users/username.ts'
import type { AuthContext } from './auth-context.ts'

/** What a new account is made of; the password is the password itself, `null` or left out for one that nobody can use. */
export type NewAccount = Omit<NewUser, 'password'> & { readonly password?: string | null | undefined }

/**
 * @throws {UserExists} when the name is taken
 * @throws {TypeError} without a name, or with a password that is undefined
 * @throws {RequestError} 400 for a password that is too long to be hashed
 */
export async function createUser<U extends User>(context: AuthContext<U>, fields: NewAccount): Promise<U> {
  if (typeof fields.username !== 'string' || fields.username === '') {
    throw new TypeError("createUser() needs a username, as in createUser({ username: 'ada', password: '…' }).")
  }
  if ('password' in fields && fields.password === undefined) {
    throw new TypeError(
      'createUser(): password is undefined. Is a variable not set? Pass null for an account without one.',
    )
  }
  const username = normalizeUsername(fields.username)
  const email = normalizeEmail(fields.email)
  const password = await context.passwords.make(fields.password ?? null)
  return context.users.create({ dateJoined: context.sessions.now(), ...fields, username, email, password })
}
