/**
 * The base of forms that declare their fields: they are cleaned once, and shown in the visitor's language.
 * Mirrors `BaseForm` (django/forms/forms.py, 5.2), with errors that are added and never thrown.
 */
import type { AuthRequest } from '../../auth/auth-request.ts'
import { translate } from '../../auth/translate.ts'
import { html, type SafeHtml } from '../../kernel/html.ts'
import type { FormFields } from '../../kernel/incoming-request.ts'
import type { Text } from '../../kernel/text.ts'
import type { User } from '../../users/user.ts'
import { cleanField, type FieldDeclaration, type FieldDeclarations, type FormError } from './fields.ts'
import type { Form, FormField } from './form.ts'

/** Under this name `errors` has what is wrong with the whole. */
export const NON_FIELD_ERRORS = '__all__'

/** An error as a program gets it. */
export interface ErrorMessage {
  readonly code: string
  /** In the language of the request. */
  readonly message: string
}

export abstract class BaseForm<U extends User = User> implements Form {
  readonly #request: AuthRequest<U>
  readonly #data: FormFields | null
  readonly #errors = new Map<string, readonly FormError[]>()
  readonly #cleaned = new Map<string, string>()
  #declared: FieldDeclarations | undefined
  #valid: Promise<boolean> | undefined

  /** @param data what was sent, or null for an empty form */
  constructor(request: AuthRequest<U>, data: FormFields | null) {
    this.#request = request
    this.#data = data
  }

  /** The fields in the order of the page; a subclass adds to `super.declareFields()` or takes from it. */
  protected abstract declareFields(): FieldDeclarations

  /** More checks of one field that was right so far (Django's `clean_<name>`). @returns the value to keep */
  protected cleanField(_name: string, value: string): string | Promise<string> {
    return value
  }
  /** Checks of the form as a whole, after its fields; `cleanedData` has those that were right. */
  protected clean(): void | Promise<void> {}

  get request(): AuthRequest<U> {
    return this.#request
  }
  /** Whether something was sent. */
  get isBound(): boolean {
    return this.#data !== null
  }
  /** What is right, by field: known once `isValid` was awaited. */
  get cleanedData(): ReadonlyMap<string, string> {
    return this.#cleaned
  }
  /** What is wrong, by field, and under `NON_FIELD_ERRORS`: known once `isValid` was awaited. */
  get errors(): ReadonlyMap<string, readonly FormError[]> {
    return this.#errors
  }
  hasError(name: string, code?: string): boolean {
    const errors = this.#errors.get(name)
    return errors !== undefined && (code === undefined || errors.some((error) => error.code === code))
  }

  /**
   * Adds to what is wrong, and takes the field out of `cleanedData`.
   * @param name a field, or null for the whole
   * @throws {TypeError} when there is no such field
   */
  addError(name: string | null, ...errors: readonly FormError[]): void {
    if (name !== null && !Object.hasOwn(this.#fields, name)) {
      throw new TypeError(`${this.constructor.name} has no field named '${name}'.`)
    }
    const key = name ?? NON_FIELD_ERRORS
    this.#errors.set(key, [...(this.#errors.get(key) ?? []), ...errors])
    this.#cleaned.delete(key)
  }

  /** Cleans the form, once; an empty form is not valid. */
  isValid(): Promise<boolean> {
    this.#valid ??= this.#clean()
    return this.#valid
  }

  /** The fields as a page shows them, in the visitor's language. */
  get fields(): readonly FormField[] {
    return Object.entries(this.#fields).map(([name, field]) => this.#shown(name, field))
  }
  get nonFieldErrors(): readonly string[] {
    return this.#messages(NON_FIELD_ERRORS)
  }
  /** All errors as a program gets them. Mirrors `ErrorDict.get_json_data`. */
  errorMessages(): Readonly<Record<string, readonly ErrorMessage[]>> {
    const all: Record<string, readonly ErrorMessage[]> = Object.create(null)
    for (const [name, errors] of this.#errors) {
      all[name] = errors.map(({ code, text }) => ({ code, message: translate(this.#request, text) }))
    }
    return all
  }

  get #fields(): FieldDeclarations {
    this.#declared ??= this.declareFields()
    return this.#declared
  }

  async #clean(): Promise<boolean> {
    const data = this.#data
    if (data === null) return false
    for (const [name, field] of Object.entries(this.#fields)) {
      const { value, errors } = cleanField(field, data.get(name))
      if (errors.length > 0) {
        this.addError(name, ...errors)
        continue
      }
      this.#cleaned.set(name, value)
      const kept = await this.cleanField(name, value)
      if (!this.#errors.has(name)) this.#cleaned.set(name, kept)
    }
    await this.clean()
    return this.#errors.size === 0
  }

  #messages(name: string): readonly string[] {
    return (this.#errors.get(name) ?? []).map(({ text }) => translate(this.#request, text))
  }

  #shown(name: string, declared: FieldDeclaration): FormField {
    const { type = 'text', label, helpText, initial = '', strip: _, normalize: __, ...attributes } = declared
    const sent = this.#data === null ? initial : (this.#data.get(name) ?? '')
    return {
      name,
      label: label === undefined ? prettyName(name) : translate(this.#request, label),
      type,
      value: type === 'password' ? '' : sent,
      errors: this.#messages(name),
      helpText: this.#help(helpText),
      ...attributes,
    }
  }

  #help(given: Text | readonly Text[] | undefined): string | SafeHtml | undefined {
    if (given === undefined) return undefined
    if (!isList(given)) return translate(this.#request, given)
    if (given.length === 0) return undefined
    return html`<ul>${given.map((text) => html`<li>${translate(this.#request, text)}</li>`)}</ul>`
  }
}

function isList(given: Text | readonly Text[]): given is readonly Text[] {
  return Array.isArray(given)
}

/** Mirrors `pretty_name` (django/forms/utils.py). */
function prettyName(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1).replaceAll('_', ' ')
}
