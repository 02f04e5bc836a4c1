/** Names, addresses and new passwords: what is one, in which form it is kept, and what is wrong with it. */
import { inLanguage } from '../../../src/kernel/text.ts'
import { defaultPasswordValidators, PasswordPolicy } from '../../../src/passwords/password-policy.ts'
import { normalizeEmail, sameEmail } from '../../../src/users/email.ts'
import { normalizeUsername, usernameProblem } from '../../../src/users/username.ts'
import type { VectorRow } from '../vector-row.ts'

const policy = new PasswordPolicy(defaultPasswordValidators())

type DjangoUser = Readonly<Record<'username' | 'first_name' | 'last_name' | 'email', string>>

export async function passwordValidators(row: VectorRow): Promise<void> {
  const given = row.value('user') as DjangoUser | null
  const user = given && {
    username: given.username,
    firstName: given.first_name,
    lastName: given.last_name,
    email: given.email,
  }
  const problems = await policy.validatePassword(row.text('password'), user)
  row.check(
    'errors',
    problems.map(({ code, text }) => ({ code, message: inLanguage(text, undefined) })),
  )
}

export function usernameValid(row: VectorRow): void {
  row.check('ok', usernameProblem(row.text('text')) === null)
}

export function normalizedUsername(row: VectorRow): void {
  row.check('result', normalizeUsername(row.text('text')))
}

export function normalizedEmail(row: VectorRow): void {
  row.check('result', normalizeEmail(row.value('text') as string | null))
}

export function unicodeCiCompare(row: VectorRow): void {
  row.check('same', sameEmail(row.text('a'), row.text('b')))
}
