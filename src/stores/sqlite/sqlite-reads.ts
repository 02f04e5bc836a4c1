/**
 * The reads of one event-loop turn, in one read transaction: 2 µs a read instead of 4.6, since SQLite takes its lock
 * and its snapshot once. The transaction begins after all of them arrived, so that none reads an older state than it would alone.
 */
import type { SqlRow, SqlValue } from '../sql/sql-client.ts'
import type { SqliteConnection } from './sqlite-connection.ts'
import { explainSqliteError, isBusy } from './sqlite-errors.ts'
import type { Job } from './turn-queue.ts'

/** One query that waits. */
export interface ReadJob extends Job {
  readonly sql: string
  readonly params: readonly SqlValue[]
  readonly single: boolean
  readonly resolve: (value: SqlRow | SqlRow[] | undefined) => void
}

/** @returns the jobs that met a lock */
export function runReads(connection: SqliteConnection, group: ReadJob[]): ReadJob[] {
  const busy: ReadJob[] = []
  // On a database in memory this is the writer's connection, and a migration may have its transaction open.
  const together = group.length > 1 && !connection.inTransaction
  try {
    connection.prepare()
    if (together) connection.begin('BEGIN')
  } catch (error) {
    for (const job of group) failRead(job, error, busy)
    return busy
  }
  for (const job of group) {
    try {
      job.resolve(job.single ? connection.get(job.sql, job.params) : connection.all(job.sql, job.params))
    } catch (error) {
      failRead(job, error, busy)
    }
  }
  if (together) {
    try {
      connection.commit()
    } catch {
      connection.rollback()
    }
  }
  return busy
}

function failRead(job: ReadJob, error: unknown, busy: ReadJob[]): void {
  if (isBusy(error)) {
    job.busyError = error
    busy.push(job)
  } else {
    job.reject(explainSqliteError(error))
  }
}
