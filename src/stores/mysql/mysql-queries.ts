/** One statement to one connection, in the way that its driver takes it. */
import { ConfigurationError } from '../../errors.ts'
import type { SqlRow, SqlValue } from '../sql/sql-client.ts'
import type { MysqlConnection, MysqlQueryOptions } from './mysql-pool.ts'
import { OPTIONS, toNumber, toSqlRow } from './mysql-values.ts'

/** What came of a statement. */
export interface Answer {
  readonly rows: readonly SqlRow[]
  readonly matched: number
  readonly lastId: number | bigint | undefined
}

/** mysql2 gives what it found beside the columns' descriptions; mariadb gives it alone. */
type Manner = 'unknown' | 'pair' | 'alone'

/** The pool may have a function of its own that casts, and each driver has another word for its own way; a function costs a call a column. */
const OPTIONS_FOR: Readonly<Record<Manner, MysqlQueryOptions>> = {
  unknown: { ...OPTIONS, typeCast: (_column: unknown, next: () => unknown) => next() },
  pair: { ...OPTIONS, typeCast: true },
  alone: { ...OPTIONS, typeCast: undefined },
}

/** What a driver says of a statement that writes. */
interface Written {
  readonly affectedRows: number | bigint
  readonly insertId: number | bigint
}

/** What of a connection is not Postern's to choose, and has to be right. */
const SESSION = `SELECT DATABASE(), @@autocommit, @@sql_mode, @@character_set_client, @@character_set_connection,
@@character_set_results`

/** A row that is always there once the tables are. */
const LEDGER_ROW = 'SELECT name FROM postern_migration WHERE id = 1'
const SAME_AGAIN = 'UPDATE postern_migration SET name = ? WHERE id = 1'

export class MysqlQueries {
  #manner: Manner = 'unknown'
  #countsMatched = false

  async ask(connection: MysqlConnection, sql: string, params: readonly SqlValue[]): Promise<Answer> {
    if (this.#manner === 'unknown') this.#manner = await mannerOf(connection)
    const query = { ...OPTIONS_FOR[this.#manner], sql }
    return toAnswer(this.#manner, await connection.execute(query, params.map(toParam)))
  }

  /**
   * Whether the driver counts rows that a statement matched, not rows that it changed: whether a session is there is told by
   * that. Asked once, before anything is written.
   * @throws {ConfigurationError} when it does not
   */
  async checkCounting(connection: MysqlConnection): Promise<void> {
    if (this.#countsMatched) return
    const { rows } = await this.ask(connection, LEDGER_ROW, [])
    const name = rows[0]?.[0]
    if (name === undefined) return
    if ((await this.ask(connection, SAME_AGAIN, [name])).matched !== 1) {
      throw new ConfigurationError(
        'The pool that mysql() was given counts the rows that a statement changed, not those that it matched, and a session that ' +
          "was written twice would count as gone. Leave the flag FOUND_ROWS on: no flags: '-FOUND_ROWS' (mysql2), no foundRows: false (mariadb).",
      )
    }
    this.#countsMatched = true
  }
}

/**
 * How the driver answers, and whether its connections are fit to be used.
 * @throws {ConfigurationError} naming what is not
 */
async function mannerOf(connection: MysqlConnection): Promise<Exclude<Manner, 'unknown'>> {
  const answer = (await connection.execute({ ...OPTIONS_FOR.unknown, sql: SESSION }, [])) as readonly unknown[][]
  const manner = Array.isArray(answer[0]?.[0]) ? 'pair' : 'alone'
  const [row = []] = toAnswer(manner, answer).rows
  const problems = [...sessionProblems(row)]
  if (problems.length > 0) throw new ConfigurationError(problems.join('\n'))
  return manner
}

function* sessionProblems([database, autocommit, mode, ...charsets]: SqlRow): Generator<string> {
  if (database === null) yield "The pool that mysql() was given names no database: say database: '…'."
  if (Number(autocommit) !== 1)
    yield 'Connections have autocommit off, so that a statement alone is never committed: leave it on.'
  if (!/STRICT_(?:TRANS|ALL)_TABLES/.test(String(mode))) {
    yield 'sql_mode is not strict, so that a name that is too long is cut off in silence, and may then be the name of somebody ' +
      'else: set sql_mode = STRICT_TRANS_TABLES.'
  }
  if (!charsets.every((charset) => String(charset) === 'utf8mb4')) {
    yield `The character set of connections is ${String(charsets[0])}: say charset: 'utf8mb4'.`
  }
}

function toAnswer(manner: Manner, answer: unknown): Answer {
  const found = manner === 'pair' ? (answer as readonly unknown[])[0] : answer
  if (Array.isArray(found)) return { rows: found.map(toSqlRow), matched: found.length, lastId: undefined }
  const { affectedRows, insertId } = found as Written
  const id = typeof insertId === 'bigint' ? toNumber(insertId) : insertId
  return { rows: [], matched: Number(affectedRows), lastId: id === 0 ? undefined : id }
}

/** What is beyond 32 bits would go as a floating-point number. */
function toParam(value: SqlValue): SqlValue {
  return typeof value === 'number' && Number.isSafeInteger(value) && (value | 0) !== value ? BigInt(value) : value
}
