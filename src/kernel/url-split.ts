/**
 * URLs taken apart and put together as Python's `urllib.parse.urlsplit` and `urlunsplit` do, because Django decides
 * by them where a redirect may lead. Not a URL parser for anything else: browsers read some of these differently.
 */

import { isIPv6 } from 'node:net'

/** A URL in five parts; what is absent is `''`. */
export interface SplitUrl {
  readonly scheme: string
  readonly netloc: string
  readonly path: string
  readonly query: string
  readonly fragment: string
}

const SCHEME = /^[A-Za-z][A-Za-z0-9+.-]*$/
const IP_FUTURE = /^v[a-fA-F0-9]+\../s
const BEYOND_ASCII = /[\u0080-\uffff]/

/**
 * Splits a URL. Leading control characters and spaces, and all tabs and line ends, are dropped first.
 * @returns null where Python raises ValueError
 */
export function urlSplit(url: string): SplitUrl | null {
  let start = 0
  while (url.charCodeAt(start) <= 0x20) start++
  let rest = url.slice(start).replace(/[\t\r\n]/g, '')
  let scheme = ''
  let netloc = ''
  let query = ''
  let fragment = ''
  const colon = rest.indexOf(':')
  if (colon > 0 && SCHEME.test(rest.slice(0, colon))) {
    scheme = rest.slice(0, colon).toLowerCase()
    rest = rest.slice(colon + 1)
  }
  if (rest.startsWith('//')) {
    const end = rest.slice(2).search(/[/?#]/)
    netloc = end === -1 ? rest.slice(2) : rest.slice(2, end + 2)
    rest = end === -1 ? '' : rest.slice(end + 2)
    if (!isPossibleNetloc(netloc)) return null
  }
  const hash = rest.indexOf('#')
  if (hash !== -1) {
    fragment = rest.slice(hash + 1)
    rest = rest.slice(0, hash)
  }
  const mark = rest.indexOf('?')
  if (mark !== -1) {
    query = rest.slice(mark + 1)
    rest = rest.slice(0, mark)
  }
  return { scheme, netloc, path: rest, query, fragment }
}

/** Puts a URL together again. */
export function urlUnsplit({ scheme, netloc, path, query, fragment }: SplitUrl): string {
  let url = path
  if (netloc !== '') url = `//${netloc}${url === '' || url.startsWith('/') ? '' : '/'}${url}`
  // A path that begins with two slashes would read as a host.
  else if (url.startsWith('//')) url = `//${url}`
  if (scheme !== '') url = `${scheme}:${url}`
  if (query !== '') url += `?${query}`
  return fragment === '' ? url : `${url}#${fragment}`
}

function isPossibleNetloc(netloc: string): boolean {
  const open = netloc.indexOf('[')
  const close = netloc.indexOf(']')
  if ((open === -1) !== (close === -1)) return false
  if (open !== -1) {
    const end = netloc.indexOf(']', open)
    if (!isBracketedHost(end === -1 ? netloc.slice(open + 1) : netloc.slice(open + 1, end))) return false
  }
  if (!BEYOND_ASCII.test(netloc)) return true
  // Characters such as U+2100 turn into "a/c" when a browser looks the host up.
  const known = netloc.replace(/[@:#?]/g, '')
  const normal = known.normalize('NFKC')
  return known === normal || !/[/?#@:]/.test(normal)
}

function isBracketedHost(host: string): boolean {
  if (host.startsWith('v')) return IP_FUTURE.test(host)
  const percent = host.indexOf('%')
  if (percent === -1) return isIPv6(host)
  const zone = host.slice(percent + 1)
  return zone !== '' && !zone.includes('%') && isIPv6(host.slice(0, percent))
}
