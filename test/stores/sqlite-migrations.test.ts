/** The tables are Django's to the letter, made once however many processes start, and a database that Django made is left as it is. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { sqlite } from '../../src/sqlite.ts'
import { SQLITE_MIGRATIONS } from '../../src/stores/sqlite/migrations.ts'
import { DJANGO_SCHEMA } from './fixtures/django-schema.ts'
import { tempFile } from './fixtures/temp-file.ts'

const ALL_STEPS = SQLITE_MIGRATIONS.map(({ name }) => name)
const NOW = Date.UTC(2026, 5, 1)

function openRaw(t: TestContext, path: string): DatabaseSync {
  const database = new DatabaseSync(path)
  t.after(() => database.close())
  return database
}

function rows(database: DatabaseSync, sql: string): unknown[][] {
  return database
    .prepare(sql)
    .all()
    .map((row) => Object.values(row))
}

function schema(database: DatabaseSync): unknown[] {
  const sql =
    "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name <> 'sqlite_sequence' AND tbl_name NOT LIKE 'postern%'"
  return rows(database, sql).flat()
}

async function migrate(path: string): Promise<readonly string[]> {
  const database = sqlite(path)
  try {
    return await database.migrate()
  } finally {
    await database.close()
  }
}

test('the steps are numbered upwards, and their names say so', () => {
  const ids = SQLITE_MIGRATIONS.map(({ id }) => id)
  assert.deepEqual(
    ids,
    [...new Set(ids)].sort((one, other) => one - other),
  )
  for (const { id, name } of SQLITE_MIGRATIONS) assert.ok(name.startsWith(`${String(id).padStart(4, '0')}_`), name)
})

test('an empty database gets the tables that Django 5.2 makes, word by word', async (t) => {
  const path = tempFile(t)
  assert.deepEqual(await migrate(path), ALL_STEPS)
  assert.deepEqual(schema(openRaw(t, path)), DJANGO_SCHEMA)
})

test('the rows by which Django knows that nothing is left to migrate are there', async (t) => {
  const path = tempFile(t)
  await migrate(path)
  const database = openRaw(t, path)
  const migrations = rows(database, 'SELECT id, app, name FROM django_migrations ORDER BY id')
  assert.equal(migrations.length, 15)
  assert.deepEqual(migrations[0], [1, 'contenttypes', '0001_initial'])
  assert.deepEqual(migrations[13], [14, 'auth', '0012_alter_user_first_name_max_length'])
  assert.deepEqual(migrations[14], [15, 'sessions', '0001_initial'])
  assert.deepEqual(rows(database, 'SELECT * FROM django_content_type ORDER BY id'), [
    [1, 'auth', 'permission'],
    [2, 'auth', 'group'],
    [3, 'auth', 'user'],
    [4, 'contenttypes', 'contenttype'],
    [5, 'sessions', 'session'],
  ])
  const permissions = rows(database, 'SELECT * FROM auth_permission ORDER BY id')
  assert.equal(permissions.length, 20)
  assert.deepEqual(permissions[0], [1, 1, 'add_permission', 'Can add permission'])
  assert.deepEqual(permissions[15], [16, 4, 'view_contenttype', 'Can view content type'])
  assert.deepEqual(permissions[19], [20, 5, 'view_session', 'Can view session'])
  for (const [applied] of rows(database, 'SELECT applied FROM django_migrations')) {
    assert.match(String(applied), /^20\d\d-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{6})?$/)
  }
})

test('a second run takes no step and changes nothing', async (t) => {
  const path = tempFile(t)
  await migrate(path)
  const database = openRaw(t, path)
  const before = rows(database, 'SELECT * FROM postern_migration')
  assert.deepEqual(await migrate(path), [])
  assert.deepEqual(rows(database, 'SELECT * FROM postern_migration'), before)
  assert.deepEqual(
    before.map(([id, name]) => [id, name]),
    SQLITE_MIGRATIONS.map(({ id, name }) => [id, name]),
  )
})

test('ten processes that migrate at once make one set of tables', async (t) => {
  const path = tempFile(t)
  const fixture = fileURLToPath(new URL('fixtures/migrate.ts', import.meta.url))
  const run = promisify(execFile)
  const outputs = await Promise.all(Array.from({ length: 10 }, () => run(process.execPath, [fixture, path])))
  const taken = outputs.map(({ stdout }): unknown => JSON.parse(stdout)).filter((names) => String(names) !== '')
  assert.deepEqual(taken, [ALL_STEPS])
  const database = openRaw(t, path)
  assert.deepEqual(schema(database), DJANGO_SCHEMA)
  assert.deepEqual(rows(database, 'SELECT count(*) FROM django_migrations'), [[15]])
  assert.deepEqual(rows(database, 'PRAGMA integrity_check'), [['ok']])
})

test("a database that Django made is adopted: its tables, users and sessions stay, Postern's come beside them", async (t) => {
  const path = tempFile(t)
  const django = openRaw(t, path)
  for (const statement of DJANGO_SCHEMA) django.exec(statement)
  django.exec(`INSERT INTO django_migrations (app, name, applied) VALUES ('auth', '0001_initial', '2026-01-02 03:04:05.678901');
    INSERT INTO auth_user VALUES (7, 'pbkdf2_sha256$1000000$a$b', '2026-01-02 03:04:05.678901', 0, 'alice', 'Liddell',
      'Alice@example.com', 1, 1, '2020-02-29 00:00:00', 'Alice');
    INSERT INTO django_session VALUES ('djangos-own-key', '.eJx:1x:y', '2026-06-15 00:00:00.500000')`)
  const before = rows(django, 'SELECT * FROM sqlite_master')
  assert.deepEqual(await migrate(path), ALL_STEPS)
  assert.deepEqual(rows(django, "SELECT * FROM sqlite_master WHERE tbl_name NOT LIKE 'postern%'"), before)
  assert.deepEqual(rows(django, 'SELECT count(*) FROM django_migrations'), [[1]])

  const database = sqlite(path)
  t.after(() => database.close())
  const stored = await database.sessions.load('djangos-own-key', NOW)
  assert.deepEqual(stored, { data: '.eJx:1x:y', expires: Date.UTC(2026, 5, 15, 0, 0, 0, 500), userId: undefined })
  await database.sessions.adopt('djangos-own-key', '7', NOW)
  const adopted = await database.sessions.load('djangos-own-key', NOW)
  assert.equal(adopted?.user?.username, 'alice')
  assert.equal(adopted?.user?.getFullName(), 'Alice Liddell')
  assert.equal(adopted?.user?.lastLogin?.getTime(), Date.UTC(2026, 0, 2, 3, 4, 5, 678))
  assert.equal(await database.sessions.deleteForUser('7'), 1)
  assert.deepEqual(rows(django, 'SELECT * FROM django_session'), [])
})

test('a Django database without auth or sessions is refused, and left as it was', async (t) => {
  const path = tempFile(t)
  const django = openRaw(t, path)
  for (const statement of DJANGO_SCHEMA) if (!statement.includes('django_session')) django.exec(statement)
  const before = rows(django, 'SELECT * FROM sqlite_master')
  await assert.rejects(migrate(path), {
    code: 'ERR_CONFIGURATION',
    message: /lacks django_session\. Add 'django\.contrib\.auth'.*manage\.py migrate/,
  })
  assert.deepEqual(rows(django, 'SELECT * FROM sqlite_master'), before)
})

test("tables of Django's names that are not Django's are refused", async (t) => {
  const path = tempFile(t)
  const database = openRaw(t, path)
  database.exec('CREATE TABLE auth_user (id integer PRIMARY KEY, login text)')
  await assert.rejects(migrate(path), { code: 'ERR_CONFIGURATION', message: /already has auth_user/ })
  assert.deepEqual(rows(database, 'SELECT name FROM sqlite_master'), [['auth_user']])
})
