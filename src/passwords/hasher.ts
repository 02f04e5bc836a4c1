/** What hashes passwords. Mirrors `BasePasswordHasher` (django/contrib/auth/hashers.py, 5.2). */

/** What an admin page may show of a hash: Django's names, the salt and the hash masked but for their beginnings. */
export type HashSummary = Readonly<Record<string, string | number>>

/** Hashes of one algorithm. Django's own come with the package; another one implements this. */
export interface Hasher {
  /** The first part of the encoded hash, by which it is recognised: `pbkdf2_sha256`. */
  readonly algorithm: string
  /** The longest password that it tells apart from every other, in bytes. @default as long as Postern takes them */
  readonly maxBytes?: number
  /** It costs next to nothing (MD5): a wrong password is then made to cost what the preferred hasher costs. @default false */
  readonly isInstant?: boolean
  /** A fresh salt of at least 128 bits. */
  salt(): string
  /** @throws {TypeError} when the password is no string, or the salt none that this algorithm takes */
  encode(password: string, salt: string): Promise<string>
  /** @returns false for a malformed hash too; it never throws on what a table may hold */
  verify(password: string, encoded: string): Promise<boolean>
  /** Whether the hash was made with another cost or too short a salt; not for one that is malformed. */
  mustUpdate(encoded: string): boolean
  /** Does the work that `encoded` lacks of today's cost, so that an old hash cannot be told by its speed. */
  hardenRuntime(password: string, encoded: string): Promise<void>
  /** The parts of a hash; null for one that is malformed, or that would cost so much that nobody but an attacker made it. */
  decode?(encoded: string): object | null
  /** What may be shown of a hash; null for one that is malformed. */
  safeSummary?(encoded: string): HashSummary | null
}
