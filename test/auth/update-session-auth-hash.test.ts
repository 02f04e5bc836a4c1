/** `updateSessionAuthHash`: staying signed in through a change of one's own password, while every other session ends. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { messages } from '../../src/auth/messages.ts'
import { updateSessionAuthHash } from '../../src/auth/update-session-auth-hash.ts'
import { text, type View } from '../../src/auth/view.ts'
import { path } from '../../src/kernel/urls.ts'
import { memory } from '../../src/memory.ts'
import type { PosternOptions } from '../../src/options.ts'
import type { Postern } from '../../src/postern.ts'
import type { User } from '../../src/users/user.ts'
import { type Site, site, stored, values } from '../support/site.ts'

const NEW = 'looking-Glass-43'

/** Changes a user's password in the store. @returns the user as it is now */
async function changed(auth: Postern, username: string): Promise<User> {
  const user = await auth.users.findByUsername(username)
  assert.ok(user)
  await auth.users.update(String(user.id), { password: await auth.passwords.make(NEW) })
  const now = await auth.users.findById(String(user.id))
  assert.ok(now)
  return now
}

/** A site where `/change/?of=NAME` changes NAME's password; `/change/?of=alice&unsaved` forgets to tell the session. */
async function changing(t: TestContext, settings: Partial<PosternOptions> = {}): Promise<Site> {
  const change: View = async (request) => {
    const user = await changed(world.auth, request.query.get('of') ?? '')
    if (request.query.has('untold')) return text('changed')
    updateSessionAuthHash(request, user)
    if (request.query.has('fail')) return text('failed', 500)
    messages.success(request, 'The password is another.')
    // The request goes on with the user as it is now.
    if (request.user.id === user.id) assert.equal(request.user, user)
    return text(String(request.user))
  }
  const show: View = (request) => text([...messages.getMessages(request)].join())
  const world: Site = await site(t, { urls: [path('change/', change), path('show/', show)], ...settings })
  await world.auth.createUser({ username: 'bob', password: 'wonder-Land-42' })
  return world
}

const key = (browser: { cookies: Map<string, string> }): string => browser.cookies.get('sessionid') ?? ''

test('this session stays, under a new key; the others of the user end', async (t) => {
  const world = await changing(t)
  const browser = await world.loggedIn()
  const [elsewhere, thief] = [await world.loggedIn(), browser.copy()]
  const bob = await world.loggedIn('bob')
  const before = key(browser)
  const reply = await browser.get('/change/?of=alice')
  assert.equal(reply.body, 'alice')
  assert.notEqual(key(browser), before)
  assert.equal((await browser.get('/me')).body, 'alice')
  assert.equal(await stored(world, before), null, 'the old key is worthless')
  assert.equal((await thief.get('/me')).body, 'AnonymousUser')
  assert.equal((await elsewhere.get('/me')).body, 'AnonymousUser')
  assert.equal((await bob.get('/me')).body, 'bob')
})

test('the new password logs in and the old one does not', async (t) => {
  const world = await changing(t)
  await (await world.loggedIn()).get('/change/?of=alice')
  assert.equal((await world.visitor().login()).status, 200)
  assert.equal((await world.visitor().login('alice', NEW)).status, 302)
})

test('without it the own session ends, too', async (t) => {
  const world = await changing(t)
  const browser = await world.loggedIn()
  assert.equal((await browser.get('/change/?of=alice&untold')).status, 200)
  assert.equal((await browser.get('/me')).body, 'AnonymousUser')
})

test('the data of the session and messages are kept, the absolute age and the token go on', async (t) => {
  const world = await changing(t)
  const browser = await world.loggedIn()
  await browser.get('/set?cart=apples')
  const before = await values(world, key(browser))
  const token = (await browser.get('/csrf')).body
  world.clock.pass(60)
  await browser.get('/change/?of=alice')
  const after = await values(world, key(browser))
  assert.ok(before !== null && after !== null)
  assert.equal(after._postern_started, before._postern_started)
  assert.notEqual(after._auth_user_hash, before._auth_user_hash)
  assert.deepEqual({ ...after, _auth_user_hash: '' }, { ...before, _auth_user_hash: '' })
  assert.equal((await browser.get('/show/')).body, 'The password is another.')
  assert.equal((await browser.send('/write', { method: 'POST', headers: { 'x-csrftoken': token } })).status, 200)
})

test("another user's object changes the key alone: nobody becomes somebody else, and nobody stays in by it", async (t) => {
  const world = await changing(t)
  const admin = await world.loggedIn()
  const bob = await world.loggedIn('bob')
  const [before, was] = [key(admin), await values(world, key(admin))]
  assert.equal((await admin.get('/change/?of=bob')).body, 'alice')
  assert.notEqual(key(admin), before)
  assert.deepEqual(await values(world, key(admin)), was)
  assert.equal((await admin.get('/me')).body, 'alice')
  assert.equal((await bob.get('/me')).body, 'AnonymousUser')
})

test('an anonymous visitor who changes a password is not logged in by it', async (t) => {
  const world = await changing(t)
  const visitor = world.visitor()
  await visitor.get('/set?cart=apples')
  const before = key(visitor)
  assert.equal((await visitor.get('/change/?of=alice')).body, 'AnonymousUser')
  assert.notEqual(key(visitor), before)
  assert.deepEqual(await values(world, key(visitor)), { cart: 'apples' })
  assert.equal((await visitor.get('/me')).body, 'AnonymousUser')
})

test('a logout during the change wins: nothing comes back', async (t) => {
  const gate = Promise.withResolvers<void>()
  const reached = Promise.withResolvers<void>()
  const world = await changing(t, {
    urls: [
      path('slow/', async (request) => {
        updateSessionAuthHash(request, await changed(world.auth, 'alice'))
        reached.resolve()
        await gate.promise
        return text('changed')
      }),
    ],
  })
  const browser = await world.loggedIn()
  const [slow, out] = [browser.copy(), browser.copy()]
  const late = slow.get('/slow/')
  await reached.promise
  // The password has changed: the logout finds a session that has ended with it.
  assert.equal((await out.logout()).status, 200)
  gate.resolve()
  const reply = await late
  assert.equal(reply.status, 400)
  assert.deepEqual(reply.setCookies, [])
  assert.equal((await slow.get('/me')).body, 'AnonymousUser')
})

test('two tabs that change it at once: one of them stays, or neither; the old key does not', async (t) => {
  const world = await changing(t)
  const browser = await world.loggedIn()
  const tabs = [browser.copy(), browser.copy()]
  await Promise.all(tabs.map((tab) => tab.get('/change/?of=alice')))
  assert.equal((await browser.get('/me')).body, 'AnonymousUser')
  const left = await Promise.all(tabs.map(async (tab) => (await tab.get('/me')).body))
  assert.ok(left.filter((name) => name === 'alice').length <= 1, left.join())
})

test('a handler that fails afterwards keeps no new key, and the old session ends with the old password', async (t) => {
  const world = await changing(t)
  const browser = await world.loggedIn()
  const before = key(browser)
  assert.equal((await browser.get('/change/?of=alice&fail')).status, 500)
  assert.equal(key(browser), before)
  assert.equal((await browser.get('/me')).body, 'AnonymousUser')
})

test('a store that does not take the new key is a 503, and the cookie stays', async (t) => {
  const database = memory()
  const world = await changing(t, { database })
  const browser = await world.loggedIn()
  const before = key(browser)
  t.mock.method(database.sessions, 'replace', () => {
    throw new Error('disk full')
  })
  const reply = await browser.get('/change/?of=alice')
  assert.equal(reply.status, 503)
  assert.doesNotMatch(reply.body, /alice/)
  assert.equal(key(browser), before)
})

test('it takes the request of node:http, and says so when it is given none', async (t) => {
  const world: Site = await site(
    t,
    {},
    {
      '/change': async (req, res) => {
        updateSessionAuthHash(req, await changed(world.auth, 'alice'))
        res.end('changed')
      },
    },
  )
  const browser = await world.loggedIn()
  await browser.get('/change')
  assert.equal((await browser.get('/me')).body, 'alice')
  assert.throws(() => updateSessionAuthHash({ method: 'GET', headers: {} }, world.alice), {
    name: 'TypeError',
    message: /^updateSessionAuthHash\(request\) got a request that Postern does not know/,
  })
})
