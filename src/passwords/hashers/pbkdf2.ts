/**
 * PBKDF2 in Django's format, `pbkdf2_sha256$<rounds>$<salt>$<base64>` (RFC 8018, section 5.2).
 * Mirrors `PBKDF2PasswordHasher` (django/contrib/auth/hashers.py, 5.2).
 */
import { pbkdf2 } from 'node:crypto'
import { promisify } from 'node:util'
import { constantTimeEqual } from '../../kernel/bytes.ts'
import type { Hasher, HashSummary } from '../hasher.ts'
import { checkCost, checkEncodeArguments, freshSalt, isWeakSalt, maskHash, wholeNumber } from './hash-parts.ts'

const derive = promisify(pbkdf2)

/** Django 5.2's rounds. */
const ROUNDS = 1_000_000
/** What OpenSSL takes. */
const MOST_ROUNDS = 2 ** 31 - 1
/** A stored hash of so many times today's rounds is not computed: it would hold a thread for minutes. */
const MOST_TIMES = 10

/** The parts of a hash. */
export interface Pbkdf2Hash {
  readonly algorithm: string
  readonly iterations: number
  readonly salt: string
  /** Base64. */
  readonly hash: string
}

/** PBKDF2 with SHA-256, Django's default. */
export class Pbkdf2Hasher implements Hasher {
  readonly algorithm: string = 'pbkdf2_sha256'
  protected readonly digest: 'sha256' | 'sha1' = 'sha256'
  protected readonly hashLength: number = 32
  readonly #rounds: number
  readonly #mostRounds: number

  /**
   * @param options.rounds @default 1,000,000
   * @throws {ConfigurationError} for rounds that are no whole number from 1 on
   */
  constructor(options: { readonly rounds?: number } = {}) {
    this.#rounds = options.rounds ?? ROUNDS
    checkCost('rounds', this.#rounds, 1, MOST_ROUNDS)
    this.#mostRounds = Math.min(MOST_TIMES * Math.max(ROUNDS, this.#rounds), MOST_ROUNDS)
  }

  salt(): string {
    return freshSalt()
  }

  async encode(password: string, salt: string): Promise<string> {
    checkEncodeArguments(password, salt)
    return this.#encode(password, salt, this.#rounds)
  }

  decode(encoded: string): Pbkdf2Hash | null {
    const [algorithm = '', rounds = '', salt = '', hash, ...more] = encoded.split('$')
    const iterations = wholeNumber(rounds)
    // Django hashes nothing without a salt, and there is no $ in base64.
    if (algorithm !== this.algorithm || salt === '' || hash === undefined || more.length > 0) return null
    return iterations <= this.#mostRounds ? { algorithm, iterations, salt, hash } : null
  }

  async verify(password: string, encoded: string): Promise<boolean> {
    const parts = this.decode(encoded)
    if (parts === null) return false
    return constantTimeEqual(await this.#encode(password, parts.salt, parts.iterations), encoded)
  }

  mustUpdate(encoded: string): boolean {
    const parts = this.decode(encoded)
    return parts !== null && (parts.iterations !== this.#rounds || isWeakSalt(parts.salt))
  }

  async hardenRuntime(password: string, encoded: string): Promise<void> {
    const parts = this.decode(encoded)
    if (parts === null || parts.iterations >= this.#rounds) return
    await this.#encode(password, parts.salt, this.#rounds - parts.iterations)
  }

  safeSummary(encoded: string): HashSummary | null {
    const parts = this.decode(encoded)
    if (parts === null) return null
    const { algorithm, iterations, salt, hash } = parts
    return { algorithm, iterations, salt: maskHash(salt), hash: maskHash(hash) }
  }

  async #encode(password: string, salt: string, rounds: number): Promise<string> {
    const hash = await derive(password, salt, rounds, this.hashLength, this.digest)
    return `${this.algorithm}$${rounds}$${salt}$${hash.toString('base64')}`
  }
}
