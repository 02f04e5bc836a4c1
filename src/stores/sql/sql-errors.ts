/** The errors of drivers that Postern gives a meaning. */

/** SQLite's extended result codes of a UNIQUE and of a PRIMARY KEY constraint: https://www.sqlite.org/rescode.html */
const SQLITE_UNIQUE: ReadonlySet<unknown> = new Set([2067, 1555])
const SQLITE_NOT_NULL = 1299
/** https://www.postgresql.org/docs/current/errcodes-appendix.html */
const POSTGRES_UNIQUE = '23505'
const POSTGRES_NOT_NULL = '23502'
/** https://mariadb.com/kb/en/mariadb-error-code-reference/ */
const MYSQL_UNIQUE = 1062
/** No NULL, and no default for what is left out. */
const MYSQL_NOT_NULL: ReadonlySet<unknown> = new Set([1048, 1364])
/** A table, a column, an index or a foreign key of this name. */
const MYSQL_THERE: ReadonlySet<unknown> = new Set([1050, 1060, 1061, 1826])
/** MariaDB's number for a foreign key of this name, which has other meanings, too. */
const MARIADB_CANNOT_CREATE = 1005

/** Whether a statement failed because of a UNIQUE constraint. */
export function isUniqueViolation(error: unknown): boolean {
  const { errcode, code, errno } = codesOf(error)
  return SQLITE_UNIQUE.has(errcode) || code === POSTGRES_UNIQUE || errno === MYSQL_UNIQUE
}

/** Whether a statement failed because a column wants a value and has no default. */
export function isNotNullViolation(error: unknown): boolean {
  const { errcode, code, errno } = codesOf(error)
  return errcode === SQLITE_NOT_NULL || code === POSTGRES_NOT_NULL || MYSQL_NOT_NULL.has(errno)
}

/** Whether what a statement was to make is there already; only databases tell that make tables outside of transactions. */
export function isThereAlready(error: unknown): boolean {
  const { errno } = codesOf(error)
  return MYSQL_THERE.has(errno) || (errno === MARIADB_CANNOT_CREATE && /errno: 121\b/.test((error as Error).message))
}

interface Codes {
  readonly errcode?: unknown
  readonly code?: unknown
  readonly errno?: unknown
}

function codesOf(error: unknown): Codes {
  return error instanceof Error ? (error as Codes) : {}
}
