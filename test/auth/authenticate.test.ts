import assert from 'node:assert/strict'
import { test } from 'node:test'
import { authenticate } from '../../src/auth/authenticate.ts'
import type { Credentials } from '../../src/auth/backend.ts'
import { PermissionDenied, StoreUnavailable } from '../../src/errors.ts'
import { memory } from '../../src/memory.ts'
import type { PosternOptions } from '../../src/options.ts'
import type { Hasher } from '../../src/passwords/hasher.ts'
import { Pbkdf2Hasher } from '../../src/passwords/hashers/pbkdf2.ts'
import type { User } from '../../src/users/user.ts'
import { ALICE } from '../support/postern.ts'
import { listen, site } from '../support/site.ts'

const cheap = new Pbkdf2Hasher({ rounds: 1 })
const dearer = new Pbkdf2Hasher({ rounds: 2 })

/** A site with a function that authenticates as a handler would, over HTTP. */
async function asking(t: Parameters<typeof site>[0], options: Partial<PosternOptions> = {}) {
  let credentials: Credentials = {}
  let found: User | null = null
  const world = await site(t, options, {
    '/authenticate': async (_req, res, request) => {
      found = await authenticate(request, credentials)
      res.end(String(request.user))
    },
  })
  const visitor = world.visitor()
  const ask = async (given: Credentials): Promise<User | null> => {
    credentials = given
    found = null
    const reply = await visitor.get('/authenticate')
    if (reply.status === 500) throw world.errors.pop()
    assert.equal(reply.status, 200)
    assert.equal(reply.body, 'AnonymousUser', 'authenticate logged somebody in')
    assert.deepEqual(reply.setCookies, [])
    return found
  }
  return { world, ask }
}

test('name and password of a user give the user and log nobody in', async (t) => {
  const { ask } = await asking(t)
  assert.equal((await ask(ALICE))?.username, 'alice')
})

test('what is wrong, missing or of another kind gives null', async (t) => {
  const { world, ask } = await asking(t)
  await world.auth.createUser({ username: 'nopass' })
  for (const credentials of [
    { username: 'alice', password: 'wrong' },
    { username: 'alice', password: '' },
    { username: 'alice', password: 'wonder-Land-42 ' },
    { username: 'alice', password: 'WONDER-LAND-42' },
    { username: 'Alice', password: ALICE.password },
    { username: 'nobody', password: ALICE.password },
    { username: 'nopass', password: '' },
    { username: 'nopass', password: '!' },
    { username: 'alice' },
    { password: ALICE.password },
    { username: ['alice'], password: ALICE.password },
    { username: 'alice', password: { toString: () => ALICE.password } },
    { token: 'abc' },
    {},
  ] as Credentials[]) {
    assert.equal(await ask(credentials), null, JSON.stringify(credentials))
  }
})

test('an inactive user is refused', async (t) => {
  const { world, ask } = await asking(t)
  await world.auth.users.update('1', { isActive: false })
  assert.equal(await ask(ALICE), null)
})

test('a malformed hash is a failed login and no error (difference 10)', async (t) => {
  const { world, ask } = await asking(t)
  for (const password of ['', 'plain', 'pbkdf2_sha256$', 'pbkdf2_sha256$x$y$z', 'md5$a$b', '$$$', '!']) {
    await world.auth.users.update('1', { password })
    assert.equal(await ask(ALICE), null, password)
  }
})

test('a failed login is an event with the credentials, but for what looks secret', async (t) => {
  const { ask } = await asking(t)
  const heard = listen(t, 'user_login_failed')
  const given = {
    username: 'alice',
    PASSWORD: 'a',
    apiKey: 'b',
    csrf_token: 'c',
    clientSecret: 'd',
    signature: 'e',
    otp: 7,
  }
  await ask(given)
  const stars = '********************'
  assert.deepEqual(
    heard.map(({ credentials, incoming }) => [credentials, incoming?.url]),
    [
      [
        {
          username: 'alice',
          PASSWORD: stars,
          apiKey: stars,
          csrf_token: stars,
          clientSecret: stars,
          signature: stars,
          otp: 7,
        },
        '/authenticate',
      ],
    ],
  )
  assert.equal(given.PASSWORD, 'a', "the credentials of the caller are the caller's")
})

test('a login that succeeds is no failed one', async (t) => {
  const { ask } = await asking(t)
  const heard = listen(t, 'user_login_failed')
  await ask(ALICE)
  assert.deepEqual(heard, [])
})

test('backends are asked in their order until one vouches', async (t) => {
  const asked: string[] = []
  const backend = (path: string, answer: () => Promise<User | null>) => () => ({
    path,
    authenticate: () => {
      asked.push(path)
      return answer()
    },
    getUser: () => null,
  })
  const database = memory()
  const { ask } = await asking(t, {
    database,
    backends: [
      backend('first', async () => null),
      backend('second', async () => database.users.findById('1')),
      backend('third', async () => assert.fail('asked in vain')),
    ],
  })
  assert.equal((await ask({ ticket: 1 }))?.username, 'alice')
  assert.deepEqual(asked, ['first', 'second'])
})

test('a backend that forbids ends the search, and that is a failed login', async (t) => {
  const heard = listen(t, 'user_login_failed')
  const { ask } = await asking(t, {
    backends: [
      () => ({ path: 'bouncer', authenticate: () => Promise.reject(new PermissionDenied()), getUser: () => null }),
      () => ({ path: 'second', authenticate: () => assert.fail('asked in vain'), getUser: () => null }),
    ],
  })
  assert.equal(await ask(ALICE), null)
  assert.equal(heard.length, 1)
})

test('a backend that breaks is an error and no refusal', async (t) => {
  const { ask } = await asking(t, {
    backends: [
      () => ({ path: 'x', authenticate: () => Promise.reject(new Error('LDAP is on fire')), getUser: () => null }),
    ],
  })
  await assert.rejects(ask(ALICE), /LDAP is on fire/)
})

test('unknown, inactive and mistaken users cost one hash each, and the same one', async (t) => {
  const work: string[] = []
  const counting: Hasher = {
    algorithm: cheap.algorithm,
    salt: () => cheap.salt(),
    encode: (password, salt) => {
      work.push('encode')
      return cheap.encode(password, salt)
    },
    verify: (password, encoded) => {
      work.push('verify')
      return cheap.verify(password, encoded)
    },
    mustUpdate: (encoded) => cheap.mustUpdate(encoded),
    hardenRuntime: async () => {
      work.push('harden')
    },
  }
  const { world, ask } = await asking(t, { passwordHashers: [counting] })
  await world.auth.createUser({ username: 'gone', password: 'right-One-1', isActive: false })
  await world.auth.createUser({ username: 'nopass' })
  const costs: Record<string, string> = {}
  for (const [who, credentials] of Object.entries({
    unknown: { username: 'nobody', password: 'x' },
    mistaken: { username: 'alice', password: 'x' },
    inactive: { username: 'gone', password: 'right-One-1' },
    unusable: { username: 'nopass', password: 'x' },
  })) {
    work.length = 0
    await ask(credentials)
    costs[who] = work.join()
  }
  assert.deepEqual(costs, { unknown: 'encode', mistaken: 'verify', inactive: 'verify', unusable: 'encode' })
})

test("a hash of yesterday's cost is made anew at a login, and the session holds", async (t) => {
  const database = memory()
  await site(t, { database, passwordHashers: [cheap] })
  const world = await site(t, { database, passwordHashers: [dearer] })
  const browser = await world.loggedIn()
  assert.match((await world.auth.users.findById('1'))?.password ?? '', /^pbkdf2_sha256\$2\$/)
  assert.equal((await browser.get('/me')).body, 'alice')
  assert.equal((await (await world.loggedIn()).get('/me')).body, 'alice')
  assert.equal((await browser.get('/me')).body, 'alice')
})

test('a wrong password makes no hash anew', async (t) => {
  const database = memory()
  const before = await site(t, { database, passwordHashers: [cheap] })
  const { ask } = await asking(t, { database, passwordHashers: [dearer] })
  assert.equal(await ask({ username: 'alice', password: 'wrong' }), null)
  assert.equal((await before.auth.users.findById('1'))?.password, before.alice.password)
})

test('a password changed while a login makes the hash anew stays changed, and the old password does not get in', async (t) => {
  const database = memory()
  const before = await site(t, { database, passwordHashers: [cheap] })
  const { world, ask } = await asking(t, { database, passwordHashers: [dearer] })
  const changed = await world.auth.passwords.make('a-new-One-9')
  const replace = database.users.replacePassword.bind(database.users)
  t.mock.method(
    database.users,
    'replacePassword',
    (id: string, from: string, to: string) => {
      database.users.update(id, { password: changed })
      return replace(id, from, to)
    },
    { times: 1 },
  )
  assert.equal(await ask(ALICE), null)
  assert.equal((await before.auth.users.findById('1'))?.password, changed)
  assert.equal((await ask({ username: 'alice', password: 'a-new-One-9' }))?.username, 'alice')
})

test('two tabs that log in while the hash is made anew both get in', async (t) => {
  const database = memory()
  await site(t, { database, passwordHashers: [cheap] })
  const world = await site(t, { database, passwordHashers: [dearer] })
  const [left, right] = await Promise.all([world.loggedIn(), world.loggedIn()])
  assert.equal((await left.get('/me')).body, 'alice')
  assert.equal((await right.get('/me')).body, 'alice')
})

test('a user who is deleted or switched off while the hash is made anew does not get in', async (t) => {
  for (const end of ['deleted', 'inactive']) {
    const database = memory()
    await site(t, { database, passwordHashers: [cheap] })
    const { world, ask } = await asking(t, { database, passwordHashers: [dearer] })
    t.mock.method(database.users, 'replacePassword', () => {
      if (end === 'deleted') t.mock.method(database.users, 'findById', () => null)
      else database.users.update('1', { isActive: false })
      return end === 'inactive'
    })
    assert.equal(await ask(ALICE), null, end)
    assert.equal(world.errors.length, 0)
  }
})

test('more logins than can be hashed in time are told to come back: 503 with Retry-After, nobody is refused for good', async (t) => {
  const gate = Promise.withResolvers<void>()
  const slow: Hasher = {
    algorithm: cheap.algorithm,
    salt: () => cheap.salt(),
    encode: (password, salt) => cheap.encode(password, salt),
    verify: async (password, encoded) => {
      await gate.promise
      return cheap.verify(password, encoded)
    },
    mustUpdate: (encoded) => cheap.mustUpdate(encoded),
    hardenRuntime: async () => {},
  }
  const world = await site(t, { passwordHashers: [slow], hashQueue: { concurrency: 1, maxWait: 0.2 } })
  const browsers = await Promise.all(
    Array.from({ length: 6 }, async () => {
      const browser = world.visitor()
      await browser.get('/accounts/login/')
      return browser
    }),
  )
  const replies = browsers.map((browser) => browser.login())
  const refused = await Promise.any(replies)
  assert.equal(refused.status, 503)
  assert.match(refused.headers['retry-after'] ?? '', /^[1-9]$/)
  assert.match(refused.body, /Too many people are signing in at this moment/)
  assert.deepEqual(refused.setCookies, [])
  gate.resolve()
  const statuses = (await Promise.all(replies)).map(({ status }) => status)
  assert.ok(statuses.includes(302), statuses.join())
})

test('a store of users that does not answer is a 503 and no wrong password', async (t) => {
  const database = memory()
  const world = await site(t, { database })
  const heard = listen(t, 'user_login_failed')
  t.mock.method(database.users, 'findByUsername', () => {
    throw new StoreUnavailable()
  })
  const reply = await world.visitor().login()
  assert.equal(reply.status, 503)
  assert.equal(reply.headers['retry-after'], '2')
  assert.deepEqual(heard, [])
})

test('without a request authenticate says what it needs', async () => {
  await assert.rejects(authenticate(undefined as never, ALICE), /^TypeError: authenticate\(request\) needs the request/)
})
