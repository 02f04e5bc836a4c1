/**
 * Work beside an answer: rows of the audit log, mails. It neither delays what it goes with nor makes it fail, but an
 * answer may wait for its own, since some runtimes cut off what goes on after it; and a process that ends waits for all.
 */

export class PendingWork {
  readonly #works = new Set<Promise<void>>()
  readonly #ofOwner = new WeakMap<object, Promise<unknown>>()

  /**
   * Keeps track of work that has begun.
   * @param work must not reject: whoever begins it tells what went wrong
   * @param owner the request that it belongs to
   */
  add(work: Promise<void>, owner?: object): void {
    if (!this.#works.has(work)) {
      this.#works.add(work)
      // biome-ignore lint/nursery/noFloatingPromises: it does not reject
      work.then(() => this.#works.delete(work))
    }
    if (owner === undefined) return
    const before = this.#ofOwner.get(owner)
    this.#ofOwner.set(owner, before === undefined || before === work ? work : Promise.all([before, work]))
  }

  /** What is done when all work of an owner is; undefined where there is none. */
  of(owner: object): Promise<unknown> | undefined {
    return this.#works.size === 0 ? undefined : this.#ofOwner.get(owner)
  }

  /** Resolves when nothing is pending, what comes up meanwhile included. */
  async settled(): Promise<void> {
    while (this.#works.size > 0) await Promise.all(this.#works)
  }
}
