/** How long a session lives, seen from the browser. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { memory } from '../../src/memory.ts'
import { type Routes, site, stored } from '../support/site.ts'

const HALF_AN_HOUR = { session: { cookieAge: 1800 } } as const

const routes: Routes = {
  '/expiry': (_req, res, request) => {
    const given = request.query.get('in') ?? ''
    request.session.setExpiry(given === '' ? null : given.includes('-') ? new Date(given) : Number(given))
    res.end()
  },
}

test('a session ends when it was not used for its age, to the second', async (t) => {
  const world = await site(t, HALF_AN_HOUR)
  const [browser, other] = [await world.loggedIn(), await world.loggedIn()]
  world.clock.pass(1799)
  assert.equal((await browser.get('/me')).body, 'alice')
  world.clock.pass(1)
  assert.equal((await other.get('/me')).body, 'AnonymousUser')
  assert.equal((await browser.get('/me')).body, 'alice')
})

test('use renews it, cookie and row, and a page that does not look is no use', async (t) => {
  const world = await site(t, HALF_AN_HOUR)
  const browser = await world.loggedIn()
  for (let minutes = 0; minutes < 120; minutes += 20) {
    world.clock.pass(1200)
    const reply = await browser.get('/me')
    assert.equal(reply.body, 'alice')
    assert.match(
      reply.setCookies.join(),
      /^sessionid=[a-z0-9]{32}; expires=.*; HttpOnly; Max-Age=1800; Path=\/; SameSite=Lax$/,
    )
  }
  world.clock.pass(1200)
  await browser.get('/public')
  world.clock.pass(600)
  assert.equal((await browser.get('/me')).body, 'AnonymousUser')
})

test('reading costs no write until a twentieth of the age has passed, and never more than ten minutes', async (t) => {
  for (const [cookieAge, renewedAfter] of [
    [1800, 90],
    [1_209_600, 600],
  ] as const) {
    const database = memory()
    const world = await site(t, { database, session: { cookieAge } })
    const browser = await world.loggedIn()
    const touch = t.mock.method(database.sessions, 'touch')
    world.clock.pass(renewedAfter - 1)
    assert.deepEqual((await browser.get('/me')).setCookies, [])
    assert.equal(touch.mock.callCount(), 0)
    world.clock.pass(1)
    assert.equal((await browser.get('/me')).setCookies.length, 1)
    assert.equal(touch.mock.callCount(), 1)
    assert.deepEqual((await browser.get('/me')).setCookies, [])
  }
})

test('a renewal that fails spoils no page, and the next request tries again', async (t) => {
  const database = memory()
  const world = await site(t, { database, ...HALF_AN_HOUR })
  const browser = await world.loggedIn()
  world.clock.pass(900)
  t.mock.method(
    database.sessions,
    'touch',
    () => {
      throw new Error('locked')
    },
    { times: 1 },
  )
  const reply = await browser.get('/me')
  assert.deepEqual([reply.status, reply.body, reply.setCookies], [200, 'alice', []])
  assert.equal((await browser.get('/me')).setCookies.length, 1)
})

test('a renewal overwrites nothing that another request saved meanwhile', async (t) => {
  const entered = Promise.withResolvers<void>()
  const go = Promise.withResolvers<void>()
  const world = await site(t, HALF_AN_HOUR, {
    '/slow': async (_req, res, request) => {
      request.session.get('a')
      entered.resolve()
      await go.promise
      res.end()
    },
  })
  const browser = await world.loggedIn()
  world.clock.pass(900)
  const slow = browser.copy().get('/slow')
  await entered.promise
  await browser.get('/set?a=1')
  go.resolve()
  assert.equal((await slow).setCookies.length, 1)
  assert.equal((await browser.get('/get')).body, '{"a":"1"}')
})

test('a renewal revives nothing: a session that was logged out meanwhile stays gone, and no cookie is set', async (t) => {
  const entered = Promise.withResolvers<void>()
  const go = Promise.withResolvers<void>()
  const world = await site(t, HALF_AN_HOUR, {
    '/slow': async (_req, res, request) => {
      const user = String(request.user)
      entered.resolve()
      await go.promise
      res.end(user)
    },
  })
  const browser = await world.loggedIn()
  const key = browser.cookies.get('sessionid')
  world.clock.pass(900)
  const slow = browser.copy().get('/slow')
  await entered.promise
  await browser.logout()
  go.resolve()
  const reply = await slow
  assert.deepEqual([reply.status, reply.body, reply.setCookies], [200, 'alice', []])
  assert.equal(await stored(world, key), null)
})

test("idleFrom: 'modification' counts from the last change, Django's way", async (t) => {
  const world = await site(t, { session: { cookieAge: 1800, idleFrom: 'modification' } })
  const browser = await world.loggedIn()
  world.clock.pass(1200)
  assert.deepEqual((await browser.get('/me')).setCookies, [])
  world.clock.pass(600)
  assert.equal((await browser.get('/me')).body, 'AnonymousUser')
  const writing = await world.loggedIn()
  world.clock.pass(1200)
  await writing.get('/set?a=1')
  world.clock.pass(1200)
  assert.equal((await writing.get('/me')).body, 'alice')
})

test('saveEveryRequest renews at every request that carries a session, and touches none that carries none', async (t) => {
  const world = await site(t, { session: { cookieAge: 1800, saveEveryRequest: true } })
  const browser = await world.loggedIn()
  for (const address of ['/me', '/public', '/nowhere']) {
    world.clock.pass(1)
    const reply = await browser.get(address)
    assert.match(reply.setCookies.join(), /^sessionid=[a-z0-9]{32}; .*Max-Age=1800/, address)
    assert.deepEqual([reply.headers['cache-control'], reply.headers.vary], ['private, no-store', 'Cookie'], address)
  }
  world.clock.pass(1799)
  await browser.get('/public')
  world.clock.pass(1799)
  assert.equal((await browser.get('/me')).body, 'alice')
  const anonymous = await world.visitor().get('/public')
  assert.deepEqual([anonymous.setCookies, anonymous.headers.vary], [[], undefined])
})

test('saveEveryRequest saves nothing at a 5xx answer, as in Django', async (t) => {
  const world = await site(
    t,
    { session: { saveEveryRequest: true } },
    {
      '/500': (_req, res) => {
        res.statusCode = 500
        res.end()
      },
    },
  )
  const browser = await world.loggedIn()
  assert.deepEqual((await browser.get('/500')).setCookies, [])
})

test('expireAtBrowserClose makes a cookie without an end, while the row keeps its age', async (t) => {
  const world = await site(t, { session: { cookieAge: 1800, expireAtBrowserClose: true } }, routes)
  const browser = world.visitor()
  const reply = await browser.login()
  assert.match(reply.setCookies.join('\n'), /^sessionid=[a-z0-9]{32}; HttpOnly; Path=\/; SameSite=Lax$/m)
  world.clock.pass(1800)
  assert.equal((await browser.get('/me')).body, 'AnonymousUser')
  await browser.login()
  assert.match((await browser.get('/expiry?in=60')).setCookies.join(), /Max-Age=60;/)
})

test("a session's own age replaces the site's: seconds, a date, the end of the browser, and none again", async (t) => {
  const world = await site(t, HALF_AN_HOUR, routes)
  const browser = await world.loggedIn()
  assert.match(
    (await browser.get('/expiry?in=60')).setCookies.join(),
    /; expires=Thu, 15 Jan 2026 12:01:00 GMT; HttpOnly; Max-Age=60;/,
  )
  world.clock.pass(59)
  assert.equal((await browser.get('/me')).body, 'alice')
  world.clock.pass(60)
  assert.equal((await browser.get('/me')).body, 'AnonymousUser')

  await browser.login()
  assert.match(
    (await browser.get('/expiry?in=2026-01-16T00:00:00Z')).setCookies.join(),
    /; expires=Fri, 16 Jan 2026 00:00:00 GMT; HttpOnly;/,
  )
  world.clock.pass(7200)
  assert.equal((await browser.get('/me')).body, 'alice')
  world.clock.pass(12 * 3600)
  assert.equal((await browser.get('/me')).body, 'AnonymousUser')

  await browser.login()
  assert.match((await browser.get('/expiry?in=0')).setCookies.join(), /^sessionid=[a-z0-9]{32}; HttpOnly; Path=/)
  assert.match((await browser.get('/expiry')).setCookies.join(), /Max-Age=1800;/)
})

test('no cookie and no row outlives the absolute age', async (t) => {
  const world = await site(t, { session: { cookieAge: 3600, absoluteAge: 5400 } })
  const browser = await world.loggedIn()
  world.clock.pass(3000)
  assert.match((await browser.get('/me')).setCookies.join(), /Max-Age=2400;/)
  assert.equal((await stored(world, browser.cookies.get('sessionid')))?.expires, Date.UTC(2026, 0, 15, 13, 30))
})

test('an anonymous session has no absolute age, only its idle one', async (t) => {
  const world = await site(t, { session: { cookieAge: 3600, absoluteAge: 5400 } })
  const browser = world.visitor()
  await browser.get('/set?cart=1')
  for (let round = 0; round < 5; round++) {
    world.clock.pass(3000)
    assert.equal((await browser.get('/get')).body, '{"cart":"1"}')
  }
})

test('a clock that goes back lengthens no absolute age and breaks no page', async (t) => {
  const world = await site(t, { session: { cookieAge: 3600, absoluteAge: 5400 } })
  const browser = await world.loggedIn()
  world.clock.pass(-365 * 86_400)
  assert.equal((await browser.get('/me')).body, 'alice')
  await browser.get('/set?a=1')
  world.clock.pass(365 * 86_400 + 5400)
  assert.equal((await browser.get('/me')).body, 'AnonymousUser')
})
