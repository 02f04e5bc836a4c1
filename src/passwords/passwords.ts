/**
 * Making and checking password hashes with a list of hashers, the first of them preferred. Everything goes
 * through the bounded queue, and a refusal does the same work as a success.
 * Mirrors `make_password`, `check_password` and `verify_password` (django/contrib/auth/hashers.py, 5.2).
 */
import { ALPHANUMERIC, randomString } from '../kernel/bytes.ts'
import type { HashQueue } from './hash-queue.ts'
import type { Hasher } from './hasher.ts'

const UNUSABLE_PREFIX = '!'
const UNUSABLE_LENGTH = 40

/** What came of checking a password. */
export interface PasswordCheck {
  readonly correct: boolean
  /** The hash should be made anew with the preferred hasher. */
  readonly mustUpdate: boolean
}

/** The hashers of one Postern. */
export class Passwords {
  readonly #hashers: ReadonlyMap<string, Hasher>
  readonly #preferred: Hasher
  readonly #queue: HashQueue

  constructor(hashers: readonly [Hasher, ...Hasher[]], queue: HashQueue) {
    this.#preferred = hashers[0]
    this.#hashers = new Map(hashers.map((hasher) => [hasher.algorithm, hasher]))
    this.#queue = queue
  }

  /** The algorithms whose hashes are read, the preferred one first. */
  get algorithms(): readonly string[] {
    return [...this.#hashers.keys()]
  }

  /**
   * The hash to keep for a password.
   * @param password `null` makes an unusable one, which no password opens
   * @throws {Overloaded} when too many hashes are waiting
   */
  async make(password: string | null): Promise<string> {
    if (password === null) return UNUSABLE_PREFIX + randomString(UNUSABLE_LENGTH, ALPHANUMERIC)
    if (typeof password !== 'string')
      throw new TypeError('A password is a string, or null for one that nobody can use.')
    return this.#queue.run(() => this.#preferred.encode(password, this.#preferred.salt()))
  }

  /**
   * Checks a password against a stored hash. An unusable, unknown or missing hash costs as much as a wrong password.
   * @param password `null` is right for no hash
   * @throws {Overloaded} when too many hashes are waiting
   */
  async check(password: string | null, encoded: string | null): Promise<PasswordCheck> {
    return this.#queue.run(async () => {
      const hasher = encoded === null || !isPasswordUsable(encoded) ? undefined : this.#hasherOf(encoded)
      if (password === null || encoded === null || hasher === undefined) {
        await this.#preferred.encode(password ?? '', this.#preferred.salt())
        return { correct: false, mustUpdate: false }
      }
      const changed = hasher !== this.#preferred
      const mustUpdate = changed || hasher.mustUpdate(encoded)
      const correct = await hasher.verify(password, encoded)
      if (!correct && !changed && mustUpdate) await hasher.hardenRuntime(password, encoded)
      return { correct, mustUpdate }
    })
  }

  #hasherOf(encoded: string): Hasher | undefined {
    return this.#hashers.get(encoded.slice(0, Math.max(0, encoded.indexOf('$'))))
  }
}

/** Whether a stored hash may be opened by a password, as Django says it: not one that was made to be unusable. */
export function isPasswordUsable(encoded: string | null): boolean {
  return encoded === null || !encoded.startsWith(UNUSABLE_PREFIX)
}
