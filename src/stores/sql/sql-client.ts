/**
 * The little that Postern asks of an SQL database. A client knows its driver and its dialect's placeholders
 * (`?` in the text; the client rewrites it where its dialect wants `$1`); statements above it are shared.
 */

import type { StoreWarning } from '../../sessions/session-store.ts'

export type SqlValue = string | number | bigint | null | Uint8Array
/** A row as an array, in the order of the selected columns. */
export type SqlRow = readonly SqlValue[]

/** What came of a statement that writes. */
export interface SqlResult {
  /** Rows that the statement matched (not rows whose values differ: MySQL must be told so). */
  readonly matched: number
  readonly lastId: number | bigint | undefined
}

/** One statement of a batch. */
export type SqlStatement = readonly [sql: string, params: readonly SqlValue[]]

export interface SqlClient {
  readonly dialect: 'sqlite' | 'postgres' | 'mysql'
  /** @throws {StoreUnavailable} when the database does not answer in time */
  all(sql: string, params: readonly SqlValue[]): Promise<SqlRow[]>
  one(sql: string, params: readonly SqlValue[]): Promise<SqlRow | undefined>
  run(sql: string, params: readonly SqlValue[]): Promise<SqlResult>
  /**
   * Statements that stand or fall together. `durable` ones (a revocation, a password) are on disk before the promise
   * resolves. `onlyIf` names the statement, by position, that must have matched a row: otherwise all are undone.
   */
  batch(statements: readonly SqlStatement[], options?: { durable?: boolean; onlyIf?: number }): Promise<SqlResult[]>
  /** A transaction of its own, under the dialect's migration lock; nothing else is written meanwhile. */
  exclusive<T>(work: (client: Pick<SqlClient, 'all' | 'one' | 'run'>) => Promise<T>): Promise<T>
  /** What the server tells of itself that takes from what a logout promises. @default nothing */
  warnings?(): Promise<readonly StoreWarning[]>
  close(): Promise<void>
}
