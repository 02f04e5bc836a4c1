/**
 * Session keys: 32 of `[a-z0-9]` in the cookie, as Django's; at rest their SHA-256, so that a stolen table is not
 * a set of live sessions. Under `interop` the key itself is stored, because Django looks it up.
 */
import { LOWER_ALPHANUMERIC, randomString, sha256Hex } from '../kernel/bytes.ts'

/** Characters of a new key; 165 bits. */
const KEY_LENGTH = 32
/** `varchar(40)` of Django's table. */
const STORED_LENGTH = 40
/** What `hashedKey` makes. A key of 165 random bits in 36 characters does not look like that, and neither does one of Django's. */
const HASHED = /^[0-9a-f]{40}$/
/** Django takes a shorter key as none. */
const SHORTEST = 8
/** What a browser keeps of a cookie at most, its name included. */
const LONGEST_COOKIE = 4096

/** From the key in a cookie to the key in a store. */
export type StoredKey = (sessionKey: string) => string

export function newSessionKey(): string {
  return randomString(KEY_LENGTH, LOWER_ALPHANUMERIC)
}

/**
 * @returns null for what cannot be a session key: such a cookie is no session at all, and no store is asked. A hashed key is none
 * either: where keys are looked up as they are, a stolen table of hashed ones must not be a set of live sessions
 */
export function validSessionKey(cookie: string | undefined): string | null {
  if (cookie === undefined || cookie.length < SHORTEST || cookie.length > STORED_LENGTH) return null
  for (let at = 0; at < cookie.length; at++) {
    const code = cookie.charCodeAt(at)
    if (!((code >= 97 && code <= 122) || (code >= 48 && code <= 57))) return null
  }
  return isHashedKey(cookie) ? null : cookie
}

/** Whether a stored key is a hashed one. */
export function isHashedKey(key: string): boolean {
  return key.length === STORED_LENGTH && HASHED.test(key)
}

/** @returns null for what cannot be a session in a cookie; its signature is for the store to look at */
export function validSessionCookie(cookie: string | undefined): string | null {
  return cookie === undefined || cookie === '' || cookie.length > LONGEST_COOKIE ? null : cookie
}

export const hashedKey: StoredKey = (sessionKey) => sha256Hex(sessionKey).slice(0, STORED_LENGTH)
export const rawKey: StoredKey = (sessionKey) => sessionKey
