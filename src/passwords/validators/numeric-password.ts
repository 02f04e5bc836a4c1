/** Not all digits. Mirrors `NumericPasswordValidator` (django/contrib/auth/password_validation.py, 5.2). */
import { isPythonDigits } from '../../kernel/python-characters.ts'
import { sentence, type Text } from '../../kernel/text.ts'
import type { PasswordProblem, PasswordValidator } from '../password-validator.ts'

/** Refuses passwords of nothing but digits, in any script. */
export class NumericPasswordValidator implements PasswordValidator {
  validate(password: string): PasswordProblem | null {
    return isPythonDigits(password) ? { code: 'password_entirely_numeric', text: this.errorMessage() } : null
  }

  /** Django's `get_error_message`; a subclass may say something else. */
  protected errorMessage(): Text {
    return sentence('This password is entirely numeric.')
  }

  helpText(): Text {
    return sentence('Your password can’t be entirely numeric.')
  }
}
