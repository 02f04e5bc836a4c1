/**
 * `SqlClient` over node:sqlite: one connection that reads and one that writes, so that neither waits for the other's
 * transaction (WAL). SQLite blocks the event loop; therefore each call is short, and a lock is waited for in timers.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { ConfigurationError, StoreUnavailable } from '../../errors.ts'
import type { SqlClient, SqlResult, SqlRow, SqlStatement, SqlValue } from '../sql/sql-client.ts'
import { SqliteConnection } from './sqlite-connection.ts'
import { explainSqliteError, isBusy } from './sqlite-errors.ts'
import { type ReadJob, runReads } from './sqlite-reads.ts'
import { runWrites, type WriteJob } from './sqlite-writes.ts'
import { TurnQueue } from './turn-queue.ts'

/** Milliseconds that a migration waits for the lock: other processes may be migrating. */
const MIGRATION_PATIENCE = 30_000
const MIGRATION_PAUSE = 20

/** Every connection to a database in memory would see one of its own. */
const IN_MEMORY = /^(:memory:|file::memory:.*|file:.*[?&]mode=memory.*)$/

/** Whether a path names a database that is gone when its last connection is. */
export function isInMemory(path: string): boolean {
  return IN_MEMORY.test(path)
}

export class SqliteClient implements SqlClient {
  readonly dialect = 'sqlite'
  readonly #writer: SqliteConnection
  readonly #reader: SqliteConnection
  readonly #reads: TurnQueue<ReadJob>
  readonly #writes: TurnQueue<WriteJob>
  /** Ends when the last `exclusive` ends. */
  #lastExclusive: Promise<unknown> = Promise.resolve()
  #closing: Promise<void> | undefined

  /**
   * @param path of the database file, made when it is not there; `:memory:` for one that lives as long as this object
   * @throws {ConfigurationError} when the file cannot be opened
   */
  constructor(path: string) {
    if (typeof path !== 'string' || path === '') {
      throw new ConfigurationError("sqlite() needs the path of a database file, such as sqlite('app.db').")
    }
    this.#writer = new SqliteConnection(path, { readOnly: false })
    this.#reader = isInMemory(path) ? this.#writer : new SqliteConnection(path, { readOnly: true })
    this.#reads = new TurnQueue((group) => runReads(this.#reader, group), explainSqliteError)
    this.#writes = new TurnQueue((group) => runWrites(this.#writer, group), explainSqliteError)
  }

  all(sql: string, params: readonly SqlValue[]): Promise<SqlRow[]> {
    return this.#read(sql, params, false) as Promise<SqlRow[]>
  }

  one(sql: string, params: readonly SqlValue[]): Promise<SqlRow | undefined> {
    return this.#read(sql, params, true) as Promise<SqlRow | undefined>
  }

  async run(sql: string, params: readonly SqlValue[]): Promise<SqlResult> {
    const [result] = await this.batch([[sql, params]])
    return result as SqlResult
  }

  batch(
    statements: readonly SqlStatement[],
    options: { durable?: boolean; onlyIf?: number } = {},
  ): Promise<SqlResult[]> {
    if (statements.length === 0) return Promise.resolve([])
    return new Promise((resolve, reject) => {
      this.#writes.add({
        statements,
        durable: options.durable === true,
        onlyIf: options.onlyIf ?? -1,
        resolve,
        reject,
        busySince: 0,
        busyError: undefined,
      })
    })
  }

  exclusive<T>(work: (client: Pick<SqlClient, 'all' | 'one' | 'run'>) => Promise<T>): Promise<T> {
    if (this.#closing !== undefined) return Promise.reject(new StoreUnavailable('The SQLite database was closed.'))
    const turn = this.#lastExclusive.then(() => this.#exclusive(work))
    this.#lastExclusive = turn.catch(() => undefined)
    return turn
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  #read(sql: string, params: readonly SqlValue[], single: boolean): Promise<SqlRow | SqlRow[] | undefined> {
    return new Promise((resolve, reject) => {
      this.#reads.add({ sql, params, single, resolve, reject, busySince: 0, busyError: undefined })
    })
  }

  async #exclusive<T>(work: (client: Pick<SqlClient, 'all' | 'one' | 'run'>) => Promise<T>): Promise<T> {
    await this.#beginExclusive()
    const writer = this.#writer
    try {
      const result = await work({
        all: async (sql, params) => writer.all(sql, params),
        one: async (sql, params) => writer.get(sql, params),
        run: async (sql, params) => writer.run(sql, params),
      })
      writer.commit()
      return result
    } catch (error) {
      writer.rollback()
      throw explainSqliteError(error)
    } finally {
      this.#writes.release()
    }
  }

  /** Other writes of this process are held back only from the moment that the lock is ours. */
  async #beginExclusive(): Promise<void> {
    const until = performance.now() + MIGRATION_PATIENCE
    for (;;) {
      try {
        this.#writer.prepare()
        this.#writer.setDurable(true)
        this.#writer.begin('BEGIN IMMEDIATE')
        this.#writes.hold()
        return
      } catch (error) {
        if (!isBusy(error) || performance.now() > until) throw explainSqliteError(error)
      }
      await pause(MIGRATION_PAUSE * (1 + Math.random()))
    }
  }

  async #close(): Promise<void> {
    await Promise.all([this.#reads.close(), this.#writes.close(), this.#lastExclusive])
    // The writer last, so that SQLite folds the write-ahead log into the file and removes it.
    if (this.#reader !== this.#writer) this.#reader.close()
    this.#writer.close()
  }
}
