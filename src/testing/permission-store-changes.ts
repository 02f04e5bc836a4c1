/** The part of the contract of permission stores about what is changed, and what is not. */
import assert from 'node:assert/strict'
import type { Blog, PermissionCheck } from './permission-store-contract.ts'

const NOT_FOUND = { code: 'ERR_NOT_FOUND' }
const GROUP_EXISTS = { code: 'ERR_GROUP_EXISTS' }

async function own({ store, alice }: Blog): Promise<readonly string[]> {
  return (await store.permissionsOf(alice)).own
}

export function changingPermissions(check: PermissionCheck): void {
  changingUsers(check)
  changingGroups(check)
  refusing(check)
  racing(check)
}

function changingUsers(check: PermissionCheck): void {
  check('permissions of a user are added, taken away and replaced, and the change is told', async (blog) => {
    const change = async (how: 'add' | 'remove' | 'set', ...names: string[]): Promise<unknown> =>
      blog.store.changeUserPermissions(blog.alice, how, names)
    assert.deepEqual(await change('add', 'blog.read_post', 'blog.add_post', 'blog.read_post'), {
      added: ['blog.add_post', 'blog.read_post'],
      removed: [],
    })
    assert.deepEqual(await change('add', 'blog.read_post', 'blog.change_post'), {
      added: ['blog.change_post'],
      removed: [],
    })
    assert.deepEqual(await own(blog), ['blog.add_post', 'blog.change_post', 'blog.read_post'])
    assert.deepEqual(await change('remove', 'blog.read_post', 'auth.add_user'), {
      added: [],
      removed: ['blog.read_post'],
    })
    assert.deepEqual(await change('set', 'blog.change_post', 'auth.add_user'), {
      added: ['auth.add_user'],
      removed: ['blog.add_post'],
    })
    assert.deepEqual(await own(blog), ['auth.add_user', 'blog.change_post'])
    assert.deepEqual(await change('set'), { added: [], removed: ['auth.add_user', 'blog.change_post'] })
    for (const how of ['add', 'remove', 'set'] as const)
      assert.deepEqual(await change(how), { added: [], removed: [] }, how)
    assert.deepEqual(await own(blog), [])
    assert.deepEqual(await blog.store.permissionsOf(blog.bob), { own: [], byGroups: [] })
  })

  check('a name that two models have stands for both, also where it is taken away', async (blog) => {
    await blog.store.changeUserPermissions(blog.alice, 'add', ['blog.read_post', 'blog.a.b'])
    assert.deepEqual(await own(blog), ['blog.a.b', 'blog.read_post'])
    await blog.store.changeUserPermissions(blog.alice, 'remove', ['blog.read_post'])
    assert.deepEqual(await own(blog), ['blog.a.b'])
  })

  check('groups of a user are added, taken away and replaced', async ({ store, alice, bob }) => {
    for (const name of ['a', 'b', 'c']) await store.createGroup(name, [])
    assert.deepEqual(await store.changeGroups(alice, 'add', ['b', 'a']), { added: ['a', 'b'], removed: [] })
    assert.deepEqual(await store.changeGroups(alice, 'add', ['b']), { added: [], removed: [] })
    assert.deepEqual(await store.changeGroups(alice, 'set', ['b', 'c']), { added: ['c'], removed: ['a'] })
    assert.deepEqual(await store.changeGroups(alice, 'remove', ['a', 'b']), { added: [], removed: ['b'] })
    assert.deepEqual(await store.groupsOf(alice), ['c'])
    assert.deepEqual(await store.groupsOf(bob), [])
  })
}

function changingGroups(check: PermissionCheck): void {
  check('permissions of a group are added, taken away and replaced, and its users have them', async (blog) => {
    const { store, alice } = blog
    await store.createGroup('writers', ['blog.add_post'])
    await store.createGroup('others', ['blog.read_post'])
    await store.changeGroups(alice, 'add', ['writers'])
    const byGroups = async (): Promise<readonly string[]> => (await store.permissionsOf(alice)).byGroups
    const change = async (how: 'add' | 'remove' | 'set', ...names: string[]): Promise<unknown> =>
      store.changeGroupPermissions('writers', how, names)
    assert.deepEqual(await change('add', 'blog.change_post', 'blog.add_post'), {
      added: ['blog.change_post'],
      removed: [],
    })
    assert.deepEqual(await change('remove', 'blog.add_post'), { added: [], removed: ['blog.add_post'] })
    assert.deepEqual(await byGroups(), ['blog.change_post'])
    assert.deepEqual(await change('set', 'blog.read_post'), {
      added: ['blog.read_post'],
      removed: ['blog.change_post'],
    })
    assert.deepEqual(await byGroups(), ['blog.read_post'])
    assert.deepEqual((await store.findGroup('others'))?.permissions, ['blog.read_post'])
  })

  check('a renamed group keeps its users and permissions', async ({ store, alice }) => {
    await store.createGroup('writers', ['blog.add_post'])
    await store.changeGroups(alice, 'add', ['writers'])
    assert.equal(await store.renameGroup('writers', 'authors'), true)
    assert.equal(await store.renameGroup('writers', 'again'), false)
    assert.equal(await store.renameGroup('authors', 'authors'), true)
    assert.equal(await store.findGroup('writers'), null)
    assert.deepEqual(await store.groupsOf(alice), ['authors'])
    assert.deepEqual((await store.permissionsOf(alice)).byGroups, ['blog.add_post'])
  })

  check('a deleted group is gone with all that it gave, and one of its name is another', async ({ store, alice }) => {
    await store.createGroup('writers', ['blog.add_post'])
    await store.createGroup('readers', ['blog.read_post'])
    await store.changeGroups(alice, 'add', ['writers', 'readers'])
    assert.equal(await store.deleteGroup('writers'), true)
    assert.equal(await store.deleteGroup('writers'), false)
    assert.deepEqual(await store.groupsOf(alice), ['readers'])
    await store.createGroup('writers', [])
    assert.deepEqual(await store.groupsOf(alice), ['readers'])
    assert.deepEqual(await store.permissionsOf(alice), { own: [], byGroups: ['blog.read_post'] })
    assert.deepEqual(await store.usersInGroup('writers'), [])
  })
}

function refusing(check: PermissionCheck): void {
  check('a name that is nobody’s is refused, and nothing is changed', async (blog) => {
    const { store, alice } = blog
    await store.createGroup('writers', ['blog.add_post'])
    await store.changeUserPermissions(alice, 'add', ['blog.read_post'])
    await store.changeGroups(alice, 'add', ['writers'])
    for (const how of ['add', 'remove', 'set'] as const) {
      for (const name of [
        'blog.none',
        'blog.read',
        'read_post',
        'blog.',
        '.',
        '',
        'Blog.add_post',
        'a\u0000.b',
        "x' OR 1=1 --",
      ]) {
        const names = ['auth.add_user', name]
        await assert.rejects(async () => store.changeUserPermissions(alice, how, names), NOT_FOUND, name)
        await assert.rejects(async () => store.changeGroupPermissions('writers', how, names), NOT_FOUND, name)
      }
      await assert.rejects(async () => store.changeGroups(alice, how, ['writers', 'nobody']), NOT_FOUND)
      await assert.rejects(async () => store.changeGroupPermissions('nobody', how, ['auth.add_user']), NOT_FOUND)
      for (const id of ['987654', 'abc', '']) {
        await assert.rejects(async () => store.changeUserPermissions(id, how, ['auth.add_user']), NOT_FOUND, id)
        await assert.rejects(async () => store.changeGroups(id, how, ['writers']), NOT_FOUND, id)
        await assert.rejects(async () => store.changeGroups(id, how, []), NOT_FOUND, id)
      }
    }
    assert.deepEqual(await store.permissionsOf(alice), { own: ['blog.read_post'], byGroups: ['blog.add_post'] })
    await assert.rejects(async () => store.createGroup('more', ['blog.read_post', 'blog.none']), NOT_FOUND)
    assert.deepEqual(
      (await store.listGroups()).map(({ name }) => name),
      ['writers'],
    )
  })

  check('the name of a group is taken once', async ({ store }) => {
    await store.createGroup('writers', ['blog.add_post'])
    await store.createGroup('readers', [])
    await assert.rejects(async () => store.createGroup('writers', ['blog.read_post']), GROUP_EXISTS)
    await assert.rejects(async () => store.renameGroup('readers', 'writers'), GROUP_EXISTS)
    assert.deepEqual((await store.findGroup('writers'))?.permissions, ['blog.add_post'])
    assert.notEqual(await store.findGroup('readers'), null)
  })
}

function racing(check: PermissionCheck): void {
  check('of ten at once who make one group exactly one does', async ({ store }) => {
    const made = await Promise.allSettled(
      Array.from({ length: 10 }, async () => store.createGroup('writers', ['blog.add_post'])),
    )
    assert.equal(made.filter(({ status }) => status === 'fulfilled').length, 1)
    for (const result of made) if (result.status === 'rejected') assert.equal(result.reason.code, 'ERR_GROUP_EXISTS')
    assert.deepEqual((await store.findGroup('writers'))?.permissions, ['blog.add_post'])
  })

  check('ten at once who give one user the same, and others who take it away, leave no doubt', async (blog) => {
    const { store, alice } = blog
    await store.createGroup('writers', [])
    const ten = Array.from({ length: 10 })
    await Promise.all(ten.map(async () => store.changeUserPermissions(alice, 'add', ['blog.add_post'])))
    await Promise.all(ten.map(async () => store.changeGroups(alice, 'add', ['writers'])))
    assert.deepEqual(await own(blog), ['blog.add_post'])
    assert.deepEqual(await store.groupsOf(alice), ['writers'])
    await Promise.all(
      ten.flatMap(() => [
        (async () => store.changeUserPermissions(alice, 'remove', ['blog.add_post']))(),
        (async () => store.changeUserPermissions(alice, 'set', ['blog.read_post']))(),
      ]),
    )
    assert.deepEqual(await own(blog), ['blog.read_post'])
  })
}
