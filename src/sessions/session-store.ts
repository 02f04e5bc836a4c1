/**
 * Where sessions are kept. The interface is narrow so that a store can be read in one sitting, and it has no
 * upsert: `create` fails on what is there and `update` on what is gone, so that a request in flight cannot
 * bring back a session that was logged out. Every store runs the contract suite in `postern/testing`.
 *
 * Mirrors the part of django/contrib/sessions/backends/base.py (5.2) that touches storage.
 */
import type { CookiePayloads } from '../django/cookie-payload.ts'
import type { PayloadKeys } from '../django/session-payload.ts'
import type { AccountStore } from '../users/account-store.ts'
import type { User } from '../users/user.ts'
import type { UserStore } from '../users/user-store.ts'
import type { SessionAges } from './session-ages.ts'

type MaybePromise<T> = T | Promise<T>

/** What a store is given to keep. Times are milliseconds since 1970. */
export interface SessionRecord {
  /** Django's `session_data`: signed JSON text. */
  readonly data: string
  /** The session is dead from this instant on (`expires <= now`). */
  readonly expires: number
  /** Whose session it is, for the index; `null` while nobody is logged in. */
  readonly userId: string | null
  /** Where the login came from, for the user's list of sessions. */
  readonly client?: SessionClient | undefined
  /** The public id for a session that the index does not know yet. @default one that the store makes up */
  readonly id?: string | undefined
}

/** Where a session was used from. */
export interface SessionClient {
  readonly address?: string | undefined
  readonly userAgent?: string | undefined
}

/** What a store gives back. */
export interface StoredSession {
  readonly data: string
  readonly expires: number
  /** Whose session the index says it is; `undefined` where the index does not know this session yet. */
  readonly userId: string | null | undefined
  /** The public id that the index has for it: it stays when the key changes. */
  readonly id?: string | undefined
  /** When the index first saw the session, milliseconds. */
  readonly created?: number | undefined
  /** The user whom the index names, where the store could read it in the same round trip (see `SessionStore.users`). A hint: the payload decides. */
  readonly user?: User | null | undefined
}

/** One line of a user's list of sessions. The public id is never the stored key. */
export interface SessionInfo {
  readonly id: string
  readonly created: number
  readonly lastSeen: number
  readonly expires: number
  readonly address: string | null
  readonly userAgent: string | null
  /** True for the session whose stored key was given as `current`. */
  readonly current: boolean
}

/** A session that is on no user's list: nobody's, or one that Django made. */
export interface UnlistedSession {
  /** The stored key. */
  readonly key: string
  readonly data: string
}

/** Something about the server behind a store that takes from what a logout promises. */
export interface StoreWarning {
  /** The server may drop sessions by itself; or a crash may bring some back. */
  readonly topic: 'eviction' | 'durability'
  /** What is the case, and what follows from it. */
  readonly message: string
  /** What to do about it. */
  readonly cure: string
}

/**
 * A store of sessions. Keys are stored keys (at most 40 characters): what they are made of is not the store's business.
 *
 * Every method may throw `StoreUnavailable`; that is the only way to say "I do not know".
 */
export interface SessionStore {
  /** A deleted session is refused from the next `load` on, by every process. */
  readonly revocable: boolean
  /** `listForUser` and `deleteForUser` work, without reading every session. */
  readonly listable: boolean
  /** `deleteForUser` works, also where there is no list. @default as `listable` */
  readonly endsForUser?: boolean
  /**
   * How sessions are written into the visitors' own cookies, where that is where they are. The key of such a session is what it
   * holds: `create` and `replace` are given the written session as the key, and `delete` ends all of the user's. @default they
   * are in the store, under keys
   */
  readonly cookies?: CookiePayloads | undefined
  /** They are in the memory of this process alone: for tests, not for a site. @default false */
  readonly volatile?: boolean
  /**
   * The store of the users that `load` gives along with their sessions. They count only where it is the database's own `users`:
   * user 7 of this store may be somebody else than user 7 of another. @default none are given
   */
  readonly users?: Pick<UserStore, 'findById'> | undefined
  /** The same sessions without users along with them, for a database whose users are elsewhere. */
  withoutUsers?(): SessionStore

  /** The session under this key, or null when there is none or it has expired (`expires <= now`). */
  load(key: string, now: number): MaybePromise<StoredSession | null>
  /** Keeps a new session. @returns false when the key is taken; nothing is changed then */
  create(key: string, record: SessionRecord, now: number): MaybePromise<boolean>
  /** Replaces what is under the key. @returns false when it is gone; nothing is kept then */
  update(key: string, record: SessionRecord, now: number): MaybePromise<boolean>
  /**
   * Moves a session to a new key in one step. @returns false when the old key is gone; nothing is kept then, so
   * that a change of key cannot revive a session either
   */
  replace(key: string, newKey: string, record: SessionRecord, now: number): MaybePromise<boolean>
  /** Sets a later end without touching the data. @returns false when the session is gone */
  touch(key: string, expires: number, now: number): MaybePromise<boolean>
  /**
   * Ends a session, for good: when this resolves, the deletion is as durable as the store can make it.
   * @param id the public id that `load` gave: the session ends under whatever key it has moved to meanwhile, so that a
   * change of key in another request cannot carry it past a logout
   * @returns false when it was gone already
   */
  delete(key: string, id?: string): MaybePromise<boolean>
  /** Whether a live session is under this key. */
  exists(key: string, now: number): MaybePromise<boolean>
  /** Puts a session that the index did not know (Django made it) under its user. */
  adopt(key: string, userId: string, now: number, client?: SessionClient): MaybePromise<void>
  /** Ends all sessions of a user, but for the stored key `except`. @returns how many there were; 1 where they cannot be counted */
  deleteForUser(userId: string, except?: string): MaybePromise<number>
  /** The user's epoch, which a session that begins with a login has to carry in its cookie. @default none is carried */
  epochOf?(userId: string): MaybePromise<number | undefined>
  /** The live sessions of a user, latest first. */
  listForUser(userId: string, now: number, current?: string): MaybePromise<readonly SessionInfo[]>
  /**
   * The live sessions that are on no user's list, in the order of their keys, from behind the key `after` on: for a store that
   * Django writes to as well. @returns `limit` at most, and fewer only at the end @default there are none
   */
  unlisted?(after: string, limit: number, now: number): MaybePromise<readonly UnlistedSession[]>
  /** Removes what has expired, in batches. @returns how many sessions went */
  clearExpired(now: number): MaybePromise<number>
  /** What `auth.check({ deploy: true })` is to tell of the server behind the store. @default nothing */
  warnings?(): MaybePromise<readonly StoreWarning[]>
  /** Closes what the store itself opened. @default nothing */
  close?(): Promise<void>
}

/** What sessions have to know of the site that they are for. */
export interface SessionSite extends PayloadKeys {
  readonly users: UserStore
  readonly accounts: AccountStore
  /** Seconds, as the settings have them. */
  readonly ages: SessionAges
  /** Whether a live Django reads and writes the same sessions. */
  readonly isShared: boolean
}

/** Sessions that are no store before they know the site: those in cookies, which the site's secret key signs. */
export interface SessionEngine {
  forSite(site: SessionSite): SessionStore
}
