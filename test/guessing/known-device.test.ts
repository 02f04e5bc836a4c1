/** The owner of an account under attack, and what the cookie of their browser is worth to others. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { authenticate } from '../../src/auth/authenticate.ts'
import { login } from '../../src/auth/login.ts'
import { StoreUnavailable } from '../../src/errors.ts'
import { TimestampSigner } from '../../src/kernel/signing.ts'
import { memory } from '../../src/memory.ts'
import type { PosternOptions } from '../../src/options.ts'
import { Pbkdf2Hasher } from '../../src/passwords/pbkdf2.ts'
import type { Browser } from '../support/browser.ts'
import { ALICE, SECRET_KEY } from '../support/postern.ts'
import { type Routes, type Site, site } from '../support/site.ts'

const COOKIE = 'postern_device'
/** So that the attacker, who has the same address in these tests, does not use up the network of all. */
const LIMITS = { network: { attempts: 1000, seconds: 900 } } as const

async function world(t: TestContext, options: Partial<PosternOptions> = {}, routes: Routes = {}): Promise<Site> {
  return site(t, { loginLimits: LIMITS, ...options }, routes)
}

/** A browser with nothing but the cookie by which the site knows it. */
function onlyKnown(from: Browser): Browser {
  const browser = from.copy()
  for (const name of [...browser.cookies.keys()]) if (name !== COOKIE) browser.cookies.delete(name)
  return browser
}

/** Wrong guesses at alice until nobody looks at them any more. */
async function attack({ visitor }: Pick<Site, 'visitor'>, browser = visitor()): Promise<number> {
  for (let guesses = 0; guesses < 50; guesses++) {
    const reply = await browser.login('alice', `guess ${guesses}`)
    if (reply.status === 429) return guesses
    assert.equal(reply.status, 200)
  }
  throw new Error('the guesses had no end')
}

test('during an attack the owner logs in from a browser that they have used before, and from no other', async (t) => {
  const here = await world(t)
  const owner = await here.loggedIn()
  await owner.logout()
  assert.equal(await attack(here), 10)
  assert.equal((await here.visitor().login()).status, 429)
  assert.equal((await owner.login()).status, 302)
  assert.equal((await owner.get('/me')).body, 'alice')
  await owner.logout()
  assert.equal((await owner.login('alice', 'a typing mistake')).status, 200)
  assert.equal((await owner.login()).status, 302)
})

test('the cookie is HttpOnly, for a year, and set by a login alone; a logout leaves it', async (t) => {
  const here = await world(t)
  const browser = here.visitor()
  const wrong = await browser.login('alice', 'wrong')
  assert.doesNotMatch(wrong.setCookies.join(), /postern_device/)
  const right = await browser.login()
  const lines = right.setCookies.filter((line) => line.startsWith(COOKIE))
  assert.equal(lines.length, 1)
  assert.match(
    lines[0] ?? '',
    /^postern_device=[\w.:-]+; expires=[^;]+ GMT; HttpOnly; Max-Age=31536000; Path=\/; SameSite=Lax$/,
  )
  assert.doesNotMatch(lines[0] ?? '', /alice/i)
  const goodbye = await browser.logout()
  assert.doesNotMatch(goodbye.setCookies.join(), /postern_device/)
  assert.ok(browser.cookies.has(COOKIE))
})

test('the cookie has the attributes of the session cookie', async (t) => {
  const session = {
    cookieSecure: true,
    cookieSameSite: 'Strict',
    cookiePath: '/app/',
    cookieDomain: 'site.example',
  } as const
  const here = await world(t, { session })
  const reply = await here.visitor().login()
  const [line = ''] = reply.setCookies.filter((one) => one.startsWith(COOKIE))
  assert.match(line, /; Domain=site\.example; .*; Path=\/app\/; SameSite=Strict; Secure$/)
})

test('the cookie by itself lets nobody in', async (t) => {
  const here = await world(t)
  const thief = onlyKnown(await here.loggedIn())
  assert.equal((await thief.get('/me')).body, 'AnonymousUser')
  assert.equal((await thief.login('alice', 'wrong')).status, 200)
  assert.equal((await thief.get('/me')).body, 'AnonymousUser')
})

test('a stolen cookie gives its thief the ten attempts of that browser, and no more', async (t) => {
  const here = await world(t)
  const owner = await here.loggedIn()
  const thief = onlyKnown(owner)
  assert.equal(await attack(here, thief), 10)
  assert.equal((await here.visitor().login()).status, 302, 'the account has all of its own')
})

test('the cookie dies with the password', async (t) => {
  const here = await world(t)
  const owner = await here.loggedIn()
  const thief = onlyKnown(owner)
  await attack(here)
  assert.equal((await thief.login('alice', 'wrong')).status, 200, 'known as yet')
  await here.auth.users.update('1', { password: await here.auth.passwords.make('a-new-One-9') })
  assert.equal((await thief.login('alice', 'a-new-One-9')).status, 429)
})

test('the cookie of one user is nothing at the account of another', async (t) => {
  const here = await world(t)
  await here.auth.createUser({ username: 'mallory', password: 'm-Word-66' })
  const mallory = await here.loggedIn('mallory', 'm-Word-66')
  await attack(here)
  assert.equal((await mallory.login()).status, 429)
})

test('an attacker with an account of their own, and its cookie, has at others what everybody has', async (t) => {
  const here = await world(t)
  await here.auth.createUser({ username: 'mallory', password: 'm-Word-66' })
  const mallory = await here.loggedIn('mallory', 'm-Word-66')
  assert.equal(await attack(here, mallory), 10)
})

test('a cookie that was changed, cut, made up, signed for something else or grown to a megabyte is none', async (t) => {
  const here = await world(t)
  const owner = await here.loggedIn()
  const good = owner.cookies.get(COOKIE) ?? ''
  await attack(here)
  const { auth } = here
  const forged = new TimestampSigner({ key: SECRET_KEY, salt: 'another' })
  for (const bad of [
    good.slice(0, -1),
    good.slice(1),
    `${good}x`,
    good.replace('.', ','),
    good.split(':')[0] ?? '',
    forged.sign(good.split(':')[0] ?? '', auth.sessions.now() / 1000),
    '..',
    ':::',
    '__proto__',
    'A'.repeat(10_000),
  ]) {
    const browser = here.visitor()
    browser.cookies.set(COOKIE, bad)
    assert.equal((await browser.login()).status, 429, bad.slice(0, 40))
  }
  const browser = here.visitor()
  browser.cookies.set(COOKIE, good)
  assert.equal((await browser.login()).status, 302)
})

test('a cookie of a user who is gone, or of no id at all, is none', async (t) => {
  const database = memory()
  const here = await world(t, { database })
  const owner = await here.loggedIn()
  await attack(here)
  t.mock.method(database.users, 'findById', () => null)
  assert.equal((await onlyKnown(owner).login()).status, 429)
})

test('after a year without a login the browser is forgotten', async (t) => {
  const here = await world(t)
  const owner = await here.loggedIn()
  here.clock.pass(31_536_000 - 900)
  await attack(here)
  assert.equal((await onlyKnown(owner).login()).status, 302)
  here.clock.pass(900)
  const again = await here.loggedIn()
  here.clock.pass(31_536_001)
  await attack(here)
  assert.equal((await onlyKnown(again).login()).status, 429)
})

test('a browser keeps its own attempts from login to login, and is known by another spelling of the name', async (t) => {
  const here = await world(t)
  const owner = await here.loggedIn()
  const idOf = (browser: Browser): string | undefined => browser.cookies.get(COOKIE)?.split('.')[1]
  const first = idOf(owner)
  await owner.login()
  assert.equal(idOf(owner), first)
  assert.notEqual(idOf(await here.loggedIn()), first)
  await attack(here)
  assert.equal((await onlyKnown(owner).login(' alice ', ALICE.password)).status, 302)
})

test('after a change of the secret key the cookie is good as long as the old key is a fallback', async (t) => {
  const database = memory()
  const owner = await (await world(t, { database })).loggedIn()
  const cookie = owner.cookies.get(COOKIE) ?? ''
  const newKey = `${SECRET_KEY}-new`
  for (const [secretKeyFallbacks, status] of [
    [[SECRET_KEY], 302],
    [[], 429],
  ] as const) {
    const here = await world(t, { database, secretKey: newKey, secretKeyFallbacks })
    await attack(here)
    const browser = here.visitor()
    browser.cookies.set(COOKIE, cookie)
    assert.equal((await browser.login()).status, status)
    here.clock.pass(900)
  }
})

test('a login that was not by credentials, and one that could not be stored, set no cookie', async (t) => {
  const database = memory()
  const routes: Routes = {
    '/in': async (_req, res, request) => {
      await login(request, here.alice)
      res.end()
    },
    '/other': async (_req, res, request) => {
      await authenticate(request, ALICE)
      const bob = await request.context.users.findByUsername('bob')
      if (bob !== null) await login(request, bob)
      res.end()
    },
    '/broken': async (_req, res, request) => {
      const user = await authenticate(request, ALICE)
      if (user !== null) await login(request, user)
      res.statusCode = 500
      res.end()
    },
  }
  const here = await world(t, { database }, routes)
  await here.auth.createUser({ username: 'bob', password: 'builder-77-Yes' })
  for (const path of ['/in', '/other', '/broken']) {
    const reply = await here.visitor().get(path)
    assert.doesNotMatch(reply.setCookies.join(), /postern_device/, path)
  }
  t.mock.method(database.sessions, 'create', () => {
    throw new StoreUnavailable()
  })
  const reply = await here.visitor().login()
  assert.equal(reply.status, 503)
  assert.doesNotMatch(reply.setCookies.join(), /postern_device/)
})

test('without the limit of a browser there is no such cookie, and one that is there does nothing', async (t) => {
  const database = memory()
  const owner = await (await world(t, { database })).loggedIn()
  for (const loginLimits of [false, { ...LIMITS, device: false }] as const) {
    const here = await world(t, { database, loginLimits })
    assert.doesNotMatch((await here.visitor().login()).setCookies.join(), /postern_device/)
    if (loginLimits === false) continue
    await attack(here)
    const browser = here.visitor()
    browser.cookies.set(COOKIE, owner.cookies.get(COOKIE) ?? '')
    assert.equal((await browser.login()).status, 429)
  }
})

test("a hash of yesterday's cost that is made anew leaves the browser known", async (t) => {
  const database = memory()
  await world(t, { database, passwordHashers: [new Pbkdf2Hasher({ rounds: 1 })] })
  const here = await world(t, { database, passwordHashers: [new Pbkdf2Hasher({ rounds: 2 })] })
  const owner = await here.loggedIn()
  await attack(here)
  assert.equal((await onlyKnown(owner).login()).status, 302)
})

test('a store of users that does not answer is a 503 before anybody guesses', async (t) => {
  const database = memory()
  const here = await world(t, { database })
  const owner = onlyKnown(await here.loggedIn())
  await owner.get('/accounts/login/')
  t.mock.method(database.users, 'findById', () => {
    throw new StoreUnavailable()
  })
  assert.equal((await owner.login()).status, 503)
})
