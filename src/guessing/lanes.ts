/**
 * The attempts that this process has at work, by bucket. What is at work may fail yet, so that no more of them go at once than
 * are left; the others wait until one of those has ended, instead of slipping through or being refused for nothing.
 */
import { crowded } from '../errors.ts'

/** Milliseconds that an attempt waits for others at the most: a backend may hang. */
const LONGEST_WAIT = 30_000
/** Attempts that wait in one lane at the most: each holds a connection, and a flood of them would hold all. */
const MOST_WAITING = 100

interface Waiting {
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/** One bucket's attempts. */
export class Lane {
  /** How many are at work. */
  atWork = 0
  /** How many of them have failed, ever: what the store said before is out of date when it has changed. */
  failed = 0
  /** How many attempts know this lane. */
  users = 0
  #waiting: Waiting[] = []

  /**
   * Resolves when one of those at work has ended.
   * @param first it was this one's turn before
   * @throws {Overloaded} when none does, or too many wait already
   */
  turn(first: boolean): Promise<void> {
    if (!first && this.#waiting.length >= MOST_WAITING) return Promise.reject(crowded(2))
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting = this.#waiting.filter((other) => other !== waiting)
        reject(crowded(2))
      }, LONGEST_WAIT)
      const waiting: Waiting = {
        resolve: () => {
          clearTimeout(timer)
          resolve()
        },
        reject: (error) => {
          clearTimeout(timer)
          reject(error)
        },
      }
      if (first) this.#waiting.unshift(waiting)
      else this.#waiting.push(waiting)
    })
  }

  /** Lets the next one look whether it may go. */
  wake(): void {
    this.#waiting.shift()?.resolve()
  }

  /** There is nothing left to wait for. */
  refuseWaiting(error: unknown): void {
    for (const { reject } of this.#waiting.splice(0)) reject(error)
  }
}

/** All lanes of a process; one goes with its last attempt. */
export class Lanes {
  readonly #lanes = new Map<string, Lane>()

  enter(key: string): Lane {
    const lane = this.#lanes.get(key) ?? new Lane()
    this.#lanes.set(key, lane)
    lane.users += 1
    return lane
  }

  leave(key: string, lane: Lane): void {
    lane.users -= 1
    if (lane.users === 0) this.#lanes.delete(key)
  }
}
