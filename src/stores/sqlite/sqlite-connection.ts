/**
 * One connection of node:sqlite with its prepared statements kept and its rows as arrays. Everything here is
 * synchronous and short; who may use the connection when is decided by its users.
 */
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { ConfigurationError } from '../../errors.ts'
import type { SqlResult, SqlRow, SqlValue } from '../sql/sql-client.ts'
import { isCannotOpen } from './sqlite-errors.ts'

/** Milliseconds that a call may block the event loop while another process holds the lock. */
const BUSY_TIMEOUT = 20
/** Far more than there are statements in Postern; an application's generated ones must not pile up. */
const KEPT_STATEMENTS = 300

export class SqliteConnection {
  readonly #database: DatabaseSync
  readonly #statements = new Map<string, StatementSync>()
  /** Node before 22.16 gives rows as objects alone. */
  #rowsAreObjects = false
  #prepared = false
  #journalFlushes = ''
  /** What a commit costs when nobody asked for durability; without WAL, NORMAL could damage the file. */
  #ordinary: 'NORMAL' | 'FULL' = 'NORMAL'
  /** A transaction that was begun with `begin` has not ended yet. */
  inTransaction = false

  /** @throws {ConfigurationError} when there is no such folder */
  constructor(path: string, options: { readOnly: boolean }) {
    try {
      this.#database = new DatabaseSync(path)
    } catch (error) {
      if (!isCannotOpen(error)) throw error
      throw new ConfigurationError(
        `The SQLite database '${path}' cannot be opened: does its folder exist, and may this process write there?`,
        error,
      )
    }
    this.#database.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT}`)
    this.#database.exec('PRAGMA foreign_keys = ON')
    if (options.readOnly) this.#database.exec('PRAGMA query_only = ON')
    this.#prepared = options.readOnly
  }

  get(sql: string, params: readonly SqlValue[]): SqlRow | undefined {
    const row: unknown = this.#statement(sql).get(...params)
    return this.#rowsAreObjects && row !== undefined ? Object.values(row as object) : (row as SqlRow | undefined)
  }

  all(sql: string, params: readonly SqlValue[]): SqlRow[] {
    const rows: unknown[] = this.#statement(sql).all(...params)
    return (this.#rowsAreObjects ? rows.map((row) => Object.values(row as object)) : rows) as SqlRow[]
  }

  run(sql: string, params: readonly SqlValue[]): SqlResult {
    const { changes, lastInsertRowid } = this.#statement(sql).run(...params)
    return { matched: Number(changes), lastId: lastInsertRowid }
  }

  /**
   * Turns the file to write-ahead logging. Not done in the constructor, since it needs the file for itself for
   * a moment: when ten processes start at once it is busy, and then it is tried again like any other work. The
   * connection that only reads follows the one that writes.
   */
  prepare(): void {
    if (this.#prepared) return
    const mode = this.get('PRAGMA journal_mode = WAL', [])?.[0]
    this.#ordinary = mode === 'wal' || mode === 'memory' ? 'NORMAL' : 'FULL'
    this.#prepared = true
  }

  /** How the next commit reaches the disk. Refused by SQLite inside a transaction. */
  setDurable(durable: boolean): void {
    const wanted = durable ? 'FULL' : this.#ordinary
    if (this.#journalFlushes === wanted) return
    this.#database.exec(`PRAGMA synchronous = ${wanted}`)
    this.#journalFlushes = wanted
  }

  begin(sql: 'BEGIN' | 'BEGIN IMMEDIATE'): void {
    this.run(sql, [])
    this.inTransaction = true
  }

  commit(): void {
    this.run('COMMIT', [])
    this.inTransaction = false
  }

  rollback(): void {
    this.inTransaction = false
    try {
      this.run('ROLLBACK', [])
    } catch {
      // After a full disk or an I/O error SQLite has often rolled back already, and says so with an error.
    }
  }

  close(): void {
    this.#statements.clear()
    this.#database.close()
  }

  #statement(sql: string): StatementSync {
    const kept = this.#statements.get(sql)
    if (kept !== undefined) return kept
    const statement = this.#database.prepare(sql)
    if (typeof statement.setReturnArrays === 'function') statement.setReturnArrays(true)
    else this.#rowsAreObjects = true
    if (this.#statements.size >= KEPT_STATEMENTS) this.#statements.clear()
    this.#statements.set(sql, statement)
    return statement
  }
}
