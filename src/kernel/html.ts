/**
 * HTML that is escaped unless it says otherwise: the `html` tag for the built-in pages.
 * Mirrors `escape` of django/utils/html.py and `mark_safe` of django/utils/safestring.py (5.2).
 */

/** What may stand between the braces of an `html` template. */
export type HtmlValue = SafeHtml | string | number | bigint | boolean | null | undefined | readonly HtmlValue[]

/** A text that is HTML already. */
export class SafeHtml {
  readonly #text: string

  /** Use `markSafe`, which is easier to search for. */
  constructor(text: string) {
    this.#text = text
  }

  /** The HTML itself. */
  toString(): string {
    return this.#text
  }
}

const SPECIAL = /[&<>"']/
const ALL_SPECIAL = /[&<>"']/g

function entity(character: string): string {
  switch (character) {
    case '&':
      return '&amp;'
    case '<':
      return '&lt;'
    case '>':
      return '&gt;'
    case '"':
      return '&quot;'
    default:
      return '&#x27;'
  }
}

/** Escapes a text for HTML and for attribute values in quotes, exactly as Django's `escape`. */
export function escapeHtml(text: string): string {
  return SPECIAL.test(text) ? text.replace(ALL_SPECIAL, entity) : text
}

/** Declares a text to be HTML: whatever it holds goes into the page as it is. */
export function markSafe(text: string): SafeHtml {
  return new SafeHtml(text)
}

/**
 * Makes HTML of a template; everything put in is escaped but for `SafeHtml`, arrays are joined, and null, undefined
 * and false are nothing.
 * @example html`<p class="${level}">${messages.map((message) => html`<b>${message}</b>`)}</p>`
 */
export function html(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): SafeHtml {
  let text = strings[0] as string
  for (let i = 0; i < values.length; i++) text += render(values[i]) + (strings[i + 1] as string)
  return new SafeHtml(text)
}

function render(value: HtmlValue): string {
  if (typeof value === 'string') return escapeHtml(value)
  if (value === null || value === undefined || value === false) return ''
  if (value instanceof SafeHtml) return value.toString()
  if (!Array.isArray(value)) return escapeHtml(String(value))
  let text = ''
  for (const item of value) text += render(item)
  return text
}
