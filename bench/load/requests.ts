/** The requests that a browser would send, as bytes. */

/** What a visitor's browser keeps. */
export interface Jar {
  readonly sessionid?: string
  readonly csrftoken?: string
}

const alphabet = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'

function head(method: string, path: string, port: number, jar: Jar, fields: readonly string[]): string {
  const cookies = Object.entries(jar).map(([name, value]) => `${name}=${value}`)
  return [
    `${method} ${path} HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    'Connection: keep-alive',
    'User-Agent: Mozilla/5.0 (X11; Linux x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
    'Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8',
    'Accept-Language: en-GB,en;q=0.9,de;q=0.8',
    'Accept-Encoding: gzip, deflate, br, zstd',
    'Sec-Fetch-Site: same-origin',
    ...fields,
    ...(cookies.length > 0 ? [`Cookie: ${cookies.join('; ')}`] : []),
    '\r\n',
  ].join('\r\n')
}

/** A GET of a page. */
export function get(path: string, port: number, jar: Jar): Buffer {
  return Buffer.from(head('GET', path, port, jar, [`Referer: http://127.0.0.1:${port}/`]), 'latin1')
}

/** A POST of a form from a page of the same site. */
export function post(path: string, port: number, jar: Jar, form: Readonly<Record<string, string>>): Buffer {
  const body = new URLSearchParams(form).toString()
  const fields = [
    `Origin: http://127.0.0.1:${port}`,
    `Referer: http://127.0.0.1:${port}${path}`,
    'Content-Type: application/x-www-form-urlencoded',
    `Content-Length: ${body.length}`,
  ]
  return Buffer.from(head('POST', path, port, jar, fields) + body, 'latin1')
}

/** What an answer put into the browser: the jar with its cookies. */
export function keepCookies(jar: Jar, answer: string): Jar {
  const kept: Record<string, string> = { ...jar }
  for (const [, name = '', value = ''] of answer.matchAll(/^set-cookie: *([^=]+)=([^;\r]*)/gim)) kept[name] = value
  return kept
}

/** A token for a form as a page would hold it: Django's mask over the secret of the cookie. */
export function formToken(secret: string): string {
  let mask = ''
  let masked = ''
  for (const character of secret) {
    const shift = Math.floor(Math.random() * alphabet.length)
    mask += alphabet[shift]
    masked += alphabet[(alphabet.indexOf(character) + shift) % alphabet.length]
  }
  return mask + masked
}
