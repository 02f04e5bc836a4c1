/**
 * Sessions while the form of their stored keys changes, from hashed to as the cookie has them or back: one that is found under its
 * former key moves to the present one at first sight, and one that is ended is ended under both. It is given keys as cookies have
 * them, and is there only as long as the setting `session.keysBefore` asks for it.
 */
import { StoreUnavailable } from '../errors.ts'
import type { StoredKey } from './session-key.ts'
import type {
  SessionClient,
  SessionInfo,
  SessionRecord,
  SessionStore,
  StoredSession,
  StoreWarning,
  UnlistedSession,
} from './session-store.ts'

type MaybePromise<T> = T | Promise<T>

/** Both stored keys of a session. */
interface Keys {
  readonly present: string
  readonly former: string
}

/** How often one request moves a session that a process with the opposite settings moves back. */
const MOST_MOVES = 3

export class MovingSessionStore implements SessionStore {
  readonly #store: SessionStore
  readonly #present: StoredKey
  readonly #former: StoredKey
  readonly #userOf: (data: string) => string | undefined

  /** @param userOf whose session it is, by its data: so that one that is on nobody's list is put on one before it moves */
  constructor(
    store: SessionStore,
    present: StoredKey,
    former: StoredKey,
    userOf: (data: string) => string | undefined,
  ) {
    this.#store = store
    this.#present = present
    this.#former = former
    this.#userOf = userOf
  }

  get revocable(): boolean {
    return this.#store.revocable
  }
  get listable(): boolean {
    return this.#store.listable
  }
  get volatile(): boolean {
    return this.#store.volatile === true
  }
  get users(): SessionStore['users'] {
    return this.#store.users
  }

  withoutUsers(): MovingSessionStore {
    const alone = this.#store.withoutUsers?.() ?? this.#store
    return new MovingSessionStore(alone, this.#present, this.#former, this.#userOf)
  }

  /**
   * A session of a user has its public id when it is given: by that a logout finds it, whichever key it moves to meanwhile.
   * @throws {StoreUnavailable} when it is moved back each time: that there is none would not be true
   */
  async load(key: string, now: number): Promise<StoredSession | null> {
    const keys = this.#keys(key)
    const found = (await this.#store.load(keys.present, now)) ?? (await this.#fetch(keys, now))
    const userId = found?.userId === undefined && found !== null ? this.#userOf(found.data) : undefined
    if (userId === undefined) return found
    await this.#store.adopt(keys.present, userId, now)
    return (await this.#store.load(keys.present, now)) ?? this.#fetch(keys, now)
  }

  create(key: string, record: SessionRecord, now: number): MaybePromise<boolean> {
    return this.#store.create(this.#keys(key).present, record, now)
  }

  async update(key: string, record: SessionRecord, now: number): Promise<boolean> {
    const { present, former } = this.#keys(key)
    return (await this.#store.update(present, record, now)) || this.#store.replace(former, present, record, now)
  }

  async replace(key: string, newKey: string, record: SessionRecord, now: number): Promise<boolean> {
    const { present, former } = this.#keys(key)
    const next = this.#keys(newKey).present
    return (await this.#store.replace(present, next, record, now)) || this.#store.replace(former, next, record, now)
  }

  async touch(key: string, expires: number, now: number): Promise<boolean> {
    const { present, former } = this.#keys(key)
    return (await this.#store.touch(present, expires, now)) || this.#store.touch(former, expires, now)
  }

  /**
   * The former key first: what moves goes from there to the present one, and not past both deletions. A process with the opposite
   * settings moves it the other way: where no public id finds the session wherever it is, the former key is asked again.
   */
  async delete(key: string, id?: string): Promise<boolean> {
    const { present, former } = this.#keys(key)
    let there = false
    for (const one of id === undefined ? [former, present, former] : [former, present]) {
      if (await this.#store.delete(one, id)) there = true
    }
    return there
  }

  async exists(key: string, now: number): Promise<boolean> {
    const { present, former } = this.#keys(key)
    for (const one of [present, former, present]) if (await this.#store.exists(one, now)) return true
    return false
  }

  /** @param key as a cookie has it, or as `unlisted` gave it; the store does nothing where there is no such session */
  async adopt(key: string, userId: string, now: number, client?: SessionClient): Promise<void> {
    const { present, former } = this.#keys(key)
    for (const one of new Set([former, key, present])) await this.#store.adopt(one, userId, now, client)
  }

  deleteForUser(userId: string, except?: string): MaybePromise<number> {
    return this.#store.deleteForUser(userId, except === undefined ? undefined : this.#keys(except).present)
  }

  listForUser(userId: string, now: number, current?: string): MaybePromise<readonly SessionInfo[]> {
    return this.#store.listForUser(userId, now, current === undefined ? undefined : this.#keys(current).present)
  }

  unlisted(after: string, limit: number, now: number): MaybePromise<readonly UnlistedSession[]> {
    return this.#store.unlisted?.(after, limit, now) ?? []
  }

  clearExpired(now: number): MaybePromise<number> {
    return this.#store.clearExpired(now)
  }

  warnings(): MaybePromise<readonly StoreWarning[]> {
    return this.#store.warnings?.() ?? []
  }

  async close(): Promise<void> {
    await this.#store.close?.()
  }

  /** The session that is not, or not yet, under its present key. */
  async #fetch(keys: Keys, now: number): Promise<StoredSession | null> {
    for (let moves = 0; moves < MOST_MOVES; moves++) {
      const wasThere = await this.#move(keys, now)
      // Where nothing was there another request may have moved it, between the two questions.
      const found = await this.#store.load(keys.present, now)
      if (found !== null || !wasThere) return found
    }
    throw new StoreUnavailable('The session is being moved by processes with opposite settings (session.keysBefore).')
  }

  /** @returns whether there was something under the former key */
  async #move({ present, former }: Keys, now: number): Promise<boolean> {
    const left = await this.#store.load(former, now)
    if (left === null) return false
    const { data, expires } = left
    // In one step with the move, so that there is no moment at which "log out everywhere" would not find it.
    const userId = left.userId ?? this.#userOf(data) ?? null
    await this.#store.replace(former, present, { data, expires, userId }, now)
    return true
  }

  #keys(key: string): Keys {
    // The empty one is nobody's: what is meant is named by its public id.
    if (key === '') return { present: '', former: '' }
    return { present: this.#present(key), former: this.#former(key) }
  }
}
