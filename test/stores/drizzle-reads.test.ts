/** Drizzle reads users and sessions by its schema files, as what they are. */
import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { eq, type Table } from 'drizzle-orm'
import type { MySqlTable } from 'drizzle-orm/mysql-core'
import { drizzle as drizzleMysql } from 'drizzle-orm/mysql2'
import { drizzle as drizzlePostgres } from 'drizzle-orm/node-postgres'
import type { PgTable } from 'drizzle-orm/pg-core'
import type { SQLiteTable } from 'drizzle-orm/sqlite-core'
import { drizzle as drizzleSqlite } from 'drizzle-orm/sqlite-proxy'
import mysql2 from 'mysql2/promise'
import * as mysqlTables from 'postern/schema/drizzle-mysql'
import * as postgresTables from 'postern/schema/drizzle-pg'
import * as sqliteTables from 'postern/schema/drizzle-sqlite'
import type { Database } from '../../src/database.ts'
import { migratedMysql, migratedPostgres, migratedSqlite, skipMysql, skipPostgres } from '../support/migrated.ts'
import { postgresClient } from '../support/postgres.ts'

const JOINED = Date.UTC(2030, 0, 31, 12, 0, 0, 250)
const LOGIN = Date.UTC(2030, 1, 1, 1, 2, 3)
const EXPIRES = Date.UTC(2031, 6, 1, 23, 59, 59, 999)
const SESSION = { data: 'signed', expires: EXPIRES, client: { address: '192.0.2.7', userAgent: 'Test' } }

/** What a join of a user and their session is in TypeScript, whatever the database: `tsc` holds it. */
interface Row {
  readonly user: {
    readonly id: number
    readonly username: string
    readonly isActive: boolean
    readonly isStaff: boolean
    readonly lastLogin: Date | null
    readonly dateJoined: Date
  }
  readonly session: { readonly sessionKey: string; readonly sessionData: string; readonly expireDate: Date }
  readonly line: { readonly userId: string; readonly lastSeen: number; readonly address: string | null } | null
}

async function fill({ users, sessions }: Database): Promise<string> {
  const user = await users.create({
    username: 'ada',
    password: '!',
    isStaff: true,
    lastLogin: LOGIN,
    dateJoined: JOINED,
  })
  assert.ok(await sessions.create('k'.repeat(40), { ...SESSION, userId: String(user.id) }, LOGIN))
  return String(user.id)
}

function checkRows(rows: readonly Row[], id: string): void {
  assert.equal(rows.length, 1)
  const { user, session, line } = rows[0] as Row
  assert.deepEqual(
    [user.id, user.username, user.isActive, user.isStaff, user.lastLogin, user.dateJoined],
    [Number(id), 'ada', true, true, new Date(LOGIN), new Date(JOINED)],
  )
  assert.deepEqual(
    [session.sessionKey, session.sessionData, session.expireDate],
    ['k'.repeat(40), 'signed', new Date(EXPIRES)],
  )
  assert.deepEqual([line?.userId, line?.lastSeen, line?.address], [id, LOGIN, '192.0.2.7'])
}

function openSqliteByDrizzle(t: TestContext, place: string) {
  const file = new DatabaseSync(place)
  t.after(() => file.close())
  return drizzleSqlite(async (sql, params, method) => {
    const statement = file.prepare(sql)
    statement.setReturnArrays(true)
    const rows = method === 'run' ? [] : (statement.all(...params) as unknown as unknown[][])
    if (method === 'run') statement.run(...params)
    return { rows: method === 'get' ? (rows[0] as unknown[]) : rows }
  })
}

test('SQLite: Drizzle reads a user and a session', async (t) => {
  const { database, place } = await migratedSqlite(t)
  const id = await fill(database)
  const { authUser: user, djangoSession: session, posternSession: line } = sqliteTables
  const db = openSqliteByDrizzle(t, place)
  const rows = await db
    .select({ user, session, line })
    .from(session)
    .leftJoin(line, eq(line.sessionKey, session.sessionKey))
    .innerJoin(user, eq(user.username, 'ada'))
  checkRows(rows, id)
  for (const table of tablesIn<SQLiteTable>(sqliteTables)) await db.select().from(table)
})

test("SQLite: a time that Drizzle writes is Django's text", async (t) => {
  const { database, place } = await migratedSqlite(t)
  const id = await fill(database)
  const { authUser } = sqliteTables
  const db = openSqliteByDrizzle(t, place)
  const file = new DatabaseSync(place, { readOnly: true })
  t.after(() => file.close())
  for (const [time, text] of [
    ['2031-02-03T04:05:06.007Z', '2031-02-03 04:05:06.007000'],
    ['2031-02-03T04:05:06.000Z', '2031-02-03 04:05:06'],
  ] as const) {
    await db.update(authUser).set({ lastLogin: new Date(time) })
    assert.deepEqual({ ...file.prepare('SELECT last_login FROM auth_user').get() }, { last_login: text })
    assert.deepEqual((await database.users.findById(id))?.lastLogin, new Date(time))
  }
})

test('PostgreSQL: Drizzle reads a user and a session', { skip: skipPostgres }, async (t) => {
  const { database, place } = await migratedPostgres(t)
  const id = await fill(database)
  const { authUser: user, djangoSession: session, posternSession: line } = postgresTables
  const db = drizzlePostgres(await postgresClient(t, place))
  const rows = await db
    .select({ user, session, line })
    .from(session)
    .leftJoin(line, eq(line.sessionKey, session.sessionKey))
    .innerJoin(user, eq(user.username, 'ada'))
  checkRows(rows, id)
  for (const table of tablesIn<PgTable>(postgresTables)) await db.select().from(table)
})

test('MariaDB: Drizzle reads a user and a session', { skip: skipMysql }, async (t) => {
  const { database, place } = await migratedMysql(t)
  const id = await fill(database)
  const { authUser: user, djangoSession: session, posternSession: line } = mysqlTables
  const client = await mysql2.createConnection(place)
  t.after(() => client.end())
  const db = drizzleMysql(client)
  const rows = await db
    .select({ user, session, line })
    .from(session)
    .leftJoin(line, eq(line.sessionKey, session.sessionKey))
    .innerJoin(user, eq(user.username, 'ada'))
  checkRows(rows, id)
  for (const table of tablesIn<MySqlTable>(mysqlTables)) await db.select().from(table)
})

function tablesIn<T extends Table>(file: Readonly<Record<string, Table>>): T[] {
  return Object.values(file) as T[]
}
