/** At least so many characters. Mirrors `MinimumLengthValidator` (django/contrib/auth/password_validation.py, 5.2). */
import { ConfigurationError } from '../../errors.ts'
import { pythonLength } from '../../kernel/python-characters.ts'
import type { Text } from '../../kernel/text.ts'
import type { PasswordProblem, PasswordValidator } from '../password-validator.ts'

/** Refuses short passwords; counted in characters, not bytes. */
export class MinimumLengthValidator implements PasswordValidator {
  readonly minLength: number

  /**
   * @param options.minLength @default 8
   * @throws {ConfigurationError} when it is no whole number
   */
  constructor(options: { readonly minLength?: number } = {}) {
    this.minLength = options.minLength ?? 8
    if (Number.isInteger(this.minLength)) return
    throw new ConfigurationError(`minLength is ${this.minLength}; it is a whole number of characters.`)
  }

  validate(password: string): PasswordProblem | null {
    if (pythonLength(password) >= this.minLength) return null
    return { code: 'password_too_short', text: this.errorMessage() }
  }

  /** Django's `get_error_message`; a subclass may say something else. */
  protected errorMessage(): Text {
    return {
      id: 'This password is too short. It must contain at least %d character.',
      plural: 'This password is too short. It must contain at least %d characters.',
      count: this.minLength,
      params: { min_length: this.minLength },
    }
  }

  helpText(): Text {
    return {
      id: 'Your password must contain at least %(min_length)d character.',
      plural: 'Your password must contain at least %(min_length)d characters.',
      count: this.minLength,
      params: { min_length: this.minLength },
    }
  }
}
