/**
 * What new passwords have to be: the list of validators of one Postern.
 * Mirrors `validate_password`, `password_changed` and `password_validators_help_texts` (django/contrib/auth/password_validation.py, 5.2).
 */
import { ConfigurationError } from '../errors.ts'
import { html, type SafeHtml } from '../kernel/html.ts'
import { type Catalog, inLanguage, sentence, type Text } from '../kernel/text.ts'
import type { PasswordProblem, PasswordValidator } from './password-validator.ts'
import { CommonPasswordValidator } from './validators/common-password.ts'
import { MinimumLengthValidator } from './validators/minimum-length.ts'
import { NumericPasswordValidator } from './validators/numeric-password.ts'
import { UserAttributeSimilarityValidator } from './validators/user-attribute-similarity.ts'

/** Django's four, in the order in which its projects have them. */
export function defaultPasswordValidators(): readonly PasswordValidator[] {
  return [
    new UserAttributeSimilarityValidator(),
    new MinimumLengthValidator(),
    new CommonPasswordValidator(),
    new NumericPasswordValidator(),
  ]
}

/** Judges new passwords. */
export class PasswordPolicy {
  readonly #validators: readonly PasswordValidator[]
  readonly #maxBytes: number

  /**
   * @param maxBytes the longest password that can be hashed, in bytes
   * @throws {ConfigurationError} when one of the validators is none
   */
  constructor(validators: readonly PasswordValidator[], maxBytes: number = Number.POSITIVE_INFINITY) {
    checkValidators(validators)
    this.#validators = validators
    this.#maxBytes = maxBytes
  }

  /**
   * What is wrong with a password; nothing, if it will do.
   * @param user whose it is to be, or the fields of an account to come
   * @example const problems = await auth.passwordPolicy.validatePassword(password, user)
   */
  async validatePassword(password: string, user: object | null = null): Promise<readonly PasswordProblem[]> {
    // What cannot be hashed is not worth the validators' time, megabytes least of all.
    const impossible = this.#impossible(password)
    if (impossible !== null) return [impossible]
    const problems: PasswordProblem[] = []
    for (const validator of this.#validators) {
      const problem = await validator.validate(password, user)
      if (problem !== null) problems.push(problem)
    }
    return problems
  }

  /** Tells the validators that a password was set. */
  async passwordChanged(password: string, user: object | null = null): Promise<void> {
    for (const validator of this.#validators) await validator.passwordChanged?.(password, user)
  }

  /** What a password has to be, for the page that asks for one. */
  helpTexts(): readonly Text[] {
    return this.#validators.map((validator) => validator.helpText())
  }

  /** The same as a list in HTML, or nothing where there are no validators. @param catalog the language */
  helpTextHtml(catalog?: Catalog): SafeHtml {
    const items = this.helpTexts().map((text) => html`<li>${inLanguage(text, catalog)}</li>`)
    return items.length === 0 ? html`` : html`<ul>${items}</ul>`
  }

  #impossible(password: string): PasswordProblem | null {
    if (password.length > this.#maxBytes || Buffer.byteLength(password) > this.#maxBytes) return TOO_LONG
    return password.isWellFormed() ? null : NO_TEXT
  }
}

const TOO_LONG: PasswordProblem = { code: 'password_too_long', text: sentence('This password is too long.') }
const NO_TEXT: PasswordProblem = {
  code: 'password_no_text',
  text: sentence('This password has characters in it that are none.'),
}

function checkValidators(validators: readonly PasswordValidator[]): void {
  const isValidator = (validator: PasswordValidator): boolean =>
    typeof validator?.validate === 'function' && typeof validator.helpText === 'function'
  if (Array.isArray(validators) && validators.every(isValidator)) return
  throw new ConfigurationError(
    'passwordValidators is a list of validators, for instance passwordValidators: [new MinimumLengthValidator({ minLength: 12 })].',
  )
}
