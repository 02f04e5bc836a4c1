/** `django-check` beside a real Django: its tables, its sessions, and what its own shell says of the project. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { DJANGO_SNIPPET, type DjangoProject, djangoSettings } from '../../src/django.ts'
import { createPostern, type DjangoComparison } from '../../src/index.ts'
import { sqlite } from '../../src/sqlite.ts'
import { tempFolder } from '../support/databases.ts'
import { SECRET_KEY } from '../support/postern.ts'
import { noPostgres } from '../support/postgres.ts'
import { django, djangoWith } from '../support/requirements.ts'
import { onPostgres, startDjango, visitorOf } from './two-sites.ts'

const found = django()
// Before the tests: they wait for Python, and this answer would come too late.
const noServer = await noPostgres()
const onServer = noServer === false ? djangoWith('psycopg2') : { skip: noServer }
type Hooks = { after(end: () => unknown): void }

/** A project that Django has migrated, with alice and two sessions. */
class Project {
  readonly folder: string
  readonly #path: string

  constructor(t: Hooks, path: string, settings = '') {
    this.folder = tempFolder(t)
    this.#path = path
    this.settings(settings)
    this.python(`
from django.core.management import call_command
call_command('migrate', verbosity=0)
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore
alice = User.objects.create_user('alice', 'alice@site.example', 'wonder-Land-42')
for number in range(2):
    session = SessionStore()
    session['_auth_user_id'] = str(alice.pk)
    session.save()
`)
  }

  get database(): string {
    return join(this.folder, 'db.sqlite3')
  }

  settings(more: string): void {
    writeFileSync(
      join(this.folder, 'site_settings.py'),
      `SECRET_KEY = '${SECRET_KEY}'
INSTALLED_APPS = ['django.contrib.contenttypes', 'django.contrib.auth', 'django.contrib.sessions']
DATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': '${this.database}'}}
TIME_ZONE = 'UTC'
${more}
`,
    )
  }

  python(code: string): string {
    const { stdout, stderr, status } = spawnSync('python3', ['-c', `import django; django.setup()\n${code}`], {
      cwd: this.folder,
      encoding: 'utf8',
      env: { ...process.env, DJANGO_SETTINGS_MODULE: 'site_settings', PYTHONPATH: `${this.folder}:${this.#path}` },
    })
    assert.equal(status, 0, stderr)
    return stdout
  }

  /** What its shell says of it. */
  said(): DjangoProject {
    return JSON.parse(this.python(DJANGO_SNIPPET)) as DjangoProject
  }

  /** Compared with a Postern that has taken its settings over. @param as what it was then @param key of Postern */
  async compared(t: Hooks, as: DjangoProject, key = SECRET_KEY): Promise<DjangoComparison> {
    const { settings, users } = djangoSettings(as)
    const database = sqlite(this.database, users === undefined ? {} : { users })
    t.after(() => database.close())
    return createPostern({ ...settings, secretKey: key, database }).checkDjango(this.said())
  }
}

const ids = ({ findings }: DjangoComparison): string[] => findings.map(({ id }) => id.slice(8))

test('a project whose settings are taken over differs in nothing but that Postern has no tables yet', {
  skip: found.skip,
}, async (t) => {
  if (found.skip !== undefined) return
  const project = new Project(t, found.path)
  const hash = (): string => createHash('sha256').update(readFileSync(project.database)).digest('hex')
  const before = hash()
  const compared = await project.compared(t, project.said())
  assert.deepEqual(ids(compared), ['E809'])
  assert.deepEqual(compared.seen?.sessions, {
    raw: 2,
    hashed: 0,
    other: 0,
    looked: 2,
    signed: 2,
    signedByFallback: 0,
    unreadable: 0,
  })
  assert.deepEqual(compared.seen?.users, { table: 'auth_user', hashes: { pbkdf2_sha256: 1 } })
  assert.equal(hash(), before, 'nothing was written')
  const database = sqlite(project.database)
  await database.migrate()
  await database.close()
  assert.deepEqual(ids(await project.compared(t, project.said())), [])
})

test('a key that is another one is found by the sessions and by what the project signs', {
  skip: found.skip,
}, async (t) => {
  if (found.skip !== undefined) return
  const project = new Project(t, found.path)
  const compared = await project.compared(t, project.said(), 'another-secret-key-of-the-tests-9876543210-zyxwvutsrq')
  assert.deepEqual(ids(compared), ['E809', 'E812', 'E816'])
})

test('what the project has changed since is told', { skip: found.skip }, async (t) => {
  if (found.skip !== undefined) return
  const project = new Project(t, found.path)
  const before = project.said()
  project.settings(`
from django.contrib.auth.hashers import PBKDF2PasswordHasher
class Slower(PBKDF2PasswordHasher):
    iterations = 2_000_000
PASSWORD_HASHERS = ['site_settings.Slower']
SECRET_KEY_FALLBACKS = ['an-old-key']
SESSION_ENGINE = 'django.contrib.sessions.backends.signed_cookies'
SESSION_COOKIE_NAME = 'sid'
CSRF_COOKIE_SECURE = True
USE_TZ = False
LOGIN_URL = 'login'
AUTHENTICATION_BACKENDS = ['shop.Ldap']
`)
  const compared = await project.compared(t, before)
  assert.deepEqual(ids(compared).sort(), [
    'E809',
    'E818',
    'E822',
    'E825',
    'I831',
    'W817',
    'W821',
    'W828',
    'W829',
    'W829',
  ])
})

test('a user model of the project’s own is told where Postern looks at auth_user', { skip: found.skip }, async (t) => {
  if (found.skip !== undefined) return
  const project = new Project(t, found.path)
  const said = project.said()
  const moved = {
    ...said,
    USER_MODEL: { ...(said.USER_MODEL as NonNullable<typeof said.USER_MODEL>), table: 'people' },
  }
  const compared = await project.compared(t, moved)
  assert.deepEqual(ids(compared), ['E804', 'E809', 'E826'])
})

test('what Django makes on PostgreSQL lacks nothing, and its sessions and hashes are counted', {
  skip: onServer.skip,
}, async (t) => {
  if (onServer.skip !== undefined) return
  const place = await onPostgres(t)
  const django = await startDjango(t, onServer.path, place)
  await django.tell('create_user', { username: 'alice', password: 'wonder-Land-42' })
  const visitor = visitorOf(django.base, django.base)
  await visitor.there.login('alice', 'wonder-Land-42')
  const auth = createPostern({ secretKey: SECRET_KEY, database: place.open(), interop: 'django' })
  const compared = await auth.checkDjango()
  assert.deepEqual(ids(compared), ['E809', 'I833'])
  const { sessions, users, database } = compared.seen ?? assert.fail('it was looked at')
  assert.deepEqual([database, users.hashes], ['postgres', { pbkdf2_sha256: 1 }])
  assert.deepEqual([sessions?.raw, sessions?.looked, sessions?.signed], [1, 1, 1])
  await auth.migrate()
  assert.deepEqual(ids(await auth.checkDjango()), ['I833'])
})
