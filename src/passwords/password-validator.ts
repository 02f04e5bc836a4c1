/** What judges new passwords. Mirrors the validators' interface of django/contrib/auth/password_validation.py (5.2). */
import type { Text } from '../kernel/text.ts'

/** What is wrong with a password. */
export interface PasswordProblem {
  /** Stable, for programs: `password_too_short`. */
  readonly code: string
  /** For people; `inLanguage` makes a sentence of it. */
  readonly text: Text
}

/** Judges new passwords. Django's four come with the package; your own implements this. */
export interface PasswordValidator {
  /**
   * @param user whose password it is to be, or the fields of an account to come (`username`, `email`, …); null or absent where nobody is known
   * @returns null for a password that will do
   */
  validate(password: string, user?: object | null): PasswordProblem | null | Promise<PasswordProblem | null>
  /** What the password has to be, for the page that asks for it. */
  helpText(): Text
  /** Called when a password was set, with the password itself: to remember its hash, for instance. */
  passwordChanged?(password: string, user: object | null): void | Promise<void>
}
