/** Two server processes on one database: what one ends, the other refuses at its next request. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { fileSessions } from '../../src/file.ts'
import type { Browser } from '../support/browser.ts'
import { start } from '../support/child-process.ts'
import { openSqlite, tempFolder } from '../support/databases.ts'
import { type RaceSite, raceSite } from './race-site.ts'

/** This process' site, and a browser of the same visitor that talks to the other process. @param inFiles where sessions are */
async function twoProcesses(
  t: TestContext,
  inFiles: boolean,
): Promise<{ site: RaceSite; elsewhere: (browser: Browser) => Browser }> {
  const folder = tempFolder(t)
  const given = [join(folder, 'db.sqlite3'), ...(inFiles ? [join(folder, 'sessions')] : [])]
  const [path, files] = given
  const database = openSqlite(t, path)
  const site = await raceSite(t, {
    ...database,
    sessions: files === undefined ? database.sessions : fileSessions(files),
  })
  const fixture = fileURLToPath(new URL('fixtures/serve.ts', import.meta.url))
  const { firstLine } = await start(t, [process.execPath, fixture, ...given])
  return { site, elsewhere: (browser) => browser.copy(firstLine) }
}

for (const [name, inFiles] of [
  ['sqlite', false],
  ['files', true],
] as const) {
  test(`${name}: a logout in one process is refused by the other at its very next request, however warm it is`, async (t) => {
    const { site, elsewhere } = await twoProcesses(t, inFiles)
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

  test(`${name}: a slow request that writes in one process after a logout in the other is refused`, async (t) => {
    const { site, elsewhere } = await twoProcesses(t, inFiles)
    const browser = await site.signedIn()
    const thief = browser.copy()
    const { goOn } = await site.slow(browser, '/write')
    assert.match((await elsewhere(browser).logout()).body, /You are logged out/)
    assert.equal((await goOn()).status, 400)
    assert.equal((await thief.get('/read')).body, 'Hello AnonymousUser, your cart was empty')
    await site.assertSessions(site.alice, 0)
  })
}
