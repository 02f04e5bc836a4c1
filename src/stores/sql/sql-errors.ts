/** The errors of drivers that Postern gives a meaning. */

/** SQLite's extended result codes of a UNIQUE and of a PRIMARY KEY constraint: https://www.sqlite.org/rescode.html */
const SQLITE_UNIQUE: ReadonlySet<unknown> = new Set([2067, 1555])
const SQLITE_NOT_NULL = 1299
/** https://www.postgresql.org/docs/current/errcodes-appendix.html */
const POSTGRES_UNIQUE = '23505'
const POSTGRES_NOT_NULL = '23502'

/** Whether a statement failed because of a UNIQUE constraint. */
export function isUniqueViolation(error: unknown): boolean {
  const { errcode, code } = codesOf(error)
  return SQLITE_UNIQUE.has(errcode) || code === POSTGRES_UNIQUE
}

/** Whether a statement failed because a column wants a value and has no default. */
export function isNotNullViolation(error: unknown): boolean {
  const { errcode, code } = codesOf(error)
  return errcode === SQLITE_NOT_NULL || code === POSTGRES_NOT_NULL
}

function codesOf(error: unknown): { readonly errcode?: unknown; readonly code?: unknown } {
  return error instanceof Error ? (error as { readonly errcode?: unknown; readonly code?: unknown }) : {}
}
