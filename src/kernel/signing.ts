/**
 * Salted HMACs, signatures with and without a time, and signed JSON.
 * Mirrors django/core/signing.py and `salted_hmac` of django/utils/crypto.py (5.2), bit for bit but for compressed
 * payloads: Node's deflate makes other bytes than Python's, and each reads the other's. HMAC is RFC 2104.
 */

import { createHmac, createSecretKey, hash, type KeyObject } from 'node:crypto'
import { deflateSync, inflateSync } from 'node:zlib'
import { BadSignature, SignatureExpired } from '../errors.ts'
import { base62Decode, base62Encode, base64urlDecode, base64urlEncode, constantTimeEqual } from './bytes.ts'
import { asciiJson } from './json.ts'

/** The hash functions that Django's settings may name and Node has under the same name. */
export type HmacAlgorithm = 'sha1' | 'sha224' | 'sha256' | 'sha384' | 'sha512'

/** What a signer needs. */
export interface SignerOptions {
  readonly key: string
  /** Older keys, whose signatures are still accepted. @default [] */
  readonly fallbackKeys?: readonly string[] | undefined
  /** Keeps signatures of one purpose from being used for another. @default the Django path of the class */
  readonly salt?: string | undefined
  /** @default ':' */
  readonly sep?: string | undefined
}

const DEFAULT_MAX_OUTPUT = 10 * 1024 * 1024
const MAX_DERIVED_KEYS = 256
const UNSAFE_SEPARATOR = /^[A-z0-9\-_=]*$/

// Deriving a key costs more than the HMAC itself; a KeyObject saves most of both.
const derivedKeys = new Map<HmacAlgorithm, Map<string, Map<string, KeyObject>>>()
let derivedCount = 0

function derivedKey(keySalt: string, secret: string, algorithm: HmacAlgorithm): KeyObject {
  return derivedKeys.get(algorithm)?.get(secret)?.get(keySalt) ?? deriveKey(keySalt, secret, algorithm)
}

function deriveKey(keySalt: string, secret: string, algorithm: HmacAlgorithm): KeyObject {
  if (derivedCount >= MAX_DERIVED_KEYS) {
    derivedKeys.clear()
    derivedCount = 0
  }
  const bySecret = derivedKeys.get(algorithm) ?? new Map<string, Map<string, KeyObject>>()
  const bySalt = bySecret.get(secret) ?? new Map<string, KeyObject>()
  derivedKeys.set(algorithm, bySecret)
  bySecret.set(secret, bySalt)
  const key = createSecretKey(hash(algorithm, keySalt + secret, 'buffer'))
  bySalt.set(keySalt, key)
  derivedCount++
  return key
}

/** The HMAC of `value` under a key made of `keySalt` and `secret` (Django: `salted_hmac`, whose own default is sha1). */
export function saltedHmac(
  keySalt: string,
  value: string,
  secret: string,
  algorithm: HmacAlgorithm = 'sha256',
): Buffer {
  return createHmac(algorithm, derivedKey(keySalt, secret, algorithm))
    .update(value, 'utf8')
    .digest()
}

/** Signs texts: `value:signature` (Django: `Signer`). */
export class Signer {
  readonly sep: string
  readonly #key: string
  readonly #fallbackKeys: readonly string[]
  readonly #keySalt: string

  /** @throws {TypeError} when the key is empty, or a signature could contain the separator */
  constructor({ key, fallbackKeys = [], salt, sep = ':' }: SignerOptions) {
    if (key === '') throw new TypeError('A signer needs a key that is not empty.')
    if (UNSAFE_SEPARATOR.test(sep)) {
      throw new TypeError('A separator cannot be empty or consist of characters that signatures are made of.')
    }
    this.sep = sep
    this.#key = key
    this.#fallbackKeys = fallbackKeys
    this.#keySalt = `${salt || 'django.core.signing.Signer'}signer`
  }

  /** The signature of a text, base64url. */
  signature(value: string): string {
    return this.#signature(value, this.#key)
  }

  #signature(value: string, key: string): string {
    return createHmac('sha256', derivedKey(this.#keySalt, key, 'sha256'))
      .update(value, 'utf8')
      .digest('base64url')
  }

  /**
   * The text with its signature behind it.
   * @throws {TypeError} for a text with lone surrogates, which has no bytes that could be signed
   */
  sign(value: string): string {
    if (!value.isWellFormed()) throw new TypeError('A text with lone surrogates cannot be signed.')
    return `${value}${this.sep}${this.signature(value)}`
  }

  /**
   * The text without its signature.
   * @throws {BadSignature} when there is no signature, or no key made it
   */
  unsign(signed: string): string {
    const at = signed.lastIndexOf(this.sep)
    if (at === -1) throw new BadSignature(`There is no "${this.sep}" in the signed value.`)
    const value = signed.slice(0, at)
    const signature = signed.slice(at + this.sep.length)
    if (value.isWellFormed()) {
      if (constantTimeEqual(signature, this.#signature(value, this.#key))) return value
      for (const key of this.#fallbackKeys) {
        if (constantTimeEqual(signature, this.#signature(value, key))) return value
      }
    }
    throw new BadSignature('The signature does not match.')
  }
}

/** Signs texts together with the time: `value:seconds:signature` (Django: `TimestampSigner`). */
export class TimestampSigner extends Signer {
  /** @throws {TypeError} when the key is empty, or a signature could contain the separator */
  constructor(options: SignerOptions) {
    super({ ...options, salt: options.salt || 'django.core.signing.TimestampSigner' })
  }

  /** The time as it stands in a signed value. @param now seconds since 1970 */
  timestamp(now: number = Date.now() / 1000): string {
    return base62Encode(Math.trunc(now))
  }

  /**
   * The text with the time and the signature of both behind it.
   * @param now seconds since 1970
   * @throws {TypeError} for a text with lone surrogates, which has no bytes that could be signed
   */
  override sign(value: string, now: number = Date.now() / 1000): string {
    return super.sign(`${value}${this.sep}${this.timestamp(now)}`)
  }

  /**
   * The text without time and signature.
   * @param options `maxAge` and `now` in seconds; a value that is exactly `maxAge` old is still good
   * @throws {BadSignature} when there is no signature or time, or no key made it
   * @throws {SignatureExpired} when it was signed more than `maxAge` seconds ago
   */
  override unsign(
    signed: string,
    { maxAge, now }: { readonly maxAge?: number | undefined; readonly now?: number | undefined } = {},
  ): string {
    const stamped = super.unsign(signed)
    const at = stamped.lastIndexOf(this.sep)
    const timestamp = at === -1 ? null : base62Decode(stamped.slice(at + this.sep.length))
    if (timestamp === null) throw new BadSignature('The signed value holds no time.')
    if (maxAge !== undefined) {
      const age = (now ?? Date.now() / 1000) - timestamp
      if (age > maxAge) throw new SignatureExpired(`The signature is ${age} seconds old; ${maxAge} are allowed.`)
    }
    return stamped.slice(0, at)
  }
}

/** How `dumps` signs. */
export interface DumpsOptions {
  readonly key: string
  /** @default 'django.core.signing' */
  readonly salt?: string | undefined
  /** Deflates the JSON where that makes it shorter. @default false */
  readonly compress?: boolean | undefined
  /** Seconds since 1970. @default the clock */
  readonly now?: number | undefined
}

/**
 * A value as signed, URL-safe JSON (Django: `signing.dumps`).
 * @throws {TypeError} for what JSON cannot hold, and for an empty key
 */
export function dumps(value: unknown, { key, salt = 'django.core.signing', compress, now }: DumpsOptions): string {
  const json = asciiJson(value)
  const signer = new TimestampSigner({ key, salt })
  if (compress) {
    const deflated = deflateSync(json)
    if (deflated.length < json.length - 1) return signer.sign(`.${base64urlEncode(deflated)}`, now)
  }
  return signer.sign(base64urlEncode(json), now)
}

/** How `loads` verifies. */
export interface LoadsOptions {
  readonly key: string
  /** Older keys, whose signatures are still accepted. @default [] */
  readonly fallbackKeys?: readonly string[] | undefined
  /** @default 'django.core.signing' */
  readonly salt?: string | undefined
  /** Seconds. @default any age */
  readonly maxAge?: number | undefined
  /** Seconds since 1970. @default the clock */
  readonly now?: number | undefined
  /** What a compressed payload may grow to, in bytes. @default 10485760 */
  readonly maxOutputLength?: number | undefined
}

/**
 * The value that `dumps` signed, here or in Django (`signing.loads`).
 * @throws {BadSignature} when the signature is missing or wrong, or what it signs is no JSON or too much of it
 * @throws {SignatureExpired} when it was signed more than `maxAge` seconds ago
 * @throws {TypeError} for an empty key
 */
export function loads(text: string, options: LoadsOptions): unknown {
  const { key, fallbackKeys, salt = 'django.core.signing', maxAge, now } = options
  const payload = new TimestampSigner({ key, fallbackKeys, salt }).unsign(text, { maxAge, now })
  const compressed = payload.charCodeAt(0) === 0x2e
  const data = base64urlDecode(compressed ? payload.slice(1) : payload)
  if (data === null) throw new BadSignature('What was signed is not base64url.')
  try {
    const maxOutputLength = options.maxOutputLength ?? DEFAULT_MAX_OUTPUT
    return JSON.parse((compressed ? inflateSync(data, { maxOutputLength }) : data).toString('latin1'))
  } catch {
    throw new BadSignature('What was signed is no JSON, or too much of it.')
  }
}
