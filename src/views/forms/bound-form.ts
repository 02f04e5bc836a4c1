/**
 * A form as a template asks for it: as a whole (`asP`), field by field, or its errors alone. The HTML is Django's,
 * element for element. Mirrors `RenderableFormMixin` and `ErrorDict` (django/forms/utils.py) and the templates of
 * django/forms (5.2).
 */
import { html, type SafeHtml } from '../../kernel/html.ts'
import { BoundField, type ErrorList, errorList } from './bound-field.ts'
import type { Form } from './form.ts'

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
    return [...this].filter((field) => !field.isHidden)
  }
  get hiddenFields(): readonly BoundField[] {
    return [...this].filter((field) => field.isHidden)
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
    return this.#all({
      errors: (errors) => html`${errors}\n`,
      onlyHidden: (hidden) => html`<p>${hidden}</p>`,
      field: (field, hidden) => html`${field.errors?.toHtml()}
<p>
${field.labelTag()}
${field.toHtml()}
${field.helpHtml('span')}
${hidden}
</p>
`,
    })
  }
  asDiv(): SafeHtml {
    return this.#all({
      errors: (errors) => html`${errors}\n`,
      onlyHidden: (hidden) => html`<div>${hidden}</div>`,
      field: (field, hidden) => html`<div>
${field.asFieldGroup()}
${hidden}
</div>
`,
    })
  }
  asTable(): SafeHtml {
    return this.#all({
      errors: (errors, hidden) => html`<tr>
<td colspan="2">${errors}${hidden}</td>
</tr>
`,
      field: (field, hidden) => html`<tr>
<th>${field.labelTag()}</th>
<td>
${field.errors?.toHtml()}
${field.toHtml()}
${field.helpText === '' ? '' : html`<br>\n${field.helpHtml('span')}`}
${hidden}
</td>
</tr>
`,
    })
  }
  asUl(): SafeHtml {
    return this.#all({
      errors: (errors, hidden) => html`<li>
${errors}
${hidden}
</li>
`,
      field: (field, hidden) => html`<li>
${field.errors?.toHtml()}
${field.labelTag()}
${field.toHtml()}
${field.helpHtml('span')}
${hidden}
</li>
`,
    })
  }
  /** As Django shows a form that is put into a page by itself. */
  toHtml(): SafeHtml {
    return this.asDiv()
  }
  toString(): string {
    return this.toHtml().toString()
  }

  /** Hidden fields go with the last field that is seen, or with the errors where there is none. */
  #all({ errors, field, onlyHidden }: Frame): SafeHtml {
    const wrong = errorList([...this.#form.nonFieldErrors, ...this.#hiddenErrors()], 'errorlist nonfield')
    const visible = this.visibleFields
    const hidden = html`${this.hiddenFields.map((one) => one.toHtml())}`
    if (visible.length > 0) {
      const shown = visible.map((one, at) => field(one, at === visible.length - 1 ? hidden : NOTHING))
      return html`${wrong === undefined ? '' : errors(wrong.toHtml(), NOTHING)}${shown}`
    }
    if (wrong === undefined) return hidden
    return html`${errors(wrong.toHtml(), hidden)}${onlyHidden?.(hidden)}`
  }

  #hiddenErrors(): readonly string[] {
    return this.hiddenFields.flatMap(({ name, errors = [] }) =>
      errors.map((error) => `(Hidden field ${name}) ${error}`),
    )
  }
}

const NOTHING = html``

/** How one of the four ways to show a form puts its parts together. */
interface Frame {
  readonly errors: (errors: SafeHtml, hidden: SafeHtml) => SafeHtml
  readonly field: (field: BoundField, hidden: SafeHtml) => SafeHtml
  /** Hidden fields alone, behind the errors; without it `errors` shows them. */
  readonly onlyHidden?: (hidden: SafeHtml) => SafeHtml
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
