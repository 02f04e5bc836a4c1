/** Users in tables with other names, columns and keys: the contract, and what is special about a column that is not there. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { sqlite, type UserTable } from '../../src/sqlite.ts'
import { loadWithUser } from '../../src/stores/sql/session-statements.ts'
import { userStatements } from '../../src/stores/sql/user-statements.ts'
import { sqlUserTable } from '../../src/stores/sql/user-table.ts'
import { userStoreContract } from '../../src/testing.ts'
import { tempFolder } from '../support/databases.ts'

const NOW = Date.UTC(2026, 5, 1)

/** Django's own table under other names, with a key of each kind. */
const RENAMED: Readonly<Record<'integer' | 'uuid', { ddl: string; users: UserTable }>> = {
  integer: {
    ddl: `CREATE TABLE "order" (nr integer NOT NULL PRIMARY KEY AUTOINCREMENT, login varchar(150) NOT NULL UNIQUE,
      pw varchar(128) NOT NULL, mail varchar(254) NOT NULL, given varchar(150) NOT NULL, family varchar(150) NOT NULL,
      alive bool NOT NULL, staff bool NOT NULL, root bool NOT NULL, seen datetime NULL, "from" datetime NOT NULL)`,
    users: {
      table: 'order',
      columns: {
        id: 'nr',
        username: 'login',
        password: 'pw',
        email: 'mail',
        firstName: 'given',
        lastName: 'family',
        isActive: 'alive',
        isStaff: 'staff',
        isSuperuser: 'root',
        lastLogin: 'seen',
        dateJoined: 'from',
      },
      groupsTable: null,
      permissionsTable: null,
    },
  },
  uuid: {
    ddl: `CREATE TABLE "accounts_user" ("password" varchar(128) NOT NULL, "last_login" datetime NULL, "id" char(32) NOT NULL PRIMARY KEY,
      "username" varchar(150) NOT NULL UNIQUE, "email" varchar(254) NOT NULL, "first_name" varchar(150) NOT NULL,
      "last_name" varchar(150) NOT NULL, "is_active" bool NOT NULL, "is_staff" bool NOT NULL, "is_superuser" bool NOT NULL,
      "date_joined" datetime NOT NULL)`,
    users: { table: 'accounts_user', key: 'uuid', groupsTable: null, permissionsTable: null },
  },
}

for (const [key, { ddl, users }] of Object.entries(RENAMED)) {
  userStoreContract({
    name: `a table of another name, with ${key} keys`,
    create: async () => {
      const folder = mkdtempSync(join(tmpdir(), 'postern-'))
      const path = join(folder, 'db.sqlite3')
      const application = new DatabaseSync(path)
      application.exec(ddl)
      application.close()
      const database = sqlite(path, { users })
      await database.migrate()
      return {
        store: database.users,
        close: async () => {
          await database.close()
          rmSync(folder, { recursive: true })
        },
      }
    },
  })
}

/** A database whose application has made a table of users. */
async function withTable<X extends string = never>(t: TestContext, ddl: string, users: UserTable<X>) {
  const path = join(tempFolder(t), 'db.sqlite3')
  const raw = new DatabaseSync(path)
  t.after(() => raw.close())
  raw.exec(ddl)
  const database = sqlite(path, { users })
  t.after(() => database.close())
  await database.migrate()
  return { path, raw, database }
}

/** As a model on Django's AbstractBaseUser has it that logs in with the address. */
const BY_EMAIL = `CREATE TABLE accounts_user (password varchar(128) NOT NULL, last_login datetime NULL, id char(32) NOT NULL PRIMARY KEY,
  email varchar(254) NOT NULL UNIQUE, is_active bool NOT NULL DEFAULT 1, phone varchar(20) NOT NULL DEFAULT '+0')`
const EMAIL_TABLE = {
  table: 'accounts_user',
  key: 'uuid',
  columns: { username: 'email', firstName: null, lastName: null, isStaff: null, isSuperuser: null, dateJoined: null },
} as const satisfies UserTable

test('a new user has a key as Django would write it, and is found by it', async (t) => {
  const { raw, database } = await withTable(t, BY_EMAIL, EMAIL_TABLE)
  const { id } = await database.users.create({ username: 'ada@site.example', password: 'x' })
  assert.match(String(id), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  assert.equal(raw.prepare('SELECT id FROM accounts_user').get()?.id, String(id).replaceAll('-', ''))
  assert.equal((await database.users.findById(String(id)))?.username, 'ada@site.example')
})

test('where the name is the e-mail address, both are the one column', async (t) => {
  const { raw, database } = await withTable(t, BY_EMAIL, EMAIL_TABLE)
  const { users } = database
  const ada = await users.create({ username: 'Ada@site.example', password: 'x', email: '' })
  assert.deepEqual([ada.username, ada.email], ['Ada@site.example', 'Ada@site.example'])
  assert.equal((await users.findByUsername('Ada@site.example'))?.id, ada.id)
  assert.equal(await users.findByUsername('ada@site.example'), null)
  assert.deepEqual(
    (await users.findByEmail('ADA@site.example')).map(({ id }) => id),
    [ada.id],
  )
  await users.create({ username: 'bob@site.example', password: 'x', email: 'Bob@site.example' })
  assert.equal(await users.update(String(ada.id), { email: 'ada@new.example' }), true)
  assert.equal((await users.findById(String(ada.id)))?.username, 'ada@new.example')
  assert.equal(await users.update(String(ada.id), { username: 'ada@newer.example', email: 'ada@newer.example' }), true)
  await assert.rejects(async () => users.update(String(ada.id), { username: 'a@b.example', email: 'c@d.example' }), {
    code: 'ERR_CONFIGURATION',
    message: /Username and email of a user are one column/,
  })
  await assert.rejects(async () => users.create({ username: 'ada@newer.example', password: 'x' }), {
    code: 'ERR_USER_EXISTS',
  })
  assert.deepEqual(
    raw
      .prepare('SELECT email FROM accounts_user ORDER BY email')
      .all()
      .map(({ email }) => email),
    ['ada@newer.example', 'bob@site.example'],
  )
})

test('what the table does not have is as Django would have it, and cannot be written', async (t) => {
  const { database } = await withTable(t, BY_EMAIL, EMAIL_TABLE)
  const { users } = database
  const ada = await users.create({
    username: 'ada@site.example',
    password: 'x',
    lastName: '',
    isStaff: false,
    dateJoined: NOW,
  })
  for (const user of [ada, await users.findById(String(ada.id))]) {
    assert.ok(user)
    assert.deepEqual([user.firstName, user.lastName, user.isStaff, user.isSuperuser], ['', '', false, false])
    assert.equal(user.dateJoined.getTime(), 0)
    assert.deepEqual([user.isActive, user.lastLogin], [true, null])
  }
  for (const changes of [{ firstName: 'Ada' }, { isStaff: true }, { isSuperuser: true }]) {
    await assert.rejects(async () => users.update(String(ada.id), changes), {
      code: 'ERR_CONFIGURATION',
      message: /"accounts_user" has no column for \w+ \(users\.columns says null\), so .* cannot be kept/,
    })
    await assert.rejects(async () => users.create({ username: 'eve@site.example', password: 'x', ...changes }), {
      code: 'ERR_CONFIGURATION',
    })
  }
  assert.equal(await users.findByUsername('eve@site.example'), null)
  assert.equal(await users.update(String(ada.id), { firstName: '' }), true)
})

test('a table without a last login or an address keeps none, and a login is no error', async (t) => {
  const ddl = 'CREATE TABLE member (id integer PRIMARY KEY, username text UNIQUE, password text)'
  const columns = {
    ...{ email: null, firstName: null, lastName: null, isActive: null, isStaff: null, isSuperuser: null },
    ...{ lastLogin: null, dateJoined: null },
  }
  const { database } = await withTable(t, ddl, { table: 'member', columns })
  const { id, isActive } = await database.users.create({ username: 'ada', password: 'x' })
  assert.equal(isActive, true)
  assert.equal(await database.users.update(String(id), { lastLogin: NOW }), true)
  assert.equal(await database.users.update('99', { lastLogin: NOW }), false)
  assert.equal((await database.users.findById(String(id)))?.lastLogin, null)
  assert.deepEqual(await database.users.findByEmail('ada@site.example'), [])
  await assert.rejects(async () => database.users.update(String(id), { isActive: false }), {
    code: 'ERR_CONFIGURATION',
  })
})

test('users are listed and searched by the columns that there are', async (t) => {
  const { users } = (await withTable(t, BY_EMAIL, { ...EMAIL_TABLE, extra: ['phone'] })).database
  for (const name of ['bob', 'ada', 'eve']) await users.create({ username: `${name}@Site.example`, password: 'x' })
  const names = async (listing: Parameters<typeof users.list>[0]): Promise<string[]> =>
    (await users.list(listing)).map(({ username, extra }) => username + extra.phone)
  assert.deepEqual(await names({ limit: 2 }), ['ada@Site.example+0', 'bob@Site.example+0'])
  assert.deepEqual(await names({ limit: 2, after: 'bob@Site.example' }), ['eve@Site.example+0'])
  assert.deepEqual(await names({ limit: 9, search: 'B@SITE' }), ['bob@Site.example+0'])
  assert.deepEqual(await names({ limit: 9, search: '+0' }), [])
})

test('a session comes with its user in the same query, whatever the key is', async (t) => {
  const { raw, database } = await withTable(t, BY_EMAIL, { ...EMAIL_TABLE, extra: ['phone'] })
  const { id } = await database.users.create({ username: 'ada@site.example', password: 'x' })
  const record = { data: 'payload', expires: NOW + 1000, userId: String(id) }
  await database.sessions.create('key', record, NOW)
  const loaded = await database.sessions.load('key', NOW)
  assert.equal(loaded?.user?.id, id)
  assert.equal(loaded?.user?.username, 'ada@site.example')
  for (const [key, userId] of [
    ['undashed', String(id).replaceAll('-', '')],
    ['upper', String(id).toUpperCase()],
    ['dashes', '----'],
    ['name', 'ada@site.example'],
  ] as const) {
    await database.sessions.create(key, { ...record, userId }, NOW)
    assert.equal((await database.sessions.load(key, NOW))?.user, null, key)
  }
  const load = raw.prepare(
    `EXPLAIN QUERY PLAN SELECT * FROM postern_session p LEFT JOIN "accounts_user" u ON u."id" = REPLACE(p.user_id, '-', '') WHERE p.session_key = 'key'`,
  )
  assert.match(String(load.all()[1]?.detail), /^SEARCH u USING INDEX/)
})

test('further columns come along as user.extra, and in no JSON and no log', async (t) => {
  const { raw, database } = await withTable(t, BY_EMAIL, { ...EMAIL_TABLE, extra: ['phone'] })
  const made = await database.users.create({ username: 'ada@site.example', password: 'x' })
  const phone: unknown = made.extra.phone
  assert.equal(phone, '+0', 'the default of the table')
  raw.exec("UPDATE accounts_user SET phone = '+44 20 7946 0000'")
  const ada = await database.users.findById(String(made.id))
  assert.equal(ada?.extra.phone, '+44 20 7946 0000')
  assert.ok(!JSON.stringify(ada).includes('7946'))
  assert.deepEqual(Object.keys(ada?.extra ?? {}), ['phone'])
})

test('a column that wants a value which Postern does not know is named when an account is made', async (t) => {
  const ddl = 'CREATE TABLE member (id integer PRIMARY KEY, username text, password text, city text NOT NULL)'
  const columns = {
    ...{ email: null, firstName: null, lastName: null, isActive: null, isStaff: null, isSuperuser: null },
    ...{ lastLogin: null, dateJoined: null },
  }
  const { database } = await withTable(t, ddl, { table: 'member', columns })
  await assert.rejects(async () => database.users.create({ username: 'ada', password: 'x' }), {
    code: 'ERR_CONFIGURATION',
    message: /"member" wants a value for a column that Postern does not know \(.*member\.city\)/,
  })
})

test('addresses outside of ASCII are found page by page, whatever the key is', async (t) => {
  const { database } = await withTable(t, BY_EMAIL, EMAIL_TABLE)
  const names = Array.from({ length: 600 }, (_, number) => `user${number}@site.example`)
  await Promise.all(names.map((username) => database.users.create({ username, password: 'x' })))
  await database.users.create({ username: 'Ü@Site.example', password: 'x' })
  assert.deepEqual(
    (await database.users.findByEmail('ü@site.example')).map((user) => user.username),
    ['Ü@Site.example'],
  )
})

test('the database in one object of options is the same', async (t) => {
  const path = join(tempFolder(t), 'db.sqlite3')
  const raw = new DatabaseSync(path)
  t.after(() => raw.close())
  raw.exec(BY_EMAIL)
  const database = sqlite({ path, users: EMAIL_TABLE })
  t.after(() => database.close())
  await database.migrate()
  assert.equal((await database.users.create({ username: 'ada@site.example', password: 'x' })).email, 'ada@site.example')
})

test('a row has as many names as columns, also where two fields are one column or none', async (t) => {
  const users = { ...EMAIL_TABLE, extra: ['phone', 'id'] as const }
  const { raw, database } = await withTable(t, BY_EMAIL, users)
  const { id } = await database.users.create({ username: 'ada@site.example', password: 'x' })
  await database.sessions.create('key', { data: 'payload', expires: NOW + 1000, userId: String(id) }, NOW)
  const table = sqlUserTable('sqlite', users)
  const rows = [
    raw.prepare(userStatements(table).byId).get(String(id).replaceAll('-', '')),
    raw.prepare(loadWithUser(table)).get('key'),
  ]
  assert.deepEqual(
    rows.map((row) => Object.keys(row ?? {}).length),
    [13, 19],
  )
})
