/** A form's fields with their errors, in Django's class names (`errorlist`, `nonfield`, `helptext`). */
import { html, type SafeHtml } from '../../kernel/html.ts'
import type { Form, FormField } from '../forms/form.ts'

/** The fields of a form; the `<form>` around them, its token and its button are the page's. */
export function formFields(form: Form): SafeHtml {
  return html`${errorList(form.nonFieldErrors, 'errorlist nonfield')}${form.fields.map(field)}`
}

/** The hidden field that every form needs. */
export function csrfField(token: string): SafeHtml {
  return html`<input type="hidden" name="csrfmiddlewaretoken" value="${token}">`
}

function field(given: FormField): SafeHtml {
  if (given.type === 'hidden') return html`<input type="hidden" name="${given.name}" value="${given.value}">\n`
  const id = `id_${given.name}`
  const { helpText = '' } = given
  const wrong = given.errors.length > 0
  const described = [helpText === '' ? '' : `${id}_helptext`, wrong ? `${id}_error` : ''].filter((one) => one !== '')
  return html`<div class="field">
<label for="${id}">${given.label}</label>
${errorList(given.errors, 'errorlist', `${id}_error`)}<input type="${given.type}" name="${given.name}" id="${id}" value="${given.value}"${
    given.autocomplete === undefined ? '' : html` autocomplete="${given.autocomplete}"`
  }${given.required === false ? '' : html` required`}${
    given.maxLength === undefined ? '' : html` maxlength="${given.maxLength}"`
  }${given.autofocus === true ? html` autofocus` : ''}${given.type === 'text' ? html` autocapitalize="none"` : ''}${
    wrong ? html` aria-invalid="true"` : ''
  }${described.length === 0 ? '' : html` aria-describedby="${described.join(' ')}"`}>
${helpText === '' ? '' : html`<div class="helptext" id="${id}_helptext">${helpText}</div>\n`}</div>
`
}

function errorList(errors: readonly string[], className: string, id?: string): SafeHtml | '' {
  if (errors.length === 0) return ''
  return html`<ul class="${className}"${id === undefined ? html` role="alert"` : html` id="${id}"`}>${errors.map((error) => html`<li>${error}</li>`)}</ul>
`
}
