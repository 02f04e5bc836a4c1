/** What a form needs in a test: a request without a connection, fields, and what a site says of passwords. */
import type { AuthRequest } from '../../src/auth/auth-request.ts'
import { Fields } from '../../src/kernel/forms.ts'
import type { IncomingRequest } from '../../src/kernel/incoming-request.ts'
import { sentence } from '../../src/kernel/text.ts'
import type { PasswordPolicy } from '../../src/passwords/password-policy.ts'
import type { PasswordProblem } from '../../src/passwords/password-validator.ts'
import type { Postern } from '../../src/postern.ts'

/** A request of an anonymous visitor. @param headers by lower-case names */
export async function formRequest(auth: Postern, headers: Readonly<Record<string, string>> = {}): Promise<AuthRequest> {
  const incoming: IncomingRequest = {
    method: 'POST',
    url: '/',
    prefix: '',
    scheme: 'http',
    host: 'localhost',
    header: (name) => headers[name],
    form: async () => new Fields(),
    json: async () => null,
  }
  return auth.open(incoming)
}

export function fields(values: Readonly<Record<string, string>>): Fields {
  const made = new Fields()
  for (const [name, value] of Object.entries(values)) made.append(name, value)
  return made
}

/** Gives a Postern another policy for passwords; what is left out lets everything through and says nothing. */
export function setPolicy(auth: Postern, policy: Partial<Pick<PasswordPolicy, keyof PasswordPolicy>>): void {
  const nothing = { validatePassword: async () => [], helpTexts: () => [], passwordChanged: async () => {} }
  Object.assign(auth, { passwordPolicy: { ...nothing, ...policy } })
}

const TOO_SHORT: PasswordProblem = {
  code: 'password_too_short',
  text: sentence('This password is too short. It must contain at least 8 characters.'),
}
const NUMERIC: PasswordProblem = {
  code: 'password_entirely_numeric',
  text: sentence('This password is entirely numeric.'),
}

/** Eight characters and not all of them digits, in Django's words. */
export const STRICT: Pick<PasswordPolicy, 'validatePassword' | 'helpTexts'> = {
  validatePassword: async (password) => [
    ...(password.length < 8 ? [TOO_SHORT] : []),
    ...(/^\d+$/.test(password) ? [NUMERIC] : []),
  ],
  helpTexts: () => [
    sentence('Your password must contain at least 8 characters.'),
    sentence('Your password can’t be entirely numeric.'),
  ],
}
