/**
 * A form as a template asks for it: as a whole (`asP`), field by field, or its errors alone. The HTML is Django's,
 * element for element. Mirrors `BoundField` (django/forms/boundfield.py), `ErrorList` and `ErrorDict`
 * (django/forms/utils.py) and the templates of django/forms (5.2).
 */
import { html, type SafeHtml } from '../kernel/html.ts'
import type { Form, FormField } from './form.ts'

/** Errors that are strings to go through, and a list when they are put into a page; undefined when there are none. */
export type ErrorList = readonly string[] & { toHtml(): SafeHtml; toString(): string }

function errorList(errors: readonly string[], className: string, id?: string): ErrorList | undefined {
  if (errors.length === 0) return undefined
  const whole = html`<ul class="${className}"${id === undefined ? '' : html` id="${id}"`}>${errors.map((error) => html`<li>${error}</li>`)}</ul>`
  // Not enumerable: whoever copies or dumps the errors gets strings and nothing else.
  const list: string[] & { toHtml?: () => SafeHtml } = [...errors]
  Object.defineProperty(list, 'toHtml', { value: () => whole })
  Object.defineProperty(list, 'toString', { value: () => whole.toString() })
  return list as ErrorList
}

/** A form in a template. */
export class BoundForm {
  readonly #form: Form

  constructor(form: Form) {
    this.#form = form
  }

  *[Symbol.iterator](): Generator<BoundField, void, undefined> {
    for (const field of this.#form.fields) yield new BoundField(field)
  }
  /** The field of this name. */
  get(name: string): BoundField | undefined {
    const field = this.#form.fields.find((candidate) => candidate.name === name)
    return field === undefined ? undefined : new BoundField(field)
  }
  get visibleFields(): readonly BoundField[] {
    return [...this]
  }
  get hiddenFields(): readonly BoundField[] {
    return []
  }
  get nonFieldErrors(): ErrorList | undefined {
    return errorList(this.#form.nonFieldErrors, 'errorlist nonfield')
  }
  /** All errors by the names of their fields, `__all__` for those of the whole; undefined when there are none. */
  get errors(): FormErrors | undefined {
    const errors = new Map<string, ErrorList>()
    for (const field of this) if (field.errors !== undefined) errors.set(field.name, field.errors)
    const { nonFieldErrors } = this
    if (nonFieldErrors !== undefined) errors.set('__all__', nonFieldErrors)
    return errors.size === 0 ? undefined : new FormErrors(errors)
  }

  asP(): SafeHtml {
    return this.#all(
      (errors) => errors,
      (field) => html`${field.errors?.toHtml()}<p>
${field.labelTag()}
${field.toHtml()}
</p>
`,
    )
  }
  asDiv(): SafeHtml {
    return this.#all(
      (errors) => errors,
      (field) => html`<div>
${field.asFieldGroup()}
</div>
`,
    )
  }
  asTable(): SafeHtml {
    return this.#all(
      (errors) => html`<tr>
<td colspan="2">${errors}</td>
</tr>
`,
      (field) => html`<tr>
<th>${field.labelTag()}</th>
<td>${field.errors?.toHtml()}${field.toHtml()}</td>
</tr>
`,
    )
  }
  asUl(): SafeHtml {
    return this.#all(
      (errors) => html`<li>${errors}</li>
`,
      (field) => html`<li>${field.errors?.toHtml()}
${field.labelTag()}
${field.toHtml()}
</li>
`,
    )
  }
  /** As Django shows a form that is put into a page by itself. */
  toHtml(): SafeHtml {
    return this.asDiv()
  }
  toString(): string {
    return this.toHtml().toString()
  }

  #all(ofForm: (errors: SafeHtml) => SafeHtml, ofField: (field: BoundField) => SafeHtml): SafeHtml {
    const { nonFieldErrors } = this
    return html`${nonFieldErrors === undefined ? '' : ofForm(nonFieldErrors.toHtml())}${this.visibleFields.map(ofField)}`
  }
}

/** The errors of a form, by field. */
export class FormErrors {
  readonly #errors: ReadonlyMap<string, ErrorList>

  constructor(errors: ReadonlyMap<string, ErrorList>) {
    this.#errors = errors
  }

  [Symbol.iterator](): Iterator<string> {
    return this.#errors.keys()
  }
  get(name: string): ErrorList | undefined {
    return this.#errors.get(name)
  }
  items(): readonly (readonly [name: string, errors: ErrorList])[] {
    return [...this.#errors]
  }
  toHtml(): SafeHtml {
    return html`<ul class="errorlist">${this.items().map(([name, errors]) => html`<li>${name}${errors.toHtml()}</li>`)}</ul>`
  }
  toString(): string {
    return this.toHtml().toString()
  }
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
    return false
  }
  get errors(): ErrorList | undefined {
    return errorList(this.#field.errors, 'errorlist', `${this.idForLabel}_error`)
  }
  /** What was typed; never a password. */
  value(): string {
    return this.#field.value
  }
  labelTag(): SafeHtml {
    return html`<label for="${this.idForLabel}">${this.#field.label}:</label>`
  }
  /** The label, what is wrong, and the field itself. */
  asFieldGroup(): SafeHtml {
    const { errors } = this
    return html`${this.labelTag()}
${errors === undefined ? '' : html`${errors.toHtml()}\n`}${this.toHtml()}`
  }
  asWidget(): SafeHtml {
    return this.toHtml()
  }
  toHtml(): SafeHtml {
    const { name, type, value, autofocus, autocomplete, maxLength, errors } = this.#field
    const id = this.idForLabel
    return html`<input type="${type}" name="${name}"${value === '' ? '' : html` value="${value}"`}${
      autofocus === true ? html` autofocus` : ''
    }${type === 'text' ? html` autocapitalize="none"` : ''} autocomplete="${autocomplete}"${
      maxLength === undefined ? '' : html` maxlength="${maxLength}"`
    } required${errors.length === 0 ? '' : html` aria-invalid="true" aria-describedby="${id}_error"`} id="${id}">`
  }
  toString(): string {
    return this.toHtml().toString()
  }
}
