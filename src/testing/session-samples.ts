/** What the tests of a session store share: a clock reading, records, and the shape of a test. */
import type { TestContext } from 'node:test'
import type { SessionRecord, SessionStore } from '../sessions/session-store.ts'

/** A test of the suite, given a store and the ids of two users. */
export type StoreTest = (store: SessionStore, users: readonly [string, string], t: TestContext) => Promise<void>

/** Registers one test of the suite. */
export type StoreCheck = (title: string, test: StoreTest) => void

/** Milliseconds; a real clock reading, so that stores that drop what has expired by their own clock can run too. */
export const NOW: number = Date.now()
/** Milliseconds. */
export const HOUR = 3_600_000

/** A record of a session that ends in an hour. */
export function record(data: string, userId: string | null = null, expires: number = NOW + HOUR): SessionRecord {
  return { data, expires, userId }
}
