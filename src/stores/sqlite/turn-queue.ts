/**
 * Gathers the jobs of one event-loop turn and has them done together, after all of them arrived. Jobs that met a
 * lock are tried again, without blocking, for about a second. Knows nothing of SQL.
 */
import { StoreUnavailable } from '../../errors.ts'

/** Work that waits for its turn. */
export interface Job {
  readonly resolve: (value: never) => void
  readonly reject: (error: unknown) => void
  /** When the job first met a lock, milliseconds of `performance.now()`; 0 before. */
  busySince: number
  /** The last lock that it met. */
  busyError: unknown
}

/** Milliseconds for which a lock is tried again. */
const PATIENCE = 1000
/** Milliseconds between two tries, at least; up to as many more at random, so that processes do not march in step. */
const PAUSE = 15
/** Jobs in one go: the event loop gets air between two. */
const GROUP_SIZE = 256

export class TurnQueue<J extends Job> {
  readonly #work: (group: J[]) => J[]
  readonly #explain: (error: unknown) => unknown
  #jobs: J[] = []
  #scheduled = false
  #held = false
  #closed = false
  #idle: (() => void)[] = []
  readonly #flush = (): void => this.#run()

  /** @param work does the jobs, settles them, and gives back those that met a lock */
  constructor(work: (group: J[]) => J[], explain: (error: unknown) => unknown) {
    this.#work = work
    this.#explain = explain
  }

  add(job: J): void {
    if (this.#closed) {
      job.reject(new StoreUnavailable('The SQLite database was closed.'))
      return
    }
    this.#jobs.push(job)
    if (!this.#scheduled && !this.#held) this.#schedule()
  }

  /** Keeps everything waiting until `release`. */
  hold(): void {
    this.#held = true
  }

  release(): void {
    this.#held = false
    if (this.#jobs.length > 0 && !this.#scheduled) this.#schedule()
    else this.#announceIdle()
  }

  /** Takes no more jobs, and resolves when those that are waiting are done. */
  async close(): Promise<void> {
    this.#closed = true
    if (this.#jobs.length === 0 && !this.#scheduled && !this.#held) return
    await new Promise<void>((resolve) => this.#idle.push(resolve))
  }

  #schedule(): void {
    this.#scheduled = true
    setImmediate(this.#flush)
  }

  #run(): void {
    this.#scheduled = false
    if (this.#held) return
    let group = this.#jobs
    if (group.length > GROUP_SIZE) {
      this.#jobs = group.slice(GROUP_SIZE)
      group = group.slice(0, GROUP_SIZE)
    } else {
      this.#jobs = []
    }
    const busy = this.#work(group)
    if (busy.length > 0) this.#retryLater(busy)
    else if (this.#jobs.length > 0) this.#schedule()
    else this.#announceIdle()
  }

  #retryLater(busy: readonly J[]): void {
    const now = performance.now()
    const again: J[] = []
    for (const job of busy) {
      if (job.busySince === 0) job.busySince = now
      if (now - job.busySince < PATIENCE) again.push(job)
      else job.reject(this.#explain(job.busyError))
    }
    this.#jobs = again.concat(this.#jobs)
    if (this.#jobs.length === 0) {
      this.#announceIdle()
      return
    }
    this.#scheduled = true
    setTimeout(this.#flush, PAUSE + Math.random() * PAUSE)
  }

  #announceIdle(): void {
    if (this.#idle.length === 0 || this.#held || this.#jobs.length > 0) return
    for (const resolve of this.#idle) resolve()
    this.#idle = []
  }
}
