/** The errors of a driver that Postern gives a meaning. */

/** SQLite's extended result codes of a UNIQUE and of a PRIMARY KEY constraint: https://www.sqlite.org/rescode.html */
const SQLITE_UNIQUE: ReadonlySet<unknown> = new Set([2067, 1555])

/** Whether a statement failed because of a UNIQUE constraint. */
export function isUniqueViolation(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && SQLITE_UNIQUE.has(error.errcode)
}

/** SQLite's extended result code of a NOT NULL constraint. */
const SQLITE_NOT_NULL = 1299

/** Whether a statement failed because a column wants a value and has no default. */
export function isNotNullViolation(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === SQLITE_NOT_NULL
}
