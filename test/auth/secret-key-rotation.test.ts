import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sessionAuthHash } from '../../src/django/session-auth-hash.ts'
import { SessionInterrupted, StoreUnavailable } from '../../src/errors.ts'
import { memory } from '../../src/memory.ts'
import type { Browser } from '../support/browser.ts'
import { SECRET_KEY } from '../support/postern.ts'
import { type Routes, type Site, site, stored, values } from '../support/site.ts'

const NEW_KEY = 'a-new-secret-key-of-the-tests-9876543210-zyxwvutsrqponm'

/** A visitor who logged in under the old key, at the site as it runs now under the new one. */
async function rotated(t: Parameters<typeof site>[0], fallbacks: readonly string[], routes: Routes = {}) {
  const database = memory()
  const before = await site(t, { database })
  const old = await before.loggedIn()
  const world = await site(t, { database, secretKey: NEW_KEY, secretKeyFallbacks: fallbacks }, routes)
  return { database, world, browser: moved(old, world) }
}

function moved(from: Browser, to: Site): Browser {
  const browser = to.visitor()
  for (const [name, value] of from.cookies) browser.cookies.set(name, value)
  return browser
}

test('with the old key as a fallback the login goes on, under a new session key and a hash of the new secret key', async (t) => {
  const { world, browser } = await rotated(t, [SECRET_KEY])
  const before = browser.cookies.get('sessionid')
  assert.equal((await browser.get('/me')).body, 'alice')
  const after = browser.cookies.get('sessionid')
  assert.notEqual(after, before)
  assert.equal((await values(world, after))?._auth_user_hash, sessionAuthHash(world.alice.password, NEW_KEY))
  assert.equal(await stored(world, before), null)
  assert.deepEqual((await browser.get('/me')).setCookies, [])
})

test('a page that does not look at the user renews nothing', async (t) => {
  const { world, browser } = await rotated(t, [SECRET_KEY])
  const before = browser.cookies.get('sessionid')
  assert.deepEqual((await browser.get('/public')).setCookies, [])
  assert.notEqual(await stored(world, before), null)
})

test('the second of two fallbacks counts as well as the first', async (t) => {
  const { browser } = await rotated(t, ['some-other-key-0123456789-abcdefghijklm', SECRET_KEY])
  assert.equal((await browser.get('/me')).body, 'alice')
})

test("without the fallback the session is nobody's", async (t) => {
  const { browser } = await rotated(t, [])
  assert.equal((await browser.get('/me')).body, 'AnonymousUser')
})

test('a session whose hash is under the old key is not kept by a fallback once the password has changed', async (t) => {
  const { world, browser } = await rotated(t, [SECRET_KEY])
  await world.auth.users.update('1', { password: await world.auth.passwords.make('a-new-One-9') })
  const key = browser.cookies.get('sessionid')
  assert.equal((await browser.get('/me')).body, 'AnonymousUser')
  assert.equal(await stored(world, key), null)
})

test('the requests of one page renew at once, and the slower ones are pages and no errors', async (t) => {
  let waiting = 0
  const all = Promise.withResolvers<void>()
  const { browser } = await rotated(t, [SECRET_KEY], {
    '/part': async (_req, res, request) => {
      if (++waiting === 3) all.resolve()
      await all.promise
      res.end(String(request.user))
    },
  })
  const tabs = [browser.copy(), browser.copy(), browser.copy()]
  const replies = await Promise.all(tabs.map((tab) => tab.get('/part')))
  assert.deepEqual(
    replies.map(({ status, body }) => [status, body]),
    Array(3).fill([200, 'alice']),
  )
  const renewed = replies.flatMap(({ setCookies }) => setCookies)
  assert.equal(renewed.length, 1)
  browser.cookies.set('sessionid', /^sessionid=([a-z0-9]{32});/.exec(renewed[0] ?? '')?.[1] ?? '')
  assert.equal((await browser.get('/me')).body, 'alice')
})

test('a store that cannot renew spoils no page that only reads', async (t) => {
  const { browser, database } = await rotated(t, [SECRET_KEY])
  const refusing = t.mock.method(database.sessions, 'replace', () => {
    throw new StoreUnavailable()
  })
  const reply = await browser.get('/me')
  assert.deepEqual([reply.status, reply.body, reply.setCookies], [200, 'alice', []])
  refusing.mock.restore()
  assert.match((await browser.get('/me')).setCookies.join(), /^sessionid=/)
})

test('what a handler writes is not lost silently when the renewal fails', async (t) => {
  const { browser, database } = await rotated(t, [SECRET_KEY], {
    '/write-late': (_req, res, request) => {
      assert.equal(String(request.user), 'alice')
      request.session.set('cart', 3)
      res.end('kept')
    },
    '/write-first': (_req, res, request) => {
      request.session.set('cart', 3)
      assert.equal(String(request.user), 'alice')
      res.end('kept')
    },
  })
  t.mock.method(database.sessions, 'replace', () => {
    throw new SessionInterrupted()
  })
  assert.equal((await browser.get('/write-late')).status, 400)
  assert.equal((await browser.get('/write-first')).status, 400)
})

test('a logout ends a session that was only just renewed', async (t) => {
  const { world, browser } = await rotated(t, [SECRET_KEY])
  const before = browser.cookies.get('sessionid')
  await browser.get('/accounts/login/')
  const reply = await browser.logout()
  assert.equal(reply.status, 200)
  assert.equal(browser.cookies.has('sessionid'), false)
  assert.equal(await stored(world, before), null)
})

test('a user looked at when the answer has begun is still the user', async (t) => {
  const looked = Promise.withResolvers<string>()
  const { browser } = await rotated(t, [SECRET_KEY], {
    '/late': (_req, res, request) => {
      request.session.get('cart')
      res.end('sent')
      try {
        looked.resolve(String(request.user))
      } catch (error) {
        looked.reject(error)
      }
    },
  })
  await browser.get('/late')
  assert.equal(await looked.promise, 'alice')
})
