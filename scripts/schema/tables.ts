/** The tables that the migrations make in each dialect: their steps are taken, and what they ask a database for is noted down. */

import { MYSQL_MIGRATIONS } from '../../src/stores/mysql/migrations.ts'
import { POSTGRES_MIGRATIONS } from '../../src/stores/postgres/migrations.ts'
import { type Migration, migrate } from '../../src/stores/sql/migrate.ts'
import type { SqlClient } from '../../src/stores/sql/sql-client.ts'
import { sqlUserTable } from '../../src/stores/sql/user-table.ts'
import { SQLITE_MIGRATIONS } from '../../src/stores/sqlite/migrations.ts'
import { apply, type Table } from './statements.ts'

export type Dialect = SqlClient['dialect']
/** By name, in the order in which they are made. */
export type Tables = ReadonlyMap<string, Table>

const MIGRATIONS: Readonly<Record<Dialect, readonly Migration[]>> = {
  sqlite: SQLITE_MIGRATIONS,
  postgres: POSTGRES_MIGRATIONS,
  mysql: MYSQL_MIGRATIONS,
}
export const DIALECTS = Object.keys(MIGRATIONS) as readonly Dialect[]

/** The numbered steps, by their names. */
export const STEPS: readonly Pick<Migration, 'id' | 'name'>[] = SQLITE_MIGRATIONS

/** @throws when a step makes what `apply` does not understand */
export async function tablesOf(dialect: Dialect): Promise<Tables> {
  const tables = new Map<string, Table>()
  const users = sqlUserTable(dialect)
  await migrate(recorder(dialect, tables, 0), [])
  for (const { id, apply: take } of MIGRATIONS[dialect]) await take(recorder(dialect, tables, id), 0, users, false)
  return tables
}

/** A database that has every row that a step asks for, and takes every statement. */
function recorder(dialect: Dialect, tables: Map<string, Table>, step: number): SqlClient {
  const client: SqlClient = {
    dialect,
    all: async () => [],
    one: async () => ['any', 'any'],
    run: async (sql) => {
      if (!/^(?:INSERT|UPDATE) /.test(sql)) apply(tables, sql, step)
      return { matched: 1, lastId: undefined }
    },
    batch: async () => [],
    exclusive: (work) => work(client),
    close: async () => {},
  }
  return client
}
