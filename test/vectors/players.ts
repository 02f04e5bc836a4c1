/** Which function plays which kind of vector, and the kinds whose part of Postern is not written yet. */
import {
  normalizedEmail,
  normalizedUsername,
  passwordValidators,
  unicodeCiCompare,
  usernameValid,
} from './kinds/accounts.ts'
import { neverCache, vary } from './kinds/caching.ts'
import { deleteCookieHeader, httpDateText, parseCookie, setCookieHeader, setCookieValue } from './kinds/cookies.ts'
import { csrfFormat, csrfMask, csrfOrigin, csrfReferer } from './kinds/csrf.ts'
import { base36, base36Decoding, base62, randomStringShape, uidb64, uidb64Decoding } from './kinds/encodings.ts'
import { messageCookie, messageOverflow, messageSession } from './kinds/messages.ts'
import { hasherDefaults, passwordHash, passwordHashOdd, passwordHashRefused } from './kinds/passwords.ts'
import { iriToUriText, leadingSlashes, redirectSafe, redirectToLogin, sameDomain } from './kinds/redirects.ts'
import { resetToken, resetTokenCheck } from './kinds/reset-tokens.ts'
import { authHash, authHashFallbacks, sessionDb, sessionDbBad, sessionExpiry } from './kinds/sessions.ts'
import {
  saltedHmacHex,
  sessionSignedCookie,
  signedCookie,
  signer,
  signingDumps,
  signingFallback,
  signingLoads,
  timestampSigner,
} from './kinds/signing.ts'
import type { Player } from './play.ts'

/** The kinds that are played. */
export const players: ReadonlyMap<string, Player> = new Map<string, Player>([
  ['salted_hmac', saltedHmacHex],
  ['base62', base62],
  ['base36', base36],
  ['base36_decode', base36Decoding],
  ['uidb64', uidb64],
  ['uidb64_decode', uidb64Decoding],
  ['random_string_shape', randomStringShape],
  ['password_hash', passwordHash],
  ['password_hash_odd', passwordHashOdd],
  ['password_hash_refused', passwordHashRefused],
  ['hasher_defaults', hasherDefaults],
  ['password_validators', passwordValidators],
  ['username_valid', usernameValid],
  ['normalize_username', normalizedUsername],
  ['normalize_email', normalizedEmail],
  ['unicode_ci_compare', unicodeCiCompare],
  ['session_auth_hash', authHash],
  ['session_auth_hash_fallbacks', authHashFallbacks],
  ['session_db', sessionDb],
  ['session_db_bad', sessionDbBad],
  ['session_signed_cookie', sessionSignedCookie],
  ['session_expiry', sessionExpiry],
  ['signing_dumps', signingDumps],
  ['signer', signer],
  ['timestamp_signer', timestampSigner],
  ['signing_loads', signingLoads],
  ['signing_fallback', signingFallback],
  ['reset_token', resetToken],
  ['reset_token_check', resetTokenCheck],
  ['signed_cookie', signedCookie],
  ['csrf_mask', csrfMask],
  ['csrf_format', csrfFormat],
  ['csrf_origin', csrfOrigin],
  ['csrf_referer', csrfReferer],
  ['message_cookie', messageCookie],
  ['message_session', messageSession],
  ['message_overflow', messageOverflow],
  ['redirect_safe', redirectSafe],
  ['escape_leading_slashes', leadingSlashes],
  ['iri_to_uri', iriToUriText],
  ['is_same_domain', sameDomain],
  ['redirect_to_login', redirectToLogin],
  ['parse_cookie', parseCookie],
  ['set_cookie_value', setCookieValue],
  ['set_cookie', setCookieHeader],
  ['delete_cookie', deleteCookieHeader],
  ['http_date', httpDateText],
  ['never_cache', neverCache],
  ['vary', vary],
])

/** The kinds that wait, and for what. Whoever writes the part moves its kinds to the table above. */
export const later: ReadonlyMap<string, string> = new Map([])
