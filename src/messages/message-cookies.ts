/**
 * Messages in a signed cookie, as many as fit.
 * Mirrors `CookieStorage` (django/contrib/messages/storage/cookie.py, 5.2); with Node's deflate, which finds other
 * repetitions than Python's, a few messages more may fit.
 */
import { deflateSync, inflateSync } from 'node:zlib'
import { base64urlDecode, base64urlEncode } from '../kernel/bytes.ts'
import { TimestampSigner } from '../kernel/signing.ts'
import type { LevelTags, Message } from './message.ts'
import { messageJson, NOT_FINISHED_JSON, parseMessages, type StoredMessages } from './message-json.ts'

/** Encoded bytes: half of what the headers of one request may have at some servers. */
const LARGEST = 2048
/** The dots, the time and the signature. */
const SIGNATURE_LENGTH = 51
const MAX_INFLATED = 10 * 1024 * 1024
const SALT = 'django.contrib.messages'
/** Keeps values of cookies apart from everything else that is signed (Django: `get_cookie_signer`). */
const KEY_PREFIX = 'django.http.cookies'

/** What a cookie with messages is, and what had no room in it. */
export interface WrittenCookie {
  readonly value: string
  /** In their order: the newest when the oldest are kept, the oldest when the newest are. */
  readonly unstored: readonly Message[]
}

export class MessageCookies {
  readonly #signer: TimestampSigner
  readonly #now: () => number

  /** @param now milliseconds since 1970 */
  constructor(keys: { readonly key: string; readonly fallbackKeys: readonly string[] }, now: () => number) {
    const fallbackKeys = keys.fallbackKeys.map((key) => KEY_PREFIX + key)
    this.#signer = new TimestampSigner({ key: KEY_PREFIX + keys.key, fallbackKeys, salt: SALT })
    this.#now = now
  }

  /** @returns null for what was not signed with one of the keys, or is no list of messages */
  read(value: string, levelTags: LevelTags): StoredMessages | null {
    try {
      const text = this.#signer.unsign(value)
      const compressed = text.charCodeAt(0) === 0x2e
      const bytes = base64urlDecode(compressed ? text.slice(1) : text)
      if (bytes === null) return null
      const json = compressed ? inflateSync(bytes, { maxOutputLength: MAX_INFLATED }) : bytes
      return parseMessages(json.toString('latin1'), levelTags)
    } catch {
      return null
    }
  }

  /** @param keep which messages stay where not all fit */
  write(messages: readonly Message[], keep: 'newest' | 'oldest'): WrittenCookie {
    const parts = messages.map(messageJson)
    const value = this.#encode(parts)
    if (value.length <= LARGEST) return { value, unstored: [] }
    const unfinished = (some: readonly string[]): string => this.#encode([...some, NOT_FINISHED_JSON])
    const hasRoom = (some: readonly string[]): boolean => unfinished(some).length <= LARGEST
    if (keep === 'newest') {
      const first = firstWhere(parts.length, (at) => hasRoom(parts.slice(at)))
      return { value: unfinished(parts.slice(first)), unstored: messages.slice(0, first) }
    }
    const end = firstWhere(parts.length, (at) => !hasRoom(parts.slice(0, at + 1)))
    return { value: unfinished(parts.slice(0, end)), unstored: messages.slice(end) }
  }

  #encode(parts: readonly string[]): string {
    const json = `[${parts.join(',')}]`
    const deflated = deflateSync(json)
    const text = deflated.length < json.length - 1 ? `.${base64urlEncode(deflated)}` : base64urlEncode(json)
    return this.#signer.sign(text, Math.floor(this.#now() / 1000))
  }
}

/** Whether a cookie has room for messages of so many characters of JSON, commas included, however badly they deflate. */
export function surelyFits(characters: number): boolean {
  return Math.ceil(((characters + 1) * 4) / 3) + SIGNATURE_LENGTH <= LARGEST
}

/** The first index below `end` for which it is true, else `end`; true stays true. */
function firstWhere(end: number, isTrue: (at: number) => boolean): number {
  let low = 0
  let high = end
  while (low < high) {
    const middle = (low + high) >> 1
    if (isTrue(middle)) high = middle
    else low = middle + 1
  }
  return low
}
