/** One statement to one connection, in the way that its driver takes it. */
import { createHash } from 'node:crypto'
import type { SqlRow, SqlValue } from '../sql/sql-client.ts'
import type { PostgresConnection, PostgresQuery, PostgresResult } from './postgres-pool.ts'
import { TYPES, toSqlRow } from './postgres-values.ts'

/** What came of a statement. */
export interface Answer {
  readonly rows: readonly SqlRow[]
  readonly matched: number
}

/** How often the drivers of one pool have to be asked what they take. */
type Manner = 'unknown' | 'config' | 'plain'

/** A statement as PostgreSQL knows it. */
interface Numbered {
  readonly text: string
  readonly name: string
}

export class PostgresQueries {
  readonly #named: boolean
  readonly #numbered = new Map<string, Numbered>()
  #manner: Manner = 'unknown'

  constructor(named: boolean) {
    this.#named = named
  }

  async ask(connection: PostgresConnection, sql: string, params: readonly SqlValue[]): Promise<Answer> {
    if (this.#manner === 'unknown') this.#manner = await mannerOf(connection)
    const { text, name } = this.#number(sql)
    if (this.#manner === 'plain') return toAnswer(await connection.query(text, params))
    const query: PostgresQuery = { text, values: params, rowMode: 'array', types: TYPES }
    const { rows, rowCount } = await connection.query(this.#named ? { ...query, name } : query)
    return { rows: rows as readonly SqlRow[], matched: rowCount ?? 0 }
  }

  #number(sql: string): Numbered {
    const known = this.#numbered.get(sql)
    if (known !== undefined) return known
    let count = 0
    const text = sql.replace(/\?/g, () => `$${++count}`)
    // The same for the same text, so that several Posterns may share a connection.
    const name = `postern_${createHash('sha256').update(text).digest('hex').slice(0, 32)}`
    const numbered = { text, name }
    this.#numbered.set(sql, numbered)
    return numbered
  }
}

/** Whether a driver takes a query with its own parsers, as `pg` does, or nothing but a text and values. */
async function mannerOf(connection: PostgresConnection): Promise<Manner> {
  const query: PostgresQuery = { text: 'SELECT true', values: [], rowMode: 'array', types: TYPES }
  try {
    const [row] = (await connection.query(query)).rows
    if (Array.isArray(row) && row[0] === 1) return 'config'
  } catch {
    // Another driver may refuse what it does not know; a connection that is broken fails the next query, too.
  }
  await connection.query('SELECT true', [])
  return 'plain'
}

function toAnswer({ rows, rowCount }: PostgresResult): Answer {
  return { rows: rows.map(toSqlRow), matched: rowCount ?? 0 }
}
