/** The login form. Mirrors `AuthenticationForm` (django/contrib/auth/forms.py, 5.2). */
import { authenticate } from '../../auth/authenticate.ts'
import { sentence } from '../../kernel/text.ts'
import type { User } from '../../users/user.ts'
import { cleanUsername, USERNAME_MAX_LENGTH } from '../../users/username.ts'
import { BaseForm } from './base-form.ts'
import type { FieldDeclarations, FormError } from './fields.ts'

const INVALID_LOGIN: FormError = {
  code: 'invalid_login',
  text: sentence('Please enter a correct username and password. Note that both fields may be case-sensitive.'),
}

/** The same where an account is named by its address: Django puts the name of its user model's field there. */
const INVALID_EMAIL_LOGIN: FormError = {
  code: 'invalid_login',
  text: sentence('Please enter a correct email address and password. Note that both fields may be case-sensitive.'),
}

const INACTIVE: FormError = { code: 'inactive', text: sentence('This account is inactive.') }

export class AuthenticationForm<U extends User = User> extends BaseForm<U> {
  #user: U | null = null

  /** The user, once `isValid` has said yes. */
  get user(): U | null {
    return this.#user
  }

  protected override declareFields(): FieldDeclarations {
    return {
      username: {
        label: this.#byEmail ? sentence('Email address') : sentence('Username'),
        normalize: cleanUsername,
        autofocus: true,
        autocapitalize: 'none',
        autocomplete: 'username',
        maxLength: USERNAME_MAX_LENGTH,
      },
      password: {
        type: 'password',
        label: sentence('Password'),
        strip: false,
        autocomplete: 'current-password',
      },
    }
  }

  /** @throws {StoreUnavailable} @throws {Overloaded} */
  protected override async clean(): Promise<void> {
    const username = this.cleanedData.get('username')
    const password = this.cleanedData.get('password')
    if (username === undefined || password === undefined) return
    this.#user = await authenticate(this.request, { username, password })
    if (this.#user === null) this.addError(null, this.getInvalidLoginError())
    else await this.confirmLoginAllowed(this.#user)
  }

  /** Whether somebody whose password is right may log in, too: adds an error where not. Without it, the inactive may not. */
  protected confirmLoginAllowed(user: U): void | Promise<void> {
    if (!user.isActive) this.addError(null, INACTIVE)
  }

  /** What is said of wrong credentials: the same of an unknown name and of a wrong password. */
  protected getInvalidLoginError(): FormError {
    return this.#byEmail ? INVALID_EMAIL_LOGIN : INVALID_LOGIN
  }

  get #byEmail(): boolean {
    return this.request.context.registration.identify === 'email'
  }
}
