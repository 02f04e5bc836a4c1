/**
 * Password hashing takes a tenth of a second of a thread each. Unbounded, twenty logins at once stop every file
 * read and every DNS look-up of the process for a second; so at most a few are at work, a few seconds of work
 * wait, and the rest is told to come back (503).
 */
import { availableParallelism } from 'node:os'
import { ConfigurationError, crowded } from '../errors.ts'

/** How the queue is bounded. */
export interface HashQueueOptions {
  /** How many hashes are at work at once. @default max(1, min(cores - 1, thread pool - 2)) */
  readonly concurrency?: number
  /** How much work may wait, in seconds. @default 4 */
  readonly maxWait?: number
}

/** What a hash is taken to cost before one was measured, milliseconds. */
const FIRST_GUESS = 150

/** A queue that runs a bounded number of jobs and refuses what it could not begin in time. */
export class HashQueue {
  readonly #concurrency: number
  readonly #maxWait: number
  readonly #waiting: (() => void)[] = []
  #running = 0
  #cost = FIRST_GUESS

  /** @throws {ConfigurationError} for bounds under which nobody would ever get a turn */
  constructor(options: HashQueueOptions = {}) {
    this.#concurrency = options.concurrency ?? defaultConcurrency()
    this.#maxWait = (options.maxWait ?? 4) * 1000
    if (!(this.#concurrency >= 1)) {
      throw new ConfigurationError(`hashQueue.concurrency is ${this.#concurrency}; it is a number from 1 on.`)
    }
    if (!(this.#maxWait >= 0)) {
      throw new ConfigurationError(`hashQueue.maxWait is ${options.maxWait}; it is a number of seconds from 0 on.`)
    }
  }

  /** How many jobs wait for their turn. */
  get waiting(): number {
    return this.#waiting.length
  }

  /** @throws {Overloaded} when more than `maxWait` of work is waiting already */
  async run<T>(job: () => Promise<T>): Promise<T> {
    if (this.#running >= this.#concurrency) {
      const wait = ((this.#waiting.length + 1) * this.#cost) / this.#concurrency
      if (wait > this.#maxWait) {
        throw crowded(Math.ceil(wait / 1000))
      }
      // Whoever finishes hands its place over, so that nobody can slip in between.
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    } else {
      this.#running++
    }
    const began = performance.now()
    try {
      return await job()
    } finally {
      this.#cost += (performance.now() - began - this.#cost) / 8
      const next = this.#waiting.shift()
      if (next === undefined) this.#running--
      else next()
    }
  }
}

function defaultConcurrency(): number {
  const pool = Number(process.env.UV_THREADPOOL_SIZE) || 4
  // A core is left for the event loop: with all of them hashing, everybody's pages wait for the logins.
  return Math.max(1, Math.min(availableParallelism() - 1, pool - 2))
}
