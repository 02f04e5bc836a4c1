/** The store of permissions on SQL: what it asks the database, and what it does where others write at the same time. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { migrate } from '../../src/stores/sql/migrate.ts'
import type { SqlClient } from '../../src/stores/sql/sql-client.ts'
import { SqlPermissionStore } from '../../src/stores/sql/sql-permission-store.ts'
import { SqlUserStore } from '../../src/stores/sql/sql-user-store.ts'
import { SQLITE_MIGRATIONS } from '../../src/stores/sqlite/migrations.ts'
import { SqliteClient } from '../../src/stores/sqlite/sqlite-client.ts'
import { tempFolder } from '../support/databases.ts'

interface Rig {
  readonly store: SqlPermissionStore
  readonly id: string
  readonly path: string
  /** The calls of the client since the last look. */
  readonly calls: () => string[]
  /** What the next batches reject with, in order. */
  readonly failures: unknown[]
}

async function rig(t: TestContext): Promise<Rig> {
  const path = join(tempFolder(t), 'db.sqlite3')
  const real = new SqliteClient(path)
  t.after(() => real.close())
  await migrate(real, SQLITE_MIGRATIONS, { now: 0 })
  const { id } = await new SqlUserStore(real).create({ username: 'alice', password: '!' })
  const calls: string[] = []
  const failures: unknown[] = []
  const client: SqlClient = {
    dialect: 'sqlite',
    all: (...given) => {
      calls.push('all')
      return real.all(...given)
    },
    one: (...given) => {
      calls.push('one')
      return real.one(...given)
    },
    run: (...given) => real.run(...given),
    batch: (statements, options) => {
      calls.push(options?.durable === true ? 'durable batch' : 'batch')
      return failures.length > 0 ? Promise.reject(failures.shift()) : real.batch(statements, options)
    },
    exclusive: (work) => real.exclusive(work),
    close: () => real.close(),
  }
  return { store: new SqlPermissionStore(client), id: String(id), path, calls: () => calls.splice(0), failures }
}

const taken = (): Error => Object.assign(new Error('UNIQUE constraint failed'), { errcode: 2067 })

test('what a user may do is one question, and nobody’s is none', async (t) => {
  const { store, id, calls } = await rig(t)
  await store.permissionsOf(id)
  assert.deepEqual(calls(), ['all'])
  await store.permissionsOf('nobody')
  await store.groupsOf('nobody')
  assert.deepEqual(calls(), [])
})

test('every change is on disk before it is confirmed', async (t) => {
  const { store, id, calls } = await rig(t)
  await store.createGroup('editors', ['auth.add_user'])
  await store.renameGroup('editors', 'chiefs')
  await store.changeGroups(id, 'add', ['chiefs'])
  await store.changeUserPermissions(id, 'set', ['auth.add_user'])
  await store.changeGroupPermissions('chiefs', 'remove', ['auth.add_user'])
  await store.deleteGroup('chiefs')
  const writes = calls().filter((call) => call !== 'all' && call !== 'one')
  assert.deepEqual(new Set(writes), new Set(['durable batch']))
  assert.equal(writes.length, 6)
})

test('a change that meets the same row of another process is tried again, and not for ever', async (t) => {
  const { store, id, failures } = await rig(t)
  failures.push(taken(), taken())
  assert.deepEqual((await store.changeUserPermissions(id, 'add', ['auth.add_user'])).added, ['auth.add_user'])
  assert.deepEqual((await store.permissionsOf(id)).own, ['auth.add_user'])
  failures.push(taken(), taken(), taken())
  await assert.rejects(store.changeUserPermissions(id, 'add', ['auth.view_user']), /UNIQUE/)
  failures.push(new Error('something else'))
  await assert.rejects(store.changeUserPermissions(id, 'add', ['auth.view_user']), /something else/)
  assert.deepEqual((await store.permissionsOf(id)).own, ['auth.add_user'])
  failures.push(new Error('something else'))
  await assert.rejects(store.createGroup('a', []), /something else/)
})

test('a permission that several models have is given with all of them, so that none is forgotten when it is taken', async (t) => {
  const { store, id, path } = await rig(t)
  const both = ['post', 'page'].map((model) => ({ app: 'blog', model, codename: 'read', name: `Can read ${model}` }))
  await store.declare(both)
  await store.changeUserPermissions(id, 'add', ['blog.read'])
  const raw = new DatabaseSync(path)
  t.after(() => raw.close())
  const count = (): unknown => raw.prepare('SELECT count(*) AS n FROM auth_user_user_permissions').get()?.n
  assert.equal(count(), 2)
  assert.deepEqual((await store.permissionsOf(id)).own, ['blog.read'])
  await store.changeUserPermissions(id, 'remove', ['blog.read'])
  assert.equal(count(), 0)
})

test('hundreds of permissions at once are no trouble', async (t) => {
  const { store, id } = await rig(t)
  const many = Array.from({ length: 2000 }, (_, number) => ({
    app: `app${number % 40}`,
    model: 'thing',
    codename: `do_${number}`,
    name: 'Do',
  }))
  await store.declare(many)
  const names = many.map(({ app, codename }) => `${app}.${codename}`)
  await store.changeUserPermissions(id, 'set', names)
  assert.deepEqual((await store.permissionsOf(id)).own, names.toSorted())
  await store.changeUserPermissions(id, 'set', names.slice(0, 3))
  assert.deepEqual((await store.permissionsOf(id)).own, names.slice(0, 3).toSorted())
})
