/** `auth.groups` and `auth.permissions`: what changes, who is told, and what it costs to ask. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { EmailBackend } from '../../src/auth/email-backend.ts'
import { ModelBackend } from '../../src/auth/model-backend.ts'
import { RemoteUserBackend } from '../../src/auth/remote-user-backend.ts'
import { memory } from '../../src/memory.ts'
import type { PosternOptions } from '../../src/options.ts'
import type { User } from '../../src/users/user.ts'
import { again, BLOG, counted } from '../support/blog.ts'
import { DATABASES } from '../support/databases.ts'
import { type TestPostern, testPostern } from '../support/postern.ts'
import { listen, site } from '../support/site.ts'

function blog(options: Partial<PosternOptions> = {}): Promise<TestPostern> {
  return testPostern({ ...BLOG, ...options })
}

/** What was told, in short: who, what was given, what was taken. */
function told(t: TestContext): () => string[] {
  const heard = listen(t, 'permission_changed')
  return () =>
    heard
      .splice(0)
      .map(
        ({ user, group, granted, revoked }) => `${user?.username ?? group} +${granted.join(',')} -${revoked.join(',')}`,
      )
}

for (const [name, open] of DATABASES) {
  test(`${name}: groups are made, found, listed, renamed and deleted, and each change is told`, async (t) => {
    const { auth, alice } = await blog({ database: open(t) })
    const events = told(t)
    const group = await auth.groups.create('editors', ['blog.publish_post', 'blog.add_post'])
    assert.deepEqual([group.name, group.permissions], ['editors', ['blog.add_post', 'blog.publish_post']])
    assert.deepEqual(await auth.groups.find('editors'), group)
    await auth.groups.create('authors')
    assert.deepEqual(
      (await auth.groups.list()).map((one) => one.name),
      ['authors', 'editors'],
    )
    assert.deepEqual(events(), ['editors +group:editors,blog.add_post,blog.publish_post -', 'authors +group:authors -'])
    await auth.groups.add(alice, 'editors')
    assert.deepEqual((await auth.groups.members('editors')).map(String), ['alice'])
    assert.equal(await auth.groups.rename('editors', 'chiefs'), true)
    assert.equal(await auth.groups.rename('chiefs', 'chiefs'), true)
    assert.equal(await auth.groups.rename('nobody', 'x'), false)
    assert.deepEqual(await auth.groups.of(alice), ['chiefs'])
    assert.equal(await auth.groups.delete('chiefs'), true)
    assert.equal(await auth.groups.delete('chiefs'), false)
    assert.deepEqual(await auth.groups.of(alice), [])
    assert.deepEqual(events(), [
      'alice +group:editors -',
      'chiefs +group:chiefs -group:editors',
      'chiefs + -group:chiefs,blog.add_post,blog.publish_post',
    ])
  })

  test(`${name}: users go into groups and out, and get permissions and lose them; what was so already is not told`, async (t) => {
    const { auth, alice } = await blog({ database: open(t) })
    for (const group of ['a', 'b', 'c']) await auth.groups.create(group)
    const events = told(t)
    await auth.groups.add(alice, 'a', 'b')
    await auth.groups.add(alice, 'b')
    await auth.groups.set(alice, new Set(['b', 'c']))
    await auth.groups.remove(alice, 'a', 'b')
    assert.deepEqual(await auth.groups.of(alice), ['c'])
    assert.deepEqual(events(), ['alice +group:a,group:b -', 'alice +group:c -group:a', 'alice + -group:b'])
    await auth.permissions.grant(alice, 'blog.view_post', 'blog.add_post')
    await auth.permissions.grant(alice, 'blog.add_post')
    await auth.permissions.set(alice, ['blog.add_post', 'blog.publish_post'])
    await auth.permissions.revoke(alice, 'blog.add_post', 'blog.view_post')
    assert.deepEqual(await auth.permissions.of(alice), ['blog.publish_post'])
    assert.deepEqual(events(), [
      'alice +blog.add_post,blog.view_post -',
      'alice +blog.publish_post -blog.view_post',
      'alice + -blog.add_post',
    ])
    await auth.groups.grant('c', 'blog.view_post')
    await auth.groups.setPermissions('c', ['blog.add_post'])
    await auth.groups.revoke('c', 'blog.add_post', 'blog.view_post')
    assert.deepEqual(events(), ['c +blog.view_post -', 'c +blog.add_post -blog.view_post', 'c + -blog.add_post'])
  })

  test(`${name}: what names nobody is refused, changes nothing and is not told`, async (t) => {
    const { auth, alice } = await blog({ database: open(t) })
    await auth.groups.create('editors')
    const events = told(t)
    const ghost = { id: 987654, username: 'ghost', email: '' }
    for (const attempt of [
      () => auth.permissions.grant(alice, 'blog.none'),
      () => auth.permissions.revoke(alice, 'blog.none'),
      () => auth.permissions.set(ghost, ['blog.add_post']),
      () => auth.groups.add(alice, 'editors', 'nobody'),
      () => auth.groups.add(ghost, 'editors'),
      () => auth.groups.grant('nobody', 'blog.add_post'),
      () => auth.groups.create('more', ['blog.none']),
    ]) {
      await assert.rejects(attempt(), { code: 'ERR_NOT_FOUND', statusCode: 404 })
    }
    await assert.rejects(
      auth.permissions.grant(alice, 'blog.none'),
      /There is no permission 'blog\.none'\. Name it in the setting models, or in permissions, as in \[\{ app: 'blog'/,
    )
    await assert.rejects(auth.groups.create('editors'), { code: 'ERR_GROUP_EXISTS', statusCode: 409 })
    await auth.groups.create('a')
    await assert.rejects(auth.groups.rename('a', 'editors'), { code: 'ERR_GROUP_EXISTS' })
    assert.deepEqual(events(), ['a +group:a -'])
    for (const wrong of ['', 'x'.repeat(151), 'a\u0000b', undefined, 7]) {
      await assert.rejects(auth.groups.create(wrong as string), { name: 'TypeError', message: /1 to 150 characters/ })
      await assert.rejects(auth.groups.rename('a', wrong as string), TypeError)
    }
  })

  test(`${name}: the users with a permission`, async (t) => {
    const { auth, alice } = await blog({ database: open(t) })
    const bob = await auth.createUser({ username: 'bob' })
    const carol = await auth.createUser({ username: 'carol', isActive: false })
    await auth.createSuperuser({ username: 'root', password: null })
    await auth.groups.create('editors', ['blog.publish_post'])
    await auth.groups.add(bob, 'editors')
    await auth.permissions.grant(alice, 'blog.publish_post')
    await auth.permissions.grant(carol, 'blog.publish_post')
    const names = async (...given: Parameters<typeof auth.permissions.withPerm>): Promise<string[]> =>
      (await auth.permissions.withPerm(...given)).map(String)
    assert.deepEqual(await names('blog.publish_post'), ['alice', 'bob', 'root'])
    assert.deepEqual(await names('blog.publish_post', { isActive: null }), ['alice', 'bob', 'carol', 'root'])
    assert.deepEqual(await names('blog.publish_post', { isActive: false }), ['carol'])
    assert.deepEqual(await names('blog.publish_post', { includeSuperusers: false }), ['alice', 'bob'])
    assert.deepEqual(await names('blog.nothing', { includeSuperusers: false }), [])
    assert.deepEqual(await names('blog.publish_post', { object: {} }), [])
    assert.equal(await (await auth.permissions.withPerm('blog.publish_post'))[0]?.hasPerm('blog.publish_post'), true)
  })
}

test('the object that was given knows of a change at once, and every other at the next request', async () => {
  const { auth, alice } = await blog()
  const other = await again(auth, alice)
  for (const user of [alice, other]) assert.equal(await user.hasPerm('blog.add_post'), false)
  await auth.permissions.grant(alice, 'blog.add_post')
  assert.equal(await alice.hasPerm('blog.add_post'), true)
  assert.equal(await other.hasPerm('blog.add_post'), false, 'one request sees one state')
  assert.equal(await (await again(auth, alice)).hasPerm('blog.add_post'), true)
})

test('a store that hands out one and the same object does not keep rights that were taken away', async (t) => {
  const database = memory()
  const world = await site(
    t,
    { ...BLOG, database },
    {
      '/may': async (_req, res, request) => res.end(String(await request.user.hasPerm('blog.add_post'))),
    },
  )
  await world.auth.permissions.grant(world.alice, 'blog.add_post')
  const kept = await again(world.auth, world.alice)
  const load = database.sessions.load.bind(database.sessions)
  t.mock.method(database.sessions, 'load', async (...given: Parameters<typeof load>) => {
    const stored = await load(...given)
    return stored === null || stored.user == null ? stored : { ...stored, user: kept }
  })
  const browser = await world.loggedIn()
  assert.equal((await browser.get('/may')).body, 'true')
  await world.auth.permissions.revoke({ ...world.alice }, 'blog.add_post')
  assert.equal((await browser.get('/may')).body, 'false')
})

test('what is asked of one user object costs one look into the store, of a superuser none', async () => {
  const { database, calls } = counted()
  const backends: PosternOptions['backends'] = [
    (context) => new ModelBackend(context),
    (context) => new EmailBackend(context),
    (context) => new RemoteUserBackend(context),
  ]
  const { auth, alice } = await blog({ database, backends })
  await auth.permissions.grant(alice, 'blog.add_post')
  const root = await auth.createSuperuser({ username: 'root', password: null })
  const cost = async (user: User, ask: (user: User) => Promise<unknown>): Promise<string[]> => {
    const fresh = await again(auth, user)
    calls.length = 0
    await ask(fresh)
    return calls
  }
  const everything = async (user: User): Promise<void> => {
    await Promise.all([user.hasPerm('blog.add_post'), user.hasPerm('blog.view_post')])
    await user.hasPerms(['blog.add_post', 'blog.delete_post'])
    await user.hasModulePerms('blog')
    await user.hasModulePerms('shop')
    await user.getAllPermissions()
    await user.getUserPermissions()
    await user.getGroupPermissions()
  }
  assert.deepEqual(await cost(alice, everything), ['permissions.permissionsOf'])
  assert.deepEqual(await cost(alice, (user) => user.hasPerm('blog.none')), ['permissions.permissionsOf'])
  assert.deepEqual(await cost(alice, (user) => user.hasPerm('blog.add_post', {})), [])
  assert.deepEqual(await cost(alice, async (user) => [await user.groups(), await user.groups()]), [
    'permissions.groupsOf',
  ])
  const asked = (user: User): Promise<unknown> =>
    Promise.all([user.hasPerms(['a.b', 'c.d']), user.hasModulePerms('blog')])
  assert.deepEqual(await cost(root, asked), [])
  assert.deepEqual(await cost(root, everything), ['permissions.allPermissions'])
})

test('a signed-in request that asks for no permission does not look for any', async (t) => {
  const { database, calls } = counted()
  const world = await site(t, { ...BLOG, database })
  const browser = await world.loggedIn()
  calls.length = 0
  await browser.get('/me')
  assert.deepEqual(calls, ['sessions.load'])
})

test('a look into the store that failed is not remembered', async (t) => {
  const database = memory()
  const { auth, alice } = await blog({ database })
  await auth.permissions.grant(alice, 'blog.add_post')
  const user = await again(auth, alice)
  const away = t.mock.method(database.permissions, 'permissionsOf', () => Promise.reject(new Error('gone')))
  const groups = t.mock.method(database.permissions, 'groupsOf', () => Promise.reject(new Error('gone')))
  await assert.rejects(user.hasPerm('blog.add_post'), { code: 'ERR_STORE_UNAVAILABLE' })
  await assert.rejects(user.groups(), { code: 'ERR_STORE_UNAVAILABLE' })
  away.mock.restore()
  groups.mock.restore()
  assert.equal(await user.hasPerm('blog.add_post'), true)
  assert.deepEqual(await user.groups(), [])
})

test('a store that hangs is given up, in every method that a request may wait for', async (t) => {
  const database = memory()
  const { auth, alice } = await blog({ database, storeTimeout: 0.05 })
  const store = auth.permissionStore
  for (const method of Object.getOwnPropertyNames(Object.getPrototypeOf(database.permissions))) {
    if (method === 'constructor' || method === 'declare') continue
    t.mock.method(database.permissions, method as 'listGroups', () => new Promise<never>(() => {}))
  }
  const id = String(alice.id)
  for (const ask of [
    () => store.permissionsOf(id),
    () => store.groupsOf(id),
    () => store.allPermissions(),
    () => store.usersWithPermission('a.b', { isActive: null, includeSuperusers: true }),
    () => store.listGroups(),
    () => store.findGroup('a'),
    () => store.createGroup('a', []),
    () => store.renameGroup('a', 'b'),
    () => store.deleteGroup('a'),
    () => store.usersInGroup('a'),
    () => store.changeGroups(id, 'add', []),
    () => store.changeUserPermissions(id, 'add', []),
    () => store.changeGroupPermissions('a', 'add', []),
  ]) {
    await assert.rejects(async () => ask(), { code: 'ERR_STORE_UNAVAILABLE' }, String(ask))
  }
  assert.deepEqual(await store.declare([]), [])
})

test('what is no user, or no name of a group, is a mistake that says how it is written', async () => {
  const { auth, alice } = await blog()
  await auth.groups.create('editors')
  for (const [user, name] of [
    ['editors', alice],
    ['alice', 'editors'],
    [undefined, 'editors'],
    [alice, alice],
  ]) {
    await assert.rejects(auth.groups.add(user as never, name as never), {
      name: 'TypeError',
      message: "auth.groups takes a user and the names of groups, as in auth.groups.add(user, 'editors').",
    })
  }
})
