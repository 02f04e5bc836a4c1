/**
 * Django's `session_data`: signed JSON text, the same for the database, cached database and file engines.
 * Mirrors `SessionBase.encode` and `decode` (django/contrib/sessions/backends/base.py, 5.2).
 */
import { deflateSync, inflateSync } from 'node:zlib'
import { base64urlDecode, base64urlEncode } from '../kernel/bytes.ts'
import { asciiJson } from '../kernel/json.ts'
import { TimestampSigner } from '../kernel/signing.ts'
import {
  SESSION_BACKEND,
  SESSION_EPOCH,
  SESSION_EXPIRY,
  SESSION_HASH,
  SESSION_ID,
  SESSION_STARTED,
  SESSION_USER_ID,
} from './auth-keys.ts'

/** What JSON can hold. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }

/** A payload whose signature held, ready to be parsed anew for each request. */
export interface SessionPayload {
  readonly json: string
  readonly userId: string | undefined
  readonly backend: string | undefined
  readonly hash: string | undefined
  /** Seconds since 1970. */
  readonly started: number | undefined
  readonly expiry: number | string | undefined
  /** The user's epoch at the login, of a session in a cookie: 0 where none is told, NaN for what is none. */
  readonly epoch: number
  /** The public id, of a session in a cookie. */
  readonly id: string | undefined
  /** The password field for which `hash` was found right; spares the HMAC at the next request. Not an authority: both texts are compared. */
  verifiedFor?: string
}

/** Of the signatures of sessions. */
export const SESSION_SALT = 'django.contrib.sessions.SessionStore'
/** Deflating costs five times as much as storing, and gains nothing below this (characters). */
const COMPRESS_ABOVE = 1024
/** Characters a payload may inflate to: a session is not a file store. */
const MAX_INFLATED = 10 * 1024 * 1024
const MEMO_ENTRIES = 2048
const MEMO_LONGEST = 4096

/** The secret keys that sign payloads. */
export interface PayloadKeys {
  readonly key: string
  /** Read, and never written with. */
  readonly fallbackKeys: readonly string[]
}

/** Writes and reads payloads under one secret key; `fallbackKeys` are read and never written. */
export class SessionPayloads {
  readonly #signer: TimestampSigner
  // Decoding is a pure function of the text, so remembering it grants nothing: the row is read on every request.
  readonly #memo = new Map<string, SessionPayload>()

  /** @param salt of the signatures, which keeps payloads of one purpose from another. @default that of sessions in a store */
  constructor(keys: PayloadKeys, salt: string = SESSION_SALT) {
    this.#signer = new TimestampSigner({ ...keys, salt })
  }

  /** @param now milliseconds */
  encode(values: ReadonlyMap<string, Json>, now: number): string {
    const json = asciiJson(Object.fromEntries(values))
    // More than can be inflated again is left as it is: what is written must be readable.
    if (json.length > COMPRESS_ABOVE && json.length <= MAX_INFLATED) {
      const packed = `.${base64urlEncode(deflateSync(json))}`
      if (packed.length < json.length) return this.#signer.sign(packed, Math.floor(now / 1000))
    }
    return this.#signer.sign(base64urlEncode(json), Math.floor(now / 1000))
  }

  /** @returns null when the text was not signed with one of the keys or is no JSON object; Django then takes it as empty */
  decode(data: string): SessionPayload | null {
    const known = this.#memo.get(data)
    if (known !== undefined) return known
    const payload = this.#read(data)
    if (payload !== null && data.length <= MEMO_LONGEST) {
      if (this.#memo.size >= MEMO_ENTRIES) this.#forgetOldest()
      this.#memo.set(data, payload)
    }
    return payload
  }

  /** As `decode`, for a look through many that leaves what is remembered as it is. */
  decodeOnce(data: string): SessionPayload | null {
    return this.#memo.get(data) ?? this.#read(data)
  }

  #read(data: string): SessionPayload | null {
    try {
      const json = unpack(this.#signer.unsign(data))
      const values: unknown = JSON.parse(json)
      if (typeof values !== 'object' || values === null || Array.isArray(values)) return null
      return summary(json, new Map(Object.entries(values)))
    } catch {
      return null
    }
  }

  #forgetOldest(): void {
    const oldest = this.#memo.keys().next()
    if (!oldest.done) this.#memo.delete(oldest.value)
  }
}

function unpack(value: string): string {
  const compressed = value.startsWith('.')
  const bytes = base64urlDecode(compressed ? value.slice(1) : value)
  if (bytes === null) throw new SyntaxError('not base64')
  return (compressed ? inflateSync(bytes, { maxOutputLength: MAX_INFLATED }) : bytes).toString('latin1')
}

function summary(json: string, values: ReadonlyMap<string, unknown>): SessionPayload {
  const text = (key: string): string | undefined => {
    const value = values.get(key)
    return typeof value === 'string' ? value : undefined
  }
  const started = values.get(SESSION_STARTED)
  const expiry = values.get(SESSION_EXPIRY)
  const epoch = values.get(SESSION_EPOCH) ?? 0
  return {
    json,
    userId: text(SESSION_USER_ID),
    backend: text(SESSION_BACKEND),
    hash: text(SESSION_HASH),
    started: typeof started === 'number' ? started : undefined,
    expiry: typeof expiry === 'number' || typeof expiry === 'string' ? expiry : undefined,
    epoch: typeof epoch === 'number' ? epoch : Number.NaN,
    id: text(SESSION_ID),
  }
}
