/** Failed attempts in this process's memory, with the behaviour of the SQL store: for tests and for trying Postern out. */
import type { AttemptStore, Taking } from '../../guessing/attempt-store.ts'

/** Failures between two looks for what is spent. */
const SWEEP = 1000

export class MemoryAttemptStore implements AttemptStore {
  readonly #fullAt = new Map<string, number>()
  #taken = 0

  read(keys: readonly string[]): readonly number[] {
    return keys.map((key) => this.#fullAt.get(key) ?? 0)
  }

  take(takings: readonly Taking[], now: number): void {
    this.#taken += 1
    if (this.#taken % SWEEP === 0) this.clearExpired(now)
    for (const { key, cost, most } of takings) {
      const from = Math.max(now, this.#fullAt.get(key) ?? 0)
      this.#fullAt.set(key, Math.min(from + cost, now + most))
    }
  }

  fill(key: string): void {
    this.#fullAt.delete(key)
  }

  clearExpired(now: number): number {
    let count = 0
    for (const [key, fullAt] of this.#fullAt) if (fullAt <= now && this.#fullAt.delete(key)) count += 1
    return count
  }
}
