/** Another process holds the lock on the database: 503 for whoever needs it, pages for all others, and nobody loses a cookie. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { type RaceSite, raceSite } from '../races/race-site.ts'
import type { Browser, Reply } from '../support/browser.ts'
import { start } from '../support/child-process.ts'
import { openSqlite, tempFolder } from '../support/databases.ts'

/** Milliseconds: a lock is waited for about one second. */
const PATIENCE = 1800

async function lockedSite(
  t: TestContext,
  options: { readonly vfs?: string } = {},
): Promise<{ site: RaceSite; lock: (statement: string) => Promise<() => Promise<unknown>> }> {
  const file = join(tempFolder(t), 'db.sqlite3')
  const path = options.vfs === undefined ? file : `file:${file}?vfs=${options.vfs}`
  const site = await raceSite(t, openSqlite(t, path))
  const fixture = fileURLToPath(new URL('fixtures/hold-lock.ts', import.meta.url))
  return {
    site,
    lock: async (statement) => (await start(t, [process.execPath, fixture, path, statement])).stop,
  }
}

async function timed(reply: Promise<Reply>): Promise<Reply> {
  const begun = performance.now()
  const answer = await reply
  const took = performance.now() - begun
  assert.ok(took < PATIENCE, `${took} ms`)
  return answer
}

/** 503, with the time to come back, and with the cookies as they are. */
async function assertUnavailable(reply: Promise<Reply>): Promise<void> {
  const { status, headers, setCookies, body } = await timed(reply)
  assert.equal(status, 503)
  assert.match(String(headers['retry-after']), /^\d+$/)
  assert.deepEqual(setCookies, [])
  assert.doesNotMatch(body, /logged out|Hello/i)
  assert.equal(headers.location, undefined)
}

async function assertPage(reply: Promise<Reply>, body: string): Promise<void> {
  const answer = await timed(reply)
  assert.equal(answer.status, 200)
  assert.equal(answer.body, body)
}

async function assertLogoutWorks(site: RaceSite, browser: Browser): Promise<void> {
  const thief = browser.copy()
  assert.match((await browser.logout()).body, /You are logged out/)
  assert.equal((await thief.get('/read')).body, 'Hello AnonymousUser, your cart was empty')
  assert.equal(await site.isAlive(thief), false)
}

for (const statement of ['BEGIN IMMEDIATE', 'BEGIN EXCLUSIVE']) {
  test(`while another process writes (${statement}), reading goes on and what must be stored is 503`, async (t) => {
    const { site, lock } = await lockedSite(t)
    const browser = await site.signedIn()
    const newcomer = site.visitor()
    await newcomer.get('/accounts/login/')
    const release = await lock(statement)
    await Promise.all([
      assertPage(browser.get('/public'), 'for everybody'),
      assertPage(browser.get('/read'), 'Hello alice, your cart was late'),
      assertUnavailable(browser.logout()),
      assertUnavailable(browser.get('/write')),
      assertUnavailable(browser.get('/cycle-key')),
      assertUnavailable(newcomer.login()),
    ])
    assert.equal(newcomer.cookies.has('sessionid'), false)
    assert.ok(await site.isAlive(browser), 'what was not confirmed was not done later either')
    await release()
    await assertLogoutWorks(site, browser)
    assert.equal((await newcomer.login()).status, 302)
  })
}

// Without shared memory SQLite has no write-ahead log, and who writes locks out who reads: a file on a network, say.
test('a database that is locked for readers too is 503 for whoever reads the user, and no page for all is', async (t) => {
  const { site, lock } = await lockedSite(t, { vfs: 'unix-dotfile' })
  const browser = await site.signedIn()
  const newcomer = site.visitor()
  const release = await lock('BEGIN EXCLUSIVE')
  await Promise.all([
    assertPage(newcomer.get('/public'), 'for everybody'),
    assertPage(browser.get('/public'), 'for everybody'),
    assertUnavailable(browser.get('/read')),
    assertUnavailable(browser.get('/write')),
    assertUnavailable(browser.logout()),
    assertUnavailable(newcomer.login()),
  ])
  await release()
  assert.equal((await browser.get('/read')).body, 'Hello alice, your cart was late')
  await assertLogoutWorks(site, browser)
})

test('a lock that goes away in time costs the logout a moment and nothing else', async (t) => {
  const { site, lock } = await lockedSite(t)
  const browser = await site.signedIn()
  const thief = browser.copy()
  const release = await lock('BEGIN IMMEDIATE')
  const left = browser.logout()
  // Answered by the same process, and so after the logout has begun.
  await browser.copy().get('/read')
  await release()
  assert.match((await left).body, /You are logged out/)
  assert.equal(await site.isAlive(thief), false)
})
