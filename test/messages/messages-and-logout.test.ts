import assert from 'node:assert/strict'
import { test } from 'node:test'
import { StoreUnavailable } from '../../src/errors.ts'
import { login, logout, messages } from '../../src/index.ts'
import { memory } from '../../src/memory.ts'
import { intercepted } from '../support/intercepted-database.ts'
import type { Routes } from '../support/site.ts'
import { adds, messagesSite, shown } from './messages-site.ts'
import { noise } from './one-request.ts'

const GOODBYE = [['success', 'You have successfully logged out.']]

for (const storage of ['fallback', 'cookie', 'session'] as const) {
  const options = { messages: { storage } }

  test(`${storage}: the goodbye of a logout is shown on the next page, once`, async (t) => {
    const site = await messagesSite(t, options)
    const browser = await site.loggedIn()
    const reply = await browser.get('/leave')
    assert.equal(reply.headers.location, '/accounts/login/')
    assert.equal((await browser.get('/me')).body, 'AnonymousUser')
    assert.deepEqual(await shown(browser), GOODBYE)
    assert.deepEqual(await shown(browser), [])
  })

  test(`${storage}: what the one who logs out has not read, nobody reads`, async (t) => {
    const site = await messagesSite(t, options)
    await site.auth.createUser({ username: 'bob', password: 'second-Visitor-7' })
    const browser = await site.loggedIn()
    await adds(browser, { text: 'Your test result is positive.' })
    if (storage !== 'cookie') await adds(browser, { text: noise(1, 3000) })
    await browser.logout()
    assert.equal(browser.cookies.has('messages'), false)
    await browser.login('bob', 'second-Visitor-7')
    assert.deepEqual(await shown(browser), [])
  })

  test(`${storage}: the goodbye takes the place of what was unread, and is shown to the next user`, async (t) => {
    const site = await messagesSite(t, options)
    const browser = await site.loggedIn()
    await adds(browser, { text: 'private' })
    await browser.get('/leave')
    await browser.login()
    assert.deepEqual(await shown(browser), GOODBYE)
  })

  test(`${storage}: a message from before a login is shown after it`, async (t) => {
    const site = await messagesSite(t, options)
    const browser = site.visitor()
    assert.equal((await browser.get('/csrf')).status, 200)
    await adds(browser, { text: 'You were invited.' })
    assert.equal((await browser.login()).status, 302)
    assert.deepEqual(await shown(browser), [['info', 'You were invited.']])
  })

  test(`${storage}: who logs in over somebody else does not read their messages, but those of the login`, async (t) => {
    const routes: Routes = {
      '/become-bob': async (req, res, request) => {
        const bob = await request.context.users.findByUsername('bob')
        if (bob === null) throw new Error('bob is missing')
        messages.success(req, 'Welcome!')
        await login(req, bob)
        res.end('bob')
      },
    }
    const site = await messagesSite(t, options, routes)
    await site.auth.createUser({ username: 'bob', password: 'second-Visitor-7' })
    const browser = await site.loggedIn()
    await adds(browser, { text: 'for alice' })
    assert.equal((await browser.get('/become-bob')).body, 'bob')
    assert.equal((await browser.get('/me')).body, 'bob')
    assert.deepEqual(await shown(browser), [['success', 'Welcome!']])
  })

  test(`${storage}: a logout that nobody awaits drops the same`, async (t) => {
    const routes: Routes = {
      '/leave-at-once': (req, res) => {
        messages.info(req, 'before')
        void logout(req)
        messages.success(req, 'after')
        res.end('left')
      },
    }
    const browser = await (await messagesSite(t, options, routes)).loggedIn()
    await adds(browser, { text: 'unread' })
    assert.equal((await browser.get('/leave-at-once')).body, 'left')
    assert.equal((await browser.get('/me')).body, 'AnonymousUser')
    assert.deepEqual(await shown(browser), [['success', 'after']])
  })

  test(`${storage}: a logout on an error page stands, and takes the unread messages with it`, async (t) => {
    const routes: Routes = {
      '/leave-and-break': async (req, res) => {
        await logout(req)
        res.statusCode = 500
        res.end('broken')
      },
    }
    const browser = await (await messagesSite(t, options, routes)).loggedIn()
    await adds(browser, { text: 'unread' })
    assert.equal((await browser.get('/leave-and-break')).status, 500)
    assert.deepEqual(await shown(browser), [])
  })

  test(`${storage}: a logout that the store did not confirm says no goodbye and loses no message`, async (t) => {
    let down = false
    const database = intercepted(memory(), ({ name, proceed }) => {
      if (down && name === 'sessions.delete') throw new StoreUnavailable()
      return proceed()
    })
    const browser = await (await messagesSite(t, { ...options, database })).loggedIn()
    await adds(browser, { text: 'unread' })
    down = true
    const refused = await browser.get('/leave')
    assert.equal(refused.status, 503)
    assert.deepEqual(refused.setCookies, [])
    down = false
    assert.equal((await browser.get('/me')).body, 'alice')
    assert.deepEqual(await shown(browser), [['info', 'unread']])
  })
}

test('messages in the cookie are shown while the store is down, to a page that asks for nobody', async (t) => {
  let down = false
  const database = intercepted(memory(), ({ proceed }) => {
    if (down) throw new StoreUnavailable()
    return proceed()
  })
  const browser = await (await messagesSite(t, { database })).loggedIn()
  await adds(browser, { text: 'unread' })
  down = true
  const failed = await browser.get('/me')
  assert.deepEqual([failed.status, failed.setCookies], [503, []])
  assert.deepEqual(await shown(browser), [['info', 'unread']])
  assert.deepEqual(await shown(browser), [])
  assert.equal(browser.cookies.has('sessionid'), true, 'nobody was logged out by it')
  assert.equal((await browser.get(`/add?text=${noise(1, 3000)}`)).status, 503, 'too large for the cookie alone')
})

test('a logout with nothing to drop touches no cookie of messages', async (t) => {
  const browser = await (await messagesSite(t)).loggedIn()
  const { setCookies } = await browser.logout()
  assert.doesNotMatch(setCookies.join(), /messages=/)
})
