/** `SqlClient` over a pool of connections to MariaDB or MySQL: one round trip for a statement alone, a transaction for a batch. */
import { StoreUnavailable } from '../../errors.ts'
import type { StoreWarning } from '../../sessions/session-store.ts'
import { inTime } from '../sql/in-time.ts'
import type { SqlClient, SqlResult, SqlRow, SqlStatement, SqlValue } from '../sql/sql-client.ts'
import { tryAgain } from '../sql/try-again.ts'
import { explainMysqlError, isBroken, isConflict } from './mysql-errors.ts'
import { CONNECT_TIMEOUT, type MysqlConnection, type MysqlSource } from './mysql-pool.ts'
import { type Answer, MysqlQueries } from './mysql-queries.ts'
import { mysqlWarnings } from './mysql-warnings.ts'

/** Said in words, since a server may have other defaults: each statement sees what was committed before it. */
const ISOLATION = 'SET TRANSACTION ISOLATION LEVEL READ COMMITTED'
const BEGIN = 'START TRANSACTION READ WRITE'
/** Of the whole server, so it names the database. It ends with its connection: tables are made outside of transactions. */
const LOCK_MIGRATION = "SELECT GET_LOCK(CONCAT('postern_', SHA1(DATABASE())), 30)"
const UNLOCK_MIGRATION = "SELECT RELEASE_LOCK(CONCAT('postern_', SHA1(DATABASE())))"

/** Milliseconds after which a connection that does not answer is given up, so that a dead network leaves the pool usable. */
const SILENCE = 5000
/** As `SILENCE`, for a migration, which may have to wait for another one. */
const MIGRATION_SILENCE = 120_000

type Transaction = Pick<SqlClient, 'all' | 'one' | 'run'>

export class MysqlClient implements SqlClient {
  readonly dialect = 'mysql'
  readonly #source: MysqlSource
  readonly #queries = new MysqlQueries()
  #closing: Promise<void> | undefined

  constructor(source: MysqlSource) {
    this.#source = source
  }

  async all(sql: string, params: readonly SqlValue[]): Promise<SqlRow[]> {
    try {
      const { rows } = await this.#using(SILENCE, (connection) => this.#queries.ask(connection, sql, params))
      return [...rows]
    } catch (error) {
      throw explainMysqlError(error)
    }
  }

  async one(sql: string, params: readonly SqlValue[]): Promise<SqlRow | undefined> {
    return (await this.all(sql, params))[0]
  }

  async run(sql: string, params: readonly SqlValue[]): Promise<SqlResult> {
    const [result] = await this.batch([[sql, params]])
    return result as SqlResult
  }

  /** What is durable is not asked for: it is a setting of the whole server, which `warnings` tells of. */
  async batch(
    statements: readonly SqlStatement[],
    { onlyIf = -1 }: { durable?: boolean; onlyIf?: number } = {},
  ): Promise<SqlResult[]> {
    if (statements.length === 0) return []
    try {
      return await tryAgain(isConflict, () =>
        this.#using(SILENCE, (connection) => this.#batch(connection, statements, onlyIf)),
      )
    } catch (error) {
      throw explainMysqlError(error)
    }
  }

  async exclusive<T>(work: (client: Transaction) => Promise<T>): Promise<T> {
    try {
      return await this.#using(MIGRATION_SILENCE, async (connection) => {
        const ask = (sql: string, params: readonly SqlValue[] = []): Promise<Answer> =>
          this.#queries.ask(connection, sql, params)
        const [locked] = (await ask(LOCK_MIGRATION)).rows
        if (Number(locked?.[0]) !== 1)
          throw new StoreUnavailable('Another process has been changing the tables for 30 s.')
        try {
          return await this.#transaction(connection, () =>
            work({
              all: async (sql, params) => [...(await ask(sql, params)).rows],
              one: async (sql, params) => (await ask(sql, params)).rows[0],
              run: async (sql, params) => toResult(await ask(sql, params)),
            }),
          )
        } finally {
          // With a connection that is broken the lock has gone already.
          await ask(UNLOCK_MIGRATION).catch(() => {})
        }
      })
    } catch (error) {
      throw explainMysqlError(error)
    }
  }

  async warnings(): Promise<readonly StoreWarning[]> {
    return mysqlWarnings(this)
  }

  close(): Promise<void> {
    this.#closing ??= this.#source.close()
    return this.#closing
  }

  async #batch(connection: MysqlConnection, statements: readonly SqlStatement[], onlyIf: number): Promise<SqlResult[]> {
    await this.#queries.checkCounting(connection)
    const [first] = statements
    if (first !== undefined && statements.length === 1) return [toResult(await this.#queries.ask(connection, ...first))]
    const results: SqlResult[] = []
    await this.#transaction(connection, async (undo) => {
      for (const [sql, params] of statements) {
        const result = toResult(await this.#queries.ask(connection, sql, params))
        results.push(result)
        if (result.matched === 0 && results.length - 1 === onlyIf) return undo()
      }
    })
    return results
  }

  /** @param work may ask for all of it to be undone */
  async #transaction<T>(connection: MysqlConnection, work: (undo: () => void) => T): Promise<Awaited<T>> {
    await this.#begin(connection)
    let end = 'COMMIT'
    try {
      const result = await work(() => {
        end = 'ROLLBACK'
      })
      await connection.query(end)
      return result
    } catch (error) {
      if (!isBroken(error)) await this.#undo(connection)
      throw error
    }
  }

  /** @throws what counts as a broken connection: somebody may have left it in a transaction, and it may be in one now */
  async #begin(connection: MysqlConnection): Promise<void> {
    // A driver that can sends both at once.
    const begun = await Promise.allSettled([connection.query(ISOLATION), connection.query(BEGIN)])
    const failed = begun.find((one) => one.status === 'rejected')
    if (failed !== undefined) {
      throw new StoreUnavailable(`The database did not begin a transaction (${String(failed.reason)}).`)
    }
  }

  /** @throws what counts as a broken connection: nobody is to get one whose transaction is open */
  async #undo(connection: MysqlConnection): Promise<void> {
    try {
      await connection.query('ROLLBACK')
    } catch {
      throw new StoreUnavailable('The database did not undo a transaction.')
    }
  }

  async #using<T>(silence: number, work: (connection: MysqlConnection) => Promise<T>): Promise<T> {
    const connection = await this.#connect(Math.max(CONNECT_TIMEOUT, silence - SILENCE))
    try {
      const result = await inTime(silence, work(connection))
      release(connection)
      return result
    } catch (error) {
      // A transaction that was open is undone by the server.
      if (isBroken(error)) connection.destroy()
      else release(connection)
      throw error
    }
  }

  /** @param wait milliseconds for a free connection: a pool may let wait for ever */
  async #connect(wait: number): Promise<MysqlConnection> {
    if (this.#closing !== undefined) throw new StoreUnavailable('The database was closed.')
    const asked = this.#source.connect()
    try {
      return await inTime(wait, asked)
    } catch (error) {
      asked.then(release, () => {})
      throw error
    }
  }
}

function toResult({ matched, lastId }: Answer): SqlResult {
  return { matched, lastId }
}

/** What a pool does with a connection that comes back may fail: then it makes another one. */
function release(connection: MysqlConnection): void {
  Promise.resolve(connection.release()).catch(() => {})
}
