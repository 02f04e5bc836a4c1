/** What hashes passwords. Mirrors `BasePasswordHasher` (django/contrib/auth/hashers.py, 5.2). */

export interface Hasher {
  /** The first part of the encoded hash, by which it is recognised: `pbkdf2_sha256`. */
  readonly algorithm: string
  /** A fresh salt of at least 128 bits. */
  salt(): string
  encode(password: string, salt: string): Promise<string>
  /** @returns false for a malformed hash too; it never throws on what a table may hold */
  verify(password: string, encoded: string): Promise<boolean>
  /** Whether the hash was made with another cost or too short a salt. */
  mustUpdate(encoded: string): boolean
  /** Does the work that `encoded` lacks of today's cost, so that an old hash cannot be told by its speed. */
  hardenRuntime(password: string, encoded: string): Promise<void>
}
