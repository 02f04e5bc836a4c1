/**
 * scrypt in Django's format, `scrypt$<N>$<salt>$<r>$<p>$<base64>` (RFC 7914).
 * Mirrors `ScryptPasswordHasher` (django/contrib/auth/hashers.py, 5.2).
 */
import { type ScryptOptions, scrypt } from 'node:crypto'
import { promisify } from 'node:util'
import { ConfigurationError } from '../../errors.ts'
import { constantTimeEqual } from '../../kernel/bytes.ts'
import type { Hasher, HashSummary } from '../hasher.ts'
import { checkCost, checkEncodeArguments, freshSalt, maskHash, wholeNumber } from './hash-parts.ts'

const derive = promisify<string, string, number, ScryptOptions, Buffer>(scrypt)

const HASH_LENGTH = 64
/** A stored hash of so many times today's work or memory is not computed. */
const MOST_TIMES = 16

/** What scrypt costs. */
export interface ScryptCost {
  /** N, a power of two: work and memory. @default 16384 */
  readonly workFactor: number
  /** r: memory is 128 * N * r bytes. @default 8 */
  readonly blockSize: number
  /** p: so many times the work, one after the other. @default 5 */
  readonly parallelism: number
}

/** The parts of a hash. */
export interface ScryptHash extends ScryptCost {
  readonly algorithm: string
  readonly salt: string
  /** Base64. */
  readonly hash: string
}

const DEFAULT: ScryptCost = { workFactor: 2 ** 14, blockSize: 8, parallelism: 5 }

/** scrypt, as Django makes it. */
export class ScryptHasher implements Hasher {
  readonly algorithm = 'scrypt'
  readonly #cost: ScryptCost
  readonly #mostWork: number
  readonly #mostMemory: number

  /** @throws {ConfigurationError} for costs that scrypt does not have */
  constructor(options: Partial<ScryptCost> = {}) {
    const cost = { ...DEFAULT, ...options }
    checkCost('workFactor', cost.workFactor, 2, 2 ** 31)
    checkCost('blockSize', cost.blockSize, 1, 2 ** 20)
    checkCost('parallelism', cost.parallelism, 1, 2 ** 20)
    if (!isPossible(cost)) {
      throw new ConfigurationError(
        `scrypt has no workFactor ${cost.workFactor} with blockSize ${cost.blockSize}: it is a power of two below 2^(16 * blockSize).`,
      )
    }
    this.#cost = cost
    this.#mostWork = MOST_TIMES * Math.max(work(DEFAULT), work(cost))
    this.#mostMemory = MOST_TIMES * Math.max(memory(DEFAULT), memory(cost))
  }

  salt(): string {
    return freshSalt()
  }

  async encode(password: string, salt: string): Promise<string> {
    checkEncodeArguments(password, salt)
    return this.#encode(password, salt, this.#cost)
  }

  decode(encoded: string): ScryptHash | null {
    const [algorithm, n = '', salt = '', r = '', p = '', hash, ...more] = encoded.split('$')
    if (algorithm !== this.algorithm || salt === '' || hash === undefined || more.length > 0) return null
    const cost = { workFactor: wholeNumber(n), blockSize: wholeNumber(r), parallelism: wholeNumber(p) }
    // Compared so that a NaN is too much, too.
    if (!(work(cost) <= this.#mostWork && memory(cost) <= this.#mostMemory && isPossible(cost))) return null
    return { algorithm, salt, ...cost, hash }
  }

  async verify(password: string, encoded: string): Promise<boolean> {
    const parts = this.decode(encoded)
    return parts !== null && constantTimeEqual(await this.#encode(password, parts.salt, parts), encoded)
  }

  mustUpdate(encoded: string): boolean {
    const parts = this.decode(encoded)
    if (parts === null) return false
    const { workFactor, blockSize, parallelism } = this.#cost
    return parts.workFactor !== workFactor || parts.blockSize !== blockSize || parts.parallelism !== parallelism
  }

  /** As in Django nothing: what is missing of scrypt's work cannot be done separately. */
  async hardenRuntime(): Promise<void> {}

  safeSummary(encoded: string): HashSummary | null {
    const parts = this.decode(encoded)
    if (parts === null) return null
    return {
      algorithm: parts.algorithm,
      'work factor': parts.workFactor,
      'block size': parts.blockSize,
      parallelism: parts.parallelism,
      salt: maskHash(parts.salt),
      hash: maskHash(parts.hash),
    }
  }

  async #encode(password: string, salt: string, cost: ScryptCost): Promise<string> {
    const { workFactor: N, blockSize: r, parallelism: p } = cost
    const hash = await derive(password, salt, HASH_LENGTH, { N, r, p, maxmem: 2 * memory(cost) })
    return `${this.algorithm}$${N}$${salt}$${r}$${p}$${hash.toString('base64')}`
  }
}

function work({ workFactor, blockSize, parallelism }: ScryptCost): number {
  return workFactor * blockSize * parallelism
}

/** Bytes. */
function memory({ workFactor, blockSize, parallelism }: ScryptCost): number {
  return 128 * blockSize * (workFactor + parallelism + 2)
}

/** RFC 7914, section 6: N is a power of two above 1 and below 2^(128 * r / 8). */
function isPossible({ workFactor, blockSize }: ScryptCost): boolean {
  return workFactor > 1 && Number.isInteger(Math.log2(workFactor)) && Math.log2(workFactor) < 16 * blockSize
}
