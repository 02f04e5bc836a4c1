/**
 * One field of a form as a template asks for it: its label, what helps, what is wrong, its element. The HTML is Django's.
 * Mirrors `BoundField` (django/forms/boundfield.py) and `ErrorList` (django/forms/utils.py, 5.2).
 */
import { html, type SafeHtml } from '../../kernel/html.ts'
import type { FormField } from './form.ts'

/** Errors that are strings to go through, and a list when they are put into a page; undefined when there are none. */
export type ErrorList = readonly string[] & { toHtml(): SafeHtml; toString(): string }

export function errorList(errors: readonly string[], className: string, id?: string): ErrorList | undefined {
  if (errors.length === 0) return undefined
  const whole = html`<ul class="${className}"${id === undefined ? '' : html` id="${id}"`}>${errors.map((error) => html`<li>${error}</li>`)}</ul>`
  // Not enumerable: whoever copies or dumps the errors gets strings and nothing else.
  const list: string[] & { toHtml?: () => SafeHtml } = [...errors]
  Object.defineProperty(list, 'toHtml', { value: () => whole })
  Object.defineProperty(list, 'toString', { value: () => whole.toString() })
  return list as ErrorList
}

/** One field of a form in a template. */
export class BoundField {
  readonly #field: FormField

  constructor(field: FormField) {
    this.#field = field
  }

  get name(): string {
    return this.#field.name
  }
  get htmlName(): string {
    return this.#field.name
  }
  get label(): string {
    return this.#field.label
  }
  get idForLabel(): string {
    return `id_${this.#field.name}`
  }
  get autoId(): string {
    return this.idForLabel
  }
  get isHidden(): boolean {
    return this.#field.type === 'hidden'
  }
  /** What is said about the field, `''` for nothing. */
  get helpText(): string | SafeHtml {
    return this.#field.helpText ?? ''
  }
  get errors(): ErrorList | undefined {
    return errorList(this.#field.errors, 'errorlist', `${this.idForLabel}_error`)
  }
  /** What was typed; never a password. */
  value(): string {
    return this.#field.value
  }
  labelTag(): SafeHtml {
    const { label } = this.#field
    if (label === '') return html``
    return html`<label for="${this.idForLabel}">${label}${/[:?.!]$/.test(label) ? '' : ':'}</label>`
  }
  /** The text about the field as an element; nothing where there is none. @internal */
  helpHtml(element: 'div' | 'span'): SafeHtml {
    if (this.helpText === '') return html``
    const id = `${this.idForLabel}_helptext`
    return element === 'div'
      ? html`<div class="helptext" id="${id}">${this.helpText}</div>`
      : html`<span class="helptext" id="${id}">${this.helpText}</span>`
  }
  /** The label, what helps, what is wrong, and the field itself. */
  asFieldGroup(): SafeHtml {
    return html`${this.labelTag()}
${this.helpHtml('div')}
${this.errors?.toHtml()}
${this.toHtml()}`
  }
  asWidget(): SafeHtml {
    return this.toHtml()
  }
  toHtml(): SafeHtml {
    const { name, type, value, required = true, errors } = this.#field
    const wrong = !this.isHidden && errors.length > 0
    return html`<input type="${type}" name="${name}"${value === '' ? '' : html` value="${value}"`}${this.#attributes()}${
      required && !this.isHidden ? html` required` : ''
    }${wrong ? html` aria-invalid="true"` : ''}${this.#describedBy()} id="${this.idForLabel}">`
  }
  toString(): string {
    return this.toHtml().toString()
  }

  #attributes(): SafeHtml {
    return html`${Object.entries(this.#field).map(([key, value]) => {
      const name = ATTRIBUTES.get(key)
      if (name === undefined || value === undefined || value === false) return ''
      if (value === true) return html` ${name}`
      return this.isHidden && name === 'maxlength' ? '' : html` ${name}="${value}"`
    })}`
  }

  #describedBy(): SafeHtml | '' {
    if (this.isHidden) return ''
    const ids = [
      this.helpText === '' ? '' : `${this.idForLabel}_helptext`,
      this.#field.errors.length === 0 ? '' : `${this.idForLabel}_error`,
    ]
    const described = ids.filter((id) => id !== '').join(' ')
    return described === '' ? '' : html` aria-describedby="${described}"`
  }
}

/** The attributes that a field may have, by the names that they have in `FormField`. */
const ATTRIBUTES: ReadonlyMap<string, string> = new Map([
  ['autofocus', 'autofocus'],
  ['autocapitalize', 'autocapitalize'],
  ['autocomplete', 'autocomplete'],
  ['maxLength', 'maxlength'],
])
