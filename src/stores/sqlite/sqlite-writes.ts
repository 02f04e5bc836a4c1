/**
 * The writes of one event-loop turn, committed as a group: one BEGIN IMMEDIATE and one COMMIT (one fsync where any of them must
 * be durable), while each batch stands or falls by itself under a savepoint. Nothing is promised before the COMMIT.
 *
 * Transactions and savepoints: https://www.sqlite.org/lang_savepoint.html
 */
import type { SqlResult, SqlStatement } from '../sql/sql-client.ts'
import type { SqliteConnection } from './sqlite-connection.ts'
import { explainSqliteError, isBusy, isNoAnswer } from './sqlite-errors.ts'
import type { Job } from './turn-queue.ts'

/** One batch that waits. */
export interface WriteJob extends Job {
  readonly statements: readonly SqlStatement[]
  readonly durable: boolean
  /** Position of the statement that must match a row; -1 for none. */
  readonly onlyIf: number
  readonly resolve: (results: SqlResult[]) => void
}

/** What came of a batch inside the group, before the COMMIT. */
type Outcome = { readonly undone: boolean } & ({ readonly results: SqlResult[] } | { readonly error: unknown })

/** @returns the jobs that met a lock; they are rolled back */
export function runWrites(connection: SqliteConnection, group: WriteJob[]): WriteJob[] {
  const outcomes: Outcome[] = []
  let committing = false
  try {
    connection.prepare()
    connection.setDurable(group.some(isDurable))
    const only = group.length === 1 ? group[0] : undefined
    if (only !== undefined && only.statements.length === 1) {
      outcomes.push(runStatements(connection, only))
    } else {
      connection.begin('BEGIN IMMEDIATE')
      for (const job of group)
        outcomes.push(only === undefined ? runInGroup(connection, job) : runStatements(connection, job))
      committing = true
      if (only !== undefined && outcomes[0]?.undone === true) connection.rollback()
      else connection.commit()
    }
  } catch (error) {
    connection.rollback()
    return settleFailedGroup(connection, group, error, committing)
  }
  for (const [at, job] of group.entries()) settle(job, outcomes[at] as Outcome)
  return []
}

function isDurable(job: WriteJob): boolean {
  return job.durable
}

/** A batch among others: a single statement undoes itself when it fails, more need a savepoint. */
function runInGroup(connection: SqliteConnection, job: WriteJob): Outcome {
  if (job.statements.length === 1) return runStatements(connection, job)
  connection.run('SAVEPOINT batch', [])
  const outcome = runStatements(connection, job)
  if (outcome.undone) connection.run('ROLLBACK TO batch', [])
  connection.run('RELEASE batch', [])
  return outcome
}

/** @throws what is the matter with the database; the fault of a statement is an outcome */
function runStatements(connection: SqliteConnection, job: WriteJob): Outcome {
  const results: SqlResult[] = []
  try {
    for (const [sql, params] of job.statements) {
      const result = connection.run(sql, params)
      results.push(result)
      if (result.matched === 0 && results.length - 1 === job.onlyIf) return { undone: true, results }
    }
  } catch (error) {
    if (isNoAnswer(error)) throw error
    return { undone: true, error }
  }
  return { undone: false, results }
}

function settleFailedGroup(
  connection: SqliteConnection,
  group: WriteJob[],
  error: unknown,
  committing: boolean,
): WriteJob[] {
  if (isBusy(error)) {
    for (const job of group) job.busyError = error
    return group
  }
  if (group.length === 1 || (committing && isNoAnswer(error))) {
    for (const job of group) job.reject(explainSqliteError(error))
    return []
  }
  // One batch hit the full disk, or a foreign key that is checked at the COMMIT: a logout beside it is not to fail with it.
  return group.flatMap((job) => runWrites(connection, [job]))
}

function settle(job: WriteJob, outcome: Outcome): void {
  if ('error' in outcome) job.reject(explainSqliteError(outcome.error))
  else job.resolve(outcome.results)
}
