/**
 * What may be a new account's name, address and password, in Django's words. Mirrors `get_default_username`
 * (django/contrib/auth/management/__init__.py), and the fields of `AbstractUser` (django/contrib/auth/models.py, 5.2).
 */
import { userInfo } from 'node:os'
import { pythonLength } from '../kernel/python-characters.ts'
import { inLanguage } from '../kernel/text.ts'
import type { Postern } from '../postern.ts'
import { isEmail } from '../users/email.ts'
import { normalizeUsername, usernameProblem } from '../users/username.ts'

/** Characters, as Django's column has them. */
const EMAIL_LENGTH = 254

/** What is wrong with a username, or null. */
export function whyNotUsername(username: string): string | null {
  if (username === '') return 'This field cannot be blank.'
  const problem = usernameProblem(username)
  return problem === null ? null : inLanguage(problem.text, undefined)
}

/** Whether somebody has this name already. */
export async function isTaken(auth: Postern, username: string): Promise<boolean> {
  return (await auth.users.findByUsername(normalizeUsername(username))) !== null
}

/** What is wrong with an address, or null; none at all is right. */
export function whyNotEmail(email: string): string | null {
  if (email === '') return null
  const length = pythonLength(email)
  if (length > EMAIL_LENGTH) return `Ensure this value has at most ${EMAIL_LENGTH} characters (it has ${length}).`
  return isEmail(email) ? null : 'Enter a valid email address.'
}

/** What the site's validators have against a password. @param user whose it is to be, or the fields of an account to come */
export async function passwordProblems(auth: Postern, password: string, user: object): Promise<string[]> {
  const problems = await auth.passwordPolicy.validatePassword(password, user)
  return problems.map(({ text }) => inLanguage(text, undefined))
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
    .replace(/[^!-~]/g, '')
    .toLowerCase()
  return whyNotUsername(name) === null && !(await isTaken(auth, name)) ? name : ''
}
