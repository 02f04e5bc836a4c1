/**
 * What the database and the hashers tell. Django checks its user model as a class (auth_tests/test_checks.py,
 * UserModelChecksTests); here it is the users that a store gives.
 */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { weakHash } from '../../src/checks/weak-hash.ts'
import type { Database } from '../../src/database.ts'
import { createPostern, User } from '../../src/index.ts'
import { memory } from '../../src/memory.ts'
import type { Hasher } from '../../src/passwords/hasher.ts'
import { Pbkdf2Hasher } from '../../src/passwords/hashers/pbkdf2.ts'
import { sqlite } from '../../src/sqlite.ts'
import { SECRET_KEY } from '../support/postern.ts'
import { findings, ids } from './found.ts'

const strong: [Hasher] = [new Pbkdf2Hasher({ rounds: 600_000 })]
const asked = { database: true }

/** A database whose store of users gives these instead. */
function giving(...users: readonly object[]): Database {
  const database = memory()
  Object.assign(database.users, { list: () => users })
  return database
}

/** A user as a careless store would make one. */
function somebody(more: object = {}): object {
  const password = 'pbkdf2_sha256$600000$salt$hash'
  const user = { id: 7, username: 'eve', isAuthenticated: true, isAnonymous: false, isActive: true, ...more }
  return 'password' in user ? user : Object.defineProperty(user, 'password', { value: password })
}

test('users and hashers that are as they should be', async (t) => {
  const unusable = new User({ ...fields, id: 1, username: 'bot', password: '!x' })
  assert.deepEqual(await ids({ passwordHashers: strong }, asked), [])
  const database = sqlite(':memory:')
  t.after(() => database.close())
  assert.deepEqual(await ids({ passwordHashers: strong, database }, asked), [])
  assert.deepEqual(await ids({ passwordHashers: strong, database: giving() }, asked), [], 'nobody is nothing wrong')
  assert.deepEqual(await ids({ passwordHashers: strong, database: giving(unusable) }, asked), [])
})

for (const [what, more, id, message] of [
  [
    'is_authenticated as a method (auth.C010)',
    { isAuthenticated: () => true },
    'E601',
    /isAuthenticated of a user is a method/,
  ],
  ['is_anonymous as a method (auth.C009)', { isAnonymous: () => false }, 'E601', /isAnonymous of a user is a method/],
  ['no such property', { isAuthenticated: undefined }, 'E601', /isAuthenticated of a user is undefined/],
  ['a number for yes', { isAuthenticated: 1 }, 'E601', /isAuthenticated of a user is 1 and has to be true/],
  ['a hash that everybody sees', { password: 'pbkdf2_sha256$1$s$h' }, 'E602', /in what JSON\.stringify\(user\) gives/],
] as const) {
  test(`a user with ${what} is an error`, async () => {
    const [error, ...others] = await findings({ passwordHashers: strong, database: giving(somebody(more)) }, asked)
    assert.equal(error?.id, `postern.${id}`)
    assert.match(error.message, message)
    assert.deepEqual(others, [])
  })
}

test('a username that two users have (auth.E003)', async () => {
  const database = giving(somebody(), somebody({ id: 8 }))
  assert.deepEqual(await ids({ passwordHashers: strong, database }, asked), ['E604'])
})

test('hashes that no hasher reads', async () => {
  const hashes = ['argon2$argon2id$v=19$x', 'md5$s$h', '', 'pbkdf2_sha256$1$s$h', '!unusable']
  const users = hashes.map((password, id) => new User({ ...fields, id, username: `u${id}`, password }))
  const [warning, ...others] = await findings({ passwordHashers: strong, database: giving(...users) }, asked)
  assert.equal(warning?.id, 'postern.W605')
  assert.match(warning.message, /\(argon2, md5, \): they cannot log in/)
  assert.match(warning.cure, /There are: pbkdf2_sha256\./)
  assert.deepEqual(others, [])
})

const fields = {
  email: '',
  firstName: '',
  lastName: '',
  isActive: true,
  isStaff: false,
  isSuperuser: false,
  lastLogin: null,
  dateJoined: 0,
}

test('a database without its tables, with what to run', async (t) => {
  const database = sqlite(':memory:')
  t.after(() => database.close())
  const auth = createPostern({
    secretKey: SECRET_KEY,
    database,
    development: true,
    passwordHashers: strong,
    loginRedirectUrl: '/',
  })
  const [error] = await auth.check()
  assert.deepEqual([error?.id, error?.level], ['postern.E003', 'error'])
  assert.match(error?.message ?? '', /The database cannot be used: .*no such table/)
  assert.equal(error?.cure, 'Do as it says; `npx postern migrate` makes tables.')
  await auth.migrate()
  assert.deepEqual(await auth.check(), [])
})

test('a database that is away, without what its driver says', async () => {
  const database = memory()
  Object.assign(database.sessions, { exists: () => Promise.reject(new Error('password=hunter2')) })
  const found = await findings({ passwordHashers: strong, database }, asked)
  assert.equal(found[0]?.id, 'postern.E003')
  assert.match(found[0].cure, /reachable and not locked/)
  assert.doesNotMatch(JSON.stringify(found), /hunter2/)
})

test('a preferred hasher that does not work, as without the package that it needs', async () => {
  const broken: Hasher = Object.assign(new Pbkdf2Hasher(), {
    algorithm: 'argon2',
    salt: () => 'salt',
    encode: () => Promise.reject(new Error('Cannot find package @node-rs/argon2')),
  })
  const auth = createPostern({
    secretKey: SECRET_KEY,
    database: memory(),
    development: true,
    passwordHashers: [broken, strong[0]],
  })
  const [error] = await auth.check()
  assert.equal(error?.id, 'postern.E603')
  assert.match(error.message, /argon2, makes no hash: Cannot find package @node-rs\/argon2/)
})

test('a preferred hasher that is cheap', async () => {
  const [warning] = await findings({ passwordHashers: [new Pbkdf2Hasher({ rounds: 1 })] }, asked)
  assert.equal(warning?.id, 'postern.W606')
  assert.match(warning.message, /pbkdf2_sha256 with 1 rounds, and at least 600000 are wanted/)
})

for (const [encoded, weak] of [
  ['pbkdf2_sha256$600000$s$h', false],
  ['pbkdf2_sha256$599999$s$h', true],
  ['pbkdf2_sha1$1300000$s$h', false],
  ['pbkdf2_sha1$1000$s$h', true],
  ['argon2$argon2id$v=19$m=102400,t=2,p=8$s$h', false],
  ['argon2$argon2id$v=19$m=19456,t=2,p=1$s$h', false],
  ['argon2$argon2id$v=19$m=1024,t=2,p=1$s$h', true],
  ['argon2$nonsense', true],
  ['bcrypt_sha256$$2b$12$abc', false],
  ['bcrypt$$2b$04$abc', true],
  ['bcrypt$nonsense', true],
  ['scrypt$16384$salt$8$5$h', false],
  ['scrypt$1024$salt$8$1$h', true],
  ['md5$s$h', true],
  ['unsalted_sha1$$h', true],
  ['yescrypt$whatever', false],
] as const) {
  test(`${encoded} is ${weak ? 'cheap to guess' : 'dear enough, or not known'}`, () => {
    assert.equal(weakHash(encoded) !== null, weak)
  })
}

test('nothing is asked of the database where that is not wanted', async (t: TestContext) => {
  const database = memory()
  const auth = createPostern({ secretKey: SECRET_KEY, database, development: true, loginRedirectUrl: '/' })
  t.mock.method(database.users, 'list', () => assert.fail('asked'))
  assert.deepEqual(await auth.check({ database: false }), [])
})
