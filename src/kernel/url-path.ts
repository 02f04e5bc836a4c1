/** Pathnames as they are sent and as they are meant. Mirrors `get_path_info` (django/core/handlers/wsgi.py, 5.2) and `escape_uri_path` (django/utils/encoding.py). */
import { isUtf8 } from 'node:buffer'

// The lead bytes of UTF-8 with as many bytes as belong to them, or one byte that has lost its others.
const ESCAPED_CHARACTER =
  /%[0-7][0-9a-f]|%[cd][0-9a-f]%[89ab][0-9a-f]|%e[0-9a-f](?:%[89ab][0-9a-f]){2}|%f[0-7](?:%[89ab][0-9a-f]){3}|%[89a-f][0-9a-f]/gi

/** Decodes a pathname as WSGI and Django do: an escaped slash is a slash, what is no UTF-8 stays escaped, in capitals. */
export function decodePath(pathname: string): string {
  try {
    return decodeURIComponent(pathname)
  } catch {
    return pathname.replace(ESCAPED_CHARACTER, decodeCharacter)
  }
}

function decodeCharacter(escaped: string): string {
  const bytes = Buffer.from(escaped.replaceAll('%', ''), 'hex')
  return isUtf8(bytes) ? bytes.toString('utf8') : escaped.toUpperCase()
}

/** Percent-encodes a pathname but for the characters that RFC 3986 allows in one. */
export function encodePath(pathname: string): string {
  return encodeURI(pathname.toWellFormed()).replace(/[?#]/g, (mark) => (mark === '?' ? '%3F' : '%23'))
}
