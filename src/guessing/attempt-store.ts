/**
 * Where failed attempts are counted. A bucket holds some attempts; each failure takes one out, and it refills with time. What is
 * kept of it is one number, the time at which it is full again, and of a full one nothing at all: so the table holds only what
 * failed lately. Every store of attempts runs the contract suite in `postern/testing`.
 *
 * The number is the theoretical arrival time of the generic cell rate algorithm (ITU-T I.371, appendix I.1).
 */

type MaybePromise<T> = T | Promise<T>

/** One attempt that is taken out of a bucket. */
export interface Taking {
  /** At most 40 characters; says nothing of whom it is about. */
  readonly key: string
  /** Milliseconds that the bucket needs to refill one attempt. */
  readonly cost: number
  /** Milliseconds from now beyond which it is never said to be full, whatever is taken. */
  readonly most: number
}

/** A store of attempts. Every method may throw `StoreUnavailable`. */
export interface AttemptStore {
  /** When each of these buckets is full again, milliseconds, in the order of the keys; 0 for one of which nothing is kept. */
  read(keys: readonly string[]): MaybePromise<readonly number[]>
  /** Takes one attempt out of each bucket. Whoever does it at the same time, in any process, all of it counts. @param now milliseconds */
  take(takings: readonly Taking[], now: number): MaybePromise<void>
  /** Fills a bucket. */
  fill(key: string): MaybePromise<void>
  /** Removes what is kept of buckets that are full by now. @param now milliseconds @returns how many there were */
  clearExpired(now: number): MaybePromise<number>
}
