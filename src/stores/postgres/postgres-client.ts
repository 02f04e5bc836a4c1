/** `SqlClient` over a pool of connections to PostgreSQL: one round trip for a statement alone, a transaction for a batch. */
import { StoreUnavailable } from '../../errors.ts'
import type { StoreWarning } from '../../sessions/session-store.ts'
import { inTime } from '../sql/in-time.ts'
import type { SqlClient, SqlResult, SqlRow, SqlStatement, SqlValue } from '../sql/sql-client.ts'
import { tryAgain } from '../sql/try-again.ts'
import { explainPostgresError, isBroken, isNoValue, isPassing } from './postgres-errors.ts'
import { CONNECT_TIMEOUT, type PostgresConnection, type PostgresSource } from './postgres-pool.ts'
import { type Answer, PostgresQueries } from './postgres-queries.ts'
import { postgresWarnings } from './postgres-warnings.ts'

/** Said in words, since a server may have other defaults: each statement sees what was committed before it. */
const BEGIN = 'BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE'
/** A server may answer before the disk has it; what ends a session waits for that. Other settings of it wait for at least as much. */
const BEGIN_DURABLE = `${BEGIN};
SELECT set_config('synchronous_commit', 'on', true) WHERE current_setting('synchronous_commit') = 'off'`
/** Of the whole cluster, and let go at the end of the transaction, as a pooler in transaction mode needs it: 'postern' in hex. */
const LOCK_MIGRATION = 'SELECT pg_advisory_xact_lock(31647739056321134)'
const BEGIN_MIGRATION = `${BEGIN};
SET LOCAL lock_timeout = '30s'; SET LOCAL statement_timeout = 0; ${LOCK_MIGRATION}`

/** Milliseconds after which a connection that does not answer is given up, so that a dead network leaves the pool usable. */
const SILENCE = 5000
/** As `SILENCE`, for a migration, which may have to wait for another one. */
const MIGRATION_SILENCE = 120_000

type Transaction = Pick<SqlClient, 'all' | 'one' | 'run'>

export class PostgresClient implements SqlClient {
  readonly dialect = 'postgres'
  readonly #source: PostgresSource
  readonly #queries: PostgresQueries
  #closing: Promise<void> | undefined

  /** @param named statements are prepared once for each connection; false behind a pooler in transaction mode */
  constructor(source: PostgresSource, named: boolean) {
    this.#source = source
    this.#queries = new PostgresQueries(named)
  }

  async all(sql: string, params: readonly SqlValue[]): Promise<SqlRow[]> {
    try {
      return [...(await tryAgain(isPassing, () => this.#alone(sql, params))).rows]
    } catch (error) {
      if (isNoValue(error)) return []
      throw explainPostgresError(error)
    }
  }

  async one(sql: string, params: readonly SqlValue[]): Promise<SqlRow | undefined> {
    return (await this.all(sql, params))[0]
  }

  async run(sql: string, params: readonly SqlValue[]): Promise<SqlResult> {
    const [result] = await this.batch([[sql, params]])
    return result as SqlResult
  }

  async batch(
    statements: readonly SqlStatement[],
    { durable = false, onlyIf = -1 }: { durable?: boolean; onlyIf?: number } = {},
  ): Promise<SqlResult[]> {
    const [first] = statements
    if (first === undefined) return []
    try {
      return await tryAgain(isPassing, async () => {
        if (statements.length === 1 && !durable) return [toResult(await this.#alone(...first))]
        return this.#batch(statements, durable ? BEGIN_DURABLE : BEGIN, onlyIf)
      })
    } catch (error) {
      throw explainPostgresError(error)
    }
  }

  async exclusive<T>(work: (client: Transaction) => Promise<T>): Promise<T> {
    try {
      return await this.#using(MIGRATION_SILENCE, async (connection) => {
        const ask = (sql: string, params: readonly SqlValue[]): Promise<Answer> =>
          this.#queries.ask(connection, sql, params)
        return this.#transaction(connection, BEGIN_MIGRATION, () =>
          work({
            all: async (sql, params) => [...(await ask(sql, params)).rows],
            one: async (sql, params) => (await ask(sql, params)).rows[0],
            run: async (sql, params) => toResult(await ask(sql, params)),
          }),
        )
      })
    } catch (error) {
      throw explainPostgresError(error)
    }
  }

  warnings(): Promise<readonly StoreWarning[]> {
    return postgresWarnings(this)
  }

  close(): Promise<void> {
    this.#closing ??= this.#source.close()
    return this.#closing
  }

  #alone(sql: string, params: readonly SqlValue[]): Promise<Answer> {
    return this.#using(SILENCE, (connection) => this.#queries.ask(connection, sql, params))
  }

  #batch(statements: readonly SqlStatement[], begin: string, onlyIf: number): Promise<SqlResult[]> {
    return this.#using(SILENCE, async (connection) => {
      const results: SqlResult[] = []
      await this.#transaction(connection, begin, async (undo) => {
        for (const [sql, params] of statements) {
          const result = toResult(await this.#queries.ask(connection, sql, params))
          results.push(result)
          if (result.matched === 0 && results.length - 1 === onlyIf) return undo()
        }
      })
      return results
    })
  }

  /** @param work may ask for all of it to be undone */
  async #transaction<T>(
    connection: PostgresConnection,
    begin: string,
    work: (undo: () => void) => T,
  ): Promise<Awaited<T>> {
    await this.#begin(connection, begin)
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

  /** @throws what counts as a broken connection: a part of it may have been done */
  async #begin(connection: PostgresConnection, begin: string): Promise<void> {
    try {
      await connection.query(begin)
    } catch (error) {
      throw new StoreUnavailable(`PostgreSQL did not begin a transaction (${String(error)}).`, error)
    }
  }

  /** @throws what counts as a broken connection: nobody is to get one whose transaction is open */
  async #undo(connection: PostgresConnection): Promise<void> {
    try {
      await connection.query('ROLLBACK')
    } catch (error) {
      throw new StoreUnavailable('PostgreSQL did not undo a transaction.', error)
    }
  }

  /** @param wait milliseconds for a free connection: a pool may let wait for ever */
  async #connect(wait: number): Promise<PostgresConnection> {
    if (this.#closing !== undefined) throw new StoreUnavailable('The database was closed.')
    const asked = this.#source.connect()
    try {
      return await inTime(wait, asked)
    } catch (error) {
      asked.then(
        (connection) => connection.release(),
        () => {},
      )
      throw error
    }
  }

  async #using<T>(silence: number, work: (connection: PostgresConnection) => Promise<T>): Promise<T> {
    const connection = await this.#connect(Math.max(CONNECT_TIMEOUT, silence - SILENCE))
    let released = false
    const release = (destroy: boolean): void => {
      if (!released) connection.release(destroy)
      released = true
    }
    // What goes on after its connection was given up is not to ask one that somebody else may have by then.
    const query: PostgresConnection['query'] = (...given) =>
      released ? Promise.reject(new StoreUnavailable('The connection was given up.')) : connection.query(...given)
    // What was asked for fails with its connection; a transaction that was open is undone by the server.
    const timer = setTimeout(release, silence, true)
    try {
      const result = await work({ query, release })
      release(false)
      return result
    } catch (error) {
      release(isBroken(error))
      throw error
    } finally {
      clearTimeout(timer)
    }
  }
}

function toResult({ rows, matched }: Answer): SqlResult {
  const [id] = rows[0] ?? []
  return { matched, lastId: id === undefined || id === null ? undefined : Number(id) }
}
