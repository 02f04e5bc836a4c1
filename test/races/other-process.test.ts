/** Two server processes on one database: what one ends, the other refuses at its next request. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { Browser } from '../support/browser.ts'
import { openSqlite, tempFolder } from '../support/databases.ts'
import { type RaceSite, raceSite } from './race-site.ts'

/** This process' site, and a browser of the same visitor that talks to the other process. */
async function twoProcesses(t: TestContext): Promise<{ site: RaceSite; elsewhere: (browser: Browser) => Browser }> {
  const path = join(tempFolder(t), 'db.sqlite3')
  const site = await raceSite(t, openSqlite(t, path))
  const fixture = fileURLToPath(new URL('fixtures/other-process.ts', import.meta.url))
  const child = spawn(process.execPath, [fixture, path], { stdio: ['pipe', 'pipe', 'inherit'] })
  t.after(async () => {
    child.stdin.end()
    if (child.exitCode === null) await once(child, 'exit')
    assert.equal(child.exitCode, 0)
  })
  const [base] = (await once(createInterface(child.stdout), 'line')) as [string]
  return {
    site,
    elsewhere: (browser) => {
      const other = new Browser(base)
      for (const [name, value] of browser.cookies) other.cookies.set(name, value)
      return other
    },
  }
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
