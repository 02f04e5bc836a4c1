/** The login form. Mirrors `AuthenticationForm` (django/contrib/auth/forms.py, 5.2). */

import type { AuthRequest } from '../auth/auth-request.ts'
import { authenticate } from '../auth/authenticate.ts'
import type { FormFields } from '../kernel/incoming-request.ts'
import { pythonLength } from '../kernel/python-characters.ts'
import type { User } from '../users/user.ts'
import { cleanUsername, USERNAME_MAX_LENGTH } from '../users/username.ts'
import type { Form, FormField } from './form.ts'

const REQUIRED = 'This field is required.'
const INVALID_LOGIN = 'Please enter a correct username and password. Note that both fields may be case-sensitive.'

export class AuthenticationForm<U extends User = User> implements Form {
  readonly #request: AuthRequest<U>
  readonly #username: string
  readonly #password: string
  readonly #bound: boolean
  #usernameErrors: string[] = []
  #passwordErrors: string[] = []
  #user: U | null = null
  nonFieldErrors: readonly string[] = []

  /** @param data what was sent, or null for an empty form */
  constructor(request: AuthRequest<U>, data: FormFields | null) {
    this.#request = request
    this.#bound = data !== null
    this.#username = cleanUsername(data?.get('username') ?? '')
    this.#password = data?.get('password') ?? ''
  }

  /** The user, once `isValid` has said yes. */
  get user(): U | null {
    return this.#user
  }

  get fields(): readonly FormField[] {
    const username: FormField = {
      name: 'username',
      label: 'Username',
      type: 'text',
      value: this.#username,
      errors: this.#usernameErrors,
      autocomplete: 'username',
      maxLength: USERNAME_MAX_LENGTH,
      autofocus: true,
    }
    const password: FormField = {
      name: 'password',
      label: 'Password',
      type: 'password',
      value: '',
      errors: this.#passwordErrors,
      autocomplete: 'current-password',
    }
    return [username, password]
  }

  /** @throws {StoreUnavailable} @throws {Overloaded} */
  async isValid(): Promise<boolean> {
    if (!this.#bound) return false
    const length = pythonLength(this.#username)
    if (length === 0) this.#usernameErrors = [REQUIRED]
    else if (length > USERNAME_MAX_LENGTH) {
      this.#usernameErrors = [`Ensure this value has at most ${USERNAME_MAX_LENGTH} characters (it has ${length}).`]
    }
    if (this.#password === '') this.#passwordErrors = [REQUIRED]
    if (this.#usernameErrors.length > 0 || this.#passwordErrors.length > 0) return false
    this.#user = await authenticate(this.#request, { username: this.#username, password: this.#password })
    if (this.#user === null) this.nonFieldErrors = [INVALID_LOGIN]
    return this.#user !== null
  }
}
