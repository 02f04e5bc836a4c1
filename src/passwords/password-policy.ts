/** What the setting of password validators does: one object for all of them. Mirrors django/contrib/auth/password_validation.py (5.2). */
import type { Text } from '../kernel/text.ts'

/** What is wrong with a password: a code for programs, a sentence for people. */
export interface PasswordProblem {
  readonly code: string
  readonly text: Text
}

/** What a validator may compare a password with; a `User` is one, and so is somebody who is about to become one. */
export interface PasswordOwner {
  readonly username?: string
  readonly email?: string
  readonly firstName?: string
  readonly lastName?: string
}

/** All validators of a site together. */
export interface PasswordPolicy {
  /** What is wrong with a password; nothing for one that may be used. @param user whose it is to be, where that is known */
  validatePassword(password: string, user?: PasswordOwner): Promise<readonly PasswordProblem[]>
  /** What a page says about passwords before one is chosen. */
  helpTexts(): readonly Text[]
  /** A password was changed: validators that keep old ones learn of it. */
  passwordChanged(password: string, user?: PasswordOwner): Promise<void>
}

/** The policy of a site without validators, as Django without AUTH_PASSWORD_VALIDATORS: every password will do. */
export const ANY_PASSWORD: PasswordPolicy = {
  validatePassword: async () => [],
  helpTexts: () => [],
  passwordChanged: async () => {},
}
