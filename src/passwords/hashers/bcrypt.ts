/**
 * bcrypt in Django's format, `bcrypt$$2b$<cost>$<22 characters of salt><31 of hash>`. It reads 72 bytes of a password and no
 * more; a longer one is refused, at the cost of any other.
 * Mirrors `BCryptPasswordHasher` (django/contrib/auth/hashers.py, 5.2).
 */
import { ConfigurationError, RequestError } from '../../errors.ts'
import { constantTimeEqual } from '../../kernel/bytes.ts'
import type { Hasher, HashSummary } from '../hasher.ts'
import { checkCost, maskHash } from './hash-parts.ts'
import { optionalPackage } from './optional-package.ts'

const ROUNDS = 12
/** The longest password that bcrypt reads to its end, in bytes. */
const MOST_BYTES = 72
/** Each round more doubles the work; a stored hash of so many more than today's is not computed. */
const MOST_MORE_ROUNDS = 4

/** 22 characters are 132 bits, of which the salt has 128: the last character has its four lower bits empty. */
const SALT = /^\$(2[abxy])(\$(?:0[4-9]|[12][0-9]|3[01])\$[./A-Za-z0-9]{21}[.Oeu])/
const CHECKSUM = /^[./A-Za-z0-9]{31}$/

/** What is used of @node-rs/bcrypt. */
interface NodeRs {
  genSaltSync(options: { cost: number }): string
  hash(password: Uint8Array, options: { salt: string }): Promise<string>
}

const PACKAGE = '@node-rs/bcrypt'

/** The parts of a hash. */
export interface BcryptHash {
  readonly algorithm: string
  /** `2b`, or what older programs wrote. */
  readonly algostr: string
  readonly workFactor: number
  readonly salt: string
  readonly checksum: string
}

/** Plain bcrypt, for tables that have it. It needs the package `@node-rs/bcrypt`. New hashes are better made by `BcryptSha256Hasher`. */
export class BcryptHasher implements Hasher {
  readonly algorithm: string = 'bcrypt'
  readonly maxBytes: number = MOST_BYTES
  readonly #rounds: number
  readonly #bcrypt: NodeRs

  /**
   * @param options.rounds the logarithm of the work. @default 12
   * @throws {ConfigurationError} without the package, and for rounds that bcrypt does not have
   */
  constructor(options: { readonly rounds?: number } = {}) {
    this.#rounds = options.rounds ?? ROUNDS
    checkCost('rounds', this.#rounds, 4, 31)
    this.#bcrypt = findBcrypt(new.target.name)
  }

  /** The salt with the cost in front, `$2b$12$…`, as bcrypt has it. */
  salt(): string {
    return this.#bcrypt.genSaltSync({ cost: this.#rounds })
  }

  /**
   * @param salt as `salt()` makes it; of a whole hash the salt in it
   * @throws {RequestError} 400 for a password that bcrypt would not read to its end
   */
  async encode(password: string, salt: string): Promise<string> {
    if (typeof password !== 'string') throw new TypeError('encode(password, salt): the password is no string.')
    if (!SALT.test(salt)) throw new TypeError('encode(password, salt): the salt is one of bcrypt, as salt() makes it.')
    if (Buffer.byteLength(password) > this.maxBytes) {
      throw new RequestError(400, `A password has at most ${this.maxBytes} bytes.`)
    }
    return this.#encode(password, salt)
  }

  decode(encoded: string): BcryptHash | null {
    const data = encoded.startsWith(`${this.algorithm}$`) ? encoded.slice(this.algorithm.length + 1) : ''
    const [start = '', algostr = '', rest = ''] = SALT.exec(data) ?? []
    const checksum = data.slice(start.length)
    const workFactor = Number(rest.slice(1, 3))
    const most = Math.max(ROUNDS, this.#rounds) + MOST_MORE_ROUNDS
    if (start === '' || !CHECKSUM.test(checksum) || workFactor > most) return null
    return { algorithm: this.algorithm, algostr, workFactor, salt: rest.slice(4), checksum }
  }

  async verify(password: string, encoded: string): Promise<boolean> {
    if (this.decode(encoded) === null) return false
    // Whatever the length of the password, so that the time says nothing of it.
    const again = await this.#encode(password, encoded.slice(this.algorithm.length + 1))
    return constantTimeEqual(again, encoded) && Buffer.byteLength(password) <= this.maxBytes
  }

  mustUpdate(encoded: string): boolean {
    const parts = this.decode(encoded)
    return parts !== null && parts.workFactor !== this.#rounds
  }

  async hardenRuntime(password: string, encoded: string): Promise<void> {
    const parts = this.decode(encoded)
    if (parts === null) return
    const salt = encoded.slice(this.algorithm.length + 1)
    for (let missing = 2 ** (this.#rounds - parts.workFactor) - 1; missing > 0; missing--) {
      await this.#encode(password, salt)
    }
  }

  safeSummary(encoded: string): HashSummary | null {
    const parts = this.decode(encoded)
    if (parts === null) return null
    return {
      algorithm: parts.algorithm,
      'work factor': parts.workFactor,
      salt: maskHash(parts.salt),
      checksum: maskHash(parts.checksum),
    }
  }

  /** What bcrypt gets of a password. */
  protected bytesOf(password: string): Buffer {
    return Buffer.from(password, 'utf8').subarray(0, MOST_BYTES)
  }

  async #encode(password: string, salt: string): Promise<string> {
    const [, version = '', rest = ''] = SALT.exec(salt) as RegExpExecArray
    // The four versions are one algorithm here, as in the library that Django uses; only `2b` is known to this one in full.
    const data = await this.#bcrypt.hash(this.bytesOf(password), { salt: `$2b${rest}` })
    return `${this.algorithm}$$${version}${data.slice(3)}`
  }
}

function findBcrypt(hasher: string): NodeRs {
  let found: unknown
  try {
    found = optionalPackage(PACKAGE)
  } catch (error) {
    throw new ConfigurationError(`${PACKAGE} is installed and cannot be loaded.`, error)
  }
  if (found !== undefined) return found as NodeRs
  throw new ConfigurationError(`${hasher} needs the package ${PACKAGE}: run "npm install ${PACKAGE}".`)
}
