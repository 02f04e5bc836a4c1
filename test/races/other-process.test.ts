/** Two server processes on one database: what one ends, the other refuses at its next request. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Browser } from '../support/browser.ts'
import { start } from '../support/child-process.ts'
import { openSqlite, tempFolder } from '../support/databases.ts'
import { type RaceSite, raceSite } from './race-site.ts'

/** This process' site, and a browser of the same visitor that talks to the other process. */
async function twoProcesses(t: TestContext): Promise<{ site: RaceSite; elsewhere: (browser: Browser) => Browser }> {
  const path = join(tempFolder(t), 'db.sqlite3')
  const site = await raceSite(t, openSqlite(t, path))
  const fixture = fileURLToPath(new URL('fixtures/serve.ts', import.meta.url))
  const { firstLine } = await start(t, [process.execPath, fixture, path])
  return { site, elsewhere: (browser) => browser.copy(firstLine) }
}

test('a logout in one process is refused by the other at its very next request, however warm it is', async (t) => {
  const { site, elsewhere } = await twoProcesses(t)
  for (let round = 0; round < 10; round++) {
    const browser = await site.signedIn()
    const other = elsewhere(browser)
    for (let visits = 0; visits < 3; visits++) {
      assert.equal((await other.get('/read')).body, 'Hello alice, your cart was late')
    }
    assert.match((await browser.logout()).body, /You are logged out/)
    assert.equal((await other.get('/read')).body, 'Hello AnonymousUser, your cart was empty')
  }
})

test('a slow request that writes in one process after a logout in the other is refused', async (t) => {
  const { site, elsewhere } = await twoProcesses(t)
  const browser = await site.signedIn()
  const thief = browser.copy()
  const { goOn } = await site.slow(browser, '/write')
  assert.match((await elsewhere(browser).logout()).body, /You are logged out/)
  assert.equal((await goOn()).status, 400)
  assert.equal((await thief.get('/read')).body, 'Hello AnonymousUser, your cart was empty')
  assert.equal(await site.sessionsOf(site.alice), 0)
})
