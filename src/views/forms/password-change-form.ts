/** A new password for whoever knows the old one. Mirrors `PasswordChangeForm` (django/contrib/auth/forms.py, 5.2). */
import { checkOwnPassword } from '../../auth/limited-attempt.ts'
import { sentence } from '../../kernel/text.ts'
import type { User } from '../../users/user.ts'
import type { FieldDeclarations, FormError } from './fields.ts'
import { SetPasswordForm } from './set-password-form.ts'

const PASSWORD_INCORRECT: FormError = {
  code: 'password_incorrect',
  text: sentence('Your old password was entered incorrectly. Please enter it again.'),
}

export class PasswordChangeForm<U extends User = User> extends SetPasswordForm<U> {
  protected override readonly by = 'change'

  protected override declareFields(): FieldDeclarations {
    const old_password = {
      type: 'password',
      label: sentence('Old password'),
      strip: false,
      autocomplete: 'current-password',
      autofocus: true,
    } as const
    return { old_password, ...super.declareFields() }
  }

  protected override async cleanField(name: string, value: string): Promise<string> {
    if (name !== 'old_password') return super.cleanField(name, value)
    if (!(await checkOwnPassword(this.request, this.user, value))) this.addError(name, PASSWORD_INCORRECT)
    return value
  }

  /** The old password is not the old one any more: somebody else was faster. */
  override async save(): Promise<U | null> {
    const user = await super.save()
    if (user === null) this.addError('old_password', PASSWORD_INCORRECT)
    return user
  }
}
