/**
 * The hash in a session that ties it to the user's password field: a changed password ends every other session.
 * Mirrors `AbstractBaseUser.get_session_auth_hash` (django/contrib/auth/base_user.py, 5.2).
 */
import { saltedHmac } from '../kernel/signing.ts'

const SALT = 'django.contrib.auth.models.AbstractBaseUser.get_session_auth_hash'

/** @param password the encoded hash as the table has it. @returns 64 hex characters */
export function sessionAuthHash(password: string, secretKey: string): string {
  return saltedHmac(SALT, password, secretKey, 'sha256').toString('hex')
}
