/** Asking for the link once more that confirms an address. Its shape is that of `PasswordResetForm` (django/contrib/auth/forms.py, 5.2). */
import { isWaiting } from '../../auth/registration.ts'
import { sentence } from '../../kernel/text.ts'
import type { User } from '../../users/user.ts'
import { BaseForm } from './base-form.ts'
import type { FieldDeclarations } from './fields.ts'

/** The width of Django's column. */
const EMAIL_MAX_LENGTH = 254

export class ConfirmAgainForm<U extends User = User> extends BaseForm<U> {
  protected override declareFields(): FieldDeclarations {
    return {
      email: {
        type: 'email',
        label: sentence('Email address'),
        autofocus: true,
        autocomplete: 'email',
        maxLength: EMAIL_MAX_LENGTH,
      },
    }
  }

  /** The accounts with this address that wait for it to be confirmed; none before `isValid` has said yes. @throws {StoreUnavailable} */
  async getUsers(): Promise<readonly U[]> {
    const { context } = this.request
    const waiting: U[] = []
    for (const user of await context.users.findByEmail(this.cleanedData.get('email') ?? '')) {
      if (await isWaiting(context, user)) waiting.push(user)
    }
    return waiting
  }
}
