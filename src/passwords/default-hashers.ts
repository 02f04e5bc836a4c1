/**
 * The hashers of a Postern whose settings name none. Mirrors the default of PASSWORD_HASHERS (django/conf/global_settings.py,
 * 5.2), without those that this machine has nothing to compute them with.
 */
import type { ConfigurationError } from '../errors.ts'
import type { Hasher } from './hasher.ts'
import { Argon2Hasher } from './hashers/argon2.ts'
import { BcryptSha256Hasher } from './hashers/bcrypt-sha256.ts'
import { Pbkdf2Hasher } from './hashers/pbkdf2.ts'
import { Pbkdf2Sha1Hasher } from './hashers/pbkdf2-sha1.ts'
import { ScryptHasher } from './hashers/scrypt.ts'

/** PBKDF2 with SHA-256, which makes new hashes, and those whose hashes are read beside it. */
export function defaultHashers(): readonly [Hasher, ...Hasher[]] {
  return [
    new Pbkdf2Hasher(),
    new Pbkdf2Sha1Hasher(),
    ...whereThereIs(() => new Argon2Hasher()),
    ...whereThereIs(() => new BcryptSha256Hasher()),
    new ScryptHasher(),
  ]
}

function whereThereIs(make: () => Hasher): readonly Hasher[] {
  try {
    return [make()]
  } catch (error) {
    // Not installed is one thing, broken another.
    const { message, cause } = error as ConfigurationError
    if (cause !== undefined) {
      process.emitWarning(`${message} Its hashes are refused. ${cause}`, { type: 'PosternWarning' })
    }
    return []
  }
}
