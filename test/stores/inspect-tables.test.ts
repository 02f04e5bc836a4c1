/** A look at the tables, on each SQL database: what is there, what is missing, what is too short, and nothing is written. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import mysql from 'mysql2/promise'
import pg from 'pg'
import { inspectTables } from '../../src/stores/sql/inspect-tables.ts'
import type { SqlClient, SqlRow } from '../../src/stores/sql/sql-client.ts'
import { toDatetimeText } from '../../src/stores/sql/sql-values.ts'
import { sqlUserTable } from '../../src/stores/sql/user-table.ts'
import { SQLITE_MIGRATIONS } from '../../src/stores/sqlite/migrations.ts'
import { missing } from '../support/requirements.ts'

type Hooks = { after(end: () => unknown): void }

/** A new database of the test's own. */
interface Opened {
  readonly client: Pick<SqlClient, 'dialect' | 'all'>
  readonly run: (sql: string) => unknown
}

const POSTGRES_URL = process.env.POSTGRES_URL || 'postgres://postgres@127.0.0.1:5432/postgres'
const MYSQL_URL = process.env.MYSQL_URL || 'mysql://root@127.0.0.1:3306/mysql'
const NOW = Date.UTC(2026, 0, 15, 12)

function openSqlite(t: Hooks): Opened {
  const database = new DatabaseSync(':memory:')
  t.after(() => database.close())
  const all = async (sql: string, params: readonly unknown[]): Promise<SqlRow[]> =>
    database
      .prepare(sql)
      .all(...(params as string[]))
      .map((row) => Object.values(row)) as SqlRow[]
  return { client: { dialect: 'sqlite', all }, run: (sql) => database.exec(sql) }
}

async function openPostgres(t: Hooks): Promise<Opened> {
  const schema = `postern_${randomUUID().replaceAll('-', '')}`
  const client = new pg.Client({ connectionString: POSTGRES_URL })
  await client.connect()
  t.after(async () => {
    await client.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`)
    await client.end()
  })
  await client.query(`CREATE SCHEMA ${schema}`)
  await client.query(`SET search_path = ${schema}`)
  await client.query("SET timezone = 'UTC'")
  const all = async (sql: string, params: readonly unknown[]): Promise<SqlRow[]> => {
    let at = 0
    const text = sql.replace(/\?/g, () => `$${++at}`)
    return (await client.query({ text, values: [...params], rowMode: 'array' })).rows as SqlRow[]
  }
  return { client: { dialect: 'postgres', all }, run: (sql) => client.query(sql) }
}

async function openMysql(t: Hooks): Promise<Opened> {
  const name = `postern_${randomUUID().replaceAll('-', '')}`
  const connection = await mysql.createConnection({ uri: MYSQL_URL, rowsAsArray: true, dateStrings: true })
  t.after(async () => {
    await connection.query(`DROP DATABASE IF EXISTS ${name}`)
    await connection.end()
  })
  await connection.query(`CREATE DATABASE ${name}`)
  await connection.query(`USE ${name}`)
  const all = async (sql: string, params: readonly unknown[]): Promise<SqlRow[]> =>
    (await connection.execute(sql, [...params] as string[]))[0] as unknown as SqlRow[]
  return { client: { dialect: 'mysql', all }, run: (sql) => connection.query(sql) }
}

/** Why a server's tests are skipped, if they are. */
async function absence(open: (t: Hooks) => Promise<Opened>, url: string): Promise<string | false> {
  const endings: (() => unknown)[] = []
  try {
    await open({ after: (end) => void endings.push(end) })
    return false
  } catch {
    return missing('POSTERN_REQUIRE_SERVICES', `nothing answers at ${new URL(url).host}`).skip
  } finally {
    for (const end of endings) await end()
  }
}

/** Tables as a Django of years ago has made them, with the names and types that all three databases take. */
const TABLES = [
  'CREATE TABLE django_migrations (id integer, app varchar(255), name varchar(255))',
  "INSERT INTO django_migrations VALUES (1, 'auth', '0001_initial'), (2, 'auth', '0013_later'), (3, 'shop', '0001_initial')",
  'CREATE TABLE django_session (session_key varchar(40), session_data text, expire_date DATETIME)',
  'CREATE TABLE django_content_type (id integer, app_label varchar(100), model varchar(100))',
  'CREATE TABLE auth_permission (id integer, content_type_id integer, codename varchar(100), name varchar(50))',
  'CREATE TABLE auth_group (id integer, name varchar(80))',
  'CREATE TABLE people (person_id integer, login varchar(150), password varchar(128), email varchar(75), is_active smallint)',
  'CREATE TABLE people_groups (id integer, person_id integer, group_id integer)',
  "INSERT INTO people (password) VALUES ('argon2$a'), ('argon2$b'), ('argon2$c'), ('!x'), ('!y'), ('plain')",
  'CREATE TABLE postern_migration (id integer, name varchar(100), applied bigint)',
  "INSERT INTO postern_migration VALUES (1, '0001_django_tables', 0), (2, '0002_postern_tables', 0)",
]

const PEOPLE = {
  table: 'people',
  columns: { id: 'person_id', username: 'login', firstName: null, lastName: null, dateJoined: null },
  userColumn: 'person_id',
  permissionsTable: null,
} as const

for (const [name, open, datetime, url] of [
  ['SQLite', async (t: Hooks) => openSqlite(t), 'datetime', ''],
  ['PostgreSQL', openPostgres, 'timestamptz', POSTGRES_URL],
  ['MariaDB', openMysql, 'datetime(6)', MYSQL_URL],
] as const) {
  const skip = url === '' ? false : await absence(open, url)

  test(`${name}: what is missing, too short or not known is told, and sessions and hashes are counted`, {
    skip,
  }, async (t) => {
    const { client, run } = await open(t)
    for (const sql of TABLES) await run(sql.replace('DATETIME', datetime))
    for (const [key, data, expires] of [
      ['a'.repeat(32), 'first', NOW + 1000],
      ['b'.repeat(32), 'second', NOW + 2000],
      ['c'.repeat(40), 'third', NOW + 3000],
      ['short', 'fourth', NOW + 500],
      ['d'.repeat(32), 'over', NOW],
    ] as const) {
      await run(`INSERT INTO django_session VALUES ('${key}', '${data}', '${toDatetimeText(expires)}')`)
    }
    const users = sqlUserTable(client.dialect, PEOPLE)
    const facts = await inspectTables(client, users, SQLITE_MIGRATIONS.slice(0, 3), NOW)
    assert.equal(facts.dialect, client.dialect)
    assert.deepEqual(
      facts.tables.filter(({ isThere, lacks, short }) => !isThere || lacks.length + short.length > 0),
      [
        { table: 'auth_permission', isThere: true, lacks: [], short: [{ column: 'name', room: 50, wanted: 255 }] },
        { table: 'auth_group', isThere: true, lacks: [], short: [{ column: 'name', room: 80, wanted: 150 }] },
        { table: 'auth_group_permissions', isThere: false, lacks: [], short: [] },
        {
          table: 'people',
          isThere: true,
          lacks: ['is_staff', 'is_superuser', 'last_login'],
          short: [{ column: 'email', room: 75, wanted: 254 }],
        },
      ],
    )
    assert.deepEqual(
      facts.tables.map(({ table }) => table).filter((table) => table.startsWith('people')),
      ['people', 'people_groups'],
    )
    assert.deepEqual(facts.users, {
      table: 'people',
      key: 'integer',
      columns: {
        id: 'person_id',
        username: 'login',
        password: 'password',
        email: 'email',
        first_name: null,
        last_name: null,
        is_active: 'is_active',
        is_staff: 'is_staff',
        is_superuser: 'is_superuser',
        last_login: 'last_login',
        date_joined: null,
      },
    })
    assert.deepEqual(
      [...facts.hashes],
      [
        ['argon2', 3],
        ['!', 2],
        ['', 1],
      ],
    )
    assert.deepEqual(facts.sessions, { raw: 2, hashed: 1, other: 1, newest: ['third', 'second', 'first', 'fourth'] })
    const { taken, missing: lacking, newer } = facts.djangoMigrations ?? assert.fail('there is a list')
    assert.deepEqual(taken, ['auth.0001_initial', 'auth.0013_later'])
    assert.deepEqual(newer, ['auth.0013_later'])
    assert.equal(lacking.includes('auth.0001_initial'), false)
    assert.equal(lacking.includes('sessions.0001_initial'), true)
    assert.deepEqual(facts.pending, ['0003_postern_event'])
  })

  test(`${name}: a database without any tables is no error`, { skip }, async (t) => {
    const { client } = await open(t)
    const facts = await inspectTables(client, sqlUserTable(client.dialect), SQLITE_MIGRATIONS, NOW)
    assert.equal(facts.tables.length, 8)
    assert.equal(
      facts.tables.some(({ isThere }) => isThere),
      false,
    )
    assert.deepEqual([facts.sessions, facts.djangoMigrations, facts.hashes.size], [undefined, undefined, 0])
    assert.equal(facts.pending.length, SQLITE_MIGRATIONS.length)
  })
}
