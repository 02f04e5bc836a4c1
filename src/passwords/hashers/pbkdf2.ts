/**
 * PBKDF2 in Django's format, `pbkdf2_sha256$<rounds>$<salt>$<base64>` (RFC 8018, section 5.2).
 * Mirrors `PBKDF2PasswordHasher` (django/contrib/auth/hashers.py, 5.2).
 */
import { pbkdf2 } from 'node:crypto'
import { promisify } from 'node:util'
import { ALPHANUMERIC, constantTimeEqual, randomString } from '../kernel/bytes.ts'
import type { Hasher } from './hasher.ts'

const derive = promisify(pbkdf2)

/** Django 5.2's rounds. */
const ROUNDS = 1_000_000
/** 22 characters of 62 are 131 bits. */
const SALT_LENGTH = 22
const SALT_BITS = 128
/** A stored count beyond this is not honoured: it would hold a thread for minutes. */
const MOST_ROUNDS = 100_000_000

/** PBKDF2 with SHA-256, Django's default. */
export class Pbkdf2Hasher implements Hasher {
  readonly algorithm = 'pbkdf2_sha256'
  readonly #rounds: number

  /** @param options.rounds @default 1,000,000 */
  constructor(options: { readonly rounds?: number } = {}) {
    this.#rounds = options.rounds ?? ROUNDS
  }

  salt(): string {
    return randomString(SALT_LENGTH, ALPHANUMERIC)
  }

  async encode(password: string, salt: string): Promise<string> {
    return this.#encode(password, salt, this.#rounds)
  }

  async verify(password: string, encoded: string): Promise<boolean> {
    const parts = decode(encoded)
    if (parts === null) return false
    return constantTimeEqual(await this.#encode(password, parts.salt, parts.rounds), encoded)
  }

  mustUpdate(encoded: string): boolean {
    const parts = decode(encoded)
    if (parts === null) return true
    return parts.rounds !== this.#rounds || saltBits(parts.salt) < SALT_BITS
  }

  async hardenRuntime(password: string, encoded: string): Promise<void> {
    const parts = decode(encoded)
    const missing = this.#rounds - (parts?.rounds ?? 0)
    if (missing > 0) await this.#encode(password, parts?.salt ?? this.salt(), missing)
  }

  async #encode(password: string, salt: string, rounds: number): Promise<string> {
    const hash = await derive(password, salt, rounds, 32, 'sha256')
    return `${this.algorithm}$${rounds}$${salt}$${hash.toString('base64')}`
  }
}

function decode(encoded: string): { rounds: number; salt: string } | null {
  const parts = encoded.split('$')
  if (parts.length !== 4) return null
  const [, rounds = '', salt = ''] = parts
  // Django hashes nothing without a salt.
  if (salt === '' || !/^[0-9]{1,9}$/.test(rounds) || Number(rounds) < 1 || Number(rounds) > MOST_ROUNDS) return null
  return { rounds: Number(rounds), salt }
}

/** Django's `must_update_salt`: what a salt of this length over 62 characters is worth. */
function saltBits(salt: string): number {
  return salt.length * Math.log2(ALPHANUMERIC.length)
}
