/** Bodies of requests, and browsers that send them. */
import type { Browser, Reply } from './browser.ts'

export const URL_ENCODED = 'application/x-www-form-urlencoded'

/** Posts a body to the site's root. */
export function sendBody(
  browser: Browser,
  body: string,
  type: string,
  headers: Record<string, string> = {},
): Promise<Reply> {
  return browser.send('/', { method: 'POST', body, headers: { 'content-type': type, ...headers } })
}

/** The field of a form that holds the token of the visitor's cookie. */
export function withToken(browser: Browser): string {
  return `csrfmiddlewaretoken=${browser.cookies.get('csrftoken')}`
}

/** A multipart body with one field. */
export function multipart(name: string, value: string): readonly [body: string, type: string] {
  const body = `--edge\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n--edge--\r\n`
  return [body, 'multipart/form-data; boundary=edge']
}
