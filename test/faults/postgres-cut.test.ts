/** A connection that is cut after PostgreSQL has committed, and before it could say so; and a pool that is too small for its visitors. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Pool } from 'pg'
import { postgres } from '../../src/postgres.ts'
import { CuttingProxy } from '../support/cutting-proxy.ts'
import { noPostgres, postgresClient, postgresUrl } from '../support/postgres.ts'
import { site } from '../support/site.ts'

const skip = await noPostgres()
/** The end of the message: it is also in the name of an isolation level. */
const COMMIT = 'COMMIT\0'

for (const by of ['its address', 'a pool'] as const) {
  test(`PostgreSQL by ${by}: a logout whose answer is lost is no promise, and pressing again finds it done`, {
    skip,
    timeout: 60_000,
  }, async (t) => {
    const url = new URL(await postgresUrl(t))
    const proxy = await CuttingProxy.open(t, { host: url.hostname, port: Number(url.port || 5432) })
    url.hostname = '127.0.0.1'
    url.port = String(proxy.port)
    const pool = by === 'a pool' ? new Pool({ connectionString: url.href }) : undefined
    const database = postgres(pool ?? url.href)
    t.after(() => database.close())
    t.after(() => pool?.end())
    const here = await site(t, { database })
    const browser = await here.loggedIn()
    const thief = browser.copy()
    await browser.get('/me')

    let lost = proxy.loseAnswerTo(COMMIT)
    const left = await browser.logout()
    await lost
    assert.equal(left.status, 503)
    assert.doesNotMatch(left.body, /logged out/i)
    assert.deepEqual(left.setCookies, [])
    assert.equal((await thief.get('/me')).body, 'AnonymousUser', 'it was done')
    assert.equal((await browser.logout()).status, 200)

    lost = proxy.loseAnswerTo(COMMIT)
    const visitor = here.visitor()
    assert.equal((await visitor.login()).status, 503)
    await lost
    assert.equal((await visitor.login()).status, 302)

    lost = proxy.loseAnswerTo(COMMIT)
    assert.equal((await visitor.get('/set?cart=1')).status, 503)
    await lost
    assert.equal((await visitor.get('/get')).body, '{"cart":"1"}', 'it was done')
    assert.equal((await visitor.get('/set?cart=1')).status, 200)

    proxy.cutAll()
    while ((await visitor.get('/me')).status === 503);
    assert.equal((await visitor.get('/me')).body, 'alice')
  })
}

test('a pool of two with two hundred visitors: each is answered, and none waits longer than for a store', {
  skip,
  timeout: 60_000,
}, async (t) => {
  const url = await postgresUrl(t)
  const database = postgres(url, { poolSize: 2 })
  t.after(() => database.close())
  const here = await site(t, { database, storeTimeout: 1 })
  const visitors = await Promise.all(Array.from({ length: 20 }, () => here.loggedIn()))
  const all = Array.from({ length: 10 }, () => visitors.map((visitor) => visitor.copy())).flat()
  const answers = await Promise.all(all.map((visitor) => visitor.get('/me')))
  for (const { status, body } of answers) assert.ok(status === 503 || body === 'alice', `${status} ${body}`)
  assert.ok(answers.some(({ status }) => status === 200))

  const blocker = await postgresClient(t, url)
  await blocker.query('BEGIN; LOCK TABLE django_session IN ACCESS EXCLUSIVE MODE')
  const began = performance.now()
  const refused = await Promise.all(all.map((visitor) => visitor.logout()))
  const took = performance.now() - began
  assert.deepEqual([...new Set(refused.map(({ status }) => status))], [503])
  assert.ok(took < 20_000, `${took} ms`)
  await blocker.query('ROLLBACK')
  const first = visitors[0] ?? here.visitor()
  let left = await first.logout()
  while (left.status === 503) left = await first.logout()
  assert.equal(left.status, 200)
  assert.equal((await all[0]?.get('/me'))?.body, 'AnonymousUser')
})
