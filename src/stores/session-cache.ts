/**
 * A cache in front of a store of sessions that cannot be filled with what has ended meanwhile. Whoever finds nothing gets leave
 * to bring the session; leave ends with everything that is dropped in between, and with the cache's memory.
 */
import type { StoredSession } from '../sessions/session-store.ts'

type MaybePromise<T> = T | Promise<T>

/** A session as the cache has it. */
export interface CachedSession {
  readonly session: StoredSession
  /** When the store of record was asked for it, milliseconds. */
  readonly readAt: number
}

/** What a cache answers: what it has; or leave to bring what it has not, null where another request has it already. */
export type CacheAnswer =
  | { readonly cached: CachedSession; readonly leave?: undefined }
  | { readonly cached?: undefined; readonly leave: string | null }

/** Whatever a method throws means that the cache does not answer. */
export interface SessionCache {
  /** All processes of a site see the same. In one that is not shared, a session outlives its logout in another process. */
  readonly shared: boolean
  /** A session, or leave to fill. */
  look(key: string): MaybePromise<CacheAnswer>
  /** Keeps a session if the leave still counts; does nothing otherwise. @param milliseconds after which it is forgotten */
  fill(key: string, leave: string, cached: CachedSession, milliseconds: number): MaybePromise<void>
  /** Forgets a session and ends all leave to bring it. @param id the public id: it is forgotten under whatever key it is now */
  drop(key: string, id?: string): MaybePromise<void>
  /** Forgets all sessions of a user, and ends all leave to bring one. */
  dropUser(userId: string): MaybePromise<void>
  /** Closes what the cache itself opened. */
  close?(): Promise<void>
}
