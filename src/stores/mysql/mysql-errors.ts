/**
 * The errors of MariaDB and MySQL and of their drivers. Numbers:
 * https://mariadb.com/kb/en/mariadb-error-code-reference/ and https://dev.mysql.com/doc/mysql-errors/8.4/en/server-error-reference.html
 */
import { ConfigurationError, PosternError, StoreUnavailable } from '../../errors.ts'

const UNKNOWN_TABLE = 1146
/** To the database, the server, a table, a column, or for want of a password; no such database, host, way to log in. */
const REFUSED: ReadonlySet<unknown> = new Set([1044, 1045, 1142, 1143, 1698, 1049, 1130, 1251, 1524])
/** Columns that are compared have different collations. */
const COLLATIONS = 1267
/** A log of statements cannot hold what is read committed. */
const LOG_OF_STATEMENTS = 1665
/**
 * Deadlock, a row that was locked for too long, a row that has changed, a number for a row that was not to be had (as a deadlock is
 * told there): nothing was done, or is about to be undone.
 */
const CONFLICT: ReadonlySet<unknown> = new Set([1213, 1205, 1020, 1467])
/** The server is about to end the connection, or has. */
const ENDING: ReadonlySet<unknown> = new Set([1053, 1077, 1079, 1080, 1152, 1158, 1159, 1160, 1161, 1184, 1927, 4031])
/**
 * The server could not do its work, whatever the statement was: connections, limits, memory, disk, read-only, a statement that
 * was killed or took too long, a cluster that is not ready.
 */
const NO_ANSWER: ReadonlySet<unknown> = new Set([
  ...ENDING,
  ...[1040, 1203, 1226, 1129, 1037, 1038, 1041, 1021, 1114, 1026, 1180, 1290, 1792, 1836, 1317, 1969, 3024, 1047],
])

/** The number that the server gave; undefined for an error that is not the server's. A pool wraps what it could not connect for. */
function serverNumber(error: unknown): number | undefined {
  for (let one = error; one instanceof Error; one = one.cause) {
    const { errno, sqlState } = one as { readonly errno?: unknown; readonly sqlState?: unknown }
    // Numbers of the package mariadb's own begin with 45000.
    if (typeof sqlState === 'string' && typeof errno === 'number' && errno >= 1000 && errno < 45_000) return errno
  }
  return undefined
}

/** Whether nothing was done because of others who wrote at the same time, so that another try may go through. */
export function isConflict(error: unknown): boolean {
  return CONFLICT.has(serverNumber(error))
}

/** Whether the connection is of no more use; one whose statement was refused is. */
export function isBroken(error: unknown): boolean {
  const number = serverNumber(error)
  return number === undefined || ENDING.has(number)
}

/** The error that a caller gets for what a driver threw; the driver's own is its `cause`. */
export function explainMysqlError(error: unknown): unknown {
  if (error instanceof PosternError) return error
  const number = serverNumber(error)
  const reason = error instanceof Error ? error.message : 'unknown'
  if (number === UNKNOWN_TABLE) {
    return new ConfigurationError(
      `The database says: ${reason}. Run \`await auth.migrate()\` once before serving requests.`,
      error,
    )
  }
  if (REFUSED.has(number)) return new ConfigurationError(`The database does not let Postern in: ${reason}.`, error)
  if (number === COLLATIONS) {
    return new ConfigurationError(
      `The database says: ${reason}. Give postern_session.session_key the collation that django_session.session_key has ` +
        '(ALTER TABLE postern_session MODIFY session_key …).',
      error,
    )
  }
  if (number === LOG_OF_STATEMENTS) {
    return new ConfigurationError(`The database says: ${reason}. Set binlog_format = MIXED or ROW.`, error)
  }
  return number === undefined || NO_ANSWER.has(number) || CONFLICT.has(number)
    ? new StoreUnavailable(`The database does not answer (${reason}).`, error)
    : error
}
