/** PBKDF2 with SHA-1, `pbkdf2_sha1$<rounds>$<salt>$<base64>`. Mirrors `PBKDF2SHA1PasswordHasher` (django/contrib/auth/hashers.py, 5.2). */
import { Pbkdf2Hasher } from './pbkdf2.ts'

/** PBKDF2 with SHA-1, for tables that other programs share. */
export class Pbkdf2Sha1Hasher extends Pbkdf2Hasher {
  override readonly algorithm: string = 'pbkdf2_sha1'
  protected override readonly digest = 'sha1'
  protected override readonly hashLength = 20
}
