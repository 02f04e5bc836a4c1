/** A session cookie whose session is gone: when the answer takes it away. What Django does was tried on a real one (5.2.18). */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Site, site } from '../support/site.ts'

const LOGIN = '/accounts/login/'
const RIGHT = { username: 'alice', password: 'wonder-Land-42' }

/** What the answers so far have said of the session cookie. */
function ended(setCookies: readonly string[]): boolean {
  return setCookies.some((line) => /^sessionid=""; .*Max-Age=0/.test(line))
}

/** A visitor whose session was ended from elsewhere. */
async function withDeadCookie(world: Site) {
  const browser = await world.loggedIn()
  await world.auth.sessions.store.deleteForUser(String(world.alice.id))
  return browser
}

test('a page that looks at the user or the session takes it away', async (t) => {
  const world = await site(t)
  for (const url of ['/me', '/get']) {
    const browser = await withDeadCookie(world)
    const reply = await browser.get(url)
    assert.ok(ended(reply.setCookies), url)
    assert.equal(browser.cookies.has('sessionid'), false)
  }
})

test('a page that does not look leaves it, be it one with a form, as in Django', async (t) => {
  const world = await site(t)
  const browser = await withDeadCookie(world)
  for (const url of ['/public', '/csrf', LOGIN]) {
    assert.equal(ended((await browser.get(url)).setCookies), false, url)
  }
  assert.ok(browser.cookies.has('sessionid'))
})

test('a failed login leaves it: another tab may have logged in meanwhile, and this answer would log it out again', async (t) => {
  const world = await site(t)
  const browser = world.visitor()
  await browser.get('/set?cart=apples')
  await browser.get(LOGIN)
  const slow = browser.copy()
  assert.equal((await browser.login()).status, 302)
  const form = { ...RIGHT, password: 'mistyped', csrfmiddlewaretoken: slow.cookies.get('csrftoken') ?? '' }
  const late = await slow.send(LOGIN, { method: 'POST', form })
  assert.equal(late.status, 200)
  assert.equal(ended(late.setCookies), false)
})

test('a form that is refused as forged leaves it', async (t) => {
  const world = await site(t)
  const browser = await withDeadCookie(world)
  const reply = await browser.send('/write', { method: 'POST', form: { a: '1' } })
  assert.equal(reply.status, 403)
  assert.deepEqual(reply.setCookies, [])
})

test('a logout takes it away, and is a success', async (t) => {
  const world = await site(t)
  const browser = await withDeadCookie(world)
  const reply = await browser.logout()
  assert.equal(reply.status, 200)
  assert.ok(ended(reply.setCookies))
})

test('a login puts another in its place', async (t) => {
  const world = await site(t)
  const browser = await withDeadCookie(world)
  const dead = browser.cookies.get('sessionid')
  const reply = await browser.login()
  assert.equal(reply.status, 302)
  assert.equal(ended(reply.setCookies), false)
  assert.notEqual(browser.cookies.get('sessionid'), dead)
  assert.equal((await browser.get('/me')).body, 'alice')
})
