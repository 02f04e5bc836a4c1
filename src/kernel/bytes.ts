/**
 * Bytes and numbers as text, random strings and comparisons that take no hints from their time.
 * Mirrors django/utils/crypto.py, the number encodings of django/utils/http.py and django/core/signing.py (5.2);
 * base64url is RFC 4648 section 5.
 */

import { isUtf8 } from 'node:buffer'
import { hash, randomBytes, timingSafeEqual } from 'node:crypto'
import { isPythonSpace } from './python-strip.ts'

/** The letters and digits of Django's `RANDOM_STRING_CHARS`: salts and CSRF secrets are made of them. */
export const ALPHANUMERIC = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'

/** The small letters and digits that session keys are made of. */
export const LOWER_ALPHANUMERIC = 'abcdefghijklmnopqrstuvwxyz0123456789'

const BASE62_DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const BASE64_TEXT = /^[A-Za-z0-9+/_-]*=*$/
const BASE36_NUMBER = /^[+-]?[0-9a-z]+(?:_[0-9a-z]+)*$/i
const PAD = 0x3d

/** Encodes bytes, or the UTF-8 of a text, as base64url without padding. */
export function base64urlEncode(data: Uint8Array | string): string {
  if (typeof data === 'string') return Buffer.from(data, 'utf8').toString('base64url')
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64url')
}

/**
 * Decodes base64url (and plain base64, as Python does), padded or not.
 * Stricter than Django's `b64_decode`, which drops what is not in the alphabet.
 * @returns null for characters outside the alphabet and for a length that no encoder makes
 */
export function base64urlDecode(text: string): Buffer | null {
  if (!BASE64_TEXT.test(text)) return null
  let end = text.length
  while (end > 0 && text.charCodeAt(end - 1) === PAD) end--
  return end % 4 === 1 ? null : Buffer.from(text, 'base64url')
}

/** Encodes the text of a primary key for a password reset link (Django: `urlsafe_base64_encode(force_bytes(pk))`). */
export function uid64Encode(pk: string | Uint8Array): string {
  return base64urlEncode(pk)
}

/**
 * Decodes the `uidb64` of a password reset link to the text of a primary key, as leniently as Django.
 * @returns null for what Django refuses, text that is not UTF-8 among it
 */
export function uid64Decode(text: string): string | null {
  const bytes = uid64DecodeBytes(text)
  return bytes !== null && isUtf8(bytes) ? bytes.toString('utf8') : null
}

/**
 * Does what Django's `urlsafe_base64_decode` does: characters outside the alphabet are dropped, everything after
 * complete padding is ignored, and padding is added by the length that was sent.
 * @returns null where Django raises ValueError
 */
export function uid64DecodeBytes(text: string): Buffer | null {
  if (!text.isWellFormed()) return null
  const bytes = Buffer.from(text, 'utf8')
  const padded = bytes.length + (bytes.length % 4)
  let kept = 0
  let pads = 0
  for (let i = 0; i < padded; i++) {
    const byte = bytes[i] ?? PAD
    if (byte === PAD) {
      if (kept % 4 >= 2 && (kept % 4) + ++pads >= 4) return Buffer.from(bytes.toString('latin1', 0, kept), 'base64url')
    } else if (isBase64Byte(byte)) {
      pads = 0
      bytes[kept++] = byte
    }
  }
  return kept % 4 === 0 ? Buffer.from(bytes.toString('latin1', 0, kept), 'base64url') : null
}

function isBase64Byte(byte: number): boolean {
  if (byte >= 0x61) return byte <= 0x7a
  if (byte >= 0x41) return byte <= 0x5a || byte === 0x5f
  return (byte >= 0x2f && byte <= 0x39) || byte === 0x2b || byte === 0x2d
}

/**
 * Encodes a whole number in base 62, digits before capitals before small letters (Django: `b62_encode`).
 * @throws {RangeError} when the number is not whole or larger than 2^53
 */
export function base62Encode(n: number): string {
  let rest = Math.abs(n)
  if (!Number.isInteger(n) || rest > 2 ** 53) throw new RangeError('base62Encode takes whole numbers up to 2^53.')
  let text = ''
  do {
    const digit = rest % 62
    text = BASE62_DIGITS.charAt(digit) + text
    rest = (rest - digit) / 62
  } while (rest > 0)
  return n < 0 ? `-${text}` : text
}

/**
 * Decodes a number in base 62 (Django: `b62_decode`).
 * @returns null for anything else, and for numbers beyond 2^53, which JavaScript cannot tell apart
 */
export function base62Decode(text: string): number | null {
  const negative = text.charCodeAt(0) === 0x2d
  if (text === '') return null
  let n = 0
  for (let i = negative ? 1 : 0; i < text.length; i++) {
    const digit = BASE62_DIGITS.indexOf(text.charAt(i))
    if (digit === -1) return null
    n = n * 62 + digit
    if (n > 2 ** 53) return null
  }
  return negative && n !== 0 ? -n : n
}

/**
 * Encodes a whole number in base 36 (Django: `int_to_base36`).
 * @throws {RangeError} when the number is negative, not whole or larger than 2^53
 */
export function base36Encode(n: number): string {
  if (!Number.isInteger(n) || n < 0 || n > 2 ** 53) {
    throw new RangeError('base36Encode takes whole numbers from 0 to 2^53.')
  }
  return n.toString(36)
}

/**
 * Decodes a number in base 36 of at most 13 characters (Django: `base36_to_int`).
 * @returns null for anything else, and for numbers that JavaScript cannot tell apart
 */
export function base36Decode(text: string): number | null {
  const n = base36ToBigInt(text)
  return n !== null && Number.isSafeInteger(Number(n)) ? Number(n) : null
}

/**
 * Decodes a number in base 36 of at most 13 characters exactly, with all that Python's `int(text, 36)` takes:
 * a sign, whitespace around it, single underscores inside, decimal digits of any script.
 * @returns null where Django raises ValueError
 */
export function base36ToBigInt(text: string): bigint | null {
  if (text.length > 26) return null
  const points = Array.from(text)
  if (points.length > 13) return null
  const number = points.map(asciiForm).join('').trim()
  if (!BASE36_NUMBER.test(number)) return null
  let n = 0n
  for (const digit of number.replace(/[+_-]/g, '')) n = n * 36n + BigInt(Number.parseInt(digit, 36))
  return number.startsWith('-') ? -n : n
}

/** What Python's `int` makes of a character before it reads the number. */
function asciiForm(point: string): string {
  if (point < '\x80') return point
  if (isPythonSpace(point.charCodeAt(0))) return ' '
  if (!/^\p{Nd}$/u.test(point)) return '?'
  const code = point.codePointAt(0) as number
  // Digits stand in tens from ...0 or ...6 on; only the mathematical ones follow each other without a gap.
  if (code >= 0x1d7ce && code <= 0x1d7ff) return String((code - 0x1d7ce) % 10)
  const column = code & 0xf
  return String(/^\p{Nd}$/u.test(String.fromCodePoint(code - column)) ? column : column - 6)
}

/**
 * Makes a random text of `length` characters of the alphabet, each equally likely (Django: `get_random_string`).
 * @throws {RangeError} when the alphabet is empty or has more than 256 characters
 */
export function randomString(length: number, alphabet: string): string {
  const size = alphabet.length
  if (size < 1 || size > 256) throw new RangeError('randomString takes an alphabet of 1 to 256 characters.')
  // Bytes from here on would make the first letters of the alphabet more likely than the last.
  const limit = 256 - (256 % size)
  let text = ''
  while (text.length < length) {
    const bytes = randomBytes(length - text.length + 8)
    for (let i = 0; i < bytes.length && text.length < length; i++) {
      const byte = bytes[i] as number
      if (byte < limit) text += alphabet.charAt(byte % size)
    }
  }
  return text
}

/** Compares two texts in a time that tells nothing but whether their lengths differ (Django: `constant_time_compare`). */
export function constantTimeEqual(a: string, b: string): boolean {
  // UTF-16, since UTF-8 would make all lone surrogates the same.
  return a.length === b.length && timingSafeEqual(Buffer.from(a, 'utf16le'), Buffer.from(b, 'utf16le'))
}

/** The SHA-256 of a text's UTF-8, in hexadecimal. */
export function sha256Hex(text: string): string {
  return hash('sha256', text)
}
