/** The password of whoever is logged in, once more. Mirrors `clean_old_password` of `PasswordChangeForm` (django/contrib/auth/forms.py, 5.2). */
import { authenticate } from '../../auth/authenticate.ts'
import { sentence } from '../../kernel/text.ts'
import type { User } from '../../users/user.ts'
import { BaseForm } from './base-form.ts'
import type { FieldDeclarations, FormError } from './fields.ts'

const INCORRECT: FormError = {
  code: 'password_incorrect',
  text: sentence('Your password was entered incorrectly. Please enter it again.'),
}

export class ReauthenticationForm<U extends User = User> extends BaseForm<U> {
  #user: U | null = null

  /** The user as the store has them now, once `isValid` has said yes. */
  get user(): U | null {
    return this.#user
  }

  protected override declareFields(): FieldDeclarations {
    return {
      password: {
        type: 'password',
        label: sentence('Password'),
        strip: false,
        autofocus: true,
        autocomplete: 'current-password',
      },
    }
  }

  /** The same way as a login, with its limits and its cost. @throws {StoreUnavailable} @throws {Overloaded} */
  protected override async clean(): Promise<void> {
    const password = this.cleanedData.get('password')
    if (password === undefined) return
    const { user } = this.request
    const found = await authenticate(this.request, { username: user.getUsername(), password })
    // A name that somebody else has by now vouches for nobody.
    if (found !== null && found.id === user.id) this.#user = found
    else this.addError('password', INCORRECT)
  }
}
