/**
 * The messages of one request: those that came with it and those that were added. What nobody has looked at is kept
 * for the next page, in a signed cookie, in the session, or in both.
 * Mirrors `BaseStorage`, `CookieStorage`, `SessionStorage` and `FallbackStorage` (django/contrib/messages/storage/, 5.2).
 */
import { SessionClosed } from '../errors.ts'
import { findCookie } from '../kernel/cookies.ts'
import { SafeHtml } from '../kernel/html.ts'
import type { IncomingRequest } from '../kernel/incoming-request.ts'
import type { Session } from '../sessions/session.ts'
import { type LevelTags, Message } from './message.ts'
import { type MessageCookies, surelyFits } from './message-cookies.ts'
import { messageJson, messageListJson, parseMessages } from './message-json.ts'

/** Where Django keeps messages in a session. */
const SESSION_MESSAGES = '_messages'

/** What all requests of one Postern share. */
export interface MessageSpace {
  /** `fallback` is the cookie, and the session for what does not fit. */
  readonly storage: 'fallback' | 'cookie' | 'session'
  /** Messages below it are not kept. */
  readonly level: number
  readonly tags: LevelTags
  readonly cookieName: string
  readonly cookies: MessageCookies
  /** Messages without room are an error instead of lost. */
  readonly strict: boolean
}

/** What the messages need of the request that they belong to. */
export interface MessagesRequest {
  readonly incoming: Pick<IncomingRequest, 'header'>
  /** @throws {StoreUnavailable} when the store did not say */
  readonly session: Pick<Session, 'get' | 'set' | 'delete' | 'has'>
  /** The answer depends on who asked. */
  used(): void
  /** The session may have to be stored before the answer. */
  changed(): void
}

/** What an answer has to do about the cookie: set it to a text, delete it (`null`), or leave it (`undefined`). */
export type MessagesCookieDue = string | null | undefined

export class MessageStorage implements Iterable<Message> {
  readonly #space: MessageSpace
  readonly #request: MessagesRequest
  #used = false
  #level: number | undefined
  #loaded: Message[] | undefined
  #queued: Message[] = []
  /** Characters of JSON that a cookie may have to hold. */
  #size = 0
  #addedNew = false
  #forgotten = false
  #cookieIsOurs = false
  #inSession = false
  #closed = false

  constructor(space: MessageSpace, request: MessagesRequest) {
    this.#space = space
    this.#request = request
  }

  /** Whether somebody has looked at the messages, which are not kept then. Set it to false to keep them all the same. */
  get used(): boolean {
    return this.#used
  }
  set used(value: boolean) {
    this.#load()
    this.#used = value
    if (this.#inSession) this.#request.changed()
  }
  /** How many there are; asking does not use them up. */
  get length(): number {
    return this.#load().length + this.#queued.length
  }
  /** The lowest level that is kept; `null` goes back to the setting. */
  get level(): number {
    return this.#level ?? this.#space.level
  }
  set level(value: number | null) {
    this.#level = value === null ? undefined : wholeNumber(value)
  }

  /** All messages, those that were added during this request among them; they are not kept for the next page then. */
  [Symbol.iterator](): Iterator<Message> {
    const loaded = this.#load()
    this.used = true
    loaded.push(...this.#queued)
    this.#queued = []
    return loaded.values()
  }

  /**
   * Adds a message for the next page that shows messages. An empty text, or a level below the threshold, adds nothing.
   * @throws {SessionClosed} once the answer has begun
   * @throws {StoreUnavailable} when the messages are in the session and the store did not say what is in it
   * @throws {TypeError} for a level that is no number
   */
  add(level: number, message: string | SafeHtml, extraTags: string | null = ''): void {
    const text = String(message ?? '')
    if (text === '' || wholeNumber(level) < this.level) return
    const added = new Message(
      wholeNumber(level),
      message instanceof SafeHtml ? message : text,
      extraTags === null ? null : String(extraTags),
      this.#space.tags,
    )
    this.#load()
    if (this.#closed) {
      throw new SessionClosed('A message was added after the answer had begun; add it before the first byte is sent.')
    }
    this.#addedNew = true
    this.#queued.push(added)
    if (this.#space.storage !== 'session') this.#size += messageJson(added).length + 1
    if (this.#space.storage === 'session' || this.#inSession || !surelyFits(this.#size)) this.#request.changed()
  }

  /** Drops what came with the request, and with `added` also what was added so far: it was for somebody else. */
  forget({ added }: { readonly added: boolean }): void {
    this.#request.used()
    this.#forgotten = true
    this.#loaded = []
    this.#inSession = false
    if (added) {
      this.#queued = []
      this.#size = 0
    }
  }

  /**
   * Keeps what nobody has looked at, when the answer begins; what belongs into the session is written to it.
   * @throws {RangeError} when strict and not all of it has room
   */
  update(): MessagesCookieDue {
    if (this.#closed) return undefined
    this.#closed = true
    if (this.#used) return this.#keep(this.#queued)
    if (this.#addedNew || this.#forgotten) return this.#keep([...this.#load(), ...this.#queued])
    return undefined
  }
  /** The answer has begun: from now on a message would be lost, so adding one throws. */
  close(): void {
    this.#closed = true
  }

  #keep(messages: readonly Message[]): MessagesCookieDue {
    const { storage, cookies, strict } = this.#space
    if (storage === 'session') {
      this.#keepInSession(messages)
      return undefined
    }
    if (messages.length === 0) {
      this.#keepInSession([])
      return this.#cookieIsOurs || (this.#forgotten && this.#cookie() !== undefined) ? null : undefined
    }
    const { value, unstored } = cookies.write(messages, storage === 'cookie' ? 'newest' : 'oldest')
    if (storage === 'fallback') this.#keepInSession(unstored)
    else if (unstored.length > 0 && strict) throw new RangeError(NO_ROOM)
    return value
  }

  #keepInSession(messages: readonly Message[]): void {
    if (messages.length > 0) this.#request.session.set(SESSION_MESSAGES, messageListJson(messages))
    else if (this.#inSession) this.#request.session.delete(SESSION_MESSAGES)
  }

  #load(): Message[] {
    this.#request.used()
    this.#loaded ??= this.#read()
    return this.#loaded
  }

  #read(): Message[] {
    if (this.#space.storage === 'session') return this.#readSession()
    const cookie = this.#cookie()
    if (cookie === undefined || cookie === '') return []
    const found = this.#space.cookies.read(cookie, this.#space.tags)
    const alone = this.#space.storage === 'cookie'
    this.#cookieIsOurs = found !== null || alone
    if (found === null) {
      // As Django, whose cookie storage removes what it cannot read, and whose fallback storage leaves it.
      if (alone) this.#used = true
      return []
    }
    for (const message of found.messages) this.#size += messageJson(message).length + 1
    return found.finished || alone ? [...found.messages] : [...found.messages, ...this.#readSession()]
  }

  #readSession(): Message[] {
    const { session } = this.#request
    this.#inSession = session.has(SESSION_MESSAGES)
    const json = session.get(SESSION_MESSAGES)
    return typeof json === 'string' ? [...(parseMessages(json, this.#space.tags)?.messages ?? [])] : []
  }

  #cookie(): string | undefined {
    return findCookie(this.#request.incoming.header('cookie'), this.#space.cookieName)
  }
}

const NO_ROOM =
  "Not all messages have room in a cookie (2048 bytes): keep them shorter, or take messages: { storage: 'fallback' }. " +
  'Outside development those that have no room are dropped.'

function wholeNumber(level: number): number {
  const number = Math.trunc(level)
  if (Number.isFinite(number)) return number
  throw new TypeError(`The level of a message is a number, such as messages.INFO, and not ${String(level)}.`)
}
