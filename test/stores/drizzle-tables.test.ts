/** The schema files for Drizzle are the tables that are there: every column, its type, NULL, keys and foreign keys. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { getTableColumns, type Table } from 'drizzle-orm'
import { type MySqlTable, getTableConfig as mysqlConfig } from 'drizzle-orm/mysql-core'
import { type PgTable, getTableConfig as postgresConfig } from 'drizzle-orm/pg-core'
import { type SQLiteTable, getTableConfig as sqliteConfig } from 'drizzle-orm/sqlite-core'
import * as mysqlTables from '../../schema/drizzle-mysql.ts'
import * as postgresTables from '../../schema/drizzle-pg.ts'
import * as sqliteTables from '../../schema/drizzle-sqlite.ts'
import { type Catalog, columnLine, keyLine, plainType, referenceLine, type TableLines } from '../support/catalog.ts'
import { migratedMysql, migratedPostgres, migratedSqlite, skipMysql, skipPostgres } from '../support/migrated.ts'

/** What the three `getTableConfig` have in common. */
interface Config {
  readonly name: string
  readonly columns: readonly {
    name: string
    notNull: boolean
    primary: boolean
    dataType: string
    isUnique: boolean
    uniqueName?: string | undefined
    getSQLType(): string
  }[]
  readonly indexes: readonly {
    config: { name?: string | undefined; unique?: boolean | undefined; columns: readonly unknown[] }
  }[]
  readonly uniqueConstraints: readonly {
    columns: readonly { name: string }[]
    getName?(): string | undefined
    name?: string | undefined
  }[]
  readonly foreignKeys: readonly {
    reference(): {
      columns: readonly { name: string }[]
      foreignTable: Table
      foreignColumns: readonly { name: string }[]
      name?: string | undefined
    }
  }[]
}

function linesOf(config: Config, named: boolean, nameOf: (table: Table) => string): TableLines {
  const name = (given: string | undefined): string => (named ? (given ?? 'without a name') : '')
  const primary = config.columns.filter((column) => column.primary)
  const nameOfColumn = (column: unknown): string => (column as { readonly name: string }).name
  return {
    columns: config.columns
      .map((column) =>
        columnLine(
          column.name,
          plainType(column.dataType === 'boolean' ? 'bool' : column.getSQLType()),
          !column.notNull,
        ),
      )
      .sort(),
    keys: [
      keyLine('primary', primary.map(nameOfColumn)),
      ...config.columns
        .filter((column) => column.isUnique)
        .map((column) => keyLine('unique', [column.name], name(column.uniqueName))),
      ...config.uniqueConstraints.map((key) =>
        keyLine('unique', key.columns.map(nameOfColumn), name(key.getName?.() ?? key.name)),
      ),
      ...config.indexes.map(({ config: index }) =>
        keyLine(index.unique ? 'unique' : 'index', index.columns.map(nameOfColumn), index.name),
      ),
    ].sort(),
    references: config.foreignKeys
      .map((key) => key.reference())
      .map((key) =>
        referenceLine(
          nameOfColumn(key.columns[0]),
          nameOf(key.foreignTable),
          nameOfColumn(key.foreignColumns[0]),
          named ? key.name : '',
        ),
      )
      .sort(),
  }
}

function compare(
  configs: readonly Config[],
  catalog: Catalog,
  expected: (lines: TableLines) => TableLines,
  named = true,
): void {
  const names = new Map(configs.map((config) => [config.name, config]))
  assert.deepEqual([...names.keys()].sort(), [...catalog.keys()])
  for (const [table, lines] of catalog) {
    const config = names.get(table) as Config
    const nameOf = (other: Table): string => {
      const [column] = Object.values(getTableColumns(other))
      return configs.find(({ columns }) => columns.some((candidate) => candidate === (column as unknown)))?.name ?? ''
    }
    assert.deepEqual(linesOf(config, named, nameOf), expected(lines), table)
  }
}

test('SQLite: the file for Drizzle has every column, key and foreign key, and no other', async (t) => {
  const { catalog } = await migratedSqlite(t)
  const configs = (Object.values(sqliteTables) as SQLiteTable[]).map(
    (table) => sqliteConfig(table) as unknown as Config,
  )
  // Drizzle knows four types of SQLite; that of a text with a length is the same there.
  const inDrizzle = (line: string): string => line.replace(/ varchar/, ' text').replace(/ bigint/, ' integer')
  compare(configs, await catalog(), (lines) => ({ ...lines, columns: lines.columns.map(inDrizzle) }), false)
})

test('PostgreSQL: the file for Drizzle has every column, key and foreign key, and no other', {
  skip: skipPostgres,
}, async (t) => {
  const { catalog } = await migratedPostgres(t)
  const configs = (Object.values(postgresTables) as PgTable[]).map(
    (table) => postgresConfig(table) as unknown as Config,
  )
  compare(configs, await catalog(), (lines) => lines)
})

test('MariaDB: the file for Drizzle has every column, key and foreign key, and no other', {
  skip: skipMysql,
}, async (t) => {
  const { catalog } = await migratedMysql(t)
  const configs = (Object.values(mysqlTables) as MySqlTable[]).map((table) => mysqlConfig(table) as unknown as Config)
  // An index that a foreign key brings along has its name, and is in no file.
  compare(configs, await catalog(), (lines) => ({
    ...lines,
    keys: lines.keys.filter((line) => !/^index .*_fk_/.test(line)),
  }))
})
