/**
 * The secret behind one visitor's tokens, and where it is kept: in a cookie of its own, or in the session.
 * Mirrors `get_token`, `rotate_token` and `_get_secret` (django/middleware/csrf.py, 5.2).
 */
import { maskSecret, newCsrfSecret, tokenFormatError, unmaskToken } from './csrf-token.ts'

/** Where Django keeps the secret in a session (CSRF_USE_SESSIONS). */
export const SESSION_CSRF_SECRET = '_csrftoken'

/** A place for the secret. */
export interface SecretPlace {
  /** As the visitor has it; it may be malformed. */
  read(): string | null
  /** Keeps a new one; without it the answer sets a cookie. */
  readonly keep?: (secret: string) => void
}

export class VisitorSecret {
  readonly #place: SecretPlace
  #made: string | undefined
  #due = false

  constructor(place: SecretPlace) {
    this.#place = place
  }

  /** As it came, for the check, which tells what is wrong with it. */
  get raw(): string | null {
    return this.#place.read()
  }
  /** The secret to set as a cookie with this answer, if any. */
  get cookieDue(): string | null {
    return this.#due ? this.#current() : null
  }

  /** A token for a page. The cookie is sent again, so that it lives as long as the page is used. */
  token(): string {
    const secret = this.#current() ?? this.rotate()
    this.#due = this.#place.keep === undefined
    return maskSecret(secret)
  }

  /** A new secret: tokens handed out before a login are worth nothing after it. */
  rotate(): string {
    const secret = newCsrfSecret()
    if (this.#place.keep !== undefined) this.#place.keep(secret)
    else {
      this.#made = secret
      this.#due = true
    }
    return secret
  }

  /** A malformed secret counts as none, and the next token brings a good one; a masked one is Django's before 4.0. */
  #current(): string | null {
    if (this.#made !== undefined) return this.#made
    const raw = this.#place.read()
    return raw === null || tokenFormatError(raw) !== null ? null : unmaskToken(raw)
  }
}
