/**
 * bcrypt over the hexadecimal SHA-256 of the password, so that passwords of any length count to their end.
 * Mirrors `BCryptSHA256PasswordHasher` (django/contrib/auth/hashers.py, 5.2).
 */
import { hash } from 'node:crypto'
import { BcryptHasher } from './bcrypt.ts'

/** bcrypt without its limit of 72 bytes. It needs the package `@node-rs/bcrypt`. */
export class BcryptSha256Hasher extends BcryptHasher {
  override readonly algorithm: string = 'bcrypt_sha256'
  override readonly maxBytes: number = Number.POSITIVE_INFINITY

  protected override bytesOf(password: string): Buffer {
    return Buffer.from(hash('sha256', password), 'latin1')
  }
}
