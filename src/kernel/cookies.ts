/**
 * Reading the Cookie header and writing Set-Cookie, character for character as Django with Python's http.cookies.
 * Mirrors django/http/cookie.py and `set_cookie`, `delete_cookie` of django/http/response.py (5.2); RFC 6265.
 */

import { isPythonSpace, pythonStrip } from './python-strip.ts'

const SEMICOLON = 0x3b
const EQUALS = 0x3d
const QUOTE = 0x22
const BACKSLASH = 0x5c

const LEGAL_NAME = /^[A-Za-z0-9!#$%&'*+\-.^_`|~:]+$/
const RESERVED_NAME = /^(?:expires|path|comment|domain|max-age|secure|httponly|version|samesite)$/i
const QUOTED_CHARACTERS = /[^A-Za-z0-9!#$%&'*+\-.^_`|~: ()/<=>?@[\]{}\u0100-\uffff]/g
const ILLEGAL_IN_ATTRIBUTE = /[^\x20-\x3a\x3c-\x7e]/

/**
 * The value of one cookie, without splitting the rest of the header; of several with that name the last.
 * @param name a name as `setCookie` takes it
 */
export function findCookie(header: string | undefined, name: string): string | undefined {
  if (header === undefined || name === '') return undefined
  let found = -1
  for (let at = header.indexOf(name); at !== -1; at = header.indexOf(name, at + name.length)) {
    let before = at - 1
    while (isPythonSpace(header.charCodeAt(before))) before--
    if (before >= 0 && header.charCodeAt(before) !== SEMICOLON) continue
    let after = at + name.length
    while (isPythonSpace(header.charCodeAt(after))) after++
    if (header.charCodeAt(after) === EQUALS) found = after + 1
  }
  if (found === -1) return undefined
  const end = header.indexOf(';', found)
  return unquote(pythonStrip(end === -1 ? header.slice(found) : header.slice(found, end)))
}

/** All cookies of a header; of several with one name the last, and text without `=` under the name `''`, as Django. */
export function parseCookies(header: string | undefined): Map<string, string> {
  const cookies = new Map<string, string>()
  if (header === undefined) return cookies
  for (const chunk of header.split(';')) {
    const equals = chunk.indexOf('=')
    const name = equals === -1 ? '' : pythonStrip(chunk.slice(0, equals))
    const value = pythonStrip(equals === -1 ? chunk : chunk.slice(equals + 1))
    if (name !== '' || value !== '') cookies.set(name, unquote(value))
  }
  return cookies
}

/** Undoes the quoting of Python's http.cookies: `\"`, `\\` and three octal digits. */
function unquote(value: string): string {
  const last = value.length - 1
  if (last < 1 || value.charCodeAt(0) !== QUOTE || value.charCodeAt(last) !== QUOTE) return value
  let text = ''
  let from = 1
  for (let at = value.indexOf('\\', from); at !== -1 && at < last - 1; at = value.indexOf('\\', at)) {
    const octal = octalAt(value, at + 1, last)
    if (octal !== -1) {
      text += value.slice(from, at) + String.fromCharCode(octal)
      at += 4
    } else if (value.charCodeAt(at + 1) === 0x0a) {
      // Python's `.` matches no line feed: the backslash stays.
      text += value.slice(from, at + 1)
      at += 1
    } else {
      text += value.slice(from, at) + value.charAt(at + 1)
      at += 2
    }
    from = at
  }
  return text + value.slice(from, last)
}

/** The character code that three octal digits write, or -1 where there are none before `end`. */
function octalAt(text: string, at: number, end: number): number {
  if (at + 3 > end) return -1
  const high = text.charCodeAt(at) - 0x30
  const middle = text.charCodeAt(at + 1) - 0x30
  const low = text.charCodeAt(at + 2) - 0x30
  const legal = high >= 0 && high <= 3 && middle >= 0 && middle <= 7 && low >= 0 && low <= 7
  return legal ? high * 64 + middle * 8 + low : -1
}

/** The attributes of a cookie. */
export interface CookieAttributes {
  /** Seconds; `expires` is derived from it. @default the cookie ends with the browser */
  readonly maxAge?: number | undefined
  /** With it alone, `maxAge` is derived from it. */
  readonly expires?: Date | undefined
  /** `''` leaves it out. @default '/' */
  readonly path?: string | undefined
  readonly domain?: string | undefined
  readonly secure?: boolean | undefined
  readonly httpOnly?: boolean | undefined
  readonly sameSite?: 'Lax' | 'Strict' | 'None' | undefined
}

/**
 * The value of a Set-Cookie header in Django's order and quoting. Characters above U+00FF in the value are left
 * as they are, as Python does; Node refuses to send them.
 * @param now milliseconds since 1970
 * @throws {TypeError} when the name is no cookie name, or an attribute has control characters, `;` or no sense
 */
export function setCookie(name: string, value: string, attributes: CookieAttributes, now: number): string {
  let { maxAge } = attributes
  let expires = attributes.expires?.getTime()
  if (maxAge !== undefined) {
    if (!Number.isFinite(maxAge)) throw new TypeError('maxAge of a cookie has to be a number of seconds.')
    expires ??= now + maxAge * 1000
  } else if (expires !== undefined) {
    maxAge = Math.max(0, Math.ceil((expires - now) / 1000))
  }
  return cookieText(name, quote(value), expires === undefined ? undefined : httpDate(expires), maxAge, attributes)
}

/** What the browser has to be told of a cookie to delete it: the same path and domain with which it was set. */
export type DeletedCookieAttributes = Omit<CookieAttributes, 'maxAge' | 'expires'>

/**
 * The value of a Set-Cookie header that deletes a cookie. Secure is set for `__Secure-`, `__Host-` and
 * SameSite=None, without which browsers would ignore it.
 * @throws {TypeError} when the name is no cookie name, or an attribute has control characters or `;`
 */
export function deleteCookie(name: string, attributes: DeletedCookieAttributes = {}): string {
  const secure =
    attributes.secure || name.startsWith('__Secure-') || name.startsWith('__Host-') || attributes.sameSite === 'None'
  return cookieText(name, '""', 'Thu, 01 Jan 1970 00:00:00 GMT', 0, { ...attributes, secure })
}

function cookieText(
  name: string,
  value: string,
  expires: string | undefined,
  maxAge: number | undefined,
  { path = '/', domain = '', secure, httpOnly, sameSite }: CookieAttributes,
): string {
  if (!LEGAL_NAME.test(name) || RESERVED_NAME.test(name)) {
    throw new TypeError(`${JSON.stringify(name)} cannot be the name of a cookie.`)
  }
  if (ILLEGAL_IN_ATTRIBUTE.test(path) || ILLEGAL_IN_ATTRIBUTE.test(domain)) {
    throw new TypeError('path and domain of a cookie have to be printable ASCII without ";".')
  }
  if (sameSite !== undefined && sameSite !== 'Lax' && sameSite !== 'Strict' && sameSite !== 'None') {
    throw new TypeError('sameSite of a cookie has to be "Lax", "Strict" or "None".')
  }
  let text = `${name}=${value}`
  if (domain !== '') text += `; Domain=${domain}`
  if (expires !== undefined) text += `; expires=${expires}`
  if (httpOnly) text += '; HttpOnly'
  if (maxAge !== undefined) text += `; Max-Age=${Math.trunc(maxAge)}`
  if (path !== '') text += `; Path=${path}`
  if (sameSite !== undefined) text += `; SameSite=${sameSite}`
  if (secure) text += '; Secure'
  return text
}

/** The quoting of Python's http.cookies: nothing for a token, else quotes and octal escapes. */
function quote(value: string): string {
  return LEGAL_NAME.test(value) ? value : `"${value.replace(QUOTED_CHARACTERS, escapeCharacter)}"`
}

function escapeCharacter(character: string): string {
  const code = character.charCodeAt(0)
  if (code === QUOTE || code === BACKSLASH) return `\\${character}`
  return `\\${code.toString(8).padStart(3, '0')}`
}

/**
 * A date as HTTP writes it (RFC 9110 section 5.6.7; Django: `http_date`).
 * @param ms milliseconds since 1970
 * @throws {TypeError} when that is no date
 */
export function httpDate(ms: number): string {
  const date = new Date(ms)
  if (Number.isNaN(date.getTime())) throw new TypeError('There is no such date.')
  return date.toUTCString()
}
