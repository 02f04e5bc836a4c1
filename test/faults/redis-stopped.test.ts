/** A Redis that takes what it is asked and does not answer: the deadline, and no harm from what it does when it goes on. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { memory } from '../../src/memory.ts'
import { redisSessions } from '../../src/redis.ts'
import { noRedisServer, OwnRedis } from '../support/own-redis.ts'
import { site } from '../support/site.ts'

const skip = noRedisServer()

test('stopped, it is a 503 at the deadline; when it goes on everybody is who they were', {
  skip,
  timeout: 60_000,
}, async (t) => {
  const redis = await OwnRedis.start(t)
  const sessions = redisSessions(redis.url)
  t.after(() => sessions.close?.())
  const here = await site(t, { database: memory(), sessions, storeTimeout: 0.3 })
  const browser = await here.loggedIn()
  const leaving = await here.loggedIn()
  const thief = leaving.copy()
  redis.pause()
  const began = performance.now()
  const replies = await Promise.all([
    browser.get('/me'),
    browser.get('/set?cart=1'),
    leaving.logout(),
    here.visitor().login(),
  ])
  const took = performance.now() - began
  for (const { status, setCookies, body } of replies) {
    assert.equal(status, 503)
    assert.deepEqual(
      setCookies.filter((line) => line.startsWith('sessionid=')),
      [],
    )
    assert.doesNotMatch(body, /logged out/i)
  }
  assert.ok(took < 3000, `${took} ms`)
  assert.equal((await browser.get('/public')).body, 'public')
  redis.goOn()
  while ((await browser.get('/me')).status === 503) await wait(10)
  assert.equal((await browser.get('/me')).body, 'alice')
  assert.equal((await leaving.logout()).status, 200)
  assert.equal((await thief.get('/me')).body, 'AnonymousUser')
})
