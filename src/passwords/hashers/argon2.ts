/**
 * Argon2 in Django's format, `argon2$argon2id$v=19$m=<KiB>,t=<passes>,p=<lanes>$<base64>$<base64>` (RFC 9106).
 * Mirrors `Argon2PasswordHasher` (django/contrib/auth/hashers.py, 5.2).
 */
import { ConfigurationError } from '../../errors.ts'
import { constantTimeEqual } from '../../kernel/bytes.ts'
import type { Hasher, HashSummary } from '../hasher.ts'
import { type Argon2Engine, type Argon2Variety, findArgon2 } from './argon2-engine.ts'
import { checkCost, freshSalt, isWeakSalt, maskHash, wholeNumber } from './hash-parts.ts'

const VARIETY = 'argon2id'
const VERSION = 19
/** What argon2-cffi, which Django uses, calls hashes without a version. */
const UNVERSIONED = 18
const HASH_LENGTH = 32
const LEAST_SALT = 8
const MOST_LANES = 255
/** Longer than any library makes one, in bytes of the hash. */
const MOST_HASH = 512
/** A stored hash of so many times today's memory or work is not computed. */
const MOST_MEMORY_TIMES = 4
const MOST_WORK_TIMES = 16

const ENCODED =
  /^argon2\$(argon2id|argon2i|argon2d)\$(?:v=(16|19)\$)?m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/

/** What Argon2 costs. */
export interface Argon2Cost {
  /** Passes over the memory. @default 2 */
  readonly timeCost: number
  /** KiB. @default 102400 */
  readonly memoryCost: number
  /** Lanes. @default 8 */
  readonly parallelism: number
}

/** The parts of a hash. */
export interface Argon2Hash extends Argon2Cost {
  readonly algorithm: string
  readonly variety: Argon2Variety
  /** 19; of old hashes 16, or 18 where they say none. */
  readonly version: number
  /** Its bytes as Latin-1. */
  readonly salt: string
  /** Base64. */
  readonly hash: string
}

const DEFAULT: Argon2Cost = { timeCost: 2, memoryCost: 102_400, parallelism: 8 }

/**
 * Argon2id. It needs Node 24.7 or newer, or the package `@node-rs/argon2`; argon2i and argon2d are read, too.
 * @example createPostern({ passwordHashers: [new Argon2Hasher(), new Pbkdf2Hasher()], … })
 */
export class Argon2Hasher implements Hasher {
  readonly algorithm = 'argon2'
  readonly #cost: Argon2Cost
  readonly #engine: Argon2Engine

  /** @throws {ConfigurationError} where nothing can compute Argon2, and for costs that it does not have */
  constructor(options: Partial<Argon2Cost> = {}) {
    this.#cost = { ...DEFAULT, ...options }
    const { timeCost, memoryCost, parallelism } = this.#cost
    checkCost('timeCost', timeCost, 1, 2 ** 32 - 1)
    checkCost('parallelism', parallelism, 1, MOST_LANES)
    checkCost('memoryCost', memoryCost, 8, 2 ** 32 - 1)
    if (memoryCost < 8 * parallelism) {
      throw new ConfigurationError(`memoryCost is ${memoryCost}; it is at least 8 KiB for each lane of parallelism.`)
    }
    this.#engine = findArgon2()
  }

  salt(): string {
    return freshSalt()
  }

  async encode(password: string, salt: string): Promise<string> {
    if (typeof password !== 'string') throw new TypeError('encode(password, salt): the password is no string.')
    const bytes = Buffer.from(salt, 'utf8')
    if (bytes.length < LEAST_SALT) throw new TypeError('encode(password, salt): the salt has at least eight bytes.')
    const cost = this.#cost
    const hash = await this.#engine.derive(password, {
      variety: VARIETY,
      salt: bytes,
      ...cost,
      hashLength: HASH_LENGTH,
    })
    const costs = `m=${cost.memoryCost},t=${cost.timeCost},p=${cost.parallelism}`
    return `${this.algorithm}$${VARIETY}$v=${VERSION}$${costs}$${unpadded(bytes)}$${unpadded(hash)}`
  }

  decode(encoded: string): Argon2Hash | null {
    const [, variety, v, m = '', t = '', p = '', salt64 = '', hash = ''] = ENCODED.exec(encoded) ?? []
    const version = v === undefined ? UNVERSIONED : Number(v)
    if (variety === undefined || this.#derive(version) === undefined) return null
    const cost = { timeCost: wholeNumber(t), memoryCost: wholeNumber(m), parallelism: wholeNumber(p) }
    if (!this.#isAffordable(cost)) return null
    const salt = Buffer.from(salt64, 'base64')
    const length = Buffer.byteLength(hash, 'base64')
    if (salt.length < LEAST_SALT || unpadded(salt) !== salt64 || length < 4 || length > MOST_HASH) return null
    return {
      algorithm: this.algorithm,
      variety: variety as Argon2Variety,
      version,
      ...cost,
      salt: salt.toString('latin1'),
      hash,
    }
  }

  async verify(password: string, encoded: string): Promise<boolean> {
    const parts = this.decode(encoded)
    const derive = parts && this.#derive(parts.version)
    if (!parts || !derive) return false
    const salt = Buffer.from(parts.salt, 'latin1')
    const hashLength = Buffer.byteLength(parts.hash, 'base64')
    return constantTimeEqual(unpadded(await derive(password, { ...parts, salt, hashLength })), parts.hash)
  }

  mustUpdate(encoded: string): boolean {
    const parts = this.decode(encoded)
    if (parts === null) return false
    const { timeCost, memoryCost, parallelism } = this.#cost
    const isToday =
      parts.variety === VARIETY &&
      parts.version === VERSION &&
      parts.timeCost === timeCost &&
      parts.memoryCost === memoryCost &&
      parts.parallelism === parallelism &&
      Buffer.byteLength(parts.hash, 'base64') === HASH_LENGTH
    return !isToday || isWeakSalt(parts.salt)
  }

  /** As in Django nothing: what is missing of Argon2's work cannot be done separately. */
  async hardenRuntime(): Promise<void> {}

  safeSummary(encoded: string): HashSummary | null {
    const parts = this.decode(encoded)
    if (parts === null) return null
    return {
      algorithm: parts.algorithm,
      variety: parts.variety,
      version: parts.version,
      'memory cost': parts.memoryCost,
      'time cost': parts.timeCost,
      parallelism: parts.parallelism,
      salt: maskHash(parts.salt),
      hash: maskHash(parts.hash),
    }
  }

  #derive(version: number): Argon2Engine['derive'] | undefined {
    return version === VERSION ? this.#engine.derive : this.#engine.derive10
  }

  /** Compared so that a NaN is too much, too. */
  #isAffordable({ timeCost, memoryCost, parallelism }: Argon2Cost): boolean {
    const mostMemory = MOST_MEMORY_TIMES * Math.max(DEFAULT.memoryCost, this.#cost.memoryCost)
    const mostWork = MOST_WORK_TIMES * Math.max(work(DEFAULT), work(this.#cost))
    return (
      memoryCost <= mostMemory &&
      work({ timeCost, memoryCost, parallelism }) <= mostWork &&
      parallelism <= MOST_LANES &&
      memoryCost >= 8 * parallelism
    )
  }
}

function work({ timeCost, memoryCost }: Argon2Cost): number {
  return timeCost * memoryCost
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '')
}
