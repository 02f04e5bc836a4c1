/** Session cookies as they come from browsers, from attackers and from broken programs. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { memory } from '../../src/memory.ts'
import { sqlite } from '../../src/sqlite.ts'
import { RawConnection } from '../support/raw-connection.ts'
import { site } from '../support/site.ts'

for (const [what, cookie] of [
  ['none', ''],
  ['an empty value', 'sessionid='],
  ['an empty quoted value', 'sessionid=""'],
  ['seven characters', 'sessionid=abcdefg'],
  ['41 characters', `sessionid=${'a'.repeat(41)}`],
  ['capitals', `sessionid=${'A'.repeat(32)}`],
  ['a path', 'sessionid=../../../etc/passwd'],
  ['SQL', "sessionid=' OR '1'='1' --"],
  ['a wildcard', `sessionid=${'%'.repeat(32)}`],
  ['bytes that are no ASCII', `sessionid=${'\u00e9'.repeat(32)}`],
  ['a name without a value', 'sessionid'],
  ['a value without a name', '=abcdefgh'],
  ['separators alone', ';;; ;=; ,'],
  ['a quote that never ends', 'sessionid="abc'],
  ['an escape that never ends', 'sessionid="\\"'],
  ['10,000 characters', `sessionid=${'a'.repeat(10_000)}`],
  ['a thousand cookies', Array.from({ length: 1000 }, (_, at) => `c${at}=1`).join('; ')],
] as const) {
  test(`a Cookie header with ${what} is an anonymous visitor and never an error`, async (t) => {
    const database = memory()
    const world = await site(t, { database })
    const load = t.mock.method(database.sessions, 'load')
    const reply = await world.visitor().get('/me', { cookie })
    assert.deepEqual([reply.status, reply.body], [200, 'AnonymousUser'])
    assert.equal(load.mock.callCount(), 0, 'the store was asked')
    assert.deepEqual(world.errors, [])
  })
}

test('control characters in the header are refused by the server or anonymous, and the next request is served', async (t) => {
  const world = await site(t)
  for (const byte of ['\x00', '\x01', '\x7f', '\x0b', '\xff']) {
    const raw = await RawConnection.open(t, world.base)
    raw.write(`GET /me HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nCookie: sessionid=abcdefgh${byte}\r\n\r\n`)
    const answer = await raw.ended()
    assert.match(answer, /^HTTP\/1\.1 (?:400|200) /)
    if (answer.startsWith('HTTP/1.1 200')) assert.match(answer, /AnonymousUser/)
  }
  assert.equal((await world.visitor().get('/me')).status, 200)
})

test('a header larger than Node takes is 431, and the next request is served', async (t) => {
  const world = await site(t)
  assert.equal((await world.visitor().get('/me', { cookie: `sessionid=${'a'.repeat(20_000)}` })).status, 431)
  assert.equal((await (await world.loggedIn()).get('/me')).body, 'alice')
})

test('of two cookies with the name the last counts, and cookies with a similar name are others', async (t) => {
  const world = await site(t)
  const key = (await world.loggedIn()).cookies.get('sessionid')
  const who = async (cookie: string) => (await world.visitor().get('/me', { cookie })).body
  assert.equal(await who(`sessionid=${'a'.repeat(32)}; sessionid=${key}`), 'alice')
  assert.equal(await who(`sessionid=${key}; sessionid=${'a'.repeat(32)}`), 'AnonymousUser')
  for (const name of ['xsessionid', 'sessionidx', 'Sessionid', 'SESSIONID', '__Host-sessionid', 'a; xsessionid']) {
    assert.equal(await who(`${name}=${key}`), 'AnonymousUser', name)
  }
  assert.equal(await who(`a=sessionid=${key}`), 'AnonymousUser')
  assert.equal(await who(`theme=dark;sessionid=${key};lang=nl`), 'alice')
})

test('a quoted value is the value, as Django reads it', async (t) => {
  const world = await site(t)
  const key = (await world.loggedIn()).cookies.get('sessionid')
  assert.equal((await world.visitor().get('/me', { cookie: `sessionid="${key}"` })).body, 'alice')
  assert.equal((await world.visitor().get('/me', { cookie: `sessionid="${key}` })).body, 'AnonymousUser')
})

test('the stored key is not the key in the cookie, and is no key itself (difference 8); under interop it is', async (t) => {
  const world = await site(t)
  const browser = await world.loggedIn()
  const key = browser.cookies.get('sessionid') ?? ''
  const { store, storedKey } = world.auth.sessions
  assert.equal(await store.load(key, world.clock.now()), null)
  const thief = world.visitor()
  thief.cookies.set('sessionid', storedKey(key))
  assert.equal((await thief.get('/me')).body, 'AnonymousUser')

  const shared = await site(t, { interop: 'django' })
  const raw = (await shared.loggedIn()).cookies.get('sessionid') ?? ''
  assert.notEqual(await shared.auth.sessions.store.load(raw, shared.clock.now()), null)
})

test('the cookie carries nothing but the key, and no page shows it', async (t) => {
  const world = await site(t)
  const browser = await world.loggedIn()
  const key = browser.cookies.get('sessionid') ?? ''
  for (const address of ['/me', '/get', '/csrf', '/accounts/login/']) {
    const reply = await browser.get(address)
    assert.ok(!reply.body.includes(key), address)
    assert.ok(!JSON.stringify(reply.headers).includes(key), address)
  }
})

for (const [where, make] of [
  ['memory', () => memory()],
  ['SQLite', () => sqlite(':memory:')],
] as const) {
  test(`500 visitors with made-up cookies who look and log out leave no row in ${where} (CVE-2015-5143, CVE-2015-5963)`, async (t) => {
    const database = make()
    t.after(() => database.close())
    const world = await site(t, { database })
    const create = t.mock.method(database.sessions, 'create')
    const browser = world.visitor()
    await browser.get('/csrf')
    const token = browser.cookies.get('csrftoken') ?? ''
    for (let at = 0; at < 500; at++) {
      const cookie = `csrftoken=${token}; sessionid=${at.toString(36).padStart(32, 'z')}`
      const reply =
        at % 2 === 0
          ? await browser.get('/me', { cookie })
          : await browser.send('/accounts/logout/', { method: 'POST', headers: { cookie, 'x-csrftoken': token } })
      assert.equal(reply.status, 200)
    }
    assert.equal(create.mock.callCount(), 0)
    world.clock.pass(10 * 365 * 86_400)
    assert.equal(await database.sessions.clearExpired(world.clock.now()), 0)
  })
}

test('writing under an unknown or an expired key makes a new one', async (t) => {
  const world = await site(t, { session: { cookieAge: 60 } })
  const browser = world.visitor()
  browser.cookies.set('sessionid', 'a'.repeat(32))
  await browser.get('/set?a=1')
  const first = browser.cookies.get('sessionid')
  assert.notEqual(first, 'a'.repeat(32))
  world.clock.pass(60)
  await browser.get('/set?b=2')
  assert.notEqual(browser.cookies.get('sessionid'), first)
  assert.equal((await browser.get('/get')).body, '{"b":"2"}')
})

test('a hashed key of before `interop` was set opens nothing by its own text, with `keysBefore` or without', async (t) => {
  const database = memory()
  const before = await site(t, { database })
  const key = (await before.loggedIn()).cookies.get('sessionid') ?? ''
  for (const options of [{}, { session: { keysBefore: 'hashed' } }] as const) {
    const shared = await site(t, { database, interop: 'django', ...options })
    const thief = shared.visitor()
    thief.cookies.set('sessionid', before.auth.sessions.storedKey(key))
    assert.equal((await thief.get('/me')).body, 'AnonymousUser')
    const owner = shared.visitor()
    owner.cookies.set('sessionid', key)
    assert.equal((await owner.get('/me')).body, 'session' in options ? 'alice' : 'AnonymousUser')
  }
})
