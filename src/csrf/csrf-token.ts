/**
 * Django's CSRF tokens: a secret of 32 characters, sent masked so that no two pages hold the same text (BREACH).
 * Mirrors the top of django/middleware/csrf.py (5.2).
 */
import { ALPHANUMERIC, constantTimeEqual, randomString } from '../kernel/bytes.ts'

const SECRET_LENGTH = 32
const TOKEN_LENGTH = 2 * SECRET_LENGTH
const TOKEN = /^(?:[a-zA-Z0-9]{32}){1,2}$/

/** What is wrong with the form of a token, in Django's words; null when it may be one. */
export function tokenFormatError(token: string): string | null {
  if (TOKEN.test(token)) return null
  // Python counts code points.
  const length = token.length > 2 * TOKEN_LENGTH ? token.length : Array.from(token).length
  return length === SECRET_LENGTH || length === TOKEN_LENGTH ? 'has invalid characters' : 'has incorrect length'
}

export function newCsrfSecret(): string {
  return randomString(SECRET_LENGTH, ALPHANUMERIC)
}

/** A token for a page: a random mask, then the secret shifted by it. */
export function maskSecret(secret: string, mask: string = newCsrfSecret()): string {
  return mask + shift(secret, mask, 1)
}

/** The secret in a token of either length. */
export function unmaskToken(token: string): string {
  if (token.length !== TOKEN_LENGTH) return token
  return shift(token.slice(SECRET_LENGTH), token.slice(0, SECRET_LENGTH), -1)
}

/** Whether a well-formed token belongs to the secret, in constant time. */
export function tokenMatches(token: string, secret: string): boolean {
  return constantTimeEqual(unmaskToken(token), secret)
}

function shift(text: string, mask: string, sign: 1 | -1): string {
  const size = ALPHANUMERIC.length
  let shifted = ''
  for (let at = 0; at < text.length; at++) {
    const sum = ALPHANUMERIC.indexOf(text.charAt(at)) + sign * ALPHANUMERIC.indexOf(mask.charAt(at))
    shifted += ALPHANUMERIC[(sum + size) % size]
  }
  return shifted
}
