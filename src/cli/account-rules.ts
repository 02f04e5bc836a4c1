/**
 * What may be a new account's name, address and password, in Django's words. Mirrors `get_default_username`
 * (django/contrib/auth/management/__init__.py), `UnicodeUsernameValidator` and the fields of `AbstractUser` (5.2).
 */
import { userInfo } from 'node:os'
import { inLanguage, type Text } from '../kernel/text.ts'
import type { Postern } from '../postern.ts'

const USERNAME = /^[\p{L}\p{M}\p{N}_.@+-]+$/u
const USERNAME_LENGTH = 150
const EMAIL = /^[^\s@<>"(),:;[\]\\]+@(?:localhost|[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+)$/u
const EMAIL_LENGTH = 254

/** What is wrong with a username, or null. */
export function usernameProblem(username: string): string | null {
  if (username === '') return 'This field cannot be blank.'
  const { length } = [...username]
  if (length > USERNAME_LENGTH) {
    return `Ensure this value has at most ${USERNAME_LENGTH} characters (it has ${length}).`
  }
  if (USERNAME.test(username)) return null
  return 'Enter a valid username. This value may contain only letters, numbers, and @/./+/-/_ characters.'
}

/** What is wrong with an address, or null; none at all is right. */
export function emailProblem(email: string): string | null {
  if (email === '') return null
  if (!EMAIL.test(email)) return 'Enter a valid email address.'
  const { length } = [...email]
  return length > EMAIL_LENGTH ? `Ensure this value has at most ${EMAIL_LENGTH} characters (it has ${length}).` : null
}

/** The address with its host in small letters, which makes no difference to anybody. */
export function normalizeEmail(email: string): string {
  const at = email.lastIndexOf('@')
  return at === -1 ? email : email.slice(0, at) + email.slice(at).toLowerCase()
}

/** Where the site judges new passwords. */
interface Judging {
  readonly passwordPolicy?: {
    validatePassword(password: string, user: object): Promise<readonly { readonly text: Text }[]>
    passwordChanged(password: string, user: object): Promise<void>
  }
}

/** What the site's validators have against a password. @param user whose it is to be, or the fields of an account to come */
export async function passwordProblems(auth: Postern & Judging, password: string, user: object): Promise<string[]> {
  const problems = (await auth.passwordPolicy?.validatePassword(password, user)) ?? []
  return problems.map(({ text }) => inLanguage(text, undefined))
}

/** Tells the site's validators that a password was set. */
export async function passwordChanged(auth: Postern & Judging, password: string, user: object): Promise<void> {
  await auth.passwordPolicy?.passwordChanged(password, user)
}

/** Who is logged in on this machine; `''` where nobody knows. Mirrors Python's `getpass.getuser`. */
export function systemUsername(): string {
  const { LOGNAME, USER, LNAME, USERNAME: username } = process.env
  try {
    return LOGNAME || USER || LNAME || username || userInfo().username
  } catch {
    // A user id without an entry in the system's list, as in a container.
    return ''
  }
}

/** The name to propose: the system user's, if it is a username and free; else `''`. */
export async function defaultUsername(auth: Postern): Promise<string> {
  const name = systemUsername()
    .normalize('NFKD')
    .replace(/[^\x20-\x7e]| /g, '')
    .toLowerCase()
  if (usernameProblem(name) !== null) return ''
  return (await auth.users.findByUsername(name)) === null ? name : ''
}
