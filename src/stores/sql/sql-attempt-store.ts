/** Failed attempts in `postern_attempt`, on any `SqlClient`. */
import type { AttemptStore, Taking } from '../../guessing/attempt-store.ts'
import { deleteIn } from './delete-in.ts'
import type { SqlClient, SqlStatement } from './sql-client.ts'
import { orUpdate } from './upsert.ts'

/** Rows that `clearExpired` removes in one transaction. */
const CLEARED_AT_ONCE = 500
/** Spent rows that go with each failure: more than a failure makes, so that they never pile up. */
const CLEARED_ALONG = 10

const INSERT = 'INSERT INTO postern_attempt (attempt_key, full_at) VALUES (?, ?)'
const LATER = `CASE WHEN postern_attempt.full_at <= ? THEN new.full_at
WHEN postern_attempt.full_at > ? THEN ?
ELSE postern_attempt.full_at + ? END`
const FILL = 'DELETE FROM postern_attempt WHERE attempt_key = ?'
/** On MariaDB and MySQL a row that others write just now is left to the next one. */
function spent(dialect: SqlClient['dialect']): string {
  return `SELECT attempt_key FROM
(SELECT attempt_key FROM postern_attempt WHERE full_at <= ? ORDER BY full_at LIMIT ?${
    dialect === 'mysql' ? ' FOR UPDATE SKIP LOCKED' : ''
  }) AS spent`
}

export class SqlAttemptStore implements AttemptStore {
  readonly #client: SqlClient
  readonly #take: string
  readonly #clear: string

  constructor(client: SqlClient) {
    this.#client = client
    this.#take = `${INSERT}\n${orUpdate(client.dialect, 'attempt_key', { full_at: LATER })}`
    this.#clear = deleteIn(client.dialect, 'postern_attempt', 'attempt_key', spent(client.dialect))
  }

  async read(keys: readonly string[]): Promise<readonly number[]> {
    const marks = keys.map(() => '?').join(', ')
    const rows = await this.#client.all(
      `SELECT attempt_key, full_at FROM postern_attempt WHERE attempt_key IN (${marks})`,
      keys,
    )
    return keys.map((key) => Number(rows.find(([found]) => found === key)?.[1] ?? 0))
  }

  async take(takings: readonly Taking[], now: number): Promise<void> {
    // Whoever takes several rows takes them in one order, so that no two wait for each other.
    const inOrder = takings.toSorted((a, b) => (a.key < b.key ? -1 : 1))
    const statements = inOrder.map(({ key, cost, most }): SqlStatement => {
      const latest = now + most
      return [this.#take, [key, now + cost, now, latest - cost, latest, cost]]
    })
    const clear: SqlStatement = [this.#clear, [now, CLEARED_ALONG]]
    if (this.#client.dialect !== 'mysql') {
      await this.#client.batch([clear, ...statements])
      return
    }
    // Rows that were read stay locked there until the end of the transaction, and another's may wait for them.
    await this.#client.batch(statements)
    await this.#client.batch([clear])
  }

  async fill(key: string): Promise<void> {
    await this.#client.run(FILL, [key])
  }

  async clearExpired(now: number): Promise<number> {
    for (let total = 0; ; ) {
      const { matched } = await this.#client.run(this.#clear, [now, CLEARED_AT_ONCE])
      total += matched
      if (matched < CLEARED_AT_ONCE) return total
    }
  }
}
