/**
 * Making an account: a name or an address, and a password typed twice. Only the fields that are declared are ever read.
 * Mirrors `BaseUserCreationForm` and `UserCreationForm` (django/contrib/auth/forms.py, 5.2).
 */
import type { Registrant } from '../../auth/registration.ts'
import { isOneAddress } from '../../kernel/mail.ts'
import { sentence } from '../../kernel/text.ts'
import { normalizeEmail } from '../../users/email.ts'
import type { User } from '../../users/user.ts'
import { cleanUsername, USERNAME_MAX_LENGTH, usernameProblem } from '../../users/username.ts'
import { BaseForm } from './base-form.ts'
import type { FieldDeclaration, FieldDeclarations, FormError } from './fields.ts'
import { checkNewPassword, newPasswordField, passwordConfirmationField } from './password-fields.ts'

const TAKEN: FormError = { code: 'unique', text: sentence('A user with that username already exists.') }
const NO_ADDRESS: FormError = { code: 'invalid', text: sentence('Enter a valid email address.') }
/** The width of Django's column. */
const EMAIL_MAX_LENGTH = 254

export class UserCreationForm<U extends User = User> extends BaseForm<U> {
  protected override declareFields(): FieldDeclarations {
    const { registration, passwordPolicy } = this.request.context
    const byEmail = registration.identify === 'email'
    return {
      ...(byEmail ? {} : { username: USERNAME }),
      ...(byEmail || registration.confirmEmail ? { email: emailField(byEmail) } : {}),
      password1: newPasswordField(sentence('Password'), passwordPolicy.helpTexts()),
      password2: passwordConfirmationField(sentence('Password confirmation')),
    }
  }

  /** A name is refused that somebody has in another case; whether somebody has an address is told to nobody. */
  protected override async cleanField(name: string, value: string): Promise<string> {
    if (name === 'username') await this.#checkUsername(value)
    if (name === 'email' && !isPlainAddress(value)) this.addError('email', NO_ADDRESS)
    return name === 'email' ? normalizeEmail(value) : value
  }

  protected override clean(): Promise<void> {
    return checkNewPassword(this, ['password1', 'password2'], this.#owner())
  }

  /**
   * Whoever is to have the account, with the password hashed; after `isValid` has said yes.
   * @throws {Overloaded} @throws {TypeError} for a form that is not valid
   */
  async registrant(): Promise<Registrant> {
    const password = this.cleanedData.get('password1')
    if (password === undefined || this.errors.size > 0) {
      throw new TypeError('registrant() is for a form that is valid: await isValid() first.')
    }
    const email = this.cleanedData.get('email') ?? ''
    // An address is a name in small letters, so that each is one account, however it is typed.
    const username = this.cleanedData.get('username') ?? email.toLowerCase()
    return { username, email, password: await this.request.context.passwords.make(password) }
  }

  /** Somebody else has taken the name since the form was checked. */
  addTaken(): void {
    this.addError('username', TAKEN)
  }

  async #checkUsername(username: string): Promise<void> {
    if (await this.request.context.users.hasUsername(username)) return this.addTaken()
    const problem = usernameProblem(username)
    if (problem !== null) this.addError('username', problem)
  }

  #owner(): { readonly username: string; readonly email: string } {
    const email = this.cleanedData.get('email') ?? ''
    return { username: this.cleanedData.get('username') ?? email, email }
  }
}

const USERNAME: FieldDeclaration = {
  label: sentence('Username'),
  helpText: sentence('Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.'),
  normalize: cleanUsername,
  autofocus: true,
  autocapitalize: 'none',
  autocomplete: 'username',
  maxLength: USERNAME_MAX_LENGTH,
}

/** @param isName the address is the name, and has to fit into the column of names, too */
function emailField(isName: boolean): FieldDeclaration {
  return {
    type: 'email',
    label: sentence('Email address'),
    autofocus: isName,
    autocomplete: isName ? 'username' : 'email',
    maxLength: isName ? USERNAME_MAX_LENGTH : EMAIL_MAX_LENGTH,
  }
}

/** One address as every reader of addresses understands it, and not one that only looks like another (NFKC). */
function isPlainAddress(email: string): boolean {
  return isOneAddress(email) && email.normalize('NFKC') === email
}
