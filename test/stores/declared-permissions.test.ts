/** The permissions that the settings declare, as `auth.migrate()` makes them. Mirrors what Django's `create_permissions` makes. */
import assert from 'node:assert/strict'
import { execFile, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { createPostern, type Postern, type PosternOptions } from '../../src/index.ts'
import { memory } from '../../src/memory.ts'
import { DATABASES, openSqlite, tempFolder } from '../support/databases.ts'
import { SECRET_KEY } from '../support/postern.ts'
import { django } from '../support/requirements.ts'
import { DJANGO_SCHEMA } from './fixtures/django-schema.ts'

const run = promisify(execFile)
const fixture = fileURLToPath(new URL('fixtures/migrate-with-permissions.ts', import.meta.url))
const SHOP = [
  'shop.add_order',
  'shop.change_order',
  'shop.delete_order',
  'shop.view_order',
  'shop.add_refund',
  'shop.change_refund',
  'shop.delete_refund',
  'shop.view_refund',
  'shop.ship_order',
  'shop.see_figures',
]
const STEPS = SHOP.map((name) => `permission ${name}`)

function raw(t: TestContext, path: string): DatabaseSync {
  const database = new DatabaseSync(path)
  t.after(() => database.close())
  return database
}

function rows(database: DatabaseSync, sql: string): unknown[][] {
  const statement = database.prepare(sql)
  return statement.all().map((row) => Object.values(row))
}

const PERMISSIONS = `SELECT c.app_label, c.model, p.codename, p.name FROM auth_permission p
JOIN django_content_type c ON c.id = p.content_type_id WHERE c.app_label = 'shop' ORDER BY p.id`

function postern(options: Partial<PosternOptions>): Postern {
  return createPostern({ secretKey: SECRET_KEY, database: memory(), development: true, ...options })
}

for (const [name, open] of DATABASES) {
  test(`${name}: what is declared is there after migrate, once, and can be given`, async (t) => {
    const database = open(t)
    const options = {
      database,
      models: { 'blog.post': 'post' },
      permissions: [{ app: 'blog', codename: 'moderate', name: 'Can moderate' }],
    }
    const auth = postern(options)
    const made = await auth.migrate()
    assert.deepEqual(
      made.filter((step) => step.startsWith('permission')),
      [
        'permission blog.add_post',
        'permission blog.change_post',
        'permission blog.delete_post',
        'permission blog.view_post',
        'permission blog.moderate',
      ],
    )
    assert.deepEqual(await auth.migrate(), [])
    const alice = await auth.createUser({ username: 'alice' })
    await auth.permissions.grant(alice, 'blog.moderate')
    assert.equal(await alice.hasPerm('blog.moderate'), true)
  })

  test(`${name}: what is declared no more, or under another name for people, stays as it is`, async (t) => {
    const database = open(t)
    const declare = async (label: string): Promise<readonly string[]> =>
      postern({ database, permissions: [{ app: 'blog', codename: label, name: label }] }).migrate()
    await declare('first')
    await declare('second')
    const renamed = postern({ database, permissions: [{ app: 'blog', codename: 'first', name: 'Something else' }] })
    assert.deepEqual(await renamed.migrate(), [])
    const own = (await renamed.permissions.list()).filter(({ app }) => app === 'blog')
    assert.deepEqual(
      own.map(({ model, name: label }) => [model, label]),
      [
        ['globalpermission', 'first'],
        ['globalpermission', 'second'],
      ],
    )
  })
}

test('ten processes that start at once make everything once', async (t) => {
  const path = join(tempFolder(t), 'db.sqlite3')
  const outputs = await Promise.all(Array.from({ length: 10 }, () => run(process.execPath, [fixture, path])))
  const taken = outputs.flatMap(({ stdout }) => JSON.parse(stdout) as string[])
  assert.deepEqual(
    taken.filter((step) => step.startsWith('permission')),
    STEPS,
  )
  const database = raw(t, path)
  assert.equal(rows(database, PERMISSIONS).length, SHOP.length)
  assert.deepEqual(rows(database, "SELECT count(*) FROM django_content_type WHERE app_label = 'shop'"), [[3]])
})

test('on a database that Django made its rows are taken over, and missing ones added beside them', async (t) => {
  const path = join(tempFolder(t), 'db.sqlite3')
  const made = raw(t, path)
  for (const statement of DJANGO_SCHEMA) made.exec(statement)
  made.exec(`INSERT INTO django_content_type (id, app_label, model) VALUES (9, 'shop', 'order');
    INSERT INTO auth_permission (id, content_type_id, codename, name) VALUES (40, 9, 'add_order', 'Can add order'), (41, 9, 'ship_order', 'Versenden')`)
  const database = openSqlite(t, path)
  const auth = postern({
    database,
    models: { 'shop.order': 'order' },
    permissions: [{ app: 'shop', model: 'order', codename: 'ship_order', name: 'Can ship' }],
  })
  const steps = await auth.migrate()
  assert.deepEqual(
    steps.filter((step) => step.startsWith('permission')),
    ['permission shop.change_order', 'permission shop.delete_order', 'permission shop.view_order'],
  )
  assert.deepEqual(
    rows(made, PERMISSIONS).map(([, , codename, name]) => `${codename}: ${name}`),
    [
      'add_order: Can add order',
      'ship_order: Versenden',
      'change_order: Can change order',
      'delete_order: Can delete order',
      'view_order: Can view order',
    ],
  )
})

test('a declaration that fails leaves nothing half done', async (t) => {
  const path = join(tempFolder(t), 'db.sqlite3')
  await openSqlite(t, path).migrate()
  const database = raw(t, path)
  database.exec(
    "CREATE TRIGGER full BEFORE INSERT ON auth_permission WHEN NEW.codename = 'second' BEGIN SELECT RAISE(ABORT, 'full'); END",
  )
  const auth = postern({
    database: openSqlite(t, path),
    permissions: ['first', 'second'].map((codename) => ({ app: 'shop', codename, name: codename })),
  })
  await assert.rejects(auth.migrate(), /full/)
  assert.deepEqual(rows(database, PERMISSIONS), [])
  database.exec('DROP TRIGGER full')
  assert.deepEqual(await auth.migrate(), ['permission shop.first', 'permission shop.second'])
})

/** A Django project with an application `shop`, on one file: migrates, and says what it has and what alice may do. */
const SITE = `
import sys, types, django
from django.conf import settings
settings.configure(
    SECRET_KEY="x", USE_TZ=True, DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "shop.apps.Shop"],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": sys.argv[1]}},
)
for name in ("shop", "shop.apps", "shop.models"):
    sys.modules[name] = types.ModuleType(name)
sys.modules["shop"].__path__ = ["/nowhere"]
from django.apps import AppConfig
class Shop(AppConfig):
    name = "shop"
    path = "/nowhere"
    def import_models(self):
        from django.db import models
        class Order(models.Model):
            class Meta:
                app_label = "shop"
                permissions = [("ship_order", "Can ship orders")]
        Order.__module__ = "shop.models"
        class Refund(models.Model):
            class Meta:
                app_label = "shop"
                verbose_name = "refund of money"
        self.models_module = sys.modules["shop.models"]
        self.models = self.apps.all_models[self.label]
Shop.__module__ = "shop.apps"
sys.modules["shop.apps"].Shop = Shop
django.setup()
from django.core.management import call_command
call_command("migrate", run_syncdb=True, verbosity=0)
from django.contrib.auth.models import Permission, User
for p in Permission.objects.filter(content_type__app_label="shop").order_by("id"):
    print(p.id, p.content_type.model, p.codename, p.name, sep="|")
print(sorted(User.objects.get(username="alice").get_all_permissions()))
`

const real = django()

test('a real Django finds its rows, adds none, and sees what was given', { skip: real.skip ?? false }, async (t) => {
  const path = join(tempFolder(t), 'db.sqlite3')
  await run(process.execPath, [fixture, path])
  const database = openSqlite(t, path)
  const auth = postern({ database })
  const alice = await auth.createUser({ username: 'alice' })
  await auth.groups.create('shippers', ['shop.ship_order'])
  await auth.groups.add(alice, 'shippers')
  await auth.permissions.grant(alice, 'shop.view_order')
  const before = rows(
    raw(t, path),
    "SELECT p.id, c.model, p.codename, p.name FROM auth_permission p JOIN django_content_type c ON c.id = p.content_type_id WHERE c.app_label = 'shop' ORDER BY p.id",
  )
  const site = spawnSync('python3', ['-c', SITE, path], {
    encoding: 'utf8',
    env: { ...process.env, PYTHONPATH: real.skip === undefined ? real.path : '' },
  })
  assert.equal(site.status, 0, site.stderr)
  const lines = site.stdout.trim().split('\n')
  assert.equal(lines.pop(), "['shop.ship_order', 'shop.view_order']")
  assert.deepEqual(
    lines,
    before.map((row) => row.join('|')),
  )
})
