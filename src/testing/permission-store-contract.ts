/** What every store of groups and permissions must do, as tests of node:test. Mirrors what Django 5.2's auth expects of its models. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Permission, PermissionStore } from '../users/permission-store.ts'
import type { UserStore } from '../users/user-store.ts'
import { changingPermissions } from './permission-store-changes.ts'
import { withOpened } from './store-check.ts'

/** How the suite gets a store. */
export interface PermissionStoreContract {
  /** What the tests are called after. */
  readonly name: string
  /** A store without users and groups, with the permissions of Django's own models, and its users; called once for each test. */
  readonly create: () => Promise<{ store: PermissionStore; users: UserStore; close?: () => Promise<void> | void }>
  /**
   * The database takes names of groups for the same that differ in case, accents or trailing spaces alone, as collations of MariaDB and MySQL
   * do: no two of them have room in it. Whoever asks for one gets no other all the same. @default false
   */
  readonly looseNames?: boolean
}

/** A store in a test, with alice and bob, their ids, and the permissions of a blog. */
export interface Blog {
  readonly store: PermissionStore
  readonly users: UserStore
  readonly alice: string
  readonly bob: string
}

/** @internal */
export type PermissionCheck = (title: string, test: (blog: Blog) => Promise<void>) => void

const HASH = 'pbkdf2_sha256$1000000$salt$hash'
const BLOG: readonly Permission[] = ['add', 'change', 'publish', 'read'].map((action) => ({
  app: 'blog',
  model: 'post',
  codename: `${action}_post`,
  name: `Can ${action} post`,
}))
/** Whose names lead astray who looks for them as text. */
const STRANGE: readonly Permission[] = [
  { app: 'blog', model: 'post', codename: 'a.b', name: 'Has a dot' },
  { app: 'blog', model: 'post', codename: 'x_y', name: 'Has a wildcard' },
  { app: 'blog', model: 'comment', codename: 'read_post', name: 'Another of that name' },
  { app: 'bloggers', model: 'post', codename: 'read_post', name: 'Of another application' },
]

/**
 * Registers the tests that a store of groups and permissions has to pass.
 * @example permissionStoreContract({ name: 'mine', create: async () => ({ store: new MyPermissions(), users: new MyUsers() }) })
 */
export function permissionStoreContract(contract: PermissionStoreContract): void {
  const check: PermissionCheck = (title, test) => {
    it(title, () =>
      withOpened(
        () => contract.create(),
        async ({ store, users }) => {
          const [alice, bob] = [await users.create(account('alice')), await users.create(account('bob'))]
          await store.declare([...BLOG, ...STRANGE])
          await test({ store, users, alice: String(alice.id), bob: String(bob.id) })
        },
      ),
    )
  }
  describe(`${contract.name}: the contract of a permission store`, () => {
    reading(check, contract.looseNames)
    holders(check)
    declaring(check)
    changingPermissions(check)
  })
}

function account(username: string): { username: string; password: string } {
  return { username, password: HASH }
}

function reading(check: PermissionCheck, loose = false): void {
  check('a new user has no permissions and is in no group', async ({ store, alice }) => {
    assert.deepEqual(await store.permissionsOf(alice), { own: [], byGroups: [] })
    assert.deepEqual(await store.groupsOf(alice), [])
  })

  check('own permissions and those of groups are told apart, each once and sorted', async ({ store, alice, bob }) => {
    await store.changeUserPermissions(alice, 'add', ['blog.read_post', 'auth.add_user', 'blog.publish_post'])
    await store.createGroup('writers', ['blog.change_post', 'blog.add_post'])
    await store.createGroup('readers', ['blog.read_post', 'blog.change_post'])
    await store.changeGroups(alice, 'add', ['writers', 'readers'])
    await store.changeGroups(bob, 'add', ['readers'])
    assert.deepEqual(await store.permissionsOf(alice), {
      own: ['auth.add_user', 'blog.publish_post', 'blog.read_post'],
      byGroups: ['blog.add_post', 'blog.change_post', 'blog.read_post'],
    })
    assert.deepEqual(await store.groupsOf(alice), ['readers', 'writers'])
    assert.deepEqual(await store.permissionsOf(bob), { own: [], byGroups: ['blog.change_post', 'blog.read_post'] })
  })

  check('an id that is none has nothing, and is no error', async ({ store, alice }) => {
    await store.changeUserPermissions(alice, 'add', ['blog.read_post'])
    const strange = ['', 'abc', `${alice} OR 1=1`, `0${alice}`, ` ${alice}`, '9'.repeat(40), '-1', '\u0000', '987654']
    for (const id of strange) {
      assert.deepEqual(await store.permissionsOf(id), { own: [], byGroups: [] }, JSON.stringify(id))
      assert.deepEqual(await store.groupsOf(id), [], JSON.stringify(id))
    }
  })

  const umlaut = loose ? [] : ['Ä']
  check('groups are found by their exact names and listed in order', async ({ store }) => {
    for (const name of ['b', 'a', ...umlaut, 'a_c', "o'neil"]) await store.createGroup(name, [])
    const made = await store.createGroup('with', ['blog.read_post', 'auth.add_user'])
    assert.deepEqual(made.permissions, ['auth.add_user', 'blog.read_post'])
    assert.deepEqual(await store.findGroup('with'), made)
    assert.deepEqual(
      (await store.listGroups()).map(({ name, permissions }) => `${name}: ${permissions}`),
      ['a: ', 'a_c: ', 'b: ', "o'neil: ", 'with: auth.add_user,blog.read_post', ...umlaut.map((name) => `${name}: `)],
    )
    for (const name of ['A', 'a%', 'abc', 'a ', '', 'nobody', "' OR 1=1 --", 'a\u0000']) {
      assert.equal(await store.findGroup(name), null, JSON.stringify(name))
      assert.deepEqual(await store.usersInGroup(name), [], JSON.stringify(name))
      assert.equal(await store.renameGroup(name, 'other'), false, JSON.stringify(name))
      assert.equal(await store.deleteGroup(name), false, JSON.stringify(name))
    }
  })
}

function holders(check: PermissionCheck): void {
  const everybody = { isActive: null, includeSuperusers: true }

  check('the users with a permission: their own, by a group, as superusers, active or not', async (blog) => {
    const { store, users, alice, bob } = blog
    await users.create({ ...account('root'), isSuperuser: true })
    await users.create({ ...account('old root'), isSuperuser: true, isActive: false })
    const carol = await users.create({ ...account('carol'), isActive: false })
    await users.create(account('dave'))
    const names = async (permission: string, more = {}): Promise<(string | undefined)[]> => {
      const ids = await store.usersWithPermission(permission, { ...everybody, ...more })
      return Promise.all(ids.map(async (id) => (await users.findById(id))?.username))
    }
    await store.changeUserPermissions(alice, 'add', ['blog.read_post'])
    await store.changeUserPermissions(String(carol.id), 'add', ['blog.read_post'])
    await store.createGroup('readers', ['blog.read_post'])
    await store.changeGroups(bob, 'add', ['readers'])
    await store.changeGroups(alice, 'add', ['readers'])
    assert.deepEqual(await names('blog.read_post'), ['alice', 'bob', 'root', 'old root', 'carol'])
    assert.deepEqual(await names('blog.read_post', { isActive: true }), ['alice', 'bob', 'root'])
    assert.deepEqual(await names('blog.read_post', { isActive: false }), ['old root', 'carol'])
    const plain = { includeSuperusers: false }
    assert.deepEqual(await names('blog.read_post', plain), ['alice', 'bob', 'carol'])
    assert.deepEqual(await names('blog.read_post', { ...plain, isActive: false }), ['carol'])
    for (const other of [
      'blog.xread_post',
      'bloggers.read_post',
      'read_post',
      'blog.read%',
      'blog.',
      '',
      '.',
      'a\u0000.b',
    ]) {
      assert.deepEqual(await names(other, plain), [], JSON.stringify(other))
      assert.deepEqual(await names(other, { isActive: true }), ['root'], JSON.stringify(other))
    }
  })

  check('the users of a group come by their ids, in order', async ({ store, alice, bob }) => {
    await store.createGroup('readers', [])
    for (const id of [bob, alice]) await store.changeGroups(id, 'add', ['readers'])
    assert.deepEqual(await store.usersInGroup('readers'), [alice, bob])
  })
}

function declaring(check: PermissionCheck): void {
  const names = (permissions: readonly Permission[]): string[] =>
    permissions.map(({ app, model, codename, name }) => `${app}.${model}.${codename}: ${name}`)

  check("there are the permissions of Django's models and those declared, in order", async ({ store }) => {
    const all = names(await store.allPermissions())
    assert.equal(all.length, 20 + BLOG.length + STRANGE.length)
    assert.deepEqual(all.slice(0, 2), [
      'auth.group.add_group: Can add group',
      'auth.group.change_group: Can change group',
    ])
    assert.ok(all.includes('contenttypes.contenttype.view_contenttype: Can view content type'))
    assert.deepEqual(
      all.filter((name) => name.startsWith('blog')),
      [
        'blog.comment.read_post: Another of that name',
        'blog.post.a.b: Has a dot',
        'blog.post.add_post: Can add post',
        'blog.post.change_post: Can change post',
        'blog.post.publish_post: Can publish post',
        'blog.post.read_post: Can read post',
        'blog.post.x_y: Has a wildcard',
        'bloggers.post.read_post: Of another application',
      ],
    )
  })

  check(
    'declaring again makes nothing, changes nothing and deletes nothing, also ten at once',
    async ({ store, alice }) => {
      await store.changeUserPermissions(alice, 'add', ['blog.read_post'])
      const before = await store.allPermissions()
      assert.deepEqual(await store.declare(BLOG.slice(0, 2).map((one) => ({ ...one, name: 'Renamed' }))), [])
      assert.deepEqual(await store.declare([]), [])
      assert.deepEqual(await store.allPermissions(), before)
      const shop: Permission = { app: 'shop', model: 'order', codename: 'ship_order', name: 'Can ship' }
      const made = await Promise.all(Array.from({ length: 10 }, async () => store.declare([...BLOG, shop, shop])))
      assert.deepEqual(made.flat(), ['shop.ship_order'])
      assert.equal((await store.allPermissions()).length, before.length + 1)
      assert.deepEqual((await store.permissionsOf(alice)).own, ['blog.read_post'])
    },
  )
}
