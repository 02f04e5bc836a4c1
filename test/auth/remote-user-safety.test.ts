/** What somebody could try against a site that believes a server in front about its users. */
import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { type TestContext, test } from 'node:test'
import { authenticate } from '../../src/auth/authenticate.ts'
import { type Credentials, REMOTE_USER } from '../../src/auth/backend.ts'
import { ModelBackend } from '../../src/auth/model-backend.ts'
import { RemoteUserBackend } from '../../src/auth/remote-user-backend.ts'
import { createPostern, text } from '../../src/index.ts'
import { path } from '../../src/kernel/urls.ts'
import { memory } from '../../src/memory.ts'
import type { PosternOptions } from '../../src/options.ts'
import { Browser } from '../support/browser.ts'
import { frameworks } from '../support/frameworks.ts'
import { SECRET_KEY, testPostern } from '../support/postern.ts'
import { serve } from '../support/serve.ts'
import { type Site, site } from '../support/site.ts'

const HEADER = 'x-remote-user'
const AS_ALICE = { [HEADER]: 'alice' } as const
const SETTINGS = {
  proxies: 1,
  remoteUser: { header: HEADER },
  backends: [(context) => new ModelBackend(context), (context) => new RemoteUserBackend(context)],
} as const satisfies Partial<PosternOptions>

function remote(t: TestContext, options: Partial<PosternOptions> = {}): Promise<Site> {
  return site(t, { ...SETTINGS, ...options })
}

/** Sends header lines as they are. @returns the body of the answer */
function raw(base: string, lines: readonly string[], pathname = '/me'): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(base).port), '127.0.0.1', () =>
      socket.write(`GET ${pathname} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n${lines.join('\r\n')}\r\n\r\n`),
    )
    let answer = ''
    socket.on('data', (chunk) => {
      answer += String(chunk)
    })
    socket.on('end', () =>
      resolve(
        answer
          .split('\r\n\r\n')[1]
          ?.replace(/^\w+\r\n|\r\n0$/g, '')
          .trim() ?? '',
      ),
    )
    socket.on('error', reject)
  })
}

test('a header is not believed without a proxy: that is refused at start', () => {
  const make = (options: Partial<PosternOptions>): unknown =>
    createPostern({ secretKey: SECRET_KEY, database: memory(), development: true, ...SETTINGS, ...options })
  for (const proxies of [0, undefined]) {
    assert.throws(
      () =>
        createPostern({
          secretKey: SECRET_KEY,
          database: memory(),
          development: true,
          remoteUser: { header: HEADER },
          backends: SETTINGS.backends,
          ...(proxies === undefined ? {} : { proxies }),
        }),
      {
        code: 'ERR_CONFIGURATION',
        message: /believes the header x-remote-user, and without a proxy in front every client can send it/,
      },
    )
  }
  for (const header of ['REMOTE_USER', 'HTTP_X_REMOTE_USER', 'x_remote-user', '', ' x', 'a:b', 7, 'x-', '-x']) {
    assert.throws(() => make({ remoteUser: { header: header as string } }), {
      code: 'ERR_CONFIGURATION',
      message: /with dashes alone/,
    })
  }
  for (const remoteUser of [{}, { header: HEADER, from: () => 'x' }, { from: 'x' }, 'x-remote-user', null, []]) {
    assert.throws(() => make({ remoteUser: remoteUser as never }), {
      code: 'ERR_CONFIGURATION',
      message: /remoteUser needs a header/,
    })
  }
  assert.throws(() => make({ backends: [(context) => new ModelBackend(context)] }), {
    message: /whom no backend believes/,
  })
  createPostern({
    secretKey: SECRET_KEY,
    database: memory(),
    development: true,
    backends: SETTINGS.backends,
    remoteUser: { from: () => undefined },
  })
})

test('another spelling of the header is another header (CVE-2026-3902)', async (t) => {
  const world = await remote(t)
  for (const line of [
    'X_Remote_User: alice',
    'x_remote_user: alice',
    'X-Remote_User: alice',
    'HTTP_X_REMOTE_USER: alice',
    'Remote-User: alice',
  ]) {
    assert.equal(await raw(world.base, [line]), 'AnonymousUser', line)
  }
  assert.equal(await raw(world.base, ['X-Remote-User: alice', 'X_Remote_User: mallory']), 'alice')
  assert.equal(await raw(world.base, ['x-REMOTE-user: alice']), 'alice')
})

test('a header that came twice names nobody: not the first, not the last, and nobody is created', async (t) => {
  const world = await remote(t)
  for (const lines of [
    ['X-Remote-User: alice', 'X-Remote-User: mallory'],
    ['X-Remote-User: mallory', 'x-remote-user: alice'],
    ['X-Remote-User: alice, mallory'],
    ['X-Remote-User: alice,'],
    ['X-Remote-User: alice', 'X-Remote-User: alice'],
  ]) {
    assert.equal(await raw(world.base, lines), 'AnonymousUser', lines.join(' | '))
  }
  assert.equal(await world.auth.users.findByUsername('alice, mallory'), null)
  const browser = world.visitor()
  assert.equal((await browser.get('/me', AS_ALICE)).body, 'alice')
  assert.equal((await browser.get('/me', { [HEADER]: 'alice, alice' })).body, 'AnonymousUser', 'and ends the login')
})

test('strange names make no account: too long, with control characters, blank', async (t) => {
  let name = ''
  const world = await remote(t, { remoteUser: { from: () => name } })
  for (name of ['a'.repeat(151), 'a\u0000', 'a\r\nSet-Cookie: x=1', '\u007f', 'x'.repeat(5_000_000)]) {
    assert.equal((await world.visitor().get('/me')).body, 'AnonymousUser')
    assert.equal(await world.auth.users.findByUsername(name), null)
  }
  name = 'ünïcode name'
  assert.equal((await world.visitor().get('/me')).body, name)
})

test('credentials that come from a client cannot name a remote user', async (t) => {
  let body: Credentials = {}
  const world = await remote(t)
  const forged = JSON.parse(
    '{"remoteUser":"alice","remote_user":"alice","Symbol(postern.remote-user)":"alice","__proto__":{"remoteUser":"alice"}}',
  )
  for (body of [forged, { ...forged, username: 'alice', password: 'wrong' }]) {
    assert.equal(await authenticate(await requestOf(world), body), null)
  }
  assert.equal((await authenticate(await requestOf(world), { [REMOTE_USER]: 'alice' }))?.username, 'alice')
  for (const wrong of [7, null, ['alice'], {}]) {
    assert.equal(await authenticate(await requestOf(world), { [REMOTE_USER]: wrong as string }), null)
  }
})

async function requestOf({ auth }: Site) {
  const { FetchRequest } = await import('../../src/fetch-request.ts')
  return auth.open(new FetchRequest(new Request('http://localhost/'), 1, undefined))
}

test('a vouched-for visitor has no cookie, and another site cannot make the browser act', async (t) => {
  const world = await remote(t, { urls: [path('page/', () => text('done'))] })
  const forge = {
    method: 'POST',
    headers: { ...AS_ALICE, origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
  }
  for (const url of ['/write', '/page/']) {
    assert.equal((await world.visitor().send(url, forge)).status, 403, url)
    assert.equal(
      (await world.visitor().send(url, { method: 'POST', headers: AS_ALICE })).status,
      403,
      `${url} without a token`,
    )
    const browser = world.visitor()
    const reply = await browser.post(url, {}, AS_ALICE)
    assert.equal(reply.status, 200, `${url} with a token, though the login makes a new one`)
    assert.equal((await browser.post(url, {}, AS_ALICE)).status, 200)
  }
  assert.equal(
    (await world.visitor().send('/write', { method: 'POST' })).status,
    200,
    'nobody is vouched for: a webhook',
  )
  assert.equal((await world.visitor().send('/write', { method: 'POST', headers: { [HEADER]: '' } })).status, 200)
})

test('a route that is exempt from the check may be posted to, and knows who posts', async (t) => {
  const world = await remote(t, { csrf: { exempt: ['write'] } })
  assert.equal((await world.visitor().send('/write', { method: 'POST', headers: AS_ALICE })).status, 200)
})

test('a public page stays public, whoever asks for it', async (t) => {
  const world = await remote(t)
  const browser = world.visitor()
  assert.match(
    String((await browser.get('/public', AS_ALICE)).headers['cache-control']),
    /no-store/,
    'the login has a cookie',
  )
  assert.equal((await browser.get('/public', AS_ALICE)).headers['cache-control'], undefined)
  assert.equal((await world.visitor().get('/public')).headers['cache-control'], undefined)
  const other = await world.loggedIn()
  assert.equal((await other.get('/public')).headers['cache-control'], undefined)
})

test('it happens before the guards, on the application’s own routes and on every framework', async (t) => {
  for (const [name, listen] of Object.entries(frameworks)) {
    const { auth } = await testPostern({ ...SETTINGS, loginRequiredMiddleware: true })
    const base = await serve(
      t,
      listen(auth, (_req, res, request) => res.end(`for ${request.user}`)),
    )
    assert.equal((await new Browser(base).get('/data', AS_ALICE)).body, 'for alice', name)
    assert.equal((await new Browser(base).get('/data')).status, 302, name)
  }
})

for (const [what, method, room] of [
  ['the store of users', 'findByUsername', 'users'],
  ['the store of users, at the last moment,', 'update', 'users'],
] as const) {
  test(`where ${what} does not answer, who asks for the user gets a 503, and a public page is there`, async (t) => {
    const database = memory()
    const world = await remote(t, { database })
    t.mock.method(database[room], method, () => {
      throw new Error('gone')
    })
    const reply = await world.visitor().get('/me', AS_ALICE)
    assert.equal(reply.status, 503)
    assert.doesNotMatch(reply.body, /alice/)
    assert.equal((await world.visitor().get('/public', AS_ALICE)).body, 'public')
  })
}

test('a logout that the store does not confirm is a 503, and nobody goes on as the user before', async (t) => {
  const database = memory()
  const world = await remote(t, { database })
  const browser = world.visitor()
  await browser.get('/me', AS_ALICE)
  const deleting = t.mock.method(database.sessions, 'delete', () => {
    throw new Error('gone')
  })
  for (const headers of [{}, { [HEADER]: 'bob' }]) {
    const reply = await browser.get('/me', headers)
    assert.equal(reply.status, 503)
    assert.deepEqual(reply.setCookies, [])
  }
  deleting.mock.restore()
  assert.equal((await browser.get('/me')).body, 'AnonymousUser')
})

test('where the store of sessions does not answer nobody is logged in or out', async (t) => {
  const database = memory()
  const world = await remote(t, { database })
  const browser = world.visitor()
  await browser.get('/me', AS_ALICE)
  const loading = t.mock.method(database.sessions, 'load', () => {
    throw new Error('gone')
  })
  for (const headers of [{}, AS_ALICE, { [HEADER]: 'bob' }]) {
    assert.equal((await browser.get('/me', headers)).status, 503)
    assert.equal((await browser.get('/public', headers)).body, 'public')
  }
  loading.mock.restore()
  assert.equal((await browser.get('/me', AS_ALICE)).body, 'alice', 'the session is as it was')
})

test('a backend that breaks is an error, and no login', async (t) => {
  class Broken extends RemoteUserBackend {
    override configureUser(): never {
      throw new TypeError('broken')
    }
  }
  const world = await remote(t, { backends: [(context) => new Broken(context)] })
  const browser = world.visitor()
  assert.equal((await browser.get('/me', AS_ALICE)).status, 500)
  assert.equal(browser.cookies.has('sessionid'), false)
})
