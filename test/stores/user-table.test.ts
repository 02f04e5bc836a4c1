/** What the settings say of the users' table becomes SQL once: checked, quoted, and for Django's own table word by word what it is. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sqlite } from '../../src/sqlite.ts'
import { loadWithUser } from '../../src/stores/sql/session-statements.ts'
import { userStatements } from '../../src/stores/sql/user-statements.ts'
import { sqlUserTable, type UserTable } from '../../src/stores/sql/user-table.ts'

const ALL =
  'id, username, password, email, first_name, last_name, is_active, is_staff, is_superuser, last_login, date_joined'

/** What is wrong with a table, as the error says it. */
function refusal(users: unknown): string {
  try {
    sqlUserTable('sqlite', users as UserTable)
  } catch (error) {
    assert.equal((error as { code?: string }).code, 'ERR_CONFIGURATION')
    return (error as Error).message
  }
  return ''
}

test("without a word about it the statements are over Django's auth_user, unquoted", () => {
  const users = sqlUserTable('sqlite')
  const statements = userStatements(users)
  assert.equal(statements.byId, `SELECT ${ALL} FROM auth_user WHERE id = ?`)
  assert.equal(statements.byUsername, `SELECT ${ALL} FROM auth_user WHERE username = ?`)
  assert.deepEqual(statements.byEmail, {
    ascii: `SELECT ${ALL} FROM auth_user WHERE LOWER(email) = ? ORDER BY id`,
    like: "SELECT id, email FROM auth_user WHERE id > ? AND LOWER(email) LIKE ? ESCAPE '!' ORDER BY id LIMIT ?",
  })
  assert.equal(statements.replacePassword, 'UPDATE auth_user SET password = ? WHERE id = ? AND password = ?')
  const found = (column: string): string => `${column} LIKE ? ESCAPE '!' OR LOWER(${column}) LIKE ? ESCAPE '!'`
  const searched = ['username', 'email', 'first_name', 'last_name']
  assert.equal(
    statements.list(true, true),
    `SELECT ${ALL} FROM auth_user WHERE username > ? AND (${searched.map(found).join(' OR ')}) ORDER BY username LIMIT ?`,
  )
  assert.equal(statements.list(false, false), `SELECT ${ALL} FROM auth_user ORDER BY username LIMIT ?`)
  assert.equal(statements.insert(['username', 'email']), 'INSERT INTO auth_user (username, email)\nVALUES (?, ?)')
  assert.equal(statements.update(['email']), 'UPDATE auth_user SET email = ? WHERE id = ?')
  assert.equal(
    loadWithUser(users),
    `
SELECT s.session_data, s.expire_date, p.user_id, p.created, p.public_id, s.session_key, ${ALL.replace(/\w+/g, 'u.$&')}
FROM django_session s
LEFT JOIN postern_session p ON p.session_key = s.session_key
LEFT JOIN auth_user u ON u.id = CAST(p.user_id AS INTEGER)
WHERE s.session_key = ?`,
  )
  assert.deepEqual(
    [users.groupsTable, users.permissionsTable, users.userColumn],
    ['auth_user_groups', 'auth_user_user_permissions', 'user_id'],
  )
})

test('what the settings name is quoted, what the table lacks is its default, and the key is of its kind', () => {
  const users = sqlUserTable('sqlite', {
    table: 'accounts_user',
    key: 'uuid',
    columns: { username: 'login', firstName: null, isActive: null, isStaff: null, lastLogin: null, dateJoined: null },
    extra: ['phone'],
  })
  assert.match(
    loadWithUser(users),
    / u\.id AS u0, u\."login" AS u1, u\.password AS u2, u\.email AS u3, '' AS u4, u\.last_name AS u5, 1 AS u6, 0 AS u7, u\.is_superuser AS u8, NULL AS u9, NULL AS u10, u\."phone" AS u11\n/,
  )
  assert.match(loadWithUser(users), /LEFT JOIN "accounts_user" u ON u\.id = REPLACE\(p\.user_id, '-', ''\)/)
  assert.match(userStatements(users).byUsername, /FROM "accounts_user" WHERE "login" = \?/)
})

test('every dialect quotes in its way and makes a key of a text in its way', () => {
  const columns = { isActive: null, isStaff: null }
  const load = (dialect: 'mysql' | 'postgres', key: 'integer' | 'uuid'): string =>
    loadWithUser(sqlUserTable(dialect, { table: 'member', key, columns }))
  assert.match(load('mysql', 'integer'), /LEFT JOIN `member` u ON u\.id = CAST\(p\.user_id AS SIGNED\)/)
  assert.match(load('mysql', 'uuid'), /u\.id = CONVERT\(REPLACE\(p\.user_id, '-', ''\) USING ascii\)/)
  assert.match(load('postgres', 'integer'), /LEFT JOIN "member" u ON u\.id = CASE WHEN p\.user_id ~ .* AS bigint\) END/)
  assert.match(load('postgres', 'uuid'), /u\.id = CASE WHEN p\.user_id ~ .* THEN CAST\(p\.user_id AS uuid\) END/)
  assert.match(load('postgres', 'uuid'), /, TRUE AS u6, FALSE AS u7, u\.is_superuser AS u8,/)
  // One question mark, for the session's key: a client that numbers them must not find one in a pattern.
  for (const key of ['integer', 'uuid'] as const) assert.equal(load('postgres', key).split('?').length, 2)
})

test('a UUID is undashed in SQLite and MySQL, and itself in PostgreSQL', () => {
  const id = '0b9f3f5e-7d5c-4a56-9d3b-1c2d3e4f5a6b'
  const hex = id.replaceAll('-', '')
  for (const [dialect, stored] of [
    ['sqlite', hex],
    ['mysql', hex],
    ['postgres', id],
  ] as const) {
    const { key } = sqlUserTable(dialect, { table: 'member', key: 'uuid' })
    assert.equal(key.toColumn(id), stored)
    assert.equal(key.toId(stored), id)
    assert.equal(key.toId(stored.toUpperCase()), id)
    for (const text of [hex, id.toUpperCase(), `{${id}}`, `${id} `, '', '1', `${id}\n`]) {
      assert.equal(key.toColumn(text), null, text)
    }
    assert.match(key.make() ?? '', /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
    assert.ok(String(key.lowest) < stored)
  }
})

test("the tables of groups and permissions have Django's names, or those that are given, or are not there", () => {
  const names = (users: UserTable<string>): unknown[] => {
    const { groupsTable, permissionsTable, userColumn } = sqlUserTable('sqlite', users)
    return [groupsTable, permissionsTable, userColumn]
  }
  assert.deepEqual(names({ table: 'accounts_member' }), [
    '"accounts_member_groups"',
    '"accounts_member_user_permissions"',
    'user_id',
  ])
  assert.deepEqual(names({ table: 'm', groupsTable: 'mg', permissionsTable: 'mp', userColumn: 'member_id' }), [
    '"mg"',
    '"mp"',
    '"member_id"',
  ])
  assert.deepEqual(names({ table: 'm', groupsTable: null }), [null, '"m_user_permissions"', 'user_id'])
  assert.deepEqual(names({ table: 'm', columns: { isSuperuser: null } }), [null, null, 'user_id'])
  assert.deepEqual(names({ table: 'm', columns: { isSuperuser: null }, groupsTable: 'mg' }), ['"mg"', null, 'user_id'])
})

test('a name that could be more than a name is refused, wherever it stands', () => {
  for (const bad of ['a b', 'a"b', 'a`b', "a';--", 'a.b', '1a', '', 'ä', 'a\u0000', 'a\n', 7, {}, ['a']]) {
    for (const users of [
      { table: bad },
      { table: 'a', columns: { email: bad } },
      { table: 'a', columns: { id: bad } },
      { table: 'a', extra: [bad] },
      { table: 'a', groupsTable: bad },
      { table: 'a', permissionsTable: bad },
      { table: 'a', userColumn: bad },
    ]) {
      assert.match(refusal(users), /which is no name of a table or column/, JSON.stringify(users))
    }
  }
  assert.throws(() => sqlite('never-made.db', { users: { table: 'a; DROP TABLE b' } }), { code: 'ERR_CONFIGURATION' })
})

test('a field that does not exist, a key of another kind and what cannot be missing are named', () => {
  assert.match(
    refusal({ table: 'a', columns: { user_name: 'b' } }),
    /no field 'user_name' in a user\. Fields: id, username/,
  )
  assert.match(refusal({ table: 'a', columns: JSON.parse('{"__proto__": "b"}') }), /no field '__proto__'/)
  assert.match(refusal({ table: 'a', columns: { toString: 'b' } }), /no field 'toString'/)
  assert.match(refusal({ table: 'a', key: 'text' }), /users\.key is 'text'; it is 'integer' or 'uuid'/)
  assert.match(refusal({ table: 'a', extra: 'phone' }), /users\.extra is a list of columns/)
  for (const field of ['id', 'username', 'password']) {
    assert.match(refusal({ table: 'a', columns: { [field]: null } }), new RegExp(`columns\\.${field} cannot be null`))
  }
  assert.match(refusal({}), /users\.table is 'undefined'/)
  assert.equal(refusal({ table: 'a', columns: { firstName: undefined } }), '')
})

test('two fields in one column are refused, but for a name that is the e-mail address', () => {
  assert.equal(refusal({ table: 'a', columns: { username: 'email' } }), '')
  assert.equal(refusal({ table: 'a', columns: { username: 'mail', email: 'mail' } }), '')
  assert.match(
    refusal({ table: 'a', columns: { firstName: 'last_name' } }),
    /firstName and lastName are both 'last_name'/,
  )
  assert.match(refusal({ table: 'a', columns: { isStaff: 'Is_Active' } }), /isActive and isStaff are both/)
  assert.match(refusal({ table: 'a', columns: { username: 'id' } }), /id and username are both 'id'/)
  const isOne = (columns: UserTable['columns'] & object): boolean =>
    sqlUserTable('sqlite', { table: 'a', columns }).emailIsUsername
  assert.deepEqual(
    [isOne({ username: 'email' }), isOne({ username: 'E', email: 'e' }), isOne({ email: null }), isOne({})],
    [true, true, false, false],
  )
})

test('a whole number is itself, whatever a driver makes of a large one', () => {
  const { key } = sqlUserTable('postgres')
  assert.deepEqual([key.toId(7), key.toId('7'), key.toId(7n)], [7, '7', '7'])
  assert.deepEqual([key.toColumn('7'), key.toColumn('07'), key.make()], [7, null, undefined])
})
