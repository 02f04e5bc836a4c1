/** The secret in the session instead of a cookie (Django's CSRF_USE_SESSIONS), over HTTP. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { text } from '../../src/auth/view.ts'
import { maskSecret, unmaskToken } from '../../src/csrf/csrf-token.ts'
import { path } from '../../src/kernel/urls.ts'
import { memory } from '../../src/memory.ts'
import type { PosternOptions } from '../../src/options.ts'
import { ensureCsrfCookie } from '../../src/views/csrf-views.ts'
import type { Browser, Reply } from '../support/browser.ts'
import { type Site, sessionsOf, site, values } from '../support/site.ts'

const LOGIN = '/accounts/login/'
const LOGOUT = '/accounts/logout/'
const RIGHT = { username: 'alice', password: 'wonder-Land-42' }

function inSessions(t: TestContext, options: Partial<PosternOptions> = {}): Promise<Site> {
  return site(t, { csrf: { useSessions: true }, ...options })
}

async function token(browser: Browser): Promise<string> {
  const { body } = await browser.get(LOGIN)
  return /name="csrfmiddlewaretoken" value="([^"]+)"/.exec(body)?.[1] ?? ''
}

function post(browser: Browser, url: string, csrf: string, form: Readonly<Record<string, string>> = {}) {
  return browser.send(url, { method: 'POST', form: { csrfmiddlewaretoken: csrf, ...form } })
}

async function loggedIn(world: Site): Promise<Browser> {
  const browser = world.visitor()
  const reply = await post(browser, LOGIN, await token(browser), RIGHT)
  assert.equal(reply.status, 302, reply.body)
  return browser
}

function reason(reply: Reply): string | undefined {
  return /Reason: ([^<]*)</.exec(reply.body)?.[1]
}

function key(browser: Browser): string | undefined {
  return browser.cookies.get('sessionid')
}

test('the secret is in the session, and no csrftoken cookie is ever set', async (t) => {
  const world = await inSessions(t)
  const browser = world.visitor()
  const given = await token(browser)
  assert.deepEqual([...browser.cookies.keys()], ['sessionid'])
  assert.deepEqual(await values(world, key(browser)), { _csrftoken: unmaskToken(given) })
  const reply = await post(browser, LOGIN, given, RIGHT)
  assert.equal(reply.status, 302)
  await browser.get('/csrf')
  assert.deepEqual([...browser.cookies.keys()], ['sessionid', 'postern_device'])
})

test('a visitor who is given no token is given no session', async (t) => {
  const world = await inSessions(t)
  const browser = world.visitor()
  for (const url of ['/public', '/me', '/get', '/nowhere']) {
    assert.deepEqual((await browser.get(url)).setCookies, [], url)
  }
  assert.equal((await post(browser, LOGIN, 'a'.repeat(32), RIGHT)).status, 403)
  assert.equal(browser.cookies.size, 0, 'a refused post begins none either')
})

test('every page of the same session has the same secret under another mask, and any of them is good', async (t) => {
  const world = await inSessions(t)
  const browser = await loggedIn(world)
  const tokens = [(await browser.get('/csrf')).body, (await browser.get('/csrf')).body]
  assert.notEqual(tokens[0], tokens[1])
  assert.equal(unmaskToken(tokens[0] ?? ''), unmaskToken(tokens[1] ?? ''))
  for (const given of tokens) assert.equal((await post(browser, '/write', given)).body, 'POST was let in')
  const headers = { 'x-csrftoken': tokens[0] ?? '' }
  assert.equal((await browser.send('/write', { method: 'DELETE', headers })).body, 'DELETE was let in')
})

test('handing out a token again writes nothing and sets no cookie', async (t) => {
  const world = await inSessions(t)
  const browser = world.visitor()
  await token(browser)
  const update = t.mock.method(world.auth.sessions.store, 'update')
  const again = await browser.get('/csrf')
  assert.deepEqual(again.setCookies, [])
  assert.equal(update.mock.callCount(), 0)
  assert.equal(again.headers.vary, 'Cookie')
  assert.equal(again.headers['cache-control'], 'private, no-store')
})

test('a csrftoken cookie of whatever origin counts for nothing', async (t) => {
  const world = await inSessions(t)
  const browser = await loggedIn(world)
  const made = 'b'.repeat(32)
  browser.cookies.set('csrftoken', made)
  const reply = await post(browser, '/write', made)
  assert.equal(reply.status, 403)
  assert.equal(reason(reply), 'CSRF token from POST incorrect.')
})

test("another visitor's token is refused", async (t) => {
  const world = await inSessions(t)
  const [alice, mallory] = [await loggedIn(world), world.visitor()]
  const reply = await post(alice, '/write', await token(mallory))
  assert.equal(reply.status, 403)
  assert.equal(reason(reply), 'CSRF token from POST incorrect.')
})

test('a session without a secret is told so as in Django, and stays', async (t) => {
  const world = await inSessions(t)
  const browser = world.visitor()
  await browser.get('/set?cart=apples')
  const reply = await post(browser, '/write', 'a'.repeat(32))
  assert.equal(reply.status, 403)
  assert.equal(reason(reply), 'CSRF cookie not set.')
  assert.deepEqual(reply.setCookies, [])
  assert.equal((await browser.get('/get')).body, '{"cart":"apples"}')
})

for (const [what, secret] of [
  ['of another length', 'short'],
  ['that is no text', 7],
  ['that is a list of one', ['a'.repeat(32)]],
  ['with other characters', '*'.repeat(32)],
] as const) {
  test(`a secret ${what} in the session is refused, and replaced at the next token`, async (t) => {
    const world = await site(
      t,
      { csrf: { useSessions: true } },
      {
        '/spoil': (_req, res, request) => {
          request.session.set('_csrftoken', secret)
          res.end()
        },
      },
    )
    const browser = world.visitor()
    await browser.get('/spoil')
    assert.equal((await post(browser, '/write', String(secret))).status, 403)
    const good = (await browser.get('/csrf')).body
    assert.equal((await post(browser, '/write', good)).body, 'POST was let in')
  })
}

test('a masked secret in the session, as a Django before 4.0 left it, is taken', async (t) => {
  const secret = 'abcdefghijklmnopqrstuvwxyzABCDEF'
  const world = await site(
    t,
    { csrf: { useSessions: true } },
    {
      '/old': (_req, res, request) => {
        request.session.set('_csrftoken', maskSecret(secret))
        res.end()
      },
    },
  )
  const browser = world.visitor()
  await browser.get('/old')
  assert.equal((await post(browser, '/write', maskSecret(secret))).body, 'POST was let in')
  assert.equal(unmaskToken((await browser.get('/csrf')).body), secret)
})

test('a login brings another secret: what was handed out before is refused, what is handed out after is good', async (t) => {
  const world = await inSessions(t)
  const browser = world.visitor()
  const before = await token(browser)
  await post(browser, LOGIN, before, RIGHT)
  assert.equal(reason(await post(browser, '/write', before)), 'CSRF token from POST incorrect.')
  const after = (await browser.get('/csrf')).body
  assert.notEqual(unmaskToken(after), unmaskToken(before))
  assert.equal((await post(browser, '/write', after)).body, 'POST was let in')
})

test('a secret that an attacker has planted before the login is worth nothing after it', async (t) => {
  const world = await inSessions(t)
  const attacker = world.visitor()
  const planted = await token(attacker)
  const victim = attacker.copy()
  await post(victim, LOGIN, await token(victim), RIGHT)
  assert.equal((await victim.get('/me')).body, 'alice')
  assert.equal((await post(victim, '/write', planted)).status, 403)
  assert.equal((await attacker.get('/me')).body, 'AnonymousUser')
})

test('a logout takes the secret with it', async (t) => {
  const world = await inSessions(t)
  const browser = await loggedIn(world)
  const before = (await browser.get('/csrf')).body
  const old = browser.copy()
  assert.equal((await post(browser, LOGOUT, before)).status, 200)
  assert.deepEqual([...browser.cookies.keys()], ['postern_device'])
  assert.equal(await values(world, key(old)), null)
  assert.equal(reason(await post(old, '/write', before)), 'CSRF cookie not set.')
  const after = await token(browser)
  assert.notEqual(unmaskToken(after), unmaskToken(before))
})

test('a tab from before another login can still log out', async (t) => {
  const world = await inSessions(t)
  const browser = await loggedIn(world)
  const stale = (await browser.get('/csrf')).body
  await post(browser, LOGIN, stale, RIGHT)
  assert.equal((await post(browser, LOGOUT, stale)).status, 403)
  const origin = { origin: world.base, 'sec-fetch-site': 'same-origin' }
  const form = { csrfmiddlewaretoken: stale }
  const reply = await browser.send(LOGOUT, { method: 'POST', form, headers: origin })
  assert.equal(reply.status, 200)
  assert.equal(await sessionsOf(world, world.alice), 0)
})

test('of two login posts at once the refused one does not harm the accepted one (in Django it deletes its cookie)', async (t) => {
  const world = await inSessions(t)
  const browser = world.visitor()
  const given = await token(browser)
  const slow = browser.copy()
  assert.equal((await post(browser, LOGIN, given, RIGHT)).status, 302)
  const refused = await post(slow, LOGIN, given, RIGHT)
  assert.equal(refused.status, 403)
  assert.deepEqual(refused.setCookies, [], 'the two posts come from one browser: what this says of its cookie holds')
  assert.equal((await browser.get('/me')).body, 'alice')
})

test('nor does a failure view that asks who is there', async (t) => {
  const failureView: NonNullable<NonNullable<PosternOptions['csrf']>['failureView']> = ({ user, session }) =>
    text(`not you, ${user}, with ${session.keys().length}`, 403)
  const world = await site(t, { csrf: { useSessions: true, failureView } })
  const browser = world.visitor()
  const given = await token(browser)
  const slow = browser.copy()
  await post(browser, LOGIN, given, RIGHT)
  const refused = await post(slow, LOGIN, given, RIGHT)
  assert.equal(refused.body, 'not you, AnonymousUser, with 0')
  assert.deepEqual(refused.setCookies, [])
})

test('both posts at the same time: one login at the end, whichever answer comes last', async (t) => {
  const world = await inSessions(t)
  for (let round = 0; round < 5; round++) {
    const browser = world.visitor()
    const given = await token(browser)
    // Two copies: which Set-Cookie the browser sees last is the network's choice.
    const tabs = [browser.copy(), browser.copy()]
    const replies = await Promise.all(tabs.map((tab) => post(tab, LOGIN, given, RIGHT)))
    const accepted = tabs.filter((_, at) => replies[at]?.status === 302)
    assert.ok(accepted.length > 0, 'one of them is let in')
    for (const tab of accepted) assert.equal((await tab.get('/me')).body, 'alice')
    for (const { status, setCookies } of replies) if (status !== 302) assert.deepEqual(setCookies, [])
  }
})

test('a visitor whose session has ended is not shut out: the next page gives a token that is good', async (t) => {
  const world = await inSessions(t)
  const browser = await loggedIn(world)
  await world.auth.sessions.store.deleteForUser(String(world.alice.id))
  const reply = await post(browser, LOGIN, 'a'.repeat(32), RIGHT)
  assert.equal(reason(reply), 'CSRF cookie not set.')
  assert.equal((await post(browser, LOGIN, await token(browser), RIGHT)).status, 302)
})

test('a store that is down is a 503 and no 403: nobody is told that their form was forged', async (t) => {
  const database = memory()
  const world = await inSessions(t, { database })
  const browser = await loggedIn(world)
  const given = (await browser.get('/csrf')).body
  const load = t.mock.method(database.sessions, 'load', () => {
    throw new Error('gone')
  })
  for (const url of [LOGIN, LOGOUT, '/write']) {
    for (const csrf of [given, 'wrong']) {
      const reply = await post(browser, url, csrf, RIGHT)
      assert.equal(reply.status, 503, `${url} ${csrf}`)
      assert.match(String(reply.headers['retry-after']), /^\d+$/)
      assert.deepEqual(reply.setCookies, [])
    }
  }
  assert.equal((await browser.get(LOGIN)).status, 503, 'a page with a token cannot be made without the store')
  assert.equal((await browser.get('/public')).status, 200)
  load.mock.restore()
  assert.equal((await post(browser, '/write', given)).body, 'POST was let in')
})

test('a token whose session cannot be stored is not handed out', async (t) => {
  const database = memory()
  const world = await inSessions(t, { database })
  t.mock.method(database.sessions, 'create', () => {
    throw new Error('disk full')
  })
  const reply = await world.visitor().get(LOGIN)
  assert.equal(reply.status, 503)
  assert.doesNotMatch(reply.body, /csrfmiddlewaretoken/)
  assert.deepEqual(reply.setCookies, [])
})

test('ensureCsrfCookie puts a secret into the session of a page that shows none', async (t) => {
  const world = await inSessions(t, {
    urls: [
      path(
        'app/',
        ensureCsrfCookie(() => text('an app of scripts')),
      ),
    ],
  })
  const browser = world.visitor()
  await browser.get('/app/')
  assert.deepEqual(Object.keys((await values(world, key(browser))) ?? {}), ['_csrftoken'])
})
