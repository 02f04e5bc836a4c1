/** Forms of a page, filled in and sent as a browser would: hidden fields and all. */
import assert from 'node:assert/strict'
import type { Browser, Reply } from '../support/browser.ts'

/** A form as the page has it. */
export interface PageForm {
  readonly action: string
  readonly method: string
  readonly fields: Readonly<Record<string, string>>
}

/** The forms of a page. @param path where the page is: a form without an action posts there */
export function formsOf(html: string, path: string): PageForm[] {
  return [...html.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/g)].map(([, attributes = '', content = '']) => ({
    action: attribute(attributes, 'action') ?? path,
    method: (attribute(attributes, 'method') ?? 'get').toUpperCase(),
    fields: Object.fromEntries(
      [...content.matchAll(/<input\b([^>]*)>/g)].flatMap(([, input = '']) => {
        const name = attribute(input, 'name')
        return name === undefined ? [] : [[name, attribute(input, 'value') ?? '']]
      }),
    ),
  }))
}

/**
 * Opens a page and sends one of its forms.
 * @param fields what is typed into it
 * @param nth which of the page's forms, the first being 0
 */
export async function submit(
  browser: Browser,
  path: string,
  fields: Readonly<Record<string, string>> = {},
  nth = 0,
): Promise<Reply> {
  const page = await browser.get(path)
  const form = formsOf(page.body, path)[nth]
  assert.ok(form, `${path} has a form: ${page.status} ${page.body}`)
  assert.equal(form.method, 'POST')
  for (const name of Object.keys(fields)) assert.ok(name in form.fields, `the form has a field ${name}`)
  return browser.send(form.action, { method: 'POST', form: { ...form.fields, ...fields } })
}

function attribute(tag: string, name: string): string | undefined {
  const found = new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1]
  return found?.replace(/&(?:amp|lt|gt|quot|#x27|#39);/g, (escaped) => UNESCAPED[escaped] ?? escaped)
}

const UNESCAPED: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#x27;': "'",
  '&#39;': "'",
}
