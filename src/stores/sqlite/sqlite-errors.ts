/**
 * What node:sqlite throws, sorted by what it means to a request: try again, no answer (503), a mistake in the set-up,
 * or an ordinary error of one statement (a constraint), which is passed on as it is.
 *
 * Result codes: https://www.sqlite.org/rescode.html
 */
import { ConfigurationError, StoreUnavailable } from '../../errors.ts'

const BUSY = 5
const LOCKED = 6
const CANTOPEN = 14
/** NOMEM, READONLY, INTERRUPT, IOERR, CORRUPT, FULL, CANTOPEN, PROTOCOL, NOTADB: the database, not the statement, is at fault. */
const NO_ANSWER: ReadonlySet<number> = new Set([7, 8, 9, 10, 11, 13, CANTOPEN, 15, 26])

/** SQLite's primary result code of an error; 0 for an error that is not SQLite's. */
function resultCode(error: unknown): number {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return 0
  return error.errcode & 0xff
}

/** Somebody else holds the lock: nothing is wrong, and a later try may go through. */
export function isBusy(error: unknown): boolean {
  const code = resultCode(error)
  return code === BUSY || code === LOCKED
}

/** The database could not do its work, whatever the statement was; SQLite may have rolled back by itself. */
export function isNoAnswer(error: unknown): boolean {
  return error instanceof StoreUnavailable || NO_ANSWER.has(resultCode(error)) || isBusy(error)
}

/** The file could not be opened: at start that is a wrong path. */
export function isCannotOpen(error: unknown): boolean {
  return resultCode(error) === CANTOPEN
}

/** The error that a caller gets for what node:sqlite threw; the driver's own is its `cause`. */
export function explainSqliteError(error: unknown): unknown {
  if (error instanceof StoreUnavailable) return error
  if (isBusy(error)) {
    return new StoreUnavailable('The SQLite database stayed locked by another process for about a second.', error)
  }
  if (isNoAnswer(error)) {
    const reason = error instanceof Error ? error.message : 'unknown'
    return new StoreUnavailable(`The SQLite database does not answer (${reason}).`, error)
  }
  if (error instanceof Error && error.message.startsWith('no such table')) {
    return new ConfigurationError(
      `The database has ${error.message}. Run \`await auth.migrate()\` once before serving requests.`,
      error,
    )
  }
  return error
}
