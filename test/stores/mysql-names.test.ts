/** Collations of MariaDB take Alice, alicé and 'alice ' for alice. Postern does not: nobody gets to the account or the session of somebody else by it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mysql } from '../../src/mysql.ts'
import { mysqlClient, mysqlUrl, noMysql, openMysql } from '../support/mysql.ts'

const skip = await noMysql()
const NOW = Date.UTC(2026, 5, 1)
const END = NOW + 3_600_000
const HASH = 'pbkdf2_sha256$1000000$salt$hash'

/** What `utf8mb4_general_ci` compares as equal to 'alice', as the first test shows. */
const SAME = ['Alice', 'ALICE', 'alicé', 'àlice', 'alice ', 'alice  ']

test('the database takes these names for one', { skip }, async (t) => {
  const client = await mysqlClient(t, await mysqlUrl(t))
  for (const name of SAME) {
    const [rows] = await client.query('SELECT ? COLLATE utf8mb4_general_ci = ?', [name, 'alice'])
    assert.deepEqual(rows, [[1]], name)
  }
})

test('a name that differs in case, accents or spaces is nobody', { skip }, async (t) => {
  const database = openMysql(t)
  await database.migrate()
  const { users } = database
  await users.create({ username: 'alice', password: HASH, email: 'alice@site.example' })
  for (const name of [...SAME, 'ａlice']) assert.equal(await users.findByUsername(name), null, name)
  assert.equal((await users.findByUsername('alice'))?.username, 'alice')
  for (const name of SAME) {
    await assert.rejects(
      async () => users.create({ username: name, password: HASH }),
      { code: 'ERR_USER_EXISTS' },
      name,
    )
    assert.equal(await users.hasUsername(name), true, `${name} is taken: there is no room for it`)
  }
})

test('an address with other accents or spaces is nobody’s, one in another case is', { skip }, async (t) => {
  const database = openMysql(t)
  await database.migrate()
  const { users } = database
  await users.create({ username: 'alice', password: HASH, email: 'alice@site.example' })
  for (const email of ['alicé@site.example', 'alice@sité.example', 'alice@site.example ', 'ａlice@site.example']) {
    assert.deepEqual(await users.findByEmail(email), [], email)
  }
  assert.equal((await users.findByEmail('ALICE@Site.example')).length, 1)
})

test('a session key that differs in case, accents or spaces loads nothing', { skip }, async (t) => {
  const database = openMysql(t)
  await database.migrate()
  const { sessions } = database
  await sessions.create('alice', { data: 'payload', expires: END, userId: '1' }, NOW)
  for (const key of SAME) assert.equal(await sessions.load(key, NOW), null, key)
  assert.equal((await sessions.load('alice', NOW))?.data, 'payload')
})

test('users elsewhere whose ids differ in case are two on the list of sessions', { skip }, async (t) => {
  const database = openMysql(t)
  await database.migrate()
  const { sessions, accounts } = database
  await sessions.create('one', { data: 'd', expires: END, userId: 'alice' }, NOW)
  await sessions.create('two', { data: 'd', expires: END, userId: 'Alice' }, NOW)
  assert.equal((await sessions.listForUser('alice', NOW)).length, 1)
  assert.equal(await sessions.deleteForUser('alice'), 1)
  assert.equal((await sessions.load('two', NOW))?.userId, 'Alice')
  await accounts.recordLogout('alice', NOW)
  assert.equal((await accounts.get('Alice')).lastLogout, null)
})

test('a password is replaced only where it is the same to the letter', { skip }, async (t) => {
  const database = openMysql(t)
  await database.migrate()
  const { users } = database
  const { id } = await users.create({ username: 'alice', password: HASH })
  assert.equal(await users.replacePassword(String(id), HASH.toUpperCase(), 'x'), false)
  assert.equal(await users.replacePassword(String(id), HASH, 'x'), true)
})

test('a database in which the two tables of sessions have become different says what to do', { skip }, async (t) => {
  const url = await mysqlUrl(t)
  const database = mysql(url)
  t.after(() => database.close())
  await database.migrate()
  const client = await mysqlClient(t, url)
  await client.query('ALTER TABLE django_session CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci')
  await assert.rejects(async () => database.sessions.listForUser('1', NOW), {
    code: 'ERR_CONFIGURATION',
    message: /the collation that django_session\.session_key has/,
  })
})
