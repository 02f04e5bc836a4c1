/** `auth.clearExpired()`: everything that has had its time goes, and nothing else. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Database } from '../../src/database.ts'
import { DATABASES } from '../support/databases.ts'
import { site } from '../support/site.ts'

for (const [name, open] of DATABASES) {
  test(`${name}: sessions, old rows of the audit log and spent attempts are removed, and counted`, async (t) => {
    const database = open(t)
    await database.migrate()
    const here = await site(t, { database, audit: { retention: 3_000_000 }, session: { cookieAge: 3600 } })
    await here.loggedIn()
    await here.visitor().login('alice', 'wrong')
    assert.deepEqual(await here.auth.clearExpired(), { sessions: 0, events: 0, attempts: 0, tokens: 0 })
    here.clock.pass(3600)
    assert.deepEqual(await here.auth.clearExpired(), { sessions: 1, events: 0, attempts: 2, tokens: 0 })
    const browser = await here.loggedIn()
    here.clock.pass(3_000_000 - 3600)
    assert.deepEqual(await here.auth.clearExpired(), { sessions: 1, events: 0, attempts: 0, tokens: 0 })
    await browser.login()
    here.clock.pass(1)
    assert.deepEqual(await here.auth.clearExpired(), { sessions: 0, events: 2, attempts: 0, tokens: 0 })
    assert.equal((await browser.get('/me')).body, 'alice')
    assert.deepEqual(
      (await here.auth.events.list()).map(({ event }) => event),
      ['user_logged_in', 'user_logged_in'],
    )
  })
}

test('tokens go as well where the database has some', async (t) => {
  const database = DATABASES.get('memory')?.(t) as Database
  const asked: number[] = []
  const clearExpired = (now: number): number => asked.push(now) + 2
  const here = await site(t, { database: { ...database, tokens: { clearExpired } } as Database })
  assert.equal((await here.auth.clearExpired()).tokens, 3)
  assert.deepEqual(asked, [here.clock.now()])
})

test('stores that are not needed need not be there to be cleared', async (t) => {
  const database = DATABASES.get('memory')?.(t) as Database
  const without = { ...database, events: undefined, attempts: undefined } as unknown as Database
  const here = await site(t, { database: without, audit: false, loginLimits: false })
  await (await here.loggedIn()).logout()
  assert.deepEqual(await here.auth.clearExpired(), { sessions: 0, events: 0, attempts: 0, tokens: 0 })
})
