/**
 * A session as Django's engine of signed cookies writes it: the cookie is `signing.dumps` of the values. What is read is
 * remembered by its exact text, as with payloads in a store; whether it still counts is not.
 * Mirrors `_get_session_key` and `load` (django/contrib/sessions/backends/signed_cookies.py, 5.2).
 */
import { base62Decode } from '../kernel/bytes.ts'
import { dumps } from '../kernel/signing.ts'
import { type Json, type PayloadKeys, SessionPayloads } from './session-payload.ts'

const SALT = 'django.contrib.sessions.backends.signed_cookies'

export class CookiePayloads extends SessionPayloads {
  readonly #key: string

  constructor(keys: PayloadKeys) {
    super(keys, SALT)
    this.#key = keys.key
  }

  /** @param now milliseconds */
  override encode(values: ReadonlyMap<string, Json>, now: number): string {
    const options = { key: this.#key, salt: SALT, compress: true, now: Math.floor(now / 1000) }
    return dumps(Object.fromEntries(values), options)
  }

  /** The same values, signed now. @param now milliseconds @returns null for what is no cookie of ours */
  renew(cookie: string, now: number): string | null {
    const payload = this.decode(cookie)
    if (payload === null) return null
    return this.encode(new Map(Object.entries(JSON.parse(payload.json) as Record<string, Json>)), now)
  }
}

/** When a cookie was signed, milliseconds since 1970; for one whose signature has been found good. */
export function signedAt(cookie: string): number {
  return (base62Decode(cookie.split(':').at(-2) ?? '') ?? 0) * 1000
}
