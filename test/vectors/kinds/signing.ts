/** Salted HMACs, signatures and signed JSON. */
import { CookiePayloads } from '../../../src/django/cookie-payload.ts'
import type { Json } from '../../../src/django/session-payload.ts'
import { BadSignature, SignatureExpired } from '../../../src/errors.ts'
import { signCookie, unsignCookie } from '../../../src/kernel/signed-cookies.ts'
import {
  dumps,
  type HmacAlgorithm,
  type LoadsOptions,
  loads,
  Signer,
  saltedHmac,
  TimestampSigner,
} from '../../../src/kernel/signing.ts'
import type { Defaults } from '../play.ts'
import { Mismatch, type VectorRow } from '../vector-row.ts'
import { checkReadBack, checkSigned, checkUncompressed, type Signing } from './signed-json.ts'

const SALT = 'django.core.signing'
const COOKIE_SESSION_SALT = 'django.contrib.sessions.backends.signed_cookies'

/** The key, salt and time of a row. */
function signingOf(row: VectorRow, defaults: Defaults, salt: string): Signing {
  return {
    key: row.text('secret_key', defaults.secretKey),
    salt: row.text('salt', salt),
    time: row.number('time', defaults.time),
  }
}

export function saltedHmacHex(row: VectorRow, { secretKey }: Defaults): void {
  const algorithm = row.text('algorithm', 'sha1') as HmacAlgorithm
  const hex = (): string =>
    saltedHmac(row.text('key_salt'), row.text('value'), row.text('secret', secretKey), algorithm).toString('hex')
  if (!row.refused(hex)) row.check('hex', hex())
}

export function signer(row: VectorRow, { secretKey }: Defaults): void {
  const options = {
    key: row.text('secret_key', secretKey),
    salt: row.text('salt', 'django.core.signing.Signer'),
    sep: row.text('sep', ':'),
  }
  const value = row.text('value')
  if (row.refused(() => new Signer(options).sign(value))) return
  row.check('signed', new Signer(options).sign(value))
  row.check('value', new Signer(options).unsign(row.text('signed')))
}

export function timestampSigner(row: VectorRow, defaults: Defaults): void {
  const { key, salt, time } = signingOf(row, defaults, 'django.core.signing.TimestampSigner')
  const timestamped = new TimestampSigner({ key, salt, sep: row.text('sep', ':') })
  const value = row.text('value')
  row.check('signed', timestamped.sign(value, time))
  row.check('value', timestamped.unsign(row.text('signed'), { maxAge: 0, now: time }))
}

export function signingDumps(row: VectorRow, defaults: Defaults): void {
  const compress = row.flag('compress', false)
  const ours = checkDumps(row, 'text', 'obj', compress, signingOf(row, defaults, SALT))
  if (!compress) for (const text of [row.text('text'), ours]) checkUncompressed(row, text)
}

export function sessionSignedCookie(row: VectorRow, defaults: Defaults): void {
  row.ignore('name')
  const signing = signingOf(row, defaults, COOKIE_SESSION_SALT)
  const payloads = new CookiePayloads({ key: signing.key, fallbackKeys: [] })
  const read = (cookie: string): unknown => JSON.parse(payloads.decode(cookie)?.json ?? 'null')
  const value = row.value('decoded')
  row.check('decoded', read(row.text('cookie')))
  const ours = payloads.encode(new Map(Object.entries(value as Record<string, Json>)), signing.time * 1000)
  checkReadBack(row, 'cookie of ours, read again', value, read(ours))
  checkSigned(row, 'cookie', value, ours, signing)
}

export function signedCookie(row: VectorRow, { secretKey, time }: Defaults): void {
  const name = row.text('name')
  const value = row.text('value')
  const now = row.number('time', time)
  const options = { key: row.text('secret_key', secretKey), salt: row.text('salt', ''), now, maxAge: 0 }
  row.check('cookie', signCookie(name, value, options))
  row.check('value', unsignCookie(name, row.text('cookie'), { ...options, legacySalt: false }))
  if (!row.has('legacy_cookie')) return
  row.check('value', unsignCookie(name, row.text('legacy_cookie'), options))
  row.expect('legacy_cookie without the fallback', true, isRefused(name, row.text('legacy_cookie'), options))
}

function isRefused(name: string, cookie: string, options: { key: string; salt: string; now: number }): boolean {
  try {
    unsignCookie(name, cookie, { ...options, legacySalt: false })
    return false
  } catch (error) {
    return error instanceof BadSignature
  }
}

/** @returns what we wrote */
function checkDumps(row: VectorRow, field: string, from: string, compress: boolean, signing: Signing): string {
  const { key, salt, time: now } = signing
  const value = row.value(from)
  const reading = { key, salt, now, maxAge: 0 }
  row.check(from, loads(row.text(field), reading))
  const ours = dumps(value, { key, salt, compress, now })
  checkReadBack(row, `${field} of ours, read again`, value, loads(ours, reading))
  checkSigned(row, field, value, ours, signing)
  return ours
}

export function signingLoads(row: VectorRow, defaults: Defaults): void {
  const { key, salt, time: now } = signingOf(row, defaults, SALT)
  const maxAge = row.has('max_age') ? row.value('max_age') : null
  checkLoads(row, {
    key,
    salt,
    now,
    fallbackKeys: row.texts('fallbacks', []),
    ...(maxAge === null ? {} : { maxAge: row.number('max_age') }),
  })
}

export function signingFallback(row: VectorRow, defaults: Defaults): void {
  signingLoads(row, defaults)
}

/** Where Django raises what its JSON, base64 or zlib raise, Postern says BadSignature. */
function checkLoads(row: VectorRow, options: LoadsOptions): void {
  const text = row.text('text')
  const error = row.has('error') ? row.value('error') : null
  if (error === null) {
    row.check('value', loads(text, options))
    return
  }
  let got: unknown
  try {
    got = loads(text, options)
  } catch (thrown) {
    if (!(thrown instanceof BadSignature)) throw thrown
    row.expect('error', error === 'SignatureExpired', thrown instanceof SignatureExpired)
    return
  }
  throw new Mismatch('error', error, got)
}
