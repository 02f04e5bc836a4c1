/**
 * Sessions in a store of record, with a cache in front that may answer for it. The record decides: whatever is written is
 * written there first, and what ends a session is done when the cache has confirmed, too, that it forgot it.
 *
 * In place of django/contrib/sessions/backends/cached_db.py (5.2), which fills its cache with what was deleted while it read.
 */
import type {
  SessionClient,
  SessionInfo,
  SessionRecord,
  SessionStore,
  StoredSession,
  StoreWarning,
  UnlistedSession,
} from '../../sessions/session-store.ts'
import { StoreDeadline } from '../../store-deadline.ts'
import type { CacheAnswer, SessionCache } from '../session-cache.ts'

/** Seconds that a request waits for a cache without which it can do. */
const CACHE_TIMEOUT = 0.25
/** Milliseconds for which a cache that did not answer is not asked for sessions. */
const PAUSE = 1000

type MaybePromise<T> = T | Promise<T>

export class CachedSessionStore implements SessionStore {
  readonly revocable = true
  readonly listable: boolean
  readonly volatile: boolean
  readonly #record: SessionStore
  readonly #cache: SessionCache
  readonly #maxAge: number
  readonly #deadline = new StoreDeadline(CACHE_TIMEOUT)
  #pausedUntil = 0

  /** @param maxAge milliseconds after its reading for which a session is taken from the cache */
  constructor(record: SessionStore, cache: SessionCache, maxAge: number) {
    // Users are never cached: what they may do is asked anew at each request.
    this.#record = record.withoutUsers?.() ?? record
    this.#cache = cache
    this.#maxAge = maxAge
    this.listable = record.listable
    this.volatile = record.volatile === true || !cache.shared
  }

  async load(key: string, now: number): Promise<StoredSession | null> {
    const answer = await this.#look(key)
    const { cached } = answer
    if (cached !== undefined && Math.abs(now - cached.readAt) < this.#maxAge && cached.session.expires > now) {
      return { ...cached.session }
    }
    const stored = await this.#record.load(key, now)
    const { leave } = answer
    if (stored === null || leave == null) return stored
    const { data, expires, userId, id, created } = stored
    const fresh = { session: { data, expires, userId, id, created }, readAt: now }
    const milliseconds = Math.ceil(Math.min(this.#maxAge, expires - now))
    await this.#try(() => this.#cache.fill(key, leave, fresh, milliseconds))
    return stored
  }

  /** There is nothing in the cache under a key that was free. */
  create(key: string, record: SessionRecord, now: number): MaybePromise<boolean> {
    return this.#record.create(key, record, now)
  }

  async update(key: string, record: SessionRecord, now: number): Promise<boolean> {
    const there = await this.#record.update(key, record, now)
    await this.#try(() => this.#cache.drop(key))
    return there
  }

  /** Asks the cache before, so that one that does not answer fails the request while nothing is changed. */
  async replace(key: string, newKey: string, record: SessionRecord, now: number): Promise<boolean> {
    await this.#cache.drop(key)
    const there = await this.#record.replace(key, newKey, record, now)
    await this.#cache.drop(key)
    return there
  }

  async touch(key: string, expires: number, now: number): Promise<boolean> {
    const there = await this.#record.touch(key, expires, now)
    await this.#try(() => this.#cache.drop(key))
    return there
  }

  async delete(key: string, id?: string): Promise<boolean> {
    const there = await this.#record.delete(key, id)
    await this.#cache.drop(key, id)
    return there
  }

  exists(key: string, now: number): MaybePromise<boolean> {
    return this.#record.exists(key, now)
  }

  async adopt(key: string, userId: string, now: number, client?: SessionClient): Promise<void> {
    await this.#record.adopt(key, userId, now, client)
    await this.#cache.drop(key)
  }

  async deleteForUser(userId: string, except?: string): Promise<number> {
    const ended = await this.#record.deleteForUser(userId, except)
    await this.#cache.dropUser(userId)
    return ended
  }

  listForUser(userId: string, now: number, current?: string): MaybePromise<readonly SessionInfo[]> {
    return this.#record.listForUser(userId, now, current)
  }

  unlisted(after: string, limit: number, now: number): MaybePromise<readonly UnlistedSession[]> {
    return this.#record.unlisted?.(after, limit, now) ?? []
  }

  clearExpired(now: number): MaybePromise<number> {
    return this.#record.clearExpired(now)
  }

  warnings(): MaybePromise<readonly StoreWarning[]> {
    return this.#record.warnings?.() ?? []
  }

  async close(): Promise<void> {
    await Promise.all([this.#record.close?.(), this.#cache.close?.()])
  }

  async #look(key: string): Promise<CacheAnswer> {
    const nothing = { leave: null }
    if (performance.now() < this.#pausedUntil) return nothing
    return (await this.#try(() => this.#cache.look(key))) ?? nothing
  }

  /** @returns undefined where the cache did not answer; it is left alone for a while then */
  async #try<T>(ask: () => MaybePromise<T>): Promise<T | undefined> {
    try {
      return await this.#deadline.inTime(ask)
    } catch {
      this.#pausedUntil = performance.now() + PAUSE
      return undefined
    }
  }
}
