/** Users whom a server in front has vouched for. Mirrors tests/auth_tests/test_remote_user.py (Django 5.2). */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { AuthRequest } from '../../src/auth/auth-request.ts'
import { ModelBackend } from '../../src/auth/model-backend.ts'
import type { RemoteUserOptions } from '../../src/auth/remote-user.ts'
import { AllowAllUsersRemoteUserBackend, RemoteUserBackend } from '../../src/auth/remote-user-backend.ts'
import { UserExists } from '../../src/errors.ts'
import { memory } from '../../src/memory.ts'
import type { BackendFactory, PosternOptions } from '../../src/options.ts'
import { isPasswordUsable } from '../../src/passwords/passwords.ts'
import type { User } from '../../src/users/user.ts'
import { listen, type Site, site, values } from '../support/site.ts'

const HEADER = 'x-remote-user'
const as = (name: string): Record<string, string> => ({ [HEADER]: name })

class NoCreate extends RemoteUserBackend {
  override readonly createUnknownUser = false
}

/** Takes the name in front of the @, and sets up users by another header. */
class Custom extends RemoteUserBackend {
  override readonly path = 'tests.Custom'
  override cleanUsername(username: string): string {
    return username.split('@')[0] ?? ''
  }
  override async configureUser(request: AuthRequest | null, user: User, created: boolean): Promise<User> {
    const email = request?.incoming.header('x-remote-email') ?? ''
    const id = String(user.id)
    await this.context.users.update(id, created ? { email } : { email, lastName: user.username })
    return (await this.context.users.findById(id)) as User
  }
}

interface Kind {
  readonly name: string
  readonly backend: BackendFactory
  readonly remoteUser: RemoteUserOptions
  readonly known: string
  readonly creates: boolean
  readonly letsInactiveIn: boolean
  readonly persists: boolean
}

const usual: Kind = {
  name: 'RemoteUserBackend',
  backend: (context) => new RemoteUserBackend(context),
  remoteUser: { header: 'X-Remote-User' },
  known: 'knownuser',
  creates: true,
  letsInactiveIn: false,
  persists: false,
}
const KINDS: readonly Kind[] = [
  usual,
  { ...usual, name: 'a backend that creates nobody', backend: (context) => new NoCreate(context), creates: false },
  {
    ...usual,
    name: 'AllowAllUsersRemoteUserBackend',
    backend: (context) => new AllowAllUsersRemoteUserBackend(context),
    letsInactiveIn: true,
  },
  {
    ...usual,
    name: 'a backend of one’s own',
    backend: (context) => new Custom(context),
    known: 'knownuser@example.com',
  },
  {
    ...usual,
    name: 'a name found otherwise',
    remoteUser: { from: (incoming) => incoming.header(HEADER) },
  },
  { ...usual, name: 'persistent', remoteUser: { header: HEADER, persistent: true }, persists: true },
]

async function remote(t: TestContext, kind: Kind = usual, options: Partial<PosternOptions> = {}): Promise<Site> {
  const world = await site(t, {
    proxies: 1,
    remoteUser: kind.remoteUser,
    backends: [(context) => new ModelBackend(context), kind.backend],
    ...options,
  })
  return world
}

async function withKnown(t: TestContext, kind: Kind = usual, options: Partial<PosternOptions> = {}): Promise<Site> {
  const world = await remote(t, kind, options)
  for (const username of ['knownuser', 'knownuser2']) await world.auth.createUser({ username })
  return world
}

const isThere = async ({ auth }: Site, username: string): Promise<boolean> =>
  (await auth.users.findByUsername(username)) !== null

for (const kind of KINDS) {
  const title = (text: string): string => `${kind.name}: ${text}`

  test(title('without a name, or with an empty one, nobody is logged in and nobody created'), async (t) => {
    const world = await remote(t, kind)
    for (const headers of [{}, as('')]) {
      const browser = world.visitor()
      const reply = await browser.get('/me', headers)
      assert.equal(reply.body, 'AnonymousUser')
      assert.deepEqual(reply.setCookies, [])
    }
    assert.equal(await isThere(world, ''), false)
  })

  test(title(`a name that nobody has ${kind.creates ? 'gets an account, once' : 'is nobody'}`), async (t) => {
    const world = await remote(t, kind)
    const browser = world.visitor()
    for (let request = 1; request <= 2; request++) {
      const { body } = await browser.get('/me', as('newuser'))
      assert.equal(body, kind.creates ? 'newuser' : 'AnonymousUser')
    }
    const user = await world.auth.users.findByUsername('newuser')
    assert.equal(user !== null, kind.creates)
    if (user !== null) {
      assert.equal(isPasswordUsable(user.password), false, 'no password opens it')
      assert.equal(user.dateJoined.getTime(), world.clock.now())
      assert.equal((await world.visitor().login('newuser', '')).status, 200)
    }
  })

  test(title('a name that somebody has logs that one in, under a new key, and no more than once'), async (t) => {
    const world = await withKnown(t, kind)
    const logins = listen(t, 'user_logged_in')
    const browser = world.visitor()
    assert.equal((await browser.get('/set?a=1')).status, 200)
    const planted = browser.cookies.get('sessionid')
    assert.equal((await browser.get('/me', as(kind.known))).body, 'knownuser')
    assert.notEqual(browser.cookies.get('sessionid'), planted)
    const session = await values(world, browser.cookies.get('sessionid'))
    assert.equal(session?.a, '1', 'what the visitor had stays')
    assert.match(String(session?._auth_user_backend), /RemoteUserBackend$|^tests\.Custom$/)
    world.clock.pass(100)
    const again = await browser.get('/me', as(kind.known))
    assert.equal(again.body, 'knownuser')
    assert.equal(logins.length, 1)
    const user = await world.auth.users.findByUsername('knownuser')
    assert.equal(user?.lastLogin?.getTime(), world.clock.now() - 100_000)
  })

  test(title('another name is another user, and nothing of the one before is left (CVE-2014-0482)'), async (t) => {
    const world = await withKnown(t, kind)
    const browser = world.visitor()
    await browser.get('/me', as(kind.known))
    await browser.get('/set?secret=1', as(kind.known))
    const thief = browser.copy()
    assert.equal((await browser.get('/me', as('knownuser2'))).body, 'knownuser2')
    assert.equal((await browser.get('/get', as('knownuser2'))).body, '{}')
    assert.equal((await thief.get('/me')).body, 'AnonymousUser', 'the session of the first has ended')
    const switched = await browser.get('/me', as('newnewuser'))
    assert.equal(switched.body, kind.creates ? 'newnewuser' : 'AnonymousUser')
  })

  test(
    title(`a name that comes no more ${kind.persists ? 'leaves the user logged in' : 'logs the user out'}`),
    async (t) => {
      const world = await withKnown(t, kind)
      const browser = world.visitor()
      await browser.get('/me', as(kind.known))
      const copy = browser.copy()
      assert.equal((await browser.get('/me')).body, kind.persists ? 'knownuser' : 'AnonymousUser')
      assert.equal(browser.cookies.has('sessionid'), kind.persists)
      assert.equal((await copy.get('/me')).body, kind.persists ? 'knownuser' : 'AnonymousUser')
      // An empty name says that there is somebody no more.
      const other = world.visitor()
      await other.get('/me', as(kind.known))
      assert.equal((await other.get('/me', as(''))).body, 'AnonymousUser')
    },
  )

  test(title('who has logged in with a password stays so without a name'), async (t) => {
    const world = await withKnown(t, kind)
    const browser = await world.loggedIn()
    for (let request = 1; request <= 2; request++) assert.equal((await browser.get('/me')).body, 'alice')
    assert.equal((await browser.get('/me', as('alice'))).body, 'alice')
    assert.equal((await browser.get('/me')).body, 'alice', 'the same name is no new login')
  })

  test(title(`an inactive user is ${kind.letsInactiveIn ? 'let in' : 'nobody'}`), async (t) => {
    const world = await withKnown(t, kind)
    const user = await world.auth.users.findByUsername('knownuser')
    await world.auth.users.update(String(user?.id), { isActive: false })
    const { body } = await world.visitor().get('/me', as(kind.known))
    assert.equal(body, kind.letsInactiveIn ? 'knownuser' : 'AnonymousUser')
  })
}

test('a backend of one’s own sets users up when they are made, and when they come again', async (t) => {
  const kind = KINDS.find(({ known }) => known.includes('@')) ?? usual
  const world = await withKnown(t, kind)
  await world.visitor().get('/me', { ...as('newuser@example.com'), 'x-remote-email': 'user@example.com' })
  const made = await world.auth.users.findByUsername('newuser')
  assert.deepEqual([made?.email, made?.lastName], ['user@example.com', ''])
  await world.visitor().get('/me', as('knownuser@example.com'))
  const known = await world.auth.users.findByUsername('knownuser')
  assert.deepEqual([known?.email, known?.lastName], ['', 'knownuser'])
})

test('who is logged in with a password and comes under another name becomes that one', async (t) => {
  const world = await withKnown(t)
  const browser = await world.loggedIn()
  await browser.get('/set?secret=1')
  assert.equal((await browser.get('/me', as('knownuser'))).body, 'knownuser')
  assert.equal((await browser.get('/get', as('knownuser'))).body, '{}', 'and finds nothing of the other')
})

test('a name that nobody believes leaves who is logged in with a password alone, as in Django', async (t) => {
  const world = await remote(t, { ...usual, backend: (context) => new NoCreate(context) })
  const browser = await world.loggedIn()
  assert.equal((await browser.get('/me', as('unknown'))).body, 'alice')
})

test('the events are those of every login and logout, and a failed one names the name', async (t) => {
  const world = await withKnown(t, { ...usual, backend: (context) => new NoCreate(context) })
  const [into, out, failed] = [
    listen(t, 'user_logged_in'),
    listen(t, 'user_logged_out'),
    listen(t, 'user_login_failed'),
  ]
  const browser = world.visitor()
  await browser.get('/me', as('knownuser'))
  await browser.get('/me', as('knownuser2'))
  await browser.get('/me')
  await browser.get('/me', as('unknown'))
  assert.deepEqual(
    into.map(({ user }) => user.username),
    ['knownuser', 'knownuser2'],
  )
  assert.deepEqual(
    out.map(({ user }) => user?.username),
    ['knownuser', 'knownuser2'],
  )
  assert.deepEqual(
    failed.map(({ credentials }) => credentials),
    [{ remoteUser: 'unknown' }],
  )
})

test('ten first requests of one new user at once make one account, and all are let in', async (t) => {
  const world = await remote(t)
  const replies = await Promise.all(Array.from({ length: 10 }, () => world.visitor().get('/me', as('newuser'))))
  assert.deepEqual(new Set(replies.map(({ body }) => body)), new Set(['newuser']))
})

for (const [what, stays, body] of [
  ['is taken', true, 'newuser'],
  ['is nobody’s', false, 'AnonymousUser'],
] as const) {
  test(`where another process was faster to make the account, what there is of it ${what}`, async (t) => {
    const database = memory()
    const world = await remote(t, usual, { database })
    const create = database.users.create.bind(database.users)
    t.mock.method(database.users, 'create', (given: Parameters<typeof create>[0]) => {
      if (stays) create(given)
      throw new UserExists()
    })
    assert.equal((await world.visitor().get('/me', as('newuser'))).body, body)
  })
}

test('a store that cannot make the account makes nobody', async (t) => {
  const database = memory()
  const world = await remote(t, usual, { database })
  t.mock.method(database.users, 'create', () => {
    throw new Error('full')
  })
  assert.equal((await world.visitor().get('/me', as('newuser'))).status, 503)
})
