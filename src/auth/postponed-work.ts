/**
 * Work that begins when the answer is on its way, so that its time tells the client nothing: whether an account has an
 * address, and whether the mail server is up (CVE-2024-45231).
 */
import { setTimeout as pause } from 'node:timers/promises'
import { Overloaded } from '../errors.ts'
import type { IncomingRequest } from '../kernel/incoming-request.ts'

/** Milliseconds: the answer is out by then, and nothing of this work can be seen in its time. */
const DELAY = 50
/** A mail server that hangs must not fill the memory. */
const MOST_JOBS = 1000
/** Seconds. */
const RETRY_AFTER = 60

export class PostponedWork {
  readonly #jobs = new Set<Promise<void>>()

  /** @throws {Overloaded} when too much is waiting already */
  begin(incoming: Pick<IncomingRequest, 'waitUntil'>, job: () => Promise<void>): void {
    if (this.#jobs.size >= MOST_JOBS) throw new Overloaded('Too many mails are waiting. Try again.', RETRY_AFTER)
    const work = pause(DELAY)
      .then(job)
      .catch(report)
      .finally(() => this.#jobs.delete(work))
    this.#jobs.add(work)
    incoming.waitUntil?.(work)
  }

  /** Waits for everything that was begun. */
  async settled(): Promise<void> {
    while (this.#jobs.size > 0) await Promise.all(this.#jobs)
  }
}

/** Nobody waits for the work; what went wrong is the application's author's to know. */
function report(error: unknown): void {
  process.emitWarning(error instanceof Error ? error : String(error), { type: 'PosternWarning' })
}
