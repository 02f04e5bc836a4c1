/** Users on MariaDB in tables with other names, columns and keys, as Django makes them there: UUIDs have a type of their own, and once had none. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mysql, type UserTable } from '../../src/mysql.ts'
import { userStoreContract } from '../../src/testing.ts'
import { mysqlClient, mysqlUrl, noMysql } from '../support/mysql.ts'

type Hooks = { after(end: () => unknown): void }

const skip = await noMysql()
const NOW = Date.UTC(2026, 5, 1)

const COLUMNS = `username varchar(150) NOT NULL UNIQUE, password varchar(128) NOT NULL, email varchar(254) NOT NULL,
first_name varchar(150) NOT NULL, last_name varchar(150) NOT NULL, is_active bool NOT NULL, is_staff bool NOT NULL,
is_superuser bool NOT NULL, last_login datetime(6) NULL, date_joined datetime(6) NOT NULL`
const UUID_USERS: UserTable = { table: 'accounts_user', key: 'uuid', groupsTable: null, permissionsTable: null }

const TABLES: Readonly<Record<string, { ddl: string; users: UserTable }>> = {
  'with keys of the type UUID': {
    ddl: `CREATE TABLE accounts_user (id uuid NOT NULL PRIMARY KEY, ${COLUMNS})`,
    users: UUID_USERS,
  },
  'with keys of the type char(32)': {
    ddl: `CREATE TABLE accounts_user (id char(32) NOT NULL PRIMARY KEY, ${COLUMNS})`,
    users: UUID_USERS,
  },
  'with keys of the type char(32) in another character set': {
    ddl: `CREATE TABLE accounts_user (id char(32) CHARACTER SET latin1 COLLATE latin1_german1_ci NOT NULL PRIMARY KEY, ${COLUMNS})`,
    users: UUID_USERS,
  },
  'of names that are words of SQL, with integer keys': {
    ddl: `CREATE TABLE \`order\` (\`key\` bigint NOT NULL AUTO_INCREMENT PRIMARY KEY, ${COLUMNS.replace('email', '`from`')})`,
    users: { table: 'order', columns: { id: 'key', email: 'from' }, groupsTable: null, permissionsTable: null },
  },
}

async function open(t: Hooks, { ddl, users }: { ddl: string; users: UserTable }) {
  const url = await mysqlUrl(t)
  const client = await mysqlClient(t, url)
  await client.query(ddl)
  const database = mysql(url, { users })
  t.after(() => database.close())
  await database.migrate()
  return { client, database }
}

for (const [name, table] of Object.entries(TABLES)) {
  if (skip !== false) {
    test(`MariaDB, a table ${name}`, { skip })
    continue
  }
  userStoreContract({
    name: `MariaDB, a table ${name}`,
    looseNames: true,
    create: async () => {
      const endings: (() => unknown)[] = []
      const { database } = await open({ after: (ending) => void endings.unshift(ending) }, table)
      const close = async (): Promise<void> => {
        for (const ending of endings) await ending()
      }
      return { store: database.users, close }
    },
  })

  test(`MariaDB, a table ${name}: a session brings its user along by the key's index, and no other`, {
    skip,
  }, async (t) => {
    const { client, database } = await open(t, table)
    const { id } = await database.users.create({ username: 'ada', password: 'x' })
    const record = { data: 'payload', expires: NOW + 1000, userId: String(id) }
    await database.sessions.create('key', record, NOW)
    const user = (await database.sessions.load('key', NOW))?.user
    assert.deepEqual([user?.id, user?.username], [id, 'ada'])
    for (const [key, userId] of [
      ['spaces', ` ${id}`],
      ['undashed', `${id}x`.replaceAll('-', '')],
      ['upper', `${id}A`.toUpperCase()],
      ['dashes', '----'],
      ['name', 'ädä@site.example'],
      ['sql', `${id} OR 1=1`],
    ] as const) {
      await database.sessions.create(key, { ...record, userId }, NOW)
      assert.equal((await database.sessions.load(key, NOW))?.user, null, key)
    }
    const { table: made, columns } = table.users
    const join = `SELECT u.password FROM postern_session p LEFT JOIN \`${made}\` u ON u.\`${columns?.id ?? 'id'}\` = ${
      table.users.key === 'uuid' ? "CONVERT(REPLACE(p.user_id, '-', '') USING ascii)" : 'CAST(p.user_id AS SIGNED)'
    }`
    const [plan] = await client.query(`EXPLAIN ${join}`)
    assert.deepEqual([(plan as unknown[][])[1]?.[3], (plan as unknown[][])[1]?.[5]], ['eq_ref', 'PRIMARY'])
  })
}

test('a table that is not as the settings say is named', { skip }, async (t) => {
  const url = await mysqlUrl(t)
  const client = await mysqlClient(t, url)
  const tried = (users: UserTable): Promise<readonly string[]> => {
    const database = mysql(url, { users })
    t.after(() => database.close())
    return database.migrate()
  }
  await assert.rejects(tried(UUID_USERS), { code: 'ERR_CONFIGURATION', message: /no table `accounts_user`/ })
  await client.query(
    'CREATE TABLE accounts_user (id bigint PRIMARY KEY AUTO_INCREMENT, username varchar(9), city text NOT NULL)',
  )
  await assert.rejects(tried(UUID_USERS), { code: 'ERR_CONFIGURATION', message: /no column password, email/ })
  const columns = {
    ...{ password: 'city', email: null, firstName: null, lastName: null, isActive: null, isStaff: null },
    ...{ isSuperuser: null, lastLogin: null, dateJoined: null },
  }
  await assert.rejects(tried({ table: 'accounts_user', key: 'uuid', columns }), {
    code: 'ERR_CONFIGURATION',
    message: /of type bigint, and users\.key says 'uuid'/,
  })
  await client.query('ALTER TABLE accounts_user ADD COLUMN street varchar(9) NOT NULL')
  const database = mysql(url, { users: { table: 'accounts_user', columns } })
  t.after(() => database.close())
  await database.migrate()
  await assert.rejects(async () => database.users.create({ username: 'ada', password: 'x' }), {
    code: 'ERR_CONFIGURATION',
    message: /wants a value for a column that Postern does not know \(.*street/,
  })
})
