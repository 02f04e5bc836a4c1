/**
 * Where a redirect may lead, and how its target is written.
 * Mirrors `url_has_allowed_host_and_scheme` and `escape_leading_slashes` of django/utils/http.py, `iri_to_uri` of
 * django/utils/encoding.py, `HttpResponseRedirect` and `redirect_to_login` (5.2), surprises included.
 */

import { RequestError } from '../errors.ts'
import { parseUrlEncoded } from './forms.ts'
import { pythonStrip } from './python-strip.ts'
import { urlSplit, urlUnsplit } from './url-split.ts'

const MAX_URL_LENGTH = 2048
const MAX_REDIRECT_LENGTH = 16384
const CONTROL_AT_START = /^\p{C}/u
const URI = /^[A-Za-z0-9\-._~/#%[\]=:;$&()+,!?*@']*$/

/**
 * Whether a URL that came from outside stays on the allowed hosts: no other host, no scheme but http and https.
 * It looks at the text without whitespace around it, and the text has to go through `redirectTarget` afterwards.
 * @param allowedHosts hosts exactly as they would stand in the URL, port included
 * @param requireHttps refuses http, also for `//host` without a scheme
 */
export function urlHasAllowedHostAndScheme(
  url: string | null | undefined,
  allowedHosts: ReadonlySet<string> | string | null,
  requireHttps = false,
): boolean {
  if (url === null || url === undefined) return false
  const text = pythonStrip(url)
  if (text === '' || isLongerThan(text, MAX_URL_LENGTH)) return false
  // Browsers take a backslash for a slash, but not in what may be a password.
  return (
    isAllowed(text, allowedHosts, requireHttps) &&
    (!text.includes('\\') || isAllowed(text.replaceAll('\\', '/'), allowedHosts, requireHttps))
  )
}

function isAllowed(url: string, allowedHosts: ReadonlySet<string> | string | null, requireHttps: boolean): boolean {
  if (url.startsWith('///') || CONTROL_AT_START.test(url)) return false
  const parts = urlSplit(url)
  if (parts === null) return false
  const { scheme, netloc } = parts
  if (netloc === '') return scheme === ''
  const hostIsAllowed = typeof allowedHosts === 'string' ? allowedHosts === netloc : allowedHosts?.has(netloc)
  if (!hostIsAllowed) return false
  return scheme === 'https' || (!requireHttps && (scheme === 'http' || scheme === ''))
}

/** Whether a text has more than `limit` characters as Python counts them, which is by code points. */
function isLongerThan(text: string, limit: number): boolean {
  if (text.length <= limit) return false
  if (text.length > 2 * limit) return true
  let points = 0
  for (const _ of text) points++
  return points > limit
}

/** Percent-encodes what cannot stand in a URI and leaves percent signs alone (Django: `iri_to_uri`). */
export function iriToUri(iri: string): string {
  if (URI.test(iri)) return iri
  return encodeURI(iri.toWellFormed()).replace(/%(25|5B|5D)/g, (_, code) =>
    code === '25' ? '%' : code === '5B' ? '[' : ']',
  )
}

/** Escapes the second of two leading slashes, so that a path is not taken for a host. */
export function escapeLeadingSlashes(url: string): string {
  return url.startsWith('//') ? `/%2F${url.slice(2)}` : url
}

/**
 * What goes into the Location header for a URL or path (Django: `HttpResponseRedirect`).
 * @throws {RequestError} 400 where Django raises DisallowedRedirect: more than 16384 characters, or another scheme
 * than http, https and ftp; and for a host that cannot be one
 */
export function redirectTarget(url: string): string {
  if (isLongerThan(url, MAX_REDIRECT_LENGTH)) {
    throw new RequestError(400, `Unsafe redirect: the URL has more than ${MAX_REDIRECT_LENGTH} characters.`)
  }
  const parts = urlSplit(url)
  if (parts === null) throw new RequestError(400, 'Unsafe redirect: the URL has an impossible host.')
  const { scheme } = parts
  if (scheme !== '' && scheme !== 'http' && scheme !== 'https' && scheme !== 'ftp') {
    throw new RequestError(400, 'Unsafe redirect: the URL has another scheme than http, https or ftp.')
  }
  return iriToUri(url)
}

/**
 * The Location of the login page with the page to come back to in its query (Django: `redirect_to_login`).
 * @param redirectFieldName the field for it, usually `next`; null leaves it out
 * @throws {RequestError} 400 when the result cannot be redirected to, see `redirectTarget`
 */
export function loginRedirectUrl(next: string, loginUrl: string, redirectFieldName: string | null): string {
  const parts = urlSplit(loginUrl)
  if (parts === null) throw new RequestError(400, 'Unsafe redirect: the login URL has an impossible host.')
  if (redirectFieldName === null || redirectFieldName === '') return redirectTarget(urlUnsplit(parts))
  const pairs: string[] = []
  const nextPair = `${encodeField(redirectFieldName)}=${encodeField(next)}`
  let placed = false
  for (const [name, value] of parseUrlEncoded(parts.query)) {
    if (name !== redirectFieldName) pairs.push(`${encodeField(name)}=${encodeField(value)}`)
    else if (!placed) placed = pairs.push(nextPair) > 0
  }
  if (!placed) pairs.push(nextPair)
  return redirectTarget(urlUnsplit({ ...parts, query: pairs.join('&') }))
}

/** Python's `quote(text, safe='/')`. */
function encodeField(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(/%2F|[!'()*]/g, (found) =>
    found === '%2F' ? '/' : `%${found.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}
