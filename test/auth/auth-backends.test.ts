/** Backends and what they say of permissions. Mirrors tests/auth_tests/test_auth_backends.py (Django 5.2). */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { AuthRequest } from '../../src/auth/auth-request.ts'
import type { Backend } from '../../src/auth/backend.ts'
import { BaseBackend } from '../../src/auth/backend.ts'
import { AllowAllUsersModelBackend, ModelBackend } from '../../src/auth/model-backend.ts'
import { PermissionDenied } from '../../src/errors.ts'
import type { PosternOptions } from '../../src/options.ts'
import { AnonymousUser, type User } from '../../src/users/user.ts'
import { again, BLOG } from '../support/blog.ts'
import { ALICE, type TestPostern, testPostern } from '../support/postern.ts'
import { site } from '../support/site.ts'

type Factory = NonNullable<PosternOptions['backends']>[number]
const model: Factory = (context) => new ModelBackend(context)

/** What permissions may be about. */
class Thing {}

/** Knows permissions for single things alone, and says so of the inactive and the anonymous, too. */
class RowLevelBackend implements Backend {
  readonly path = 'tests.RowLevelBackend'
  async authenticate(): Promise<null> {
    return null
  }
  getUser(): null {
    return null
  }
  hasPerm(user: User | AnonymousUser, permission: string, object: unknown): boolean {
    if (!(object instanceof Thing)) return false
    if (user.username === 'alice') return true
    return (user.isAnonymous && permission === 'anon') || (!user.isActive && permission === 'inactive')
  }
  hasModulePerms(user: User | AnonymousUser, app: string): boolean {
    return (user.isAnonymous || user.isActive) && app === 'app1'
  }
  getAllPermissions(user: User | AnonymousUser, object: unknown): string[] {
    if (!(object instanceof Thing)) return []
    if (user.isAnonymous) return ['anon']
    return user.username === 'alice' ? ['simple', 'advanced'] : ['simple']
  }
  async getGroupPermissions(user: User | AnonymousUser, object: unknown): Promise<string[]> {
    return object instanceof Thing && (await user.groups()).includes('writers') ? ['group_perm'] : []
  }
}

class SimpleBackend extends BaseBackend {
  readonly path = 'tests.SimpleBackend'
  override getUserPermissions(): string[] {
    return ['user_perm']
  }
  override async getGroupPermissions(): Promise<string[]> {
    return ['group_perm']
  }
}

/** Forbids everything. */
class ForbiddingBackend implements Backend {
  readonly path = 'tests.ForbiddingBackend'
  async authenticate(): Promise<never> {
    throw new PermissionDenied()
  }
  getUser(): null {
    return null
  }
  hasPerm(): never {
    throw new PermissionDenied()
  }
  hasModulePerms(): never {
    throw new PermissionDenied()
  }
}

function blog(options: Partial<PosternOptions> = {}): Promise<TestPostern> {
  return testPostern({ ...BLOG, ...options })
}

/** The anonymous user of a request. */
async function nobodyOf(t: TestContext, options: Partial<PosternOptions>): Promise<AnonymousUser> {
  let found: AuthRequest['user'] | undefined
  const world = await site(t, options, {
    '/who': (_req, res, request) => {
      found = request.user
      res.end()
    },
  })
  await world.visitor().get('/who')
  assert.ok(found instanceof AnonymousUser)
  return found
}

test('a backend that gives permissions has them checked without more words', async () => {
  const { alice } = await testPostern({ backends: [() => new SimpleBackend()] })
  assert.deepEqual(await alice.getUserPermissions(), new Set(['user_perm']))
  assert.deepEqual(await alice.getGroupPermissions(), new Set(['group_perm']))
  assert.deepEqual(await alice.getAllPermissions(), new Set(['user_perm', 'group_perm']))
  assert.equal(await alice.hasPerm('user_perm'), true)
  assert.equal(await alice.hasPerm('group_perm'), true)
  assert.equal(await alice.hasPerm('other_perm', new Thing()), false)
  assert.equal(await alice.hasModulePerms('user_perm'), false, 'that takes a method of its own')
})

test('the base of backends vouches for nobody and gives nothing', async () => {
  class Plain extends BaseBackend {
    readonly path = 'tests.Plain'
  }
  const plain = new Plain()
  const { alice } = await testPostern({ backends: [() => plain] })
  assert.equal(await plain.authenticate(null, ALICE), null)
  assert.equal(await plain.getUser('1', alice), null)
  assert.deepEqual(await alice.getAllPermissions(), new Set())
})

test('hasPerms takes a list: a text, a number or nothing is a TypeError, for the anonymous too', async (t) => {
  const { alice } = await blog()
  const nobody = await nobodyOf(t, BLOG)
  for (const user of [alice, nobody]) {
    for (const wrong of ['blog.add_post', 7, undefined, null, {}]) {
      await assert.rejects(user.hasPerms(wrong as never), { name: 'TypeError', message: /needs a list of permissions/ })
    }
    assert.equal(await user.hasPerms([]), true, 'as in Django')
  }
})

test('staff alone gives nothing, a superuser may do everything, and an inactive one nothing', async () => {
  const { auth, alice } = await blog()
  const as = async (changes: object): Promise<User> => {
    await auth.users.update(String(alice.id), changes)
    return again(auth, alice)
  }
  assert.equal(await alice.hasPerm('blog.add_post'), false)
  assert.equal(await (await as({ isStaff: true })).hasPerm('blog.add_post'), false)
  const root = await as({ isSuperuser: true })
  assert.equal(await root.hasPerm('blog.add_post'), true)
  assert.equal(await root.hasPerm('blog.nothing_of_that_name'), true)
  assert.equal(await root.hasPerm('blog.add_post', new Thing()), true)
  assert.equal(await root.hasModulePerms('anything'), true)
  const inactive = await as({ isActive: false })
  assert.equal(await inactive.hasPerm('blog.add_post'), false)
  assert.equal(await inactive.hasModulePerms('blog'), false)
  assert.deepEqual(await inactive.getAllPermissions(), new Set())
})

test('own permissions and those of groups come together, and are told apart', async () => {
  const { auth, alice } = await blog()
  await auth.permissions.grant(alice, 'blog.add_post')
  let user = await again(auth, alice)
  assert.deepEqual(await user.getAllPermissions(), new Set(['blog.add_post']))
  assert.deepEqual(await user.getUserPermissions(), new Set(['blog.add_post']))
  assert.deepEqual(await user.getGroupPermissions(), new Set())
  assert.equal(await user.hasModulePerms('Post'), false)
  assert.equal(await user.hasModulePerms('blog'), true)
  await auth.permissions.grant(alice, 'blog.view_post', 'blog.change_post')
  await auth.groups.create('writers', ['blog.publish_post', 'blog.add_post'])
  await auth.groups.add(alice, 'writers')
  user = await again(auth, alice)
  const own = ['blog.add_post', 'blog.view_post', 'blog.change_post']
  assert.deepEqual(await user.getAllPermissions(), new Set([...own, 'blog.publish_post']))
  assert.deepEqual(await user.getUserPermissions(), new Set(own))
  assert.deepEqual(await user.getGroupPermissions(), new Set(['blog.publish_post', 'blog.add_post']))
  assert.equal(await user.hasPerm('add_post'), false)
  assert.equal(await user.hasPerms(['blog.view_post', 'blog.publish_post']), true)
  assert.equal(await user.hasPerms(['blog.view_post', 'blog.delete_post']), false)
  for (const app of ['blo', 'blog.', 'blog.add_post', '', 'bloggers']) {
    assert.equal(await user.hasModulePerms(app), false, app)
  }
})

test('nobody has a permission for a single object from the usual backend, and has it still for all', async () => {
  const { auth, alice } = await blog()
  await auth.permissions.grant(alice, 'blog.add_post')
  const user = await again(auth, alice)
  assert.equal(await user.hasPerm('blog.add_post', 'object'), false)
  assert.deepEqual(await user.getAllPermissions('object'), new Set())
  assert.deepEqual(await user.getUserPermissions(0), new Set())
  for (const nothing of [undefined, null]) assert.equal(await user.hasPerm('blog.add_post', nothing), true)
})

test('the anonymous and the inactive have no permissions from the usual backend', async () => {
  const { auth, alice } = await blog()
  await auth.permissions.grant(alice, 'blog.add_post')
  await auth.groups.create('writers', ['blog.view_post'])
  await auth.groups.add(alice, 'writers')
  await auth.users.update(String(alice.id), { isActive: false })
  const backend = new ModelBackend(auth)
  for (const user of [await again(auth, alice), new AnonymousUser()]) {
    assert.deepEqual(await backend.getUserPermissions(user), new Set())
    assert.deepEqual(await backend.getGroupPermissions(user), new Set())
    assert.deepEqual(await backend.getAllPermissions(user), new Set())
    assert.equal(await backend.hasPerm(user, 'blog.add_post'), false)
    assert.equal(await backend.hasModulePerms(user, 'blog'), false)
  }
})

test('a superuser has all permissions that there are', async () => {
  const { auth } = await blog()
  const root = await auth.createSuperuser({ username: 'root', password: null })
  const all = (await auth.permissions.list()).map(({ app, codename }) => `${app}.${codename}`)
  assert.equal(all.length, 25)
  for (const found of [
    await root.getAllPermissions(),
    await root.getUserPermissions(),
    await root.getGroupPermissions(),
  ]) {
    assert.deepEqual([...found].sort(), all.toSorted())
  }
})

test('a backend for single objects is asked behind the usual one', async () => {
  const { auth, alice } = await testPostern({ backends: [model, () => new RowLevelBackend()] })
  const bob = await auth.createUser({ username: 'bob' })
  const thing = new Thing()
  assert.equal(await bob.hasPerm('perm', thing), false)
  assert.equal(await alice.hasPerm('perm', thing), true)
  assert.equal(await alice.hasPerm('perm'), false)
  assert.equal(await alice.hasPerms(['simple', 'advanced'], thing), true)
  assert.equal(await bob.hasPerm('anon', thing), false)
  assert.equal(await bob.hasPerms(['simple', 'advanced'], thing), false)
  assert.deepEqual(await bob.getAllPermissions(thing), new Set(['simple']))
  assert.deepEqual(await alice.getAllPermissions(thing), new Set(['simple', 'advanced']))
  assert.deepEqual(await alice.getAllPermissions(), new Set())
  await auth.groups.create('writers')
  await auth.groups.add(bob, 'writers')
  assert.deepEqual(await (await again(auth, bob)).getGroupPermissions(thing), new Set(['group_perm']))
})

test('the anonymous user asks the backends, too', async (t) => {
  const nobody = await nobodyOf(t, { backends: [() => new RowLevelBackend()] })
  const thing = new Thing()
  assert.equal(await nobody.hasPerm('perm', thing), false)
  assert.equal(await nobody.hasPerm('anon', thing), true)
  assert.equal(await nobody.hasPerms(['anon'], thing), true)
  assert.equal(await nobody.hasPerms(['anon', 'perm'], thing), false)
  assert.equal(await nobody.hasModulePerms('app1'), true)
  assert.equal(await nobody.hasModulePerms('app2'), false)
  assert.deepEqual(await nobody.getAllPermissions(thing), new Set(['anon']))
  assert.deepEqual(await nobody.getUserPermissions(thing), new Set())
  assert.deepEqual(await nobody.getGroupPermissions(thing), new Set())
  assert.deepEqual(await nobody.groups(), [])
})

test('a backend may speak for the inactive', async () => {
  const { auth, alice } = await testPostern({ backends: [() => new RowLevelBackend()] })
  await auth.users.update(String(alice.id), { isActive: false, username: 'somebody' })
  const inactive = await again(auth, alice)
  assert.equal(await inactive.hasPerm('perm', new Thing()), false)
  assert.equal(await inactive.hasPerm('inactive', new Thing()), true)
  assert.equal(await inactive.hasModulePerms('app1'), false)
})

test('a backend that forbids ends the search where it stands in front, and not behind one that allows', async () => {
  const forbidding: Factory = () => new ForbiddingBackend()
  for (const [backends, allowed] of [
    [[forbidding, model], false],
    [[model, forbidding], true],
  ] as const) {
    const { auth, alice } = await blog({ backends })
    await auth.permissions.grant(alice, 'blog.add_post')
    const user = await again(auth, alice)
    assert.equal(await user.hasPerm('blog.add_post'), allowed)
    assert.equal(await user.hasModulePerms('blog'), allowed)
    assert.equal(await user.hasPerm('blog.view_post'), false)
    assert.deepEqual(await user.getAllPermissions(), new Set(['blog.add_post']))
  }
})

test('a backend that breaks is an error, and no permission', async () => {
  class Broken extends SimpleBackend {
    override async hasPerm(): Promise<never> {
      throw new TypeError('broken')
    }
  }
  const { alice } = await testPostern({ backends: [() => new Broken(), () => new SimpleBackend()] })
  await assert.rejects(alice.hasPerm('user_perm'), { name: 'TypeError', message: 'broken' })
})

test('what is not quite true is no permission', async () => {
  class Careless extends SimpleBackend {
    override async hasPerm(): Promise<boolean> {
      return 'no' as never
    }
  }
  const { alice } = await testPostern({ backends: [() => new Careless()] })
  assert.equal(await alice.hasPerm('user_perm'), false)
})

test('a subclass of the usual backend that gives more has it counted everywhere', async () => {
  class Generous extends ModelBackend {
    override async getUserPermissions(user: User | AnonymousUser, object?: unknown): Promise<ReadonlySet<string>> {
      return new Set([...(await super.getUserPermissions(user, object)), 'blog.comment'])
    }
  }
  const { auth, alice } = await blog({ backends: [(context) => new Generous(context)] })
  await auth.permissions.grant(alice, 'blog.add_post')
  const user = await again(auth, alice)
  assert.equal(await user.hasPerm('blog.comment'), true)
  assert.deepEqual(await user.getAllPermissions(), new Set(['blog.add_post', 'blog.comment']))
})

test('AllowAllUsersModelBackend logs the inactive in, keeps them in, and gives them no permissions', async (t) => {
  class OwnForm extends AllowAllUsersModelBackend {}
  const world = await site(
    t,
    { ...BLOG, backends: [(context) => new OwnForm(context)] },
    {
      '/in': async (_req, res, request) => {
        const { authenticate, login } = await import('../../src/index.ts')
        const user = await authenticate(request, ALICE)
        if (user !== null) await login(request, user)
        res.end(String(user))
      },
    },
  )
  await world.auth.users.update(String(world.alice.id), { isActive: false })
  await world.auth.permissions.grant(world.alice, 'blog.add_post')
  const browser = world.visitor()
  assert.equal((await browser.get('/in')).body, 'alice')
  assert.equal((await browser.get('/me')).body, 'alice')
  assert.equal(await (await again(world.auth, world.alice)).hasPerm('blog.add_post'), false)
})

test('the login form tells the inactive that they are, where a backend lets them through to it', async (t) => {
  const world = await site(t, { backends: [(context) => new AllowAllUsersModelBackend(context)] })
  await world.auth.users.update(String(world.alice.id), { isActive: false })
  const browser = world.visitor()
  const reply = await browser.login()
  assert.equal(reply.status, 200)
  assert.match(reply.body, /This account is inactive\./)
  assert.equal(browser.cookies.has('sessionid'), false)
  const wrong = await browser.login('alice', 'wrong')
  assert.match(wrong.body, /Please enter a correct username and password\./)
  assert.doesNotMatch(wrong.body, /inactive/, 'only who knows the password is told')
})

test('a user object that comes from no Postern says so, and a superuser among them may do everything', async () => {
  const { User } = await import('../../src/users/user.ts')
  const fields = { id: 1, password: '', email: '', firstName: '', lastName: '', lastLogin: null, dateJoined: 0 }
  const stray = new User({ ...fields, username: 'stray', isActive: true, isStaff: false, isSuperuser: false })
  for (const ask of ['getUserPermissions', 'getGroupPermissions', 'getAllPermissions', 'groups'] as const) {
    await assert.rejects(stray[ask](), { name: 'TypeError', message: /needs a user who comes from a Postern/ })
  }
  await assert.rejects(stray.hasPerm('a.b'), TypeError)
  await assert.rejects(stray.hasModulePerms('a'), TypeError)
  const root = new User({ ...fields, username: 'root', isActive: true, isStaff: false, isSuperuser: true })
  assert.equal(await root.hasPerm('a.b'), true)
})
