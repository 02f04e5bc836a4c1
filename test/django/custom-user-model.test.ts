/** A real Django whose users are a model of its own, and Postern on the same database: both know the same users and sessions. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { createPostern } from '../../src/index.ts'
import { postern } from '../../src/node.ts'
import { Pbkdf2Hasher } from '../../src/passwords/hashers/pbkdf2.ts'
import type { Postern } from '../../src/postern.ts'
import { sqlite, type UserTable } from '../../src/sqlite.ts'
import { SQLITE_MIGRATIONS } from '../../src/stores/sqlite/migrations.ts'
import { Browser } from '../support/browser.ts'
import { start } from '../support/child-process.ts'
import { tempFolder } from '../support/databases.ts'
import { SECRET_KEY } from '../support/postern.ts'
import { django } from '../support/requirements.ts'
import { serve } from '../support/serve.ts'

const found = django()
const PASSWORD = 'wonder-Land-42'

/** Tells the Django site what to do. @returns what came of it */
type Tell = (what: string, given?: Record<string, unknown>) => Promise<Record<string, unknown>>

interface Both {
  readonly path: string
  readonly tell: Tell
  readonly auth: Postern
  /** A visitor of Postern's site, whose `/` says the id and the name of the user. */
  readonly visitor: () => Browser
}

/** @param model the class in accounts/models.py */
async function both(t: TestContext, model: 'User' | 'Member', users: UserTable): Promise<Both> {
  const folder = tempFolder(t)
  const path = join(folder, 'db.sqlite3')
  const migrations = join(folder, 'migrations')
  mkdirSync(migrations)
  const script = fileURLToPath(new URL('fixtures/custom_users/site.py', import.meta.url))
  const { child, lines, firstLine } = await start(t, ['python3', script], {
    env: {
      ...{
        PYTHONPATH: 'path' in found ? found.path : '',
        PYTHONDONTWRITEBYTECODE: '1',
        PYTHONWARNINGS: 'error::DeprecationWarning:accounts',
      },
      ...{ DB_PATH: path, SECRET_KEY, USER_MODEL: model, MIGRATIONS: migrations },
    },
  })
  t.diagnostic(`Django ${JSON.parse(firstLine).django}`)
  const tell: Tell = async (what, given = {}) => {
    child.stdin.write(`${JSON.stringify({ do: what, ...given })}\n`)
    const [line] = await Promise.race([once(lines, 'line'), once(child, 'exit').then(() => [])])
    assert.equal(typeof line, 'string', `Django did not answer to '${what}'`)
    return JSON.parse(line)
  }
  const database = sqlite(path, { users })
  t.after(() => database.close())
  const auth = createPostern({
    secretKey: SECRET_KEY,
    database,
    development: true,
    interop: 'django',
    passwordHashers: [new Pbkdf2Hasher({ rounds: 1000 })],
  })
  assert.deepEqual(
    await auth.migrate(),
    SQLITE_MIGRATIONS.map(({ name }) => name),
  )
  const { handler } = postern(auth)
  const base = await serve(
    t,
    handler((_req, res, { user }) => res.end(`${user.id} ${user.username}`)),
  )
  return { path, tell, auth, visitor: () => new Browser(base) }
}

/** The table of the model `User`: UUIDs, and the address to log in with. */
const USER: UserTable = {
  table: 'accounts_user',
  key: 'uuid',
  columns: { username: 'email', firstName: null, lastName: null, isStaff: null, dateJoined: null },
}

test('a user of Django logs in here, is the same there, and a logout there ends both', {
  skip: found.skip,
}, async (t) => {
  const { tell, auth, visitor } = await both(t, 'User', USER)
  const { id } = await tell('create_user', { email: 'ada@site.example', password: PASSWORD, phone: '+44' })
  const browser = visitor()
  assert.equal((await browser.login('ada@site.example', PASSWORD)).status, 302)
  assert.equal((await browser.get('/')).body, `${id} ada@site.example`)
  const cookie = browser.cookies.get('sessionid')
  assert.deepEqual(await tell('who', { cookie }), { id, name: 'ada@site.example' })
  assert.equal((await auth.sessions.store.listForUser(String(id), Date.now())).length, 1)
  const { last_login } = await tell('read', { id, fields: ['last_login'] })
  assert.ok(Math.abs(Date.parse(String(last_login)) - Date.now()) < 60_000, String(last_login))

  assert.deepEqual(await tell('logout', { cookie }), { status: 302 })
  assert.equal((await browser.get('/')).body, 'null ')
  assert.deepEqual(await tell('who', { cookie }), { id: null, name: '' })
})

test('who logs in at Django is known here, is found in the index, and a logout here ends both', {
  skip: found.skip,
}, async (t) => {
  const { tell, auth, visitor } = await both(t, 'User', USER)
  const { id } = await tell('create_user', { email: 'ada@site.example', password: PASSWORD })
  const { cookie } = await tell('login', { username: 'ada@site.example', password: PASSWORD })
  const browser = visitor()
  browser.cookies.set('sessionid', String(cookie))
  assert.equal((await browser.get('/')).body, `${id} ada@site.example`)
  assert.equal((await auth.sessions.store.listForUser(String(id), Date.now())).length, 1)
  assert.equal((await browser.get('/')).body, `${id} ada@site.example`, 'out of the index, in one query')
  await browser.logout()
  assert.deepEqual(await tell('who', { cookie }), { id: null, name: '' })
  const other = (await tell('login', { username: 'ada@site.example', password: PASSWORD })).cookie
  browser.cookies.set('sessionid', String(other))
  await browser.get('/')
  assert.equal(await auth.sessions.store.deleteForUser(String(id)), 1)
  assert.deepEqual(await tell('who', { cookie: other }), { id: null, name: '' })
})

test('an account that is made here is one there, and a new password there ends its sessions here', {
  skip: found.skip,
}, async (t) => {
  const { tell, auth, visitor } = await both(t, 'User', USER)
  const { id } = await auth.createUser({ username: 'eve@site.example', password: PASSWORD })
  assert.deepEqual(await tell('check', { username: 'eve@site.example', password: PASSWORD }), { id })
  assert.deepEqual(await tell('read', { id, fields: ['email', 'is_active', 'is_superuser', 'last_login', 'phone'] }), {
    email: 'eve@site.example',
    is_active: 'True',
    is_superuser: 'False',
    last_login: 'None',
    phone: '',
  })
  const browser = visitor()
  await browser.login('eve@site.example', PASSWORD)
  assert.equal((await browser.get('/')).body, `${id} eve@site.example`)
  await tell('set_password', { id, password: 'another-Land-43' })
  assert.equal((await browser.get('/')).body, 'null ')
  assert.equal((await browser.login('eve@site.example', 'another-Land-43')).status, 302)
})

test('further columns of the model come along, and its groups are where the settings say by default', {
  skip: found.skip,
}, async (t) => {
  const { path, tell, auth } = await both(t, 'User', USER)
  const { id } = await tell('create_user', { email: 'ada@site.example', password: PASSWORD, phone: '+44' })
  await tell('join_group', { id, name: 'editors' })
  const database = sqlite(path, { users: { ...USER, extra: ['phone'] } })
  t.after(() => database.close())
  assert.equal((await database.users.findById(String(id)))?.extra.phone, '+44')
  assert.deepEqual(await database.migrate(), [], 'the tables of groups and permissions were found')
  assert.equal((await auth.users.findByEmail('ADA@site.example')).length, 1)
})

test('a model on AbstractUser with other columns and whole numbers works as well', { skip: found.skip }, async (t) => {
  const { tell, auth, visitor } = await both(t, 'Member', {
    table: 'accounts_member',
    columns: { firstName: 'given_name' },
    userColumn: 'member_id',
  })
  const { id } = await tell('create_user', { username: 'ada', email: 'ada@site.example', password: PASSWORD })
  const browser = visitor()
  await browser.login('ada', PASSWORD)
  assert.equal((await browser.get('/')).body, `${id} ada`)
  assert.deepEqual(await tell('who', { cookie: browser.cookies.get('sessionid') }), { id, name: 'ada' })
  await auth.users.update(String(id), { firstName: 'Ada' })
  assert.deepEqual(await tell('read', { id, fields: ['first_name'] }), { first_name: 'Ada' })
  const eve = await auth.createUser({ username: 'eve', password: PASSWORD, isStaff: true })
  assert.deepEqual(await tell('check', { username: 'eve', password: PASSWORD }), { id: String(eve.id) })
  assert.deepEqual(await tell('read', { id: eve.id, fields: ['is_staff', 'points'] }), {
    is_staff: 'True',
    points: '0',
  })
})

test('a name that the model does not have is found out before anything is served', { skip: found.skip }, async (t) => {
  const { path } = await both(t, 'Member', {
    table: 'accounts_member',
    columns: { firstName: 'given_name' },
    userColumn: 'member_id',
  })
  const database = sqlite(path, { users: { table: 'accounts_member' } })
  t.after(() => database.close())
  await assert.rejects(database.migrate(), { message: /"accounts_member" has no column first_name\./ })
  const without = sqlite(path)
  t.after(() => without.close())
  await assert.rejects(async () => without.users.findByUsername('ada'), {
    code: 'ERR_CONFIGURATION',
    message: /no such table: auth_user/,
  })
})
