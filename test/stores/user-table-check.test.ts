/** A table of users that is not as the settings say is found out when tables are brought up to date, and at the first use. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import type { Database } from '../../src/database.ts'
import { sqlite, type UserTable } from '../../src/sqlite.ts'
import { checkUserTable } from '../../src/stores/sql/check-user-table.ts'
import type { SqlValue } from '../../src/stores/sql/sql-client.ts'
import { sqlUserTable } from '../../src/stores/sql/user-table.ts'
import { SQLITE_MIGRATIONS } from '../../src/stores/sqlite/migrations.ts'
import { tempFolder } from '../support/databases.ts'
import { DJANGO_SCHEMA } from './fixtures/django-schema.ts'

const NOW = Date.UTC(2026, 5, 1)
const MEMBER = `CREATE TABLE member (id integer PRIMARY KEY, username text UNIQUE, password text, email text, first_name text,
  last_name text, is_active bool, is_staff bool, is_superuser bool, last_login datetime, date_joined datetime)`
const MANY_TO_MANY = [
  'CREATE TABLE member_groups (id integer PRIMARY KEY, user_id integer, group_id integer)',
  'CREATE TABLE member_user_permissions (id integer PRIMARY KEY, user_id integer, permission_id integer)',
]

function open(t: TestContext, users: UserTable<string>, ...ddl: string[]): { database: Database; raw: DatabaseSync } {
  const path = join(tempFolder(t), 'db.sqlite3')
  const raw = new DatabaseSync(path)
  t.after(() => raw.close())
  for (const statement of ddl) raw.exec(statement)
  const database = sqlite(path, { users })
  t.after(() => database.close())
  return { database, raw }
}

function tables(raw: DatabaseSync): string[] {
  const rows = raw.prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY 1")
  return rows.all().map(({ name }) => String(name))
}

test('a table that fits is taken as it is, and what Postern needs beside it is made', async (t) => {
  const { database, raw } = open(t, { table: 'member' }, MEMBER, ...MANY_TO_MANY)
  assert.deepEqual(
    await database.migrate(),
    SQLITE_MIGRATIONS.map(({ name }) => name),
  )
  assert.deepEqual(await database.migrate(), [])
  const made = tables(raw)
  for (const name of ['django_session', 'django_migrations', 'auth_group', 'auth_permission', 'postern_session']) {
    assert.ok(made.includes(name), name)
  }
  for (const name of ['auth_user', 'auth_user_groups', 'auth_user_user_permissions'])
    assert.ok(!made.includes(name), name)
  const models = raw
    .prepare('SELECT model FROM django_content_type ORDER BY id')
    .all()
    .map(({ model }) => model)
  assert.deepEqual(models, ['permission', 'group', 'contenttype', 'session'])
})

test('a database that Django made with a model of its own has no auth_user, and is adopted', async (t) => {
  const ofDjango = DJANGO_SCHEMA.filter((statement) => !statement.includes('"auth_user'))
  const { database, raw } = open(t, { table: 'member' }, ...ofDjango, MEMBER, ...MANY_TO_MANY)
  const before = tables(raw)
  await database.migrate()
  assert.deepEqual(
    tables(raw).filter((name) => !name.startsWith('postern')),
    before,
  )
})

test('a database that Django made without sessions is refused with such a table, too', async (t) => {
  const without = DJANGO_SCHEMA.filter((statement) => !/auth_user|django_session/.test(statement))
  const { database } = open(t, { table: 'member' }, ...without, MEMBER, ...MANY_TO_MANY)
  await assert.rejects(database.migrate(), { code: 'ERR_CONFIGURATION', message: /it lacks django_session\./ })
})

test('on a fresh database the application makes its table first: nothing is made before', async (t) => {
  const { database, raw } = open(t, { table: 'member' })
  await assert.rejects(database.migrate(), {
    code: 'ERR_CONFIGURATION',
    message:
      /no table "member", which users\.table names\. .*Postern makes no table of users but auth_user\. Make it .* before `auth\.migrate\(\)`/,
  })
  assert.deepEqual(tables(raw), [])
  for (const statement of [MEMBER, ...MANY_TO_MANY]) raw.exec(statement)
  await database.migrate()
  assert.equal((await database.users.create({ username: 'ada', password: 'x' })).id, 1)
})

test('columns that are missing are named, with those that are there', async (t) => {
  const { database } = open(t, { table: 'member', columns: { username: 'login' }, extra: ['phone'] }, MEMBER)
  await assert.rejects(database.migrate(), {
    code: 'ERR_CONFIGURATION',
    message:
      /"member" has no column login, phone\. .*columns: \{ firstName: null \}\. It has: id, username, password, /,
  })
})

test('a key of the other kind is named with the word to write', async (t) => {
  const groups = { groupsTable: null, permissionsTable: null }
  const uuid = MEMBER.replace('id integer', 'id char(32)')
  await assert.rejects(open(t, { table: 'member', ...groups }, uuid).database.migrate(), {
    code: 'ERR_CONFIGURATION',
    message: /is of type char\(32\), and users\.key says 'integer'\. Say key: 'uuid'\./,
  })
  await assert.rejects(open(t, { table: 'member', key: 'uuid', ...groups }, MEMBER).database.migrate(), {
    code: 'ERR_CONFIGURATION',
    message: /is of type INTEGER, and users\.key says 'uuid'\. Say key: 'integer'\./i,
  })
})

test('a view whose key has no type is believed', async (t) => {
  const view = 'CREATE VIEW people AS SELECT id + 0 AS id, username, password FROM member'
  const columns = {
    ...{ email: null, firstName: null, lastName: null, isActive: null, isStaff: null, isSuperuser: null },
    ...{ lastLogin: null, dateJoined: null },
  }
  const { database, raw } = open(t, { table: 'people', columns }, MEMBER, view)
  raw.exec("INSERT INTO member (id, username, password) VALUES (3, 'ada', 'x')")
  await database.migrate()
  assert.equal((await database.users.findByUsername('ada'))?.id, 3)
})

test('tables of groups and permissions that are missing are named, with the ways out', async (t) => {
  await assert.rejects(open(t, { table: 'member' }, MEMBER).database.migrate(), {
    code: 'ERR_CONFIGURATION',
    message:
      /no "member_groups" with user_id and group_id.*say groupsTable: null if there is none\.\nThe database has no "member_user_permissions"/,
  })
  const { database } = open(t, { table: 'member', userColumn: 'member_id' }, MEMBER, ...MANY_TO_MANY)
  await assert.rejects(database.migrate(), { message: /no "member_groups" with member_id, which goes with "member"/ })
})

test('names in another case are the same to SQLite', async (t) => {
  const { database } = open(t, { table: 'MEMBER', columns: { username: 'UserName' } }, MEMBER, ...MANY_TO_MANY)
  await database.migrate()
  assert.equal((await database.users.create({ username: 'ada', password: 'x' })).username, 'ada')
})

test('without a migration the first use says what is missing: of users, and of sessions', async (t) => {
  const { database, raw } = open(t, { table: 'member' }, MEMBER, ...MANY_TO_MANY)
  await database.migrate()
  raw.exec('ALTER TABLE member RENAME COLUMN email TO mail')
  const missing = { code: 'ERR_CONFIGURATION', message: /"member" has no column email\. / }
  await assert.rejects(async () => database.users.findByUsername('ada'), missing)
  await assert.rejects(async () => database.users.findById('1'), missing)
  await assert.rejects(async () => database.users.findByEmail('ada@site.example'), missing)
  await assert.rejects(async () => database.users.create({ username: 'ada', password: 'x' }), missing)
  await assert.rejects(async () => database.users.update('1', { email: 'x' }), missing)
  await assert.rejects(async () => database.sessions.load('key', NOW), missing)
  raw.exec('DROP TABLE member')
  const gone = { code: 'ERR_CONFIGURATION', message: /The database has no table "member"/ }
  await assert.rejects(async () => database.users.findByUsername('ada'), gone)
  await assert.rejects(async () => database.sessions.load('key', NOW), gone)
})

test('an error that has nothing to do with the table stays what it is', async (t) => {
  const { database, raw } = open(t, { table: 'member' }, MEMBER, ...MANY_TO_MANY)
  await database.migrate()
  raw.exec("CREATE TRIGGER no_names BEFORE UPDATE ON member BEGIN SELECT RAISE(ABORT, 'not today'); END")
  const { id } = await database.users.create({ username: 'ada', password: 'x' })
  await assert.rejects(async () => database.users.update(String(id), { email: 'x' }), { message: /not today/ })
  await database.close()
  await assert.rejects(async () => database.users.findByUsername('ada'), { code: 'ERR_STORE_UNAVAILABLE' })
  await assert.rejects(async () => database.sessions.load('key', NOW), { code: 'ERR_STORE_UNAVAILABLE' })
})

test('other databases are asked in their own way, and tell names apart in their own way', async () => {
  for (const [dialect, question, spelled] of [
    ['mysql', /information_schema\.columns\nWHERE table_schema = DATABASE\(\) AND table_name = \?$/, true],
    ['postgres', /table_schema = ANY \(current_schemas\(false\)\) AND table_name = \?$/, false],
  ] as const) {
    const asked: unknown[][] = []
    const client = {
      all: async (sql: string, params: readonly SqlValue[]) => {
        assert.match(sql, question)
        asked.push([...params])
        const columns = ['ID', 'UserName', 'password', 'user_id', 'group_id', 'permission_id']
        return columns.map((name) => [name, name === 'ID' ? 'bigint' : 'varchar'])
      },
    }
    const columns = {
      ...{ id: 'id', username: 'username', email: null, firstName: null, lastName: null, isActive: null },
      ...{ isStaff: null, isSuperuser: null, lastLogin: null, dateJoined: null },
    }
    const table = sqlUserTable(dialect, { table: 'Member', columns, groupsTable: 'MG' })
    const checked = checkUserTable(client, table)
    if (spelled) await checked
    else await assert.rejects(checked, { message: /has no column id, username\. / })
    assert.deepEqual(asked, [['Member'], ['MG']])
  }
})
