/** A Redis whose memory is full. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { StoreUnavailable } from '../../src/errors.ts'
import { memory } from '../../src/memory.ts'
import { redisCache, redisSessions } from '../../src/redis.ts'
import { noRedisServer, OwnRedis } from '../support/own-redis.ts'
import { connectRedis } from '../support/redis.ts'
import { site } from '../support/site.ts'

const skip = noRedisServer()
const NOW = Date.now()
const DATA = 'x'.repeat(2000)
const record = (userId: string) => ({ data: DATA, expires: NOW + 3_600_000, userId })

/** Memory for what it has at the start, and three megabytes more. */
async function smallRedis(t: Parameters<typeof OwnRedis.start>[0], policy: string) {
  const redis = await OwnRedis.start(t)
  const used = Number(/used_memory:(\d+)/.exec(String(await redis.send('INFO', 'memory')))?.[1])
  const sessions = redisSessions(redis.url)
  t.after(() => sessions.close?.())
  await sessions.exists('none', NOW)
  await redis.send('CONFIG', 'SET', 'maxmemory', String(used + 3_000_000), 'maxmemory-policy', policy)
  return { redis, sessions }
}

test('with allkeys-lru whoever is evicted is logged out, and nothing brings them back', { skip }, async (t) => {
  const { sessions } = await smallRedis(t, 'allkeys-lru')
  const keys = Array.from({ length: 3000 }, (_, number) => `key ${number}`)
  for (const key of keys) assert.equal(await sessions.create(key, record(`user of ${key}`), NOW), true)
  const evicted: string[] = []
  for (const key of keys) if (!(await sessions.exists(key, NOW))) evicted.push(key)
  t.diagnostic(`${evicted.length} of ${keys.length} evicted`)
  assert.ok(evicted.length > 100 && evicted.length < keys.length, `${evicted.length}`)
  for (const key of evicted.slice(0, 100)) {
    assert.equal(await sessions.load(key, NOW), null)
    assert.equal(await sessions.update(key, record(`user of ${key}`), NOW), false)
    assert.equal(await sessions.touch(key, NOW + 7_200_000, NOW), false)
    assert.equal(await sessions.replace(key, `${key} moved`, record(`user of ${key}`), NOW), false)
    assert.equal(await sessions.exists(key, NOW), false)
    assert.equal(await sessions.exists(`${key} moved`, NOW), false)
    assert.deepEqual(await sessions.listForUser(`user of ${key}`, NOW), [])
  }
})

test('with allkeys-lru a logout everywhere finds the sessions whose list was evicted', { skip }, async (t) => {
  const { redis, sessions } = await smallRedis(t, 'allkeys-lru')
  for (let number = 0; number < 3000; number++) await sessions.create(`key ${number}`, record(`user of ${number}`), NOW)
  const keys: string[] = []
  for (let number = 0; number < 3000; number++) if (await sessions.exists(`key ${number}`, NOW)) keys.push(`${number}`)
  const { send, close } = connectRedis('redis', redis.url)
  t.after(close)
  const listed = (await Promise.all(
    keys.map(async (number) => [number, await send('EXISTS', `postern:user:user of ${number}`)] as const),
  )) as [string, number][]
  const listless = listed.filter(([, list]) => list === 0).map(([number]) => number)
  t.diagnostic(`${listless.length} of ${keys.length} sessions without their user's list`)
  assert.ok(listless.length > 0)
  let ended = 0
  for (const number of listless) {
    ended += await sessions.deleteForUser(`user of ${number}`, 'another')
    assert.equal(await sessions.exists(`key ${number}`, NOW), false)
  }
  // Some may have been evicted themselves since they were counted.
  assert.ok(ended > 0 && ended <= listless.length, `${ended} ended`)
})

test('with noeviction nobody is lost, logins and changes are 503, and logouts work', { skip }, async (t) => {
  const { redis, sessions } = await smallRedis(t, 'noeviction')
  const here = await site(t, { database: memory(), sessions, now: Date.now })
  const [browser, everywhere] = [await here.loggedIn(), await here.loggedIn()]
  const thief = browser.copy()
  let stored = 0
  const fill = async (): Promise<void> => {
    for (;;) {
      await sessions.create(`key ${stored}`, record('7'), NOW)
      stored += 1
    }
  }
  await assert.rejects(
    fill,
    (error) => error instanceof StoreUnavailable && /^OOM/.test(String((error.cause as Error).message)),
  )
  t.diagnostic(`full with ${stored} sessions`)
  for (let number = 0; number < stored; number += 50)
    assert.equal((await sessions.load(`key ${number}`, NOW))?.data, DATA)
  await assert.rejects(
    async () => sessions.update('key 0', { ...record('7'), data: DATA + DATA }, NOW),
    StoreUnavailable,
  )
  assert.equal((await sessions.load('key 0', NOW))?.data, DATA, 'refused as a whole')
  assert.equal((await here.visitor().login()).status, 503)
  assert.equal((await browser.get('/me')).body, 'alice')

  const out = await browser.logout()
  assert.equal(out.status, 200)
  assert.equal((await thief.get('/me')).body, 'AnonymousUser')
  assert.equal(await sessions.deleteForUser(String(here.alice.id)), 1)
  assert.equal((await everywhere.get('/me')).body, 'AnonymousUser')
  // Whatever room these left is taken again, so that the next ones find it full.
  await assert.rejects(fill)
  assert.equal(await sessions.deleteForUser('7'), stored)
  assert.equal((await here.visitor().login()).status, 302, 'there is room again')
  assert.match(String(await redis.send('INFO', 'stats')), /evicted_keys:0\r/)
})

test('a cache that is full gives no leave to fill it, serves what it has, and forgets what it is told to', {
  skip,
}, async (t) => {
  const { redis } = await smallRedis(t, 'noeviction')
  const cache = redisCache(redis.url)
  t.after(() => cache.close?.())
  const { leave } = await cache.look('cached')
  const session = { data: DATA, expires: NOW + 3_600_000, userId: '7', id: 'id' }
  await cache.fill('cached', leave ?? '', { session, readAt: NOW }, 60_000)
  const late = (await cache.look('late')).leave ?? ''
  await redis.send('CONFIG', 'SET', 'maxmemory', '1')
  assert.deepEqual(await cache.look('another'), { leave: null })
  await assert.rejects(async () => cache.fill('late', late, { session, readAt: NOW }, 60_000))
  assert.equal((await cache.look('cached')).cached?.session.data, DATA)
  await cache.dropUser('7')
  assert.equal((await cache.look('cached')).cached, undefined)
  await cache.drop('cached', 'id')
})
