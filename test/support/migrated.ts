/** A database of each kind that Postern has migrated, with what reads it past Postern. */
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { TestContext } from 'node:test'
import type { Database } from '../../src/database.ts'
import { mysql } from '../../src/mysql.ts'
import { postgres } from '../../src/postgres.ts'
import { type Catalog, mysqlCatalog, postgresCatalog, type Rows, sqliteCatalog } from './catalog.ts'
import { openSqlite, tempFolder } from './databases.ts'
import { mysqlClient, mysqlUrl, noMysql } from './mysql.ts'
import { noPostgres, postgresClient, postgresUrl } from './postgres.ts'

/** An open database, and where it is: a file or an address. */
export interface Migrated {
  readonly database: Database
  readonly place: string
  catalog(): Promise<Catalog>
}

export async function migratedSqlite(t: TestContext): Promise<Migrated> {
  const place = join(tempFolder(t), 'db.sqlite3')
  const database = openSqlite(t, place)
  await database.migrate()
  const file = new DatabaseSync(place)
  t.after(() => file.close())
  const rows: Rows = async (sql) => {
    const statement = file.prepare(sql)
    statement.setReturnArrays(true)
    return statement.all() as unknown as unknown[][]
  }
  return { database, place, catalog: () => sqliteCatalog(rows) }
}

export const skipPostgres: string | false = await noPostgres()

export async function migratedPostgres(t: TestContext): Promise<Migrated> {
  const place = await postgresUrl(t)
  const database = postgres(place)
  t.after(() => database.close())
  await database.migrate()
  const client = await postgresClient(t, place)
  const rows: Rows = async (text) => (await client.query<unknown[]>({ text, rowMode: 'array' })).rows
  return { database, place, catalog: () => postgresCatalog(rows) }
}

export const skipMysql: string | false = await noMysql()

export async function migratedMysql(t: TestContext): Promise<Migrated> {
  const place = await mysqlUrl(t)
  const database = mysql(place)
  t.after(() => database.close())
  await database.migrate()
  const client = await mysqlClient(t, place)
  const rows: Rows = async (sql) => (await client.query(sql))[0] as unknown as unknown[][]
  return { database, place, catalog: () => mysqlCatalog(rows) }
}
