import assert from 'node:assert/strict'
import { test } from 'node:test'
import { requireFresh } from '../../src/auth/fresh.ts'
import { login } from '../../src/auth/login.ts'
import { path } from '../../src/auth/path.ts'
import { text } from '../../src/auth/view.ts'
import type { PosternOptions } from '../../src/options.ts'
import { Pbkdf2Hasher } from '../../src/passwords/hashers/pbkdf2.ts'
import { LoginView } from '../../src/views/login-view.ts'
import { ReauthenticateView } from '../../src/views/reauthenticate-view.ts'
import type { Browser, Reply } from '../support/browser.ts'
import { HeldSessions } from '../support/held-sessions.ts'
import { ALICE } from '../support/postern.ts'
import { listen, type Routes, type Site, sessionsOf, site, values } from '../support/site.ts'

type Ends = Parameters<typeof site>[0]

const PAGE = '/accounts/reauthenticate/'
const INCORRECT = 'Your password was entered incorrectly. Please enter it again.'
const urls = [
  path(
    'email/',
    requireFresh(600, () => text('let in')),
  ),
]

/** Alice, who logged in an hour ago. */
async function anHourLater(t: Ends, options: Partial<PosternOptions> = {}): Promise<{ world: Site; browser: Browser }> {
  const world = await site(t, { urls, ...options })
  const browser = await world.loggedIn()
  world.clock.pass(3600)
  return { world, browser }
}

function prove(browser: Browser, password: string = ALICE.password, next = '/email/'): Promise<Reply> {
  return browser.post(`${PAGE}?next=${encodeURIComponent(next)}`, { password })
}

test('the right password leads to the page that asked for it, and is good for as long as that says', async (t) => {
  const { world, browser } = await anHourLater(t)
  const reply = await prove(browser)
  assert.equal(reply.status, 302)
  assert.equal(reply.headers.location, '/email/')
  assert.equal((await browser.get('/email/')).body, 'let in')
  world.clock.pass(599)
  assert.equal((await browser.get('/email/')).body, 'let in')
  world.clock.pass(1)
  assert.equal((await browser.get('/email/')).headers.location, `${PAGE}?next=/email/`)
})

test('the session goes on under a new key, and the old one is worth nothing', async (t) => {
  const { world, browser } = await anHourLater(t)
  await browser.get('/set?cart=full')
  const thief = browser.copy()
  const before = browser.cookies.get('csrftoken')
  await prove(browser)
  assert.notEqual(browser.cookies.get('sessionid'), thief.cookies.get('sessionid'))
  assert.notEqual(browser.cookies.get('csrftoken'), before)
  assert.equal((await thief.get('/me')).body, 'AnonymousUser')
  assert.equal((await browser.get('/me')).body, 'alice')
  assert.equal((await browser.get('/get')).body, '{"cart":"full"}')
  assert.equal(await sessionsOf(world, world.alice), 1)
})

test('the absolute age still counts from the login', async (t) => {
  const { world, browser } = await anHourLater(t)
  const started = (await values(world, browser.cookies.get('sessionid')))?._postern_started
  await prove(browser)
  const after = await values(world, browser.cookies.get('sessionid'))
  assert.equal(after?._postern_started, started)
  assert.equal(after?._postern_fresh, world.clock.now() / 1000)
})

test('a wrong password is told so, keeps the session as it was, and proves nothing', async (t) => {
  const { world, browser } = await anHourLater(t)
  const key = browser.cookies.get('sessionid')
  for (const wrong of ['wrong', ` ${ALICE.password}`, 'x'.repeat(100_000), '\0']) {
    const reply = await prove(browser, wrong)
    assert.equal(reply.status, 200)
    assert.ok(reply.body.includes(wrong === '\0' ? 'Null characters are not allowed.' : INCORRECT), wrong.slice(0, 20))
    assert.ok(!reply.body.includes(ALICE.password))
  }
  assert.match((await prove(browser, '')).body, /This field is required\./)
  assert.equal(browser.cookies.get('sessionid'), key)
  assert.equal((await browser.get('/email/')).status, 302)
  assert.equal((await browser.get('/me')).body, 'alice')
  assert.equal(world.errors.length, 0)
})

test("another user's password proves nothing, whatever name is sent along", async (t) => {
  const { world, browser } = await anHourLater(t)
  await world.auth.createUser({ username: 'eve', password: 'eves-Own-1' })
  const reply = await browser.post(PAGE, { username: 'eve', password: 'eves-Own-1', user: '2', id: '2' })
  assert.ok(reply.body.includes(INCORRECT))
  assert.equal((await browser.get('/me')).body, 'alice')
})

test('a name that belongs to somebody else by now vouches for nobody', async (t) => {
  const { world, browser } = await anHourLater(t)
  await world.auth.createUser({ username: 'eve', password: 'eves-Own-1' })
  const eve = await world.auth.users.findByUsername('eve')
  t.mock.method(world.auth.users, 'findByUsername', () => eve)
  const reply = await prove(browser, 'eves-Own-1')
  assert.ok(reply.body.includes(INCORRECT))
  assert.equal((await browser.get('/me')).body, 'alice')
})

test('a proof and a failed one are events, with the user and without the password', async (t) => {
  const { browser } = await anHourLater(t)
  const proofs = listen(t, 'user_reauthenticated')
  const failures = listen(t, 'user_login_failed')
  const logins = listen(t, 'user_logged_in')
  await prove(browser, 'wrong-secret')
  await prove(browser)
  assert.deepEqual(
    proofs.map(({ user, incoming }) => [user.username, incoming?.method]),
    [['alice', 'POST']],
  )
  assert.deepEqual(
    failures.map(({ credentials }) => credentials),
    [{ username: 'alice', password: '********************' }],
  )
  assert.equal(logins.length, 0)
})

/** A site on which `/sso?name` logs in without a password, as a single sign-on would. */
function withSso(t: Ends, options: Partial<PosternOptions> = {}): Promise<Site> {
  const routes: Routes = {
    '/sso': async (_req, res, request) => {
      const user = await request.context.users.findByUsername(request.query.get('name') ?? '')
      if (user !== null) await login(request, user)
      res.end()
    },
  }
  return site(t, { urls, ...options }, routes)
}

test('a password that is hashed anew by the way keeps this session', async (t) => {
  const world = await withSso(t)
  const old = await new Pbkdf2Hasher({ rounds: 1 }).encode(ALICE.password, 'shortsalt')
  await world.auth.users.update(String(world.alice.id), { password: old })
  const browser = world.visitor()
  await browser.get('/sso?name=alice')
  world.clock.pass(3600)
  assert.equal((await prove(browser)).status, 302)
  assert.notEqual((await world.auth.users.findByUsername('alice'))?.password, old)
  assert.equal((await browser.get('/email/')).body, 'let in')
})

test('a logout meanwhile wins: the proof brings nothing back', async (t) => {
  const writes = new HeldSessions()
  const { world, browser } = await anHourLater(t, { database: writes.database })
  await browser.get(PAGE)
  const other = browser.copy()
  writes.hold()
  const proving = prove(browser)
  await writes.reached
  assert.equal(await sessionsOf(world, world.alice), 1)
  await writes.inner.delete(world.auth.sessions.storedKey(other.cookies.get('sessionid') ?? ''))
  writes.release()
  assert.equal((await proving).status, 400)
  assert.equal(await sessionsOf(world, world.alice), 0)
  for (const one of [browser, other]) assert.equal((await one.get('/me')).body, 'AnonymousUser')
})

test('the page says who is asked and has what a password manager needs', async (t) => {
  const { browser } = await anHourLater(t, { siteName: 'Shop' })
  const { body, headers } = await browser.get(`${PAGE}?next=/email/`)
  assert.match(body, /<title>Confirm that it is you \| Shop<\/title>/)
  assert.match(body, /You are logged in as alice\. Enter your password once more to go on\./)
  assert.match(
    body,
    /<input type="password" name="password" id="id_password" value="" autocomplete="current-password" required autofocus>/,
  )
  assert.match(body, /<input type="text" autocomplete="username" value="alice" hidden readonly>/)
  assert.match(body, /<input type="hidden" name="next" value="\/email\/">/)
  assert.equal(headers['cache-control'], 'max-age=0, no-cache, no-store, must-revalidate, private')
  assert.doesNotMatch((await browser.get(PAGE)).body, /name="next"/)
})

test('the page speaks German to whoever reads German', async (t) => {
  const { browser } = await anHourLater(t, { languages: ['en', 'de'] })
  const { body } = await browser.get(PAGE, { 'accept-language': 'de' })
  assert.match(body, /<html lang="de">/)
  assert.match(body, /Sie sind als alice angemeldet\. Geben Sie Ihr Passwort noch einmal ein, um fortzufahren\./)
  assert.match(body, /<button type="submit">Weiter<\/button>/)
})

test('the way back stays on the site, and without one it is that of a login', async (t) => {
  const { browser } = await anHourLater(t, { loginRedirectUrl: '/home/' })
  for (const evil of ['https://evil.example/', '//evil.example', 'javascript:alert(1)', '/\\evil.example', '']) {
    assert.equal((await prove(browser, ALICE.password, evil)).headers.location, '/home/', evil)
  }
  const custom = await anHourLater(t, {
    urls: [path('prove/', ReauthenticateView.asView({ nextPage: '/done/', extraContext: { title: 'Again' } }))],
  })
  assert.match((await custom.browser.get('/prove/')).body, /<h1>Again<\/h1>/)
  assert.equal((await custom.browser.post('/prove/', { password: ALICE.password })).headers.location, '/done/')
})

test('the anonymous are sent to log in and come back', async (t) => {
  const world = await site(t)
  const reply = await world.visitor().get(`${PAGE}?next=/email/`)
  assert.equal(reply.headers.location, '/accounts/login/?next=/accounts/reauthenticate/%3Fnext%3D/email/')
  assert.equal((await world.visitor().post(PAGE, { password: ALICE.password })).status, 302)
})

test('a program proves itself in JSON', async (t) => {
  const { browser } = await anHourLater(t)
  await browser.get(PAGE)
  const send = (body: unknown): Promise<Reply> =>
    browser.send(`${PAGE}?next=/email/`, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        'x-csrftoken': browser.cookies.get('csrftoken') ?? '',
      },
    })
  const wrong = await send({ password: 'wrong' })
  assert.equal(wrong.status, 400)
  assert.deepEqual(JSON.parse(wrong.body).error.fields, {
    password: [{ code: 'password_incorrect', message: INCORRECT }],
  })
  for (const odd of [[], null, 'x', { password: { a: 1 } }, { __proto__: null }])
    assert.equal((await send(odd)).status, 400)
  const right = await send({ password: ALICE.password })
  assert.deepEqual([right.status, JSON.parse(right.body)], [200, { redirect: '/email/' }])
  assert.equal((await browser.get('/email/')).body, 'let in')
})

test('who has no password here logs in again, by way of a logout and without coming in a circle', async (t) => {
  const world = await withSso(t, {
    urls: [...urls, path('in/', LoginView.asView({ redirectAuthenticatedUser: true }), { name: 'in' })],
    loginUrl: 'in',
  })
  await world.auth.createUser({ username: 'sam' })
  const browser = world.visitor()
  await browser.get('/sso?name=sam')
  world.clock.pass(3600)
  const page = await browser.get(`${PAGE}?next=/email/`)
  assert.match(page.body, /You are logged in as sam, without a password of this site\. Log in again to go on\./)
  assert.match(page.body, /<button type="submit">Log in again<\/button>/)
  assert.doesNotMatch(page.body, /type="password"/)
  assert.equal((await browser.get('/me')).body, 'sam', 'looking logs nobody out')
  const reply = await prove(browser, 'anything')
  assert.deepEqual([reply.status, reply.headers.location], [302, '/in/?next=/email/'])
  assert.equal((await browser.get('/me')).body, 'AnonymousUser')
  assert.equal((await browser.get(reply.headers.location ?? '')).status, 200)
  await browser.get('/sso?name=sam')
  assert.equal((await browser.get('/email/')).body, 'let in')
})

test('another method is 405, and a request from another site is refused', async (t) => {
  const { browser } = await anHourLater(t)
  const csrf = { 'x-csrftoken': browser.cookies.get('csrftoken') ?? '' }
  const put = await browser.send(PAGE, { method: 'PUT', headers: csrf })
  assert.deepEqual([put.status, put.headers.allow], [405, 'GET, HEAD, POST, OPTIONS'])
  const forged = await browser.send(PAGE, { method: 'POST', form: { password: ALICE.password } })
  assert.equal(forged.status, 403)
  assert.throws(() => ReauthenticateView.asView({ post: 1 } as never), /has no option 'post'/)
})
