/** A cache that is killed, or stops: sessions are read from the database, and no logout is done that the cache has not heard of. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { cachedSessions } from '../../src/cached.ts'
import { memorySessions } from '../../src/memory.ts'
import { redisCache } from '../../src/redis.ts'
import type { SessionStore } from '../../src/sessions/session-store.ts'
import { openCached } from '../support/cached.ts'
import { noRedisServer, OwnRedis } from '../support/own-redis.ts'
import { type Site, site } from '../support/site.ts'

const skip = noRedisServer()

async function cachedSite(t: TestContext): Promise<{ redis: OwnRedis; here: Site }> {
  const redis = await OwnRedis.start(t)
  const cache = redisCache(redis.url)
  t.after(() => cache.close?.())
  return { redis, here: await site(t, { database: openCached(t, cache), storeTimeout: 0.5 }) }
}

for (const [what, away, back] of [
  ['killed', (redis: OwnRedis) => redis.kill(), (redis: OwnRedis) => redis.start()],
  ['stopped', async (redis: OwnRedis) => redis.pause(), async (redis: OwnRedis) => redis.goOn()],
] as const) {
  test(`while the cache is ${what} people stay signed in, can sign in, and are told when they are not signed out`, {
    skip,
    timeout: 60_000,
  }, async (t) => {
    const { redis, here } = await cachedSite(t)
    const [browser, leaving] = [await here.loggedIn(), await here.loggedIn()]
    const thief = leaving.copy()
    for (const visitor of [browser, leaving]) {
      for (let visits = 0; visits < 2; visits++) assert.equal((await visitor.get('/me')).body, 'alice')
    }
    await away(redis)
    for (let visits = 0; visits < 5; visits++) assert.equal((await browser.get('/me')).body, 'alice')
    assert.equal((await browser.get('/set?cart=1')).status, 200)
    assert.equal((await browser.get('/get')).body, '{"cart":"1"}')
    await here.loggedIn()
    const refused = await leaving.logout()
    assert.equal(refused.status, 503)
    assert.doesNotMatch(refused.body, /logged out/i)

    await back(redis)
    while ((await leaving.logout()).status === 503) await wait(20)
    for (let visits = 0; visits < 3; visits++) assert.equal((await thief.get('/me')).body, 'AnonymousUser')
    assert.equal((await browser.get('/get')).body, '{"cart":"1"}')
  })
}

test('a cache that comes back from an old copy on its disk serves what has ended for maxAge, and not longer', {
  skip,
  timeout: 60_000,
}, async (t) => {
  const redis = await OwnRedis.start(t)
  const record = memorySessions()
  const open = (): SessionStore => {
    const cache = redisCache(redis.url)
    t.after(() => cache.close?.())
    return cachedSessions(record, cache, { volatile: true, maxAge: 60 })
  }
  const now = Date.now()
  const before = open()
  await before.create('key', { data: 'payload', expires: now + 3_600_000, userId: '7' }, now)
  await before.load('key', now)
  await redis.send('SAVE')
  await before.delete('key')
  assert.equal(await before.load('key', now), null)
  await redis.kill()
  await redis.start()
  const after = open()
  assert.equal((await after.load('key', now + 59_999))?.data, 'payload', 'why a cache should keep nothing on its disk')
  assert.equal(await after.load('key', now + 60_000), null)
})
