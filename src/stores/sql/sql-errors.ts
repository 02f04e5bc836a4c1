/** The one error of a driver that Postern gives a meaning: something that must be unique was there already. */

/** SQLite's extended result codes of a UNIQUE and of a PRIMARY KEY constraint: https://www.sqlite.org/rescode.html */
const SQLITE_UNIQUE: ReadonlySet<unknown> = new Set([2067, 1555])

/** Whether a statement failed because of a UNIQUE constraint. */
export function isUniqueViolation(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && SQLITE_UNIQUE.has(error.errcode)
}
