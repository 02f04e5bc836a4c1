/** What must hold when requests race a logout, whatever the store: one suite, run for each of them. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import type { Browser, Reply } from '../support/browser.ts'
import type { OpenDatabase } from '../support/databases.ts'
import { type RaceSite, raceSite } from './race-site.ts'

const ROUNDS = 5
const AT_ONCE = 50

/** Registers the races for one store. */
export function logoutRaces(name: string, open: OpenDatabase): void {
  function race(title: string, run: (site: RaceSite) => Promise<void>): void {
    test(`${name}: ${title}`, async (t) => run(await raceSite(t, open(t))))
  }

  for (const [path, what] of [
    ['/write', 'writes'],
    ['/saved-at-once', 'saves in its middle'],
    ['/cycle-key', 'changes the key'],
    ['/set-expiry', 'sets another end'],
  ] as const) {
    race(`a slow request that ${what} after a logout is refused, and revives nothing`, async (site) => {
      const browser = await site.signedIn()
      const thief = browser.copy()
      const { tab, goOn } = await site.slow(browser, path)
      assertLoggedOut(await browser.logout())
      const late = await goOn()
      assert.equal(late.status, 400)
      assert.match(late.body, /session/i)
      assert.deepEqual(late.setCookies, [])
      await assertNothingLeft(site, thief, tab)
    })
  }

  race('a slow login of another user after a logout is that user, with nothing of the one who left', async (site) => {
    const browser = await site.signedIn()
    const thief = browser.copy()
    const { tab, goOn } = await site.slow(browser, '/login-bob')
    assertLoggedOut(await browser.logout())
    assert.equal((await goOn()).status, 200)
    assert.equal((await tab.get('/read')).body, 'Hello bob, your cart was empty')
    await assertNothingLeft(site, thief)
    await site.assertSessions(site.bob, 1)
  })

  race('a slow login of the same user after a logout is a new session with nothing of the old one', async (site) => {
    const browser = await site.signedIn()
    const thief = browser.copy()
    const { tab, goOn } = await site.slow(browser, '/login-again')
    assertLoggedOut(await browser.logout())
    assert.equal((await goOn()).status, 200)
    assert.equal((await tab.get('/read')).body, 'Hello alice, your cart was empty')
    await site.assertSessions(site.alice, 1)
    await assertDead(site, thief)
  })

  race('a slow login of somebody who had no session yet stands beside a logout of the same browser', async (site) => {
    const browser = site.visitor()
    const { tab, goOn } = await site.slow(browser, '/login-bob')
    assertLoggedOut(await browser.logout())
    assert.equal((await goOn()).status, 200)
    assert.equal((await tab.get('/read')).body, 'Hello bob, your cart was empty')
  })

  race('a request whose session is due for renewal shows its page after a logout, and renews nothing', async (site) => {
    const browser = await site.signedIn()
    const thief = browser.copy()
    site.clock.pass(1200)
    const { tab, goOn } = await site.slow(browser, '/read')
    assertLoggedOut(await browser.logout())
    const late = await goOn()
    assert.equal(late.status, 200)
    assert.equal(late.body, 'Hello alice, your cart was late')
    assert.deepEqual(late.setCookies, [])
    await assertNothingLeft(site, thief, tab)
  })

  race('a read that is in flight during a logout finishes, and sets no cookie', async (site) => {
    const browser = await site.signedIn()
    const { tab, goOn } = await site.slow(browser, '/read')
    assertLoggedOut(await browser.logout())
    const late = await goOn()
    assert.equal(late.status, 200)
    assert.equal(late.body, 'Hello alice, your cart was late')
    assert.deepEqual(late.setCookies, [])
    assert.match(String(late.headers['cache-control']), /no-store/)
    await assertNothingLeft(site, tab)
  })

  race(`of ${AT_ONCE} requests that save while a logout passes none revives the session`, async (site) => {
    for (let round = 0; round < ROUNDS; round++) {
      const browser = await site.signedIn()
      const thief = browser.copy()
      const slow = []
      for (let number = 0; number < AT_ONCE; number++) {
        slow.push(await site.slow(thief, number % 5 === 0 ? '/saved-at-once' : '/write'))
      }
      const [first, last] = [slow.splice(0, 5), slow.splice(-5)]
      const early = await Promise.all(first.map(({ goOn }) => goOn()))
      const left = browser.logout()
      const during: Promise<Reply>[] = []
      for (const { goOn } of slow) {
        for (let turns = 0; turns < round; turns++) await turn()
        during.push(goOn())
      }
      assertLoggedOut(await left)
      const late = await Promise.all(last.map(({ goOn }) => goOn()))
      for (const { status } of early) assert.equal(status, 200)
      for (const { status } of await Promise.all(during))
        assert.ok(status === 200 || status === 400, `status ${status}`)
      for (const { status } of late) assert.equal(status, 400)
      await assertNothingLeft(site, thief)
    }
  })

  race('two logouts at once both succeed', async (site) => {
    for (let round = 0; round < ROUNDS; round++) {
      const browser = await site.signedIn()
      const other = browser.copy()
      const thief = browser.copy()
      for (const reply of await Promise.all([browser.logout(), other.logout()])) assertLoggedOut(reply)
      for (const tab of [browser, other]) assert.equal(tab.cookies.has('sessionid'), false)
      await assertNothingLeft(site, thief)
    }
  })

  race('a copied cookie is dead after the logout, and logging out once more with it is no error', async (site) => {
    const browser = await site.signedIn()
    const thief = browser.copy()
    assert.match((await thief.get('/read')).body, /^Hello alice/)
    assertLoggedOut(await browser.logout())
    await assertNothingLeft(site, thief)
    assertLoggedOut(await thief.logout())
  })
}

function assertLoggedOut(reply: Reply): void {
  assert.equal(reply.status, 200)
  assert.match(reply.body, /You are logged out/)
}

async function assertDead(site: RaceSite, ...tabs: readonly Browser[]): Promise<void> {
  for (const tab of tabs) {
    assert.ok(tab.cookies.has('sessionid'), 'it still shows the cookie of the session that is gone')
    assert.equal(await site.isAlive(tab), false)
    assert.equal((await tab.copy().get('/read')).body, 'Hello AnonymousUser, your cart was empty')
  }
}

async function assertNothingLeft(site: RaceSite, ...tabs: readonly Browser[]): Promise<void> {
  await assertDead(site, ...tabs)
  await site.assertSessions(site.alice, 0)
}
