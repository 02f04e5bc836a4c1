/** How much is left in a bucket of attempts, out of the one number that is kept of it (see attempt-store.ts). */
import type { Taking } from './attempt-store.ts'

/** So many failed attempts in so much time: at once, and from then on as they come back, one after the other. */
export interface Limit {
  readonly attempts: number
  /** Seconds in which an empty bucket is full again. */
  readonly seconds: number
}

/**
 * Processes that look at the same moment let more through than there is. All of it counts and has to come back, up to so many
 * times what the bucket holds.
 */
const MOST_OWED = 10

/** A limit and the key under which its bucket is kept. */
export class Bucket {
  readonly key: string
  readonly #size: number
  /** Milliseconds, whole, since a column holds no others. */
  readonly #cost: number

  constructor(key: string, { attempts, seconds }: Limit) {
    this.key = key
    this.#size = attempts
    this.#cost = Math.ceil((seconds * 1000) / attempts)
  }

  /** What one attempt takes out. */
  get taking(): Taking {
    return { key: this.key, cost: this.#cost, most: this.#most }
  }

  /** How many attempts there are. @param fullAt, now milliseconds */
  left(fullAt: number, now: number): number {
    return Math.floor((this.#size * this.#cost - this.#missing(fullAt, now)) / this.#cost)
  }

  /** Seconds until there is an attempt again, whole ones, at least one. */
  wait(fullAt: number, now: number): number {
    const enough = (this.#size - 1) * this.#cost
    return Math.max(1, Math.ceil((this.#missing(fullAt, now) - enough) / 1000))
  }

  /** Whether the number cannot be: it was written by a clock that was ahead of this one. */
  isImpossible(fullAt: number, now: number): boolean {
    return fullAt > now + this.#most
  }

  get #most(): number {
    return MOST_OWED * this.#size * this.#cost
  }

  #missing(fullAt: number, now: number): number {
    return Math.max(0, fullAt - now)
  }
}
