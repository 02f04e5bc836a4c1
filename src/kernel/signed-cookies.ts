/**
 * Values of cookies, signed together with the time, the cookie's name and a salt.
 * Mirrors `get_cookie_signer`, `_cookie_signer_salt` and `_unsign_cookie` of django/core/signing.py (5.2, from 5.2.15 on).
 */
import { BadSignature, SignatureExpired } from '../errors.ts'
import { pythonLength } from './python-characters.ts'
import { TimestampSigner } from './signing.ts'

/** Keeps values of cookies apart from everything else that is signed. */
const KEY_PREFIX = 'django.http.cookies'

/** What signs a cookie. */
export interface CookieSigning {
  readonly key: string
  /** Keeps cookies of one purpose from being used for another of the same name. @default '' */
  readonly salt?: string | undefined
  /** Seconds since 1970. @default the clock */
  readonly now?: number | undefined
}

/** What reads a signed cookie. */
export interface CookieUnsigning extends CookieSigning {
  /** Older keys, whose signatures are still accepted. @default [] */
  readonly fallbackKeys?: readonly string[] | undefined
  /** Seconds. @default any age */
  readonly maxAge?: number | undefined
  /**
   * Accepts what Djangos before 5.2.15 signed, with name and salt in one (CVE-2026-6873: such a value is good for any cookie whose
   * name and salt read the same together). Django's SIGNED_COOKIE_LEGACY_SALT_FALLBACK. @default true
   */
  readonly legacySalt?: boolean | undefined
}

/** The value of a signed cookie. @throws {TypeError} for a text with lone surrogates, and for an empty key */
export function signCookie(name: string, value: string, { key, salt = '', now }: CookieSigning): string {
  return new TimestampSigner({ key: KEY_PREFIX + key, salt: saltOf(name, salt) }).sign(value, now)
}

/**
 * What was signed as the value of a cookie of this name, here or in Django.
 * @throws {BadSignature} when the signature is missing or wrong
 * @throws {SignatureExpired} when it was signed more than `maxAge` seconds ago
 */
export function unsignCookie(name: string, signed: string, options: CookieUnsigning): string {
  const { salt = '', maxAge, now, legacySalt = true } = options
  const keys = {
    key: KEY_PREFIX + options.key,
    fallbackKeys: (options.fallbackKeys ?? []).map((key) => KEY_PREFIX + key),
  }
  try {
    return new TimestampSigner({ ...keys, salt: saltOf(name, salt) }).unsign(signed, { maxAge, now })
  } catch (error) {
    if (!legacySalt || !(error instanceof BadSignature) || error instanceof SignatureExpired) throw error
    return new TimestampSigner({ ...keys, salt: name + salt }).unsign(signed, { maxAge, now })
  }
}

/** The length says where the salt ends and the name begins, so that no two pairs read the same. */
function saltOf(name: string, salt: string): string {
  return `django.http.cookies.v2:${pythonLength(salt)}:${salt}${name}`
}
