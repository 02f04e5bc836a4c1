/**
 * Salted MD5, `md5$<salt>$<hex>`: to read old tables, whose hashes are made anew at the next login. Never the first in a list.
 * Mirrors `MD5PasswordHasher` (django/contrib/auth/hashers.py, 5.2).
 */
import { hash } from 'node:crypto'
import { constantTimeEqual } from '../../kernel/bytes.ts'
import type { Hasher, HashSummary } from '../hasher.ts'
import { checkEncodeArguments, freshSalt, isWeakSalt, maskHash } from './hash-parts.ts'

/** The parts of a hash. */
export interface Md5Hash {
  readonly algorithm: string
  readonly salt: string
  /** Hexadecimal. */
  readonly hash: string
}

/** Salted MD5, which protects nothing: only for hashes of old. */
export class Md5Hasher implements Hasher {
  readonly algorithm = 'md5'
  readonly isInstant = true

  salt(): string {
    return freshSalt()
  }

  async encode(password: string, salt: string): Promise<string> {
    checkEncodeArguments(password, salt)
    return this.#encode(password, salt)
  }

  decode(encoded: string): Md5Hash | null {
    const [algorithm, salt = '', hash, ...more] = encoded.split('$')
    if (algorithm !== this.algorithm || salt === '' || hash === undefined || more.length > 0) return null
    return { algorithm, salt, hash }
  }

  async verify(password: string, encoded: string): Promise<boolean> {
    const parts = this.decode(encoded)
    return parts !== null && constantTimeEqual(this.#encode(password, parts.salt), encoded)
  }

  mustUpdate(encoded: string): boolean {
    const parts = this.decode(encoded)
    return parts !== null && isWeakSalt(parts.salt)
  }

  /** As in Django nothing: there is no cost to make up for. */
  async hardenRuntime(): Promise<void> {}

  safeSummary(encoded: string): HashSummary | null {
    const parts = this.decode(encoded)
    if (parts === null) return null
    return { algorithm: parts.algorithm, salt: maskHash(parts.salt, 2), hash: maskHash(parts.hash) }
  }

  #encode(password: string, salt: string): string {
    return `${this.algorithm}$${salt}$${hash('md5', salt + password)}`
  }
}
