/** The hidden field of a ready-made form that says where to go after it. */
import { html, type SafeHtml } from '../../kernel/html.ts'
import type { PageValues } from './built-in-page.ts'

/** @param values with the field's name under `redirect_field_name`, and its value under that name. @returns `''` where there is none */
export function nextField(values: PageValues): SafeHtml | '' {
  const { redirect_field_name: field } = values
  const next = typeof field === 'string' ? values[field] : undefined
  return typeof next === 'string' && next !== ''
    ? html`<input type="hidden" name="${String(field)}" value="${next}">`
    : ''
}
