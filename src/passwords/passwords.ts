/**
 * Making and checking password hashes with a list of hashers, the first of them preferred. Everything goes
 * through the bounded queue, and a refusal does the same work as a success.
 * Mirrors `make_password`, `check_password`, `verify_password` and `identify_hasher` (django/contrib/auth/hashers.py, 5.2).
 */
import { ConfigurationError, RequestError } from '../errors.ts'
import { ALPHANUMERIC, randomString } from '../kernel/bytes.ts'
import type { HashQueue } from './hash-queue.ts'
import type { Hasher, HashSummary } from './hasher.ts'

const UNUSABLE_PREFIX = '!'
const UNUSABLE_LENGTH = 40
/** No password is longer, in bytes: hashing is the most that anybody can make a server do without being known to it. */
const MOST_BYTES = 4096

/** What came of checking a password. */
export interface PasswordCheck {
  readonly correct: boolean
  /** The hash should be made anew with the preferred hasher. */
  readonly mustUpdate: boolean
}

/** How a hash is made. */
export interface MakePasswordOptions {
  /** The hasher, or the name of one in the list. @default the first in the list */
  readonly hasher?: Hasher | string
  /** @default a fresh one */
  readonly salt?: string
}

const REFUSED: PasswordCheck = { correct: false, mustUpdate: false }

/** The hashers of one Postern. */
export class Passwords {
  /** The longest password that can be set, in bytes. */
  readonly maxBytes: number
  readonly #hashers: ReadonlyMap<string, Hasher>
  readonly #preferred: Hasher
  readonly #queue: HashQueue

  /** @throws {ConfigurationError} when there is no hasher, or one that is none */
  constructor(hashers: readonly [Hasher, ...Hasher[]], queue: HashQueue) {
    checkHashers(hashers)
    this.#preferred = hashers[0]
    // As in Django the last one of a name counts.
    this.#hashers = new Map(hashers.map((hasher) => [hasher.algorithm, hasher]))
    this.#queue = queue
    this.maxBytes = mostBytes(this.#preferred)
  }

  /**
   * The hash to keep for a password.
   * @param password `null` makes an unusable one, which no password opens
   * @throws {Overloaded} when too many hashes are waiting
   * @throws {RequestError} 400 for a password that is too long, or has lone surrogates, which have no bytes
   * @throws {TypeError} for what is no password, and for a hasher that is not in the list
   */
  async make(password: string | null, options: MakePasswordOptions = {}): Promise<string> {
    if (password === null) return UNUSABLE_PREFIX + randomString(UNUSABLE_LENGTH, ALPHANUMERIC)
    if (typeof password !== 'string') {
      throw new TypeError('A password is a string, or null for one that nobody can use.')
    }
    const hasher = this.#hasher(options.hasher)
    if (!fits(password, mostBytes(hasher))) {
      throw new RequestError(400, `A password is text of at most ${mostBytes(hasher)} bytes.`)
    }
    return this.#queue.run(() => hasher.encode(password, options.salt || hasher.salt()))
  }

  /**
   * Checks a password against a stored hash. An unusable, unknown, malformed or missing hash costs as much as a wrong
   * password, and so does a password that is too long to be right.
   * @param password `null` is right for no hash
   * @throws {Overloaded} when too many hashes are waiting
   */
  async check(password: string | null, encoded: string | null): Promise<PasswordCheck> {
    return this.#queue.run(() => this.#check(password, encoded))
  }

  /** The hasher of a stored hash; null for an unusable one, and where no hasher in the list made it (Django: `identify_hasher`). */
  identify(encoded: string): Hasher | null {
    return this.#hashers.get(algorithmOf(encoded)) ?? null
  }

  /** Whether a stored hash should be made anew with the preferred hasher, as soon as somebody shows the password. */
  mustUpdate(encoded: string): boolean {
    const hasher = this.#hasherOf(encoded)
    return hasher !== null && (this.#isOther(hasher) || this.#preferred.mustUpdate(encoded))
  }

  /** What an admin page may show of a stored hash; null where there is nothing to show. */
  safeSummary(encoded: string): HashSummary | null {
    return this.identify(encoded)?.safeSummary?.(encoded) ?? null
  }

  async #check(password: string | null, encoded: string | null): Promise<PasswordCheck> {
    const isPossible = typeof password === 'string' && fits(password, MOST_BYTES)
    const given = isPossible ? password : ''
    const hasher = typeof encoded === 'string' ? this.#hasherOf(encoded) : null
    if (typeof password !== 'string' || encoded === null || hasher === null) {
      await this.#preferredWork(given)
      return REFUSED
    }
    const mustUpdate = this.mustUpdate(encoded)
    const correct = (await hasher.verify(given, encoded)) && isPossible
    if (!correct && mustUpdate) await this.#harden(hasher, given, encoded)
    // A password that the preferred hasher cannot hold keeps the hash that it has.
    return { correct, mustUpdate: mustUpdate && fits(given, this.maxBytes) }
  }

  /** What a wrong password for an old hash costs less than one for a hash of today. */
  async #harden(hasher: Hasher, password: string, encoded: string): Promise<void> {
    if (!this.#isOther(hasher)) await this.#preferred.hardenRuntime(password, encoded)
    // As in Django, what another algorithm costs is not made up for; but MD5 would be told from a missing user at once.
    else if (hasher.isInstant === true) await this.#preferredWork(password)
  }

  #isOther(hasher: Hasher): boolean {
    return hasher.algorithm !== this.#preferred.algorithm
  }

  /** What a wrong password costs. */
  async #preferredWork(password: string): Promise<void> {
    await this.#preferred.encode(fits(password, this.maxBytes) ? password : '', this.#preferred.salt())
  }

  /** The hasher that can check this hash, if any. */
  #hasherOf(encoded: string): Hasher | null {
    const hasher = isPasswordUsable(encoded) ? this.identify(encoded) : null
    return hasher?.decode?.(encoded) === null ? null : hasher
  }

  #hasher(named: Hasher | string = this.#preferred): Hasher {
    const hasher = typeof named === 'string' ? this.#hashers.get(named) : named
    if (hasher !== undefined) return hasher
    throw new TypeError(`Unknown password hashing algorithm '${named}'. Did you name its hasher in passwordHashers?`)
  }
}

/** Whether a stored hash may be opened by a password, as Django says it: not one that was made to be unusable. */
export function isPasswordUsable(encoded: string | null): boolean {
  return encoded === null || !encoded.startsWith(UNUSABLE_PREFIX)
}

/** Very old Djangos wrote MD5 and SHA-1 without a salt; Postern has no hashers for them, an application may. */
function algorithmOf(encoded: string): string {
  const end = encoded.indexOf('$')
  if ((encoded.length === 32 && end === -1) || (encoded.length === 37 && encoded.startsWith('md5$$'))) {
    return 'unsalted_md5'
  }
  if (encoded.length === 46 && encoded.startsWith('sha1$$')) return 'unsalted_sha1'
  return end === -1 ? encoded : encoded.slice(0, end)
}

function mostBytes(hasher: Hasher): number {
  return Math.min(MOST_BYTES, hasher.maxBytes ?? MOST_BYTES)
}

function fits(password: string, most: number): boolean {
  return password.length <= most && password.isWellFormed() && Buffer.byteLength(password) <= most
}

function checkHashers(hashers: readonly Hasher[]): void {
  const isHasher = (hasher: Hasher): boolean =>
    typeof hasher?.algorithm === 'string' && hasher.algorithm !== '' && typeof hasher.encode === 'function'
  if (Array.isArray(hashers) && hashers.length > 0 && hashers.every(isHasher)) return
  throw new ConfigurationError(
    'passwordHashers is a list of one hasher or more, for instance passwordHashers: [new Argon2Hasher(), new Pbkdf2Hasher()].',
  )
}
