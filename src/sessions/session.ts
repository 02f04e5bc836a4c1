/**
 * A visitor's session: JSON values under a key that only the visitor's cookie has, saved when the answer begins.
 * Saving never brings back what was deleted meanwhile. Mirrors `SessionBase` (django/contrib/sessions/backends/base.py, 5.2).
 */
import { SESSION_EXPIRY, SESSION_STARTED } from '../django/auth-keys.ts'
import type { Json, SessionPayload, SessionPayloads } from '../django/session-payload.ts'
import { SessionClosed, SessionInterrupted } from '../errors.ts'
import { newPublicId } from './public-id.ts'
import { endOf, expiryAge, renewalIsDue, type SessionAges } from './session-ages.ts'
import { newSessionKey } from './session-key.ts'
import type { SessionClient, SessionRecord, StoredSession } from './session-store.ts'
import { SessionValues } from './session-values.ts'
import { createSession, type SessionPlace, sessionRecord, touchSession, writeSession } from './write-session.ts'

/** What all sessions of one Postern share. */
export interface SessionSpace extends SessionPlace {
  readonly payloads: SessionPayloads
  /** The session key in a cookie, null for a cookie that cannot have one. */
  readonly keyOf: (cookie: string | undefined) => string | null
  readonly ages: SessionAges
  readonly expireAtBrowserClose: boolean
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/** Who is told when a session is looked at or changed: the answer's headers depend on it. */
export interface SessionObserver {
  readonly client: SessionClient
  used(): void
  changed(): void
}

export class Session extends SessionValues {
  readonly #space: SessionSpace
  readonly #observer: SessionObserver
  readonly #payload: SessionPayload | null
  /** The key that the store has, `null` while it has none. */
  #key: string | null
  /** The key to move to when saving, after `cycleKey`. */
  #nextKey: string | null = null
  #id: string | undefined
  /** The store is yet to be told the id. */
  #idIsNew = false
  #end: number | undefined
  #values: Map<string, Json> | undefined
  /** Set by `beginLogin`: names of what came with the old session, and goes when that is gone. */
  #luggage: Set<string> | undefined
  #modified = false
  #saved = false
  #closed = false
  #work: Promise<void> | undefined
  /** What is to happen once the store has it. */
  #onceStored: (() => void)[] = []
  /** What the last attempt to end this session, or others, threw: no later save makes the answer a good one. */
  readonly #unfinished = new Map<'this' | 'others', Error>()

  /** @param stored what the store has under `key`; both null for a session that is yet to begin */
  constructor(space: SessionSpace, observer: SessionObserver, key: string | null, stored: StoredSession | null) {
    super()
    this.#space = space
    this.#observer = observer
    this.#key = stored === null ? null : key
    this.#end = stored?.expires
    this.#id = stored?.id
    this.#payload = stored === null ? null : space.payloads.decode(stored.data)
  }

  /** The key as the cookie has it or will have it; `null` before the session is first saved. */
  get sessionKey(): string | null {
    return this.#nextKey ?? this.#key
  }
  /** True once something was changed. Set it after changing the inside of a value. */
  get modified(): boolean {
    return this.#modified
  }
  set modified(value: boolean) {
    if (value) this.change()
    else this.#modified = false
  }
  /** The key that the store has it under, as far as this request knows, and that the cookie is to have; `null` while there is none. */
  get cookieKey(): string | null {
    return this.#key
  }
  /** Its public id, by which the user's list of sessions names it; undefined while it is nobody's, or not known. */
  get publicId(): string | undefined {
    return this.#id
  }
  /** Whether this request wrote the session to the store: the cookie has to follow. */
  get wasSaved(): boolean {
    return this.#saved
  }
  /** The answer has begun: what is changed now would be lost. */
  get isClosed(): boolean {
    return this.#closed
  }
  /** No key and no data: nothing to store. */
  get isEmpty(): boolean {
    return this.sessionKey === null && this.load().size === 0
  }

  /** Seconds until the session ends if it is not used again. @param options.modification milliseconds */
  getExpiryAge(options: { readonly modification?: number } = {}): number {
    return expiryAge(this.#expiry(), this.#space.ages, options.modification ?? this.#space.now())
  }
  /** When the session ends if it is not used again. @param options.modification milliseconds */
  getExpiryDate(options: { readonly modification?: number } = {}): Date {
    return new Date(endOf(this.#expiry(), undefined, this.#space.ages, options.modification ?? this.#space.now()))
  }
  getExpireAtBrowserClose(): boolean {
    const expiry = this.#expiry()
    return expiry === undefined ? this.#space.expireAtBrowserClose : expiry === 0
  }

  /** Whether the store has a live session under this key. @param key @default this session's own */
  async exists(key: string | null = this.#key): Promise<boolean> {
    return key !== null && this.#space.store.exists(this.#space.storedKey(key), this.#space.now())
  }

  /**
   * Ends the session: deleted in the store, and forgotten here when that is true.
   * @throws {StoreUnavailable} when the store did not confirm; the session is as it was then
   */
  flush(): Promise<void> {
    // Once the answer has begun its cookie stays in the browser, but what it names can still be ended.
    return this.#closed ? this.#flushLate() : this.#inTurn(() => this.#flush())
  }
  /** Ends other sessions of the user: the answer waits for it as for `flush`, and fails with it. @internal */
  endOthers(end: () => Promise<unknown>): Promise<void> {
    return this.#closed ? end().then(() => {}) : this.#inTurn(() => this.#finish('others', end))
  }
  /** A new key for the same data; the old one dies when the answer begins. */
  cycleKey(): void {
    this.change()
    this.load()
    this.#nextKey = newSessionKey()
  }
  /** A new key for a login: unlike `cycleKey`, a login survives that the visitor's anonymous session has ended meanwhile. */
  beginLogin(): void {
    this.cycleKey()
    this.#luggage = new Set(this.load().keys())
    // A session that somebody is logged in to has an id already, known here or not.
    if (this.#id !== undefined || (this.#key !== null && this.#payload?.userId !== undefined)) return
    this.#id = newPublicId()
    this.#idIsNew = true
  }
  /** Calls when the store has what the session holds now; not at all when it does not come to that. */
  onceStored(tell: () => void): void {
    this.#onceStored.push(tell)
  }
  override set(key: string, value: Json): void {
    super.set(key, value)
    this.#luggage?.delete(key)
  }

  /**
   * Writes the session now instead of when the answer begins.
   * @throws {SessionInterrupted} when it was ended meanwhile; nothing is kept then
   * @throws {SessionClosed} once the answer has begun
   */
  save(): Promise<void> {
    return this.#inTurn(() => this.#save())
  }
  /** Moves the end of an unchanged session. @returns false when it is gone */
  async touch(): Promise<boolean> {
    const before = this.#key
    if (before === null) return false
    const now = this.#space.now()
    const end = this.#endAt(now)
    const key = await touchSession(this.#space, before, end, now)
    if (key === null || this.#key !== before) return false
    this.#key = key
    this.#end = end
    return true
  }
  /** Whether this use of the session should move its end. */
  get renewalIsDue(): boolean {
    if (this.#key === null || this.#end === undefined) return false
    return renewalIsDue(this.#expiry(), this.#space.ages, this.#end, this.#endAt(this.#space.now()))
  }
  /** Seconds that the cookie is to live; as in Django below 0 where the end has passed, which deletes it. None ends before 1970. */
  get cookieAge(): number {
    const now = this.#space.now()
    return Math.floor((Math.max(0, this.#endAt(now)) - now) / 1000)
  }

  /** Waits for work that was begun, awaited or not. @throws what the last of it threw */
  async settled(): Promise<void> {
    for (let work: Promise<void> | undefined; work !== this.#work; await work) work = this.#work
    for (const error of this.#unfinished.values()) throw error
  }
  /** The answer has begun: from now on a change would be lost, so it throws. */
  close(): void {
    this.#closed = true
  }

  async #flush(): Promise<void> {
    await this.#finish('this', () => this.#deleteStored())
    this.#modified = true
    this.#saved = false
    this.#key = null
    this.#nextKey = null
    this.#end = undefined
    this.#id = undefined
    this.#idIsNew = false
    this.#luggage = undefined
    this.#onceStored = []
    this.#values = new Map()
  }

  async #finish(what: 'this' | 'others', end: () => Promise<unknown>): Promise<void> {
    try {
      await end()
      this.#unfinished.delete(what)
    } catch (error) {
      this.#unfinished.set(what, error as Error)
      throw error
    }
  }

  async #flushLate(): Promise<void> {
    await this.#work?.catch(() => {})
    await this.#deleteStored()
  }

  async #deleteStored(): Promise<void> {
    if (this.#key !== null) await this.#space.store.delete(this.#space.storedKey(this.#key), this.#id)
  }

  async #save(): Promise<void> {
    const next = this.#nextKey
    const at = this.#space.now()
    let record = this.#record(at)
    // What is changed while the store is at work is for the next save.
    this.#modified = false
    const told = this.#onceStored.splice(0)
    try {
      let key = await writeSession(this.#space, this.#key, next, record, at)
      if (key === null) {
        this.#dropLuggage()
        record = this.#record(at)
        key = await createSession(this.#space, next ?? newSessionKey(), record, at)
      }
      this.#key = key
    } catch (error) {
      this.#modified = true
      this.#onceStored.unshift(...told)
      // What the store did all the same may have the id by now, and no two sessions may.
      if (this.#idIsNew) this.#id = newPublicId()
      throw error
    }
    this.#end = record.expires
    this.#saved = true
    if (this.#id === record.id) this.#idIsNew = false
    if (this.#nextKey === next) this.#nextKey = null
    if (this.#nextKey === null) this.#luggage = undefined
    for (const tell of told) tell()
  }

  #dropLuggage(): void {
    if (this.#luggage === undefined) throw new SessionInterrupted()
    for (const name of this.#luggage) this.load().delete(name)
  }

  #record(at: number): SessionRecord {
    return sessionRecord(
      this.#space.payloads,
      this.load(),
      this.#endAt(at),
      this.#observer.client,
      this.#idIsNew ? this.#id : undefined,
      at,
    )
  }

  /** Nobody has to await: the answer is told at once and does, and a failure becomes its 503. */
  #inTurn(job: () => Promise<void>): Promise<void> {
    const work = this.#closed ? Promise.reject(new SessionClosed()) : this.#queue(job)
    work.catch(() => {})
    return work
  }

  #queue(job: () => Promise<void>): Promise<void> {
    this.#tell()
    this.#work = this.#work === undefined ? job() : this.#work.then(job, job)
    return this.#work
  }

  #expiry(): number | string | undefined {
    if (this.#values === undefined) return this.#payload?.expiry
    const expiry = this.#values.get(SESSION_EXPIRY)
    return typeof expiry === 'number' || typeof expiry === 'string' ? expiry : undefined
  }
  #endAt(now: number): number {
    const started = this.#values === undefined ? this.#payload?.started : this.#values.get(SESSION_STARTED)
    return endOf(this.#expiry(), typeof started === 'number' ? started : undefined, this.#space.ages, now)
  }
  protected override load(): Map<string, Json> {
    this.#values ??= new Map(Object.entries(JSON.parse(this.#payload?.json ?? '{}') as Record<string, Json>))
    return this.#values
  }
  protected override used(): void {
    this.#observer.used()
  }
  protected override change(): void {
    this.#tell()
    this.#modified = true
  }
  #tell(): void {
    if (this.#closed) throw new SessionClosed()
    this.#observer.used()
    this.#observer.changed()
  }
}
