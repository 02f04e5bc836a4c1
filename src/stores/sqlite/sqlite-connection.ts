/**
 * One connection of node:sqlite with its prepared statements kept and its rows as arrays. Everything here is
 * synchronous and short; who may use the connection when is decided by its users.
 */
import { closeSync, openSync } from 'node:fs'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { ConfigurationError } from '../../errors.ts'
import type { SqlResult, SqlRow, SqlValue } from '../sql/sql-client.ts'
import { isCannotOpen } from './sqlite-errors.ts'

/** Milliseconds that a call may block the event loop while another process holds the lock. */
const BUSY_TIMEOUT = 20
/**
 * Kibibytes of the file that SQLite may keep at hand. With its own 2 MB, ten thousand sessions made every load read the
 * file again: 4.2 instead of 2.5 µs. Mapping the file into memory is as fast, but slower than either beside writes.
 */
const CACHE_SIZE = 16_000
/** Far more than there are statements in Postern; an application's generated ones must not pile up. */
const KEPT_STATEMENTS = 300

export class SqliteConnection {
  readonly #database: DatabaseSync
  readonly #statements = new Map<string, StatementSync>()
  /** Node before 22.16 gives rows as objects alone. */
  #rowsAreObjects = false
  readonly #readOnly: boolean
  #prepared = false
  #journalFlushes = ''
  /** What a commit costs when nobody asked for durability; without WAL, NORMAL could damage the file. */
  #ordinary: 'NORMAL' | 'FULL' = 'NORMAL'
  /** A transaction that was begun with `begin` has not ended yet. */
  inTransaction = false

  /** @throws {ConfigurationError} when there is no such folder */
  constructor(path: string, options: { readOnly: boolean }) {
    if (!options.readOnly) createPrivately(path)
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
    this.#readOnly = options.readOnly
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
   * Sets up what touches the file, write-ahead logging above all. Not done in the constructor, since it may find the file
   * locked: when ten processes start at once it is, and then it is tried again like any other work.
   */
  prepare(): void {
    if (this.#prepared) return
    this.#database.exec(`PRAGMA cache_size = -${CACHE_SIZE}`)
    if (this.#readOnly) {
      this.#database.exec('PRAGMA query_only = ON')
    } else {
      const mode = this.get('PRAGMA journal_mode = WAL', [])?.[0]
      this.#ordinary = mode === 'wal' || mode === 'memory' ? 'NORMAL' : 'FULL'
    }
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

/** There are password hashes in it: a new file is its owner's alone, and SQLite gives the log beside it the same mode. */
function createPrivately(path: string): void {
  if (path.startsWith(':') || path.startsWith('file:')) return
  try {
    closeSync(openSync(path, 'wx', 0o600))
  } catch {
    // It is there already, or cannot be made; opening it tells which.
  }
}
