/** `auth.checkDjango()`: what differs between a Postern and a Django site, each finding by itself. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { cachedSessions } from '../../src/cached.ts'
import { SESSION_SALT } from '../../src/django/session-payload.ts'
import type { DjangoProject } from '../../src/django.ts'
import { SIGNATURE_SALT } from '../../src/django-project.ts'
import { type CheckMessage, createPostern, type DjangoComparison, dumps, TimestampSigner } from '../../src/index.ts'
import { memory, memoryCache, memorySessions } from '../../src/memory.ts'
import type { PosternOptions } from '../../src/options.ts'
import { Argon2Hasher } from '../../src/passwords/hashers/argon2.ts'
import { BcryptSha256Hasher } from '../../src/passwords/hashers/bcrypt-sha256.ts'
import { Pbkdf2Hasher } from '../../src/passwords/hashers/pbkdf2.ts'
import { ScryptHasher } from '../../src/passwords/hashers/scrypt.ts'
import { sqlite } from '../../src/sqlite.ts'
import { tempFolder } from '../support/databases.ts'
import { SECRET_KEY, testPostern } from '../support/postern.ts'

type Hooks = { after(end: () => unknown): void }
type Given = Partial<PosternOptions> & { readonly users?: Parameters<typeof sqlite>[1] }

const OTHER_KEY = 'another-secret-key-of-the-tests-9876543210-zyxwvutsrq'
/** A Django that has just been set up on Postern's own defaults in development. */
const LIKE_HERE = { TIME_ZONE: 'UTC' } as const

/** A site on a migrated database. @param spoil statements that are run past it */
async function compared(
  t: Hooks,
  { users, ...options }: Given = {},
  project?: DjangoProject,
  spoil: readonly string[] = [],
): Promise<DjangoComparison> {
  const path = join(tempFolder(t), 'db.sqlite3')
  const database = options.database ?? sqlite(path, users)
  t.after(() => database.close())
  const { auth } = await testPostern({ interop: 'django', now: Date.now, ...options, database })
  if (options.database === undefined) {
    const file = new DatabaseSync(path)
    for (const sql of spoil) file.exec(sql)
    file.close()
  }
  return auth.checkDjango(project)
}

/** Its findings, but for that of a project that is not given. */
async function findings(...given: Parameters<typeof compared>): Promise<readonly CheckMessage[]> {
  const { findings: found } = await compared(...given)
  return found.filter(({ id }) => id !== 'postern.I833')
}

/** The one finding that there is. */
async function one(id: string, ...given: Parameters<typeof compared>): Promise<CheckMessage> {
  const found = await findings(...given)
  assert.deepEqual(
    found.map((message) => message.id),
    [`postern.${id}`],
    JSON.stringify(found),
  )
  return found[0] as CheckMessage
}

const row = (key: string, data: string): string =>
  `INSERT INTO django_session VALUES ('${key}', '${data}', '2999-01-01 00:00:00')`
const signed = (text: string, key = SECRET_KEY): string =>
  new TimestampSigner({ key, salt: SESSION_SALT }).sign(Buffer.from(text).toString('base64url'))
const RAW = 'a'.repeat(32)

test('a project and a database that are as they should be', async (t) => {
  const spoil = [row(RAW, signed('{}')), row('b'.repeat(32), signed('{"a":1}'))]
  const { seen, findings: found } = await compared(t, {}, LIKE_HERE, spoil)
  assert.deepEqual(found, [])
  assert.deepEqual(seen, {
    database: 'sqlite',
    users: { table: 'auth_user', hashes: { pbkdf2_sha256: 1 } },
    sessions: { raw: 2, hashed: 0, other: 0, looked: 2, signed: 2, signedByFallback: 0, unreadable: 0 },
    djangoMigrations: {
      auth: '0012_alter_user_first_name_max_length',
      contenttypes: '0002_remove_content_type_name',
      sessions: '0001_initial',
    },
  })
})

test('without a project that is told, and what is known of the database', async (t) => {
  const { seen, findings: found } = await compared(t)
  assert.equal(seen?.database, 'sqlite')
  assert.deepEqual(
    found.map(({ id, level }) => [id, level]),
    [['postern.I833', 'info']],
  )
})

test('a database that no Django can be on, and one that does not answer, are E801', async (t) => {
  assert.match((await one('E801', t, { database: memory() }, LIKE_HERE)).message, /none that a Django site can be on/)
  const database = sqlite(join(tempFolder(t), 'db.sqlite3'))
  const broken = { ...database, inspect: () => Promise.reject(new Error('no rights')) }
  assert.match((await one('E801', t, { database: broken }, LIKE_HERE)).message, /cannot be looked at: no rights$/)
  const odd = { ...database, inspect: () => Promise.reject('no reason') }
  assert.match((await one('E801', t, { database: odd }, LIKE_HERE)).message, /cannot be looked at: no reason$/)
})

test('sessions elsewhere are E802, and W803 where a cache is in front of the table', async (t) => {
  const { unlisted: _unlisted, ...elsewhere } = bound(memorySessions())
  assert.match((await one('E802', t, { sessions: elsewhere })).message, /where Django does not look/)
  const database = sqlite(join(tempFolder(t), 'db.sqlite3'))
  const sessions = cachedSessions(database.sessions, memoryCache(), { volatile: true })
  assert.match((await one('W803', t, { database, sessions })).message, /does not hear of a logout in Django/)
})

/** As an object of its own methods. */
function bound<T extends object>(store: T): T {
  const names = Object.getOwnPropertyNames(Object.getPrototypeOf(store)).filter((name) => name !== 'constructor')
  const entries = names.map((name) => {
    const value: unknown = Reflect.get(store, name)
    return [name, typeof value === 'function' ? value.bind(store) : value]
  })
  return { ...store, ...Object.fromEntries(entries) } as T
}

for (const [id, what, spoil, expected] of [
  ['E804', 'tables that are missing', ['DROP TABLE auth_group_permissions'], /has no auth_group_permissions:/],
  ['E804', 'a database that Django has not migrated', ['DROP TABLE django_migrations'], /has no django_migrations:/],
  [
    'E805',
    'columns that are missing',
    ['ALTER TABLE auth_user DROP COLUMN last_name'],
    /^auth_user has no column last_name,/,
  ],
  [
    'W806',
    'a column of an older Django',
    [
      'ALTER TABLE auth_user DROP COLUMN first_name',
      "ALTER TABLE auth_user ADD COLUMN first_name varchar(30) NOT NULL DEFAULT ''",
    ],
    /^auth_user\.first_name has room for 30 characters, and Postern writes up to 150\. SQLite/,
  ],
  [
    'W807',
    'migrations that Django has not taken',
    ["DELETE FROM django_migrations WHERE name LIKE '0012%'"],
    /: auth\.0012_alter_user_first_name_max_length\.$/,
  ],
  [
    'I808',
    'migrations of a later Django',
    ["INSERT INTO django_migrations (app, name, applied) VALUES ('auth', '0013_x', '2026-01-01')"],
    /: auth\.0013_x\./,
  ],
  [
    'E809',
    'steps of Postern that are still to be taken',
    ['DELETE FROM postern_migration WHERE id > 5'],
    /: 0006_postern_user_pending\.$/,
  ],
  [
    'W811',
    'sessions under hashed keys',
    [row('c'.repeat(40), signed('{}'))],
    /^1 live sessions are kept under hashed keys/,
  ],
  [
    'E812',
    'sessions of another secret key',
    [row(RAW, signed('{}', OTHER_KEY))],
    /^None of the 1 newest live sessions/,
  ],
  [
    'W813',
    'sessions some of which are signed with another key',
    [row(RAW, signed('{}', OTHER_KEY)), row('b'.repeat(32), signed('{}'))],
    /^1 of the 2 newest live sessions are signed/,
  ],
  ['E814', 'pickled sessions', [row(RAW, signed('\u0080pickle'))], /^1 of the 1 newest .* no JSON/],
  [
    'W815',
    'hashes that nobody here reads',
    [
      "UPDATE auth_user SET password = 'unsalted_md5$x'",
      "INSERT INTO auth_user SELECT 9, 'hunter$2', NULL, 0, 'bob', '', '', 0, 1, '2026-01-01', ''",
    ],
    /\(1 by unsalted_md5, 1 by nothing that has a name\)/,
  ],
] as const) {
  test(`${what}: ${id}`, async (t) => {
    assert.match((await one(id, t, {}, LIKE_HERE, spoil)).message, expected)
  })
}

test('without interop neither finds the sessions of the other: E810', async (t) => {
  const options = { interop: undefined } as unknown as Given
  const { message, cure } = await one('E810', t, options, LIKE_HERE, [row(RAW, signed('{}'))])
  assert.match(message, /Of 1 live ones 1 have keys as Django makes them, 0 hashed ones\.$/)
  assert.match(cure, /interop: 'django'/)
})

test('keys that are changing are told by their number, and are nothing wrong: I834', async (t) => {
  const rows = [row(RAW, signed('{}')), row('c'.repeat(40), signed('{}')), row('d'.repeat(40), signed('{}'))]
  const leaving = { interop: undefined, session: { keysBefore: 'raw' } } as unknown as Given
  const left = await one('I834', t, leaving, LIKE_HERE, rows)
  assert.match(left.message, /'raw': 1 live sessions are still under keys as Django makes them,/)
  assert.match(left.cure, /hash-session-keys/)
  const joining = { session: { keysBefore: 'hashed' } } as const
  assert.match(
    (await one('I834', t, joining, LIKE_HERE, rows)).message,
    /'hashed': 2 live sessions are still under hashed/,
  )
  assert.equal((await one('I834', t, joining, LIKE_HERE)).cure, 'Leave session.keysBefore out.')
})

test('a fallback counts, and is told apart in what was seen', async (t) => {
  const options = { secretKeyFallbacks: [OTHER_KEY] }
  const { seen, findings: found } = await compared(t, options, LIKE_HERE, [row(RAW, signed('{}', OTHER_KEY))])
  assert.deepEqual(found, [])
  assert.deepEqual([seen?.sessions?.signed, seen?.sessions?.signedByFallback], [1, 1])
})

test('no key, no hash and no session is told', async (t) => {
  const data = signed('{"cart":"secret cart"}')
  const spoil = [row(RAW, data), "UPDATE auth_user SET password = 'Pa$$word of alice'"]
  const told = JSON.stringify(await compared(t, {}, { ...LIKE_HERE, SECRET_KEY: OTHER_KEY }, spoil))
  for (const secret of [RAW, data, SECRET_KEY, OTHER_KEY, 'Pa', 'word of'])
    assert.equal(told.includes(secret), false, secret)
})

const by = (...keys: string[]): Partial<DjangoProject> => ({
  SIGNATURES: keys.map((key) => dumps('postern', { key, salt: SIGNATURE_SALT })),
})

for (const [what, fallbacks, project, ids] of [
  ['one key', [], by(SECRET_KEY), []],
  ['one key with one fallback', [OTHER_KEY], by(SECRET_KEY, OTHER_KEY), []],
  ['two keys', [], by(OTHER_KEY), ['E816']],
  ['two keys that are told', [], { SECRET_KEY: OTHER_KEY }, ['E816']],
  ['a key that only one side has as a fallback', [OTHER_KEY], by(OTHER_KEY), ['E816']],
  ['a key that is being replaced', [OTHER_KEY], by(OTHER_KEY, SECRET_KEY), ['W817']],
  ['a fallback of the project alone', [], by(SECRET_KEY, OTHER_KEY), ['W817']],
  ['a fallback of Postern alone', [OTHER_KEY], { SECRET_KEY }, ['W817']],
  ['signatures that are none', [], { SIGNATURES: ['x'] }, ['E816']],
] as const) {
  test(`${what}: ${ids[0] ?? 'nothing wrong'}`, async (t) => {
    const found = await findings(t, { secretKeyFallbacks: fallbacks }, { ...LIKE_HERE, ...project })
    assert.deepEqual(
      found.map(({ id }) => id.slice(8)),
      ids,
    )
  })
}

const SESSIONS = 'django.contrib.sessions.'
const MESSAGES = 'django.contrib.messages.storage.'
const MODEL = 'django.contrib.auth.backends.ModelBackend'

for (const [id, project, message, cure] of [
  [
    'E818',
    { SESSION_COOKIE_NAME: 'sid' },
    /^SESSION_COOKIE_NAME is 'sid', and here session\.cookieName is 'sessionid'/,
    /cookieName: 'sid'/,
  ],
  [
    'E818',
    { SESSION_COOKIE_DOMAIN: '.shop.example' },
    /here session\.cookieDomain is nothing/,
    /cookieDomain: '\.shop/,
  ],
  ['E818', { SESSION_COOKIE_PATH: '/shop' }, /SESSION_COOKIE_PATH/, /cookiePath: '\/shop'/],
  ['W819', { SESSION_COOKIE_AGE: 60 }, /is 60, and here session\.cookieAge is 1209600/, /cookieAge: 60/],
  ['W819', { SESSION_COOKIE_SECURE: true }, /SECURE is true/, /cookieSecure: true/],
  ['W819', { SESSION_COOKIE_HTTPONLY: false }, /and here it is always true/, /Change SESSION_COOKIE_HTTPONLY/],
  ['W819', { SESSION_COOKIE_SAMESITE: false }, /SAMESITE is false/, /Change SESSION_COOKIE_SAMESITE/],
  ['W819', { SESSION_EXPIRE_AT_BROWSER_CLOSE: true }, /BROWSER_CLOSE/, /expireAtBrowserClose: true/],
  ['W819', { SESSION_SAVE_EVERY_REQUEST: true }, /EVERY_REQUEST/, /saveEveryRequest: true/],
  ['E820', { CSRF_COOKIE_NAME: 'token' }, /CSRF_COOKIE_NAME/, /csrf\.cookieName: 'token'/],
  ['E820', { CSRF_USE_SESSIONS: true }, /CSRF_USE_SESSIONS/, /useSessions: true/],
  ['E820', { CSRF_HEADER_NAME: 'HTTP_X_TOKEN' }, /always 'HTTP_X_CSRFTOKEN'/, /Change CSRF_HEADER_NAME/],
  ['W821', { CSRF_COOKIE_AGE: null }, /is nothing, and here csrf\.cookieAge/, /Change CSRF_COOKIE_AGE/],
  [
    'W821',
    { CSRF_TRUSTED_ORIGINS: ['https://pay.example'] },
    /\['https:\/\/pay\.example'\]/,
    /trustedOrigins: \['https/,
  ],
  ['E822', { SESSION_ENGINE: `${SESSIONS}backends.cache` }, /no logout here ends one/, /backends\.db/],
  ['E822', { SESSION_ENGINE: `${SESSIONS}backends.file` }, /backends\.file/, /backends\.db/],
  ['W823', { SESSION_ENGINE: `${SESSIONS}backends.cached_db` }, /until the cache forgets/, /backends\.db/],
  ['E824', { SESSION_SERIALIZER: 'shop.Pickle' }, /only JSON/, /JSONSerializer/],
  ['E825', { USE_TZ: false }, /USE_TZ is False/, /USE_TZ = True/],
  ['W829', { AUTHENTICATION_BACKENDS: ['shop.Ldap', MODEL] }, /has 'shop\.Ldap'/, /with this `path`/],
  ['W830', { TIME_ZONE: 'Europe/Berlin' }, /here timeZone is 'UTC'/, /timeZone: 'Europe\/Berlin'/],
  ['W830', { PASSWORD_RESET_TIMEOUT: 60 }, /PASSWORD_RESET_TIMEOUT is 60/, /passwordResetTimeout: 60/],
  ['I831', { LOGIN_URL: 'login' }, /LOGIN_URL is 'login'/, /loginUrl: 'login'/],
  ['I831', { LOGOUT_REDIRECT_URL: '/' }, /here logoutRedirectUrl is nothing/, /logoutRedirectUrl: '\/'/],
  ['W832', { MESSAGE_STORAGE: `${MESSAGES}session.SessionStorage` }, /MESSAGE_STORAGE/, /messages\.storage: 'session'/],
  ['W832', { MESSAGE_STORAGE: 'shop.Storage' }, /shop\.Storage/, /Change MESSAGE_STORAGE/],
] as const) {
  test(`${JSON.stringify(project)} is ${id}`, async (t) => {
    const found = await one(id, t, {}, { ...LIKE_HERE, ...project } as DjangoProject)
    assert.match(found.message, message)
    assert.match(found.cure, cure)
  })
}

test('what is set here and not there is told, too', async (t) => {
  const options = {
    session: { cookieDomain: 'shop.example' },
    csrf: { cookieDomain: 'shop.example', useSessions: true },
    logoutRedirectUrl: '/',
    allowedHosts: ['shop.example'],
  } as const
  const project = { ...LIKE_HERE, CSRF_USE_SESSIONS: true }
  const cures = (await findings(t, options, project)).map(({ cure }) => cure)
  assert.deepEqual(cures, ['Leave session.cookieDomain out.', 'Leave logoutRedirectUrl out.'])
})

test('a domain is the same with a dot before it, and origins in any order', async (t) => {
  const options = {
    allowedHosts: ['shop.example'],
    session: { cookieDomain: 'shop.example' },
    csrf: { cookieDomain: 'shop.example', trustedOrigins: ['https://b.shop.example', 'https://a.shop.example'] },
  }
  const project = {
    ...LIKE_HERE,
    SESSION_COOKIE_DOMAIN: '.shop.example',
    CSRF_COOKIE_DOMAIN: '.shop.example',
    CSRF_TRUSTED_ORIGINS: ['https://a.shop.example', 'https://b.shop.example'],
  }
  assert.deepEqual(await findings(t, options, project), [])
})

test('a backend that only Postern has is W829', async (t) => {
  const { message } = await one('W829', t, {}, { ...LIKE_HERE, AUTHENTICATION_BACKENDS: [] })
  assert.match(message, /is not in AUTHENTICATION_BACKENDS/)
})

const pbkdf2 = { algorithm: 'pbkdf2_sha256', iterations: 1000 }
const argon2 = { algorithm: 'argon2', time_cost: 1, memory_cost: 64, parallelism: 1 }
const bcrypt = { algorithm: 'bcrypt_sha256', rounds: 4 }
const scrypt = { algorithm: 'scrypt', work_factor: 16, block_size: 8, parallelism: 1 }
const like = {
  pbkdf2: () => new Pbkdf2Hasher({ rounds: 1000 }),
  argon2: () => new Argon2Hasher({ timeCost: 1, memoryCost: 64, parallelism: 1 }),
  bcrypt: () => new BcryptSha256Hasher({ rounds: 4 }),
  scrypt: () => new ScryptHasher({ workFactor: 16, blockSize: 8, parallelism: 1 }),
}

for (const [what, hasher, hashers, id, message] of [
  ['the same PBKDF2', like.pbkdf2, [pbkdf2], '', /./],
  ['the same Argon2', like.argon2, [argon2], '', /./],
  ['the same bcrypt', like.bcrypt, [bcrypt], '', /./],
  ['the same scrypt', like.scrypt, [scrypt], '', /./],
  ['a hasher that Django has not', like.scrypt, [pbkdf2], 'E827', /by scrypt here, which is not in PASSWORD_HASHERS/],
  ['another hasher first', like.scrypt, [pbkdf2, scrypt], 'W828', /there by pbkdf2_sha256, here by scrypt\./],
  ['other rounds', like.pbkdf2, [{ ...pbkdf2, iterations: 7 }], 'W828', /there with iterations 7, here 1000/],
  ['other memory', like.argon2, [{ ...argon2, memory_cost: 128 }], 'W828', /there with memory_cost 128, here 64/],
  ['another cost', like.bcrypt, [{ ...bcrypt, rounds: 12 }], 'W828', /there with rounds 12, here 4/],
  ['other blocks', like.scrypt, [{ ...scrypt, block_size: 4 }], 'W828', /there with block_size 4, here 8/],
] as const) {
  test(`${what}: ${id === '' ? 'nothing wrong' : id}`, async (t) => {
    const options = { passwordHashers: [hasher()] as const }
    const found = await findings(t, options, { ...LIKE_HERE, HASHERS: hashers }, [
      "UPDATE auth_user SET password = '!'",
    ])
    assert.deepEqual(
      found.map((one) => one.id.slice(8)),
      id === '' ? [] : [id],
    )
    if (found[0] !== undefined) assert.match(found[0].message, message)
  })
}

test('a hasher that makes no hash is not compared by its cost: `auth.check()` tells of it', async (t) => {
  const hasher = like.pbkdf2()
  hasher.encode = () => Promise.reject(new Error('out of order'))
  const database = sqlite(join(tempFolder(t), 'db.sqlite3'))
  t.after(() => database.close())
  await database.migrate()
  const settings = { secretKey: SECRET_KEY, database, interop: 'django', loginRedirectUrl: '/' } as const
  const auth = createPostern({ ...settings, passwordHashers: [hasher] })
  const project = { ...LIKE_HERE, LOGIN_REDIRECT_URL: '/', HASHERS: [{ ...pbkdf2, iterations: 7 }] }
  assert.deepEqual((await auth.checkDjango(project)).findings, [])
})

const columns = {
  id: 'id',
  username: 'username',
  password: 'password',
  email: 'email',
  first_name: 'first_name',
  last_name: 'last_name',
  is_active: 'is_active',
  is_staff: 'is_staff',
  is_superuser: 'is_superuser',
  last_login: 'last_login',
  date_joined: 'date_joined',
}
const usual = { table: 'auth_user', key: 'AutoField', columns, groups: null, permissions: null, userColumn: null }

for (const [what, model, message] of [
  ['the table of users', usual, null],
  ['the table of users, of which no columns are told', { ...usual, columns: undefined as never }, null],
  [
    'a field of its own',
    { ...usual, columns: { ...columns, nickname: 'nick' } },
    /there nickname .* nick, here nowhere/,
  ],
  ['another table', { ...usual, table: 'people' }, /there the table is people, here auth_user/],
  ['another key', { ...usual, key: 'UUIDField' }, /there the key is a UUIDField, here users\.key is 'integer'/],
  [
    'other columns',
    { ...usual, columns: { ...columns, email: 'mail', last_name: null } },
    /there email is in the column mail, here in the column email; there last_name is nowhere, here in the column last_name/,
  ],
] as const) {
  test(`${what} in the project: ${message === null ? 'nothing wrong' : 'E826'}`, async (t) => {
    const project = { ...LIKE_HERE, AUTH_USER_MODEL: 'people.Person', USER_MODEL: model }
    if (message === null) assert.deepEqual(await findings(t, {}, project), [])
    else assert.match((await one('E826', t, {}, project)).message, message)
  })
}
