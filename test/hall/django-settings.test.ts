/** `djangoSettings`: what a Django project says of itself as the settings of a Postern. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { DJANGO_SNIPPET, djangoSettings } from '../../src/django.ts'
import { ConfigurationError } from '../../src/errors.ts'
import { createPostern } from '../../src/index.ts'
import { memory } from '../../src/memory.ts'
import { sqlite } from '../../src/sqlite.ts'
import { tempFolder } from '../support/databases.ts'
import { SECRET_KEY } from '../support/postern.ts'
import { django } from '../support/requirements.ts'

const found = django()
const AUTH = 'django.contrib.auth.'

test('a project that says nothing has Django’s defaults, and a Postern starts with them', () => {
  const { settings, users, notices } = djangoSettings({ SECRET_KEY })
  assert.deepEqual(notices, [])
  assert.equal(users, undefined)
  assert.equal(settings.interop, 'django')
  assert.deepEqual(settings.session, { cookieSecure: false, cookieSameSite: 'Lax' })
  assert.deepEqual(settings.csrf, { cookieSecure: false, cookieSameSite: 'Lax' })
  assert.deepEqual(settings.messages, { storage: 'fallback' })
  assert.deepEqual(settings.passwordValidators, [], 'as in a project that lists none')
  const auth = createPostern({ ...settings, database: memory() })
  assert.equal(auth.loginRedirectUrl, '/accounts/profile/')
})

test('every setting that both have is taken over', () => {
  const { settings, notices } = djangoSettings({
    SECRET_KEY_FALLBACKS: ['old'],
    ALLOWED_HOSTS: ['shop.example'],
    LANGUAGE_CODE: 'de-at',
    TIME_ZONE: 'Europe/Berlin',
    USE_TZ: true,
    SESSION_ENGINE: 'django.contrib.sessions.backends.db',
    SESSION_SERIALIZER: 'django.contrib.sessions.serializers.JSONSerializer',
    SESSION_COOKIE_NAME: 'sid',
    SESSION_COOKIE_AGE: 3600,
    SESSION_COOKIE_DOMAIN: '.shop.example',
    SESSION_COOKIE_PATH: '/shop',
    SESSION_COOKIE_SECURE: true,
    SESSION_COOKIE_SAMESITE: 'Strict',
    SESSION_SAVE_EVERY_REQUEST: true,
    SESSION_EXPIRE_AT_BROWSER_CLOSE: true,
    CSRF_COOKIE_NAME: 'token',
    CSRF_COOKIE_AGE: 60,
    CSRF_COOKIE_DOMAIN: null,
    CSRF_COOKIE_PATH: '/',
    CSRF_COOKIE_SECURE: true,
    CSRF_COOKIE_HTTPONLY: true,
    CSRF_COOKIE_SAMESITE: 'None',
    CSRF_USE_SESSIONS: true,
    CSRF_HEADER_NAME: 'HTTP_X_CSRFTOKEN',
    CSRF_TRUSTED_ORIGINS: ['https://pay.example'],
    MESSAGE_STORAGE: 'django.contrib.messages.storage.session.SessionStorage',
    MESSAGE_LEVEL: 10,
    MESSAGE_TAGS: { 40: 'danger' },
    LOGIN_URL: '/in/',
    LOGIN_REDIRECT_URL: '/home/',
    LOGOUT_REDIRECT_URL: '/out/',
    PASSWORD_RESET_TIMEOUT: 600,
  })
  assert.deepEqual(notices, [])
  const { passwordHashers: _hashers, passwordValidators: _validators, ...plain } = settings
  assert.deepEqual(plain, {
    interop: 'django',
    secretKeyFallbacks: ['old'],
    allowedHosts: ['shop.example'],
    languages: ['de', 'en'],
    timeZone: 'Europe/Berlin',
    loginUrl: '/in/',
    loginRedirectUrl: '/home/',
    logoutRedirectUrl: '/out/',
    passwordResetTimeout: 600,
    session: {
      cookieName: 'sid',
      cookieAge: 3600,
      cookieDomain: '.shop.example',
      cookiePath: '/shop',
      cookieSecure: true,
      cookieSameSite: 'Strict',
      saveEveryRequest: true,
      expireAtBrowserClose: true,
    },
    csrf: {
      cookieName: 'token',
      cookieAge: 60,
      cookiePath: '/',
      cookieSecure: true,
      cookieHttpOnly: true,
      cookieSameSite: 'None',
      useSessions: true,
      trustedOrigins: ['https://pay.example'],
    },
    messages: { storage: 'session', level: 10, tags: { 40: 'danger' } },
  })
})

test('hashers, validators and backends come in the order of the project', () => {
  const { settings, notices } = djangoSettings({
    PASSWORD_HASHERS: ['Scrypt', 'PBKDF2', 'PBKDF2SHA1', 'MD5'].map((name) => `${AUTH}hashers.${name}PasswordHasher`),
    AUTH_PASSWORD_VALIDATORS: [
      {
        NAME: `${AUTH}password_validation.UserAttributeSimilarityValidator`,
        OPTIONS: { max_similarity: 0.5, user_attributes: ['email'] },
      },
      { NAME: `${AUTH}password_validation.UserAttributeSimilarityValidator` },
      { NAME: `${AUTH}password_validation.MinimumLengthValidator`, OPTIONS: { min_length: 12 } },
      { NAME: `${AUTH}password_validation.MinimumLengthValidator` },
      { NAME: `${AUTH}password_validation.CommonPasswordValidator` },
      { NAME: `${AUTH}password_validation.NumericPasswordValidator` },
    ],
    AUTHENTICATION_BACKENDS: [`${AUTH}backends.AllowAllUsersModelBackend`, `${AUTH}backends.ModelBackend`],
  })
  assert.deepEqual(notices, [])
  assert.deepEqual(
    settings.passwordHashers?.map(({ algorithm }) => algorithm),
    ['scrypt', 'pbkdf2_sha256', 'pbkdf2_sha1', 'md5'],
  )
  assert.deepEqual(
    settings.passwordValidators?.map((validator) => [
      validator.constructor.name,
      'minLength' in validator ? validator.minLength : null,
    ]),
    [
      ['UserAttributeSimilarityValidator', null],
      ['UserAttributeSimilarityValidator', null],
      ['MinimumLengthValidator', 12],
      ['MinimumLengthValidator', 8],
      ['CommonPasswordValidator', null],
      ['NumericPasswordValidator', null],
    ],
  )
  const auth = createPostern({ ...settings, secretKey: SECRET_KEY, database: memory() })
  assert.deepEqual(
    auth.backends.map(({ path }) => path),
    [`${AUTH}backends.AllowAllUsersModelBackend`, `${AUTH}backends.ModelBackend`],
  )
})

test('backends for remote users are known, with what they need', () => {
  const paths = ['RemoteUserBackend', 'AllowAllUsersRemoteUserBackend'].map((name) => `${AUTH}backends.${name}`)
  const { settings } = djangoSettings({ AUTHENTICATION_BACKENDS: paths })
  const remoteUser = { header: 'x-remote-user' }
  const auth = createPostern({ ...settings, secretKey: SECRET_KEY, database: memory(), remoteUser, proxies: 1 })
  assert.deepEqual(
    auth.backends.map(({ path }) => path),
    paths,
  )
})

for (const [project, message] of [
  [{ USE_TZ: false }, /^USE_TZ is False/],
  [{ SESSION_SERIALIZER: 'django.contrib.sessions.serializers.PickleSerializer' }, /only JSON can be read/],
  [{ AUTHENTICATION_BACKENDS: ['shop.Ldap'] }, /^AUTHENTICATION_BACKENDS has none that is known here \(shop\.Ldap\)/],
  [{ PASSWORD_HASHERS: ['shop.Rot13'] }, /^PASSWORD_HASHERS begins with shop\.Rot13/],
  [
    {
      USER_MODEL: {
        table: 'shop_user',
        key: 'CharField',
        columns: {},
        groups: null,
        permissions: null,
        userColumn: null,
      },
    },
    /^The key of shop_user is a CharField/,
  ],
] as const) {
  test(`${JSON.stringify(project)} cannot be shared, and is refused`, () => {
    assert.throws(
      () => djangoSettings(project),
      (error) => error instanceof ConfigurationError && message.test(error.message),
    )
  })
}

for (const [project, message] of [
  [{ SESSION_ENGINE: 'django.contrib.sessions.backends.cached_db' }, /^SESSION_ENGINE is cached_db: .* not seen there/],
  [{ SESSION_ENGINE: 'django.contrib.sessions.backends.cache' }, /^SESSION_ENGINE is cache: .* out of reach/],
  [{ SESSION_ENGINE: 'shop.sessions' }, /^SESSION_ENGINE is shop\.sessions/],
  [{ SESSION_COOKIE_HTTPONLY: false }, /HttpOnly all the same/],
  [{ SESSION_COOKIE_SAMESITE: false }, /^SESSION_COOKIE_SAMESITE is False: .*Lax/],
  [{ CSRF_COOKIE_SAMESITE: 'lax' }, /^CSRF_COOKIE_SAMESITE is lax/],
  [{ CSRF_HEADER_NAME: 'HTTP_X_TOKEN' }, /^CSRF_HEADER_NAME is HTTP_X_TOKEN/],
  [{ SECURE_PROXY_SSL_HEADER: ['HTTP_X_FORWARDED_PROTO', 'https'] }, /`proxies: 1`/],
  [{ MESSAGE_STORAGE: 'shop.Storage' }, /^MESSAGE_STORAGE is shop\.Storage/],
  [{ PASSWORD_HASHERS: [`${AUTH}hashers.MD5PasswordHasher`, 'shop.Rot13'] }, /^PASSWORD_HASHERS has shop\.Rot13/],
  [{ AUTH_PASSWORD_VALIDATORS: [{ NAME: 'shop.Rude' }] }, /^AUTH_PASSWORD_VALIDATORS has shop\.Rude/],
  [
    { AUTHENTICATION_BACKENDS: ['shop.Ldap', `${AUTH}backends.ModelBackend`] },
    /^AUTHENTICATION_BACKENDS has shop\.Ldap/,
  ],
] as const) {
  test(`${JSON.stringify(project)} is a notice`, () => {
    const { notices } = djangoSettings(project)
    assert.equal(notices.length, 1)
    assert.match(notices[0] ?? '', message)
  })
}

test('a file that is no such JSON says how to make one', (t) => {
  const file = join(tempFolder(t), 'django.json')
  assert.throws(() => djangoSettings(file), /django\.json cannot be read\. Make it with/)
  writeFileSync(file, 'DEBUG = True')
  assert.throws(() => djangoSettings(file), ConfigurationError)
})

test('a real project with a user model of its own says where its users are', {
  skip: found.skip ?? false,
}, async (t) => {
  const folder = tempFolder(t)
  mkdirSync(join(folder, 'people'))
  writeFileSync(join(folder, 'people', '__init__.py'), '')
  writeFileSync(
    join(folder, 'people', 'models.py'),
    `import uuid
from django.contrib.auth.models import AbstractBaseUser, PermissionsMixin
from django.db import models

class Person(AbstractBaseUser, PermissionsMixin):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    address = models.EmailField(unique=True, db_column='mail')
    USERNAME_FIELD = 'address'
    EMAIL_FIELD = 'address'
`,
  )
  writeFileSync(
    join(folder, 'site_settings.py'),
    `SECRET_KEY = '${SECRET_KEY}'
INSTALLED_APPS = ['django.contrib.contenttypes', 'django.contrib.auth', 'people']
AUTH_USER_MODEL = 'people.Person'
SESSION_COOKIE_AGE = 1234
`,
  )
  const { stdout, stderr, status } = spawnSync('python3', ['-c', `import django; django.setup()\n${DJANGO_SNIPPET}`], {
    cwd: folder,
    encoding: 'utf8',
    env: {
      ...process.env,
      DJANGO_SETTINGS_MODULE: 'site_settings',
      PYTHONPATH: `${folder}:${String('path' in found && found.path)}`,
    },
  })
  assert.equal(status, 0, stderr)
  assert.doesNotMatch(stdout, new RegExp(SECRET_KEY), 'the key stays where it is')
  writeFileSync(join(folder, 'django.json'), stdout)
  const { settings, users, notices } = djangoSettings(join(folder, 'django.json'))
  assert.deepEqual(notices, [])
  assert.equal(settings.session?.cookieAge, 1234)
  assert.deepEqual(settings.passwordHashers?.map(({ algorithm }) => algorithm).slice(0, 2), [
    'pbkdf2_sha256',
    'pbkdf2_sha1',
  ])
  assert.deepEqual(users, {
    table: 'people_person',
    key: 'uuid',
    columns: {
      password: 'password',
      firstName: null,
      lastName: null,
      isActive: null,
      isStaff: null,
      isSuperuser: 'is_superuser',
      lastLogin: 'last_login',
      dateJoined: null,
      id: 'id',
      username: 'mail',
      email: 'mail',
    },
    groupsTable: 'people_person_groups',
    permissionsTable: 'people_person_user_permissions',
    userColumn: 'person_id',
  })
  await createPostern({ ...settings, secretKey: SECRET_KEY, database: sqlite(':memory:', { users }) }).closeDatabase()
})
