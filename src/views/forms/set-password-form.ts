/** A new password without the old one. Mirrors `SetPasswordForm` (django/contrib/auth/forms.py, 5.2). */
import type { AuthRequest } from '../../auth/auth-request.ts'
import { setPassword } from '../../auth/set-password.ts'
import type { FormFields } from '../../kernel/incoming-request.ts'
import { sentence } from '../../kernel/text.ts'
import type { User } from '../../users/user.ts'
import { BaseForm } from './base-form.ts'
import type { FieldDeclarations } from './fields.ts'
import { checkNewPassword, newPasswordField, passwordConfirmationField } from './password-fields.ts'

export class SetPasswordForm<U extends User = User> extends BaseForm<U> {
  /** What `password_changed` says of the change. */
  protected readonly by: 'reset' | 'change' = 'reset'
  readonly #user: U

  /** @param user whose password it is to be @param data what was sent, or null for an empty form */
  constructor(request: AuthRequest<U>, user: U, data: FormFields | null) {
    super(request, data)
    this.#user = user
  }

  get user(): U {
    return this.#user
  }

  protected override declareFields(): FieldDeclarations {
    return {
      new_password1: newPasswordField(sentence('New password'), this.request.context.passwordPolicy.helpTexts()),
      new_password2: passwordConfirmationField(sentence('New password confirmation')),
    }
  }

  protected override clean(): Promise<void> {
    return checkNewPassword(this, ['new_password1', 'new_password2'], this.#user)
  }

  /**
   * Writes the new password; after `isValid` has said yes.
   * @returns the user with it, or null when somebody else has changed the password since it was read
   * @throws {StoreUnavailable} @throws {Overloaded} @throws {TypeError} for a form that is not valid
   */
  async save(): Promise<U | null> {
    const password = this.cleanedData.get('new_password1')
    if (password === undefined || this.errors.size > 0) {
      throw new TypeError('save() is for a form that is valid: await isValid() first.')
    }
    const { context, incoming, session } = this.request
    return setPassword(context, this.#user, password, { by: this.by, incoming }, session)
  }
}
