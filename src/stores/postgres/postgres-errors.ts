/** The errors of PostgreSQL and its drivers. Codes: https://www.postgresql.org/docs/current/errcodes-appendix.html */
import { ConfigurationError, PosternError, StoreUnavailable } from '../../errors.ts'

const UNDEFINED_TABLE = '42P01'
/** Invalid authorization, wrong password, no such database, insufficient privilege. */
const REFUSED: ReadonlySet<unknown> = new Set(['28000', '28P01', '3D000', '42501'])
/** Duplicate and unknown prepared statement: a pooler gave the statement to another connection. */
const NOT_PREPARED: ReadonlySet<unknown> = new Set(['42P05', '26000'])
/** Feature not supported: "cached plan must not change result type". */
const CACHED_PLAN = '0A000'
/** Serialization failure and deadlock: nothing was done, and another try may go through. */
const CONFLICT: ReadonlySet<unknown> = new Set(['40001', '40P01'])
/** A number beyond its type, a text that is no number or UUID, a text with NUL in it: no row has such a value. */
const NO_VALUE: ReadonlySet<unknown> = new Set(['22003', '22P02', '22021'])

/** The SQLSTATE that the server gave; undefined for an error that is not the server's. */
function sqlState(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined
  return /^[0-9A-Z]{5}$/.test(error.code) && 'severity' in error ? error.code : undefined
}

/** Whether the same may go through at another try: others were in the way, or the connection has forgotten what was prepared. */
export function isPassing(error: unknown): boolean {
  return CONFLICT.has(sqlState(error)) || isStale(error)
}

/** What was prepared on this connection is of no use any more: a table has been altered since, or somebody has discarded it. */
function isStale(error: unknown): boolean {
  const state = sqlState(error)
  return NOT_PREPARED.has(state) || (state === CACHED_PLAN && /cached plan/.test((error as Error).message))
}

/** Whether a question was about a value that cannot be. */
export function isNoValue(error: unknown): boolean {
  return NO_VALUE.has(sqlState(error))
}

/** The server could not do its work, whatever the statement was: lost connections, resources, shutdown, a standby. */
function isNoAnswer(state: string | undefined): boolean {
  return state === undefined || /^(?:08|53|57|58|XX)/.test(state) || state === '25006' || state === '55P03'
}

/** Whether the connection is of no more use; one whose statement was refused is. */
export function isBroken(error: unknown): boolean {
  const state = sqlState(error)
  return state === undefined || /^(?:08|57P|XX)/.test(state) || isStale(error)
}

/** The error that a caller gets for what a driver threw; the driver's own is its `cause`. */
export function explainPostgresError(error: unknown): unknown {
  if (error instanceof PosternError) return error
  const state = sqlState(error)
  const reason = error instanceof Error ? error.message : 'unknown'
  if (state === UNDEFINED_TABLE) {
    return new ConfigurationError(
      `PostgreSQL says: ${reason}. Run \`await auth.migrate()\` once before serving requests.`,
      error,
    )
  }
  if (REFUSED.has(state)) return new ConfigurationError(`PostgreSQL does not let Postern in: ${reason}.`, error)
  if (NOT_PREPARED.has(state)) {
    return new ConfigurationError(
      `PostgreSQL says: ${reason}. A pooler in transaction mode is in between: say postgres(url, { pooled: true }).`,
      error,
    )
  }
  return isNoAnswer(state) || isPassing(error)
    ? new StoreUnavailable(`PostgreSQL does not answer (${reason}).`, error)
    : error
}
