/** Sessions at an address: the connection is Postern's own, by whichever package is installed. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { redisSessions } from '../../src/redis.ts'
import type { SessionStore } from '../../src/sessions/session-store.ts'
import { ownedRedis, PACKAGES } from '../../src/stores/redis/owned-redis.ts'
import { RedisSessionStore } from '../../src/stores/redis/redis-session-store.ts'
import { connectRedis, noRedis, REDIS_URL, redisPrefix } from '../support/redis.ts'

const skip = await noRedis()
const NOW = Date.now()
const RECORD = { data: 'payload', expires: NOW + 3_600_000, userId: '7' }

for (const [name, opener] of Object.entries(PACKAGES)) {
  const open = (url: string, prefix = ''): SessionStore => new RedisSessionStore(ownedRedis(url, [opener]), prefix)

  test(`${name}: it is opened at the first call, works at once, and is closed when it is said`, { skip }, async (t) => {
    const connection = connectRedis()
    const user = `postern-test-${randomUUID()}`
    t.after(() => connection.send('ACL', 'DELUSER', user))
    const prefix = redisPrefix(t, connection)
    const marked = async (): Promise<number> => {
      const lines = String(await connection.send('CLIENT', 'LIST', 'TYPE', 'normal')).split('\n')
      return lines.filter((line) => line.includes(`user=${user}`)).length
    }
    // A user of its own tells the connections of this test from those of others.
    await connection.send('ACL', 'SETUSER', user, 'on', '>pass', `~${prefix}*`, '+@all')
    const { host } = new URL(REDIS_URL)
    const store = open(`redis://${user}:pass@${host}`, prefix)
    t.after(() => store.close?.())
    assert.equal(await marked(), 0)
    const asked = Array.from({ length: 10 }, async (_, number) => store.create(`key ${number}`, RECORD, NOW))
    assert.deepEqual(await Promise.all(asked), Array(10).fill(true))
    assert.equal(await marked(), 1)
    await store.close?.()
    await assert.rejects(async () => store.load('key 1', NOW), { code: 'ERR_STORE_UNAVAILABLE' })
  })

  test(`${name}: where nobody listens a call fails at once, and again`, async (t) => {
    const store = open('redis://127.0.0.1:1')
    t.after(() => store.close?.())
    for (let tries = 0; tries < 3; tries++) {
      await assert.rejects(async () => store.load('key', NOW), { code: 'ERR_STORE_UNAVAILABLE' })
    }
  })

  test(`${name}: a wrong password is named as such, and is in no message`, { skip }, async (t) => {
    const { host } = new URL(REDIS_URL)
    const store = open(`redis://nobody:opensesame@${host}`)
    t.after(() => store.close?.())
    for (let tries = 0; tries < 2; tries++) {
      await assert.rejects(
        async () => store.load('key', NOW),
        (error: Error & { code?: string }) => {
          assert.equal(error.code, 'ERR_CONFIGURATION')
          assert.match(error.message, /WRONGPASS/)
          assert.doesNotMatch(error.message, /opensesame/)
          return true
        },
      )
    }
  })
}

test('the first package that is installed is taken; without any the error says what to install', async () => {
  const tried: string[] = []
  const missing = async (): Promise<never> => {
    tried.push('missing')
    throw Object.assign(new Error("Cannot find package 'redis'"), { code: 'ERR_MODULE_NOT_FOUND' })
  }
  const broken = async (): Promise<never> => {
    tried.push('broken')
    throw new Error('broken')
  }
  const load = async (openers: Parameters<typeof ownedRedis>[1]): Promise<unknown> =>
    new RedisSessionStore(ownedRedis('redis://127.0.0.1:1', openers), '').load('key', NOW)
  await assert.rejects(load([missing, broken, missing]), { code: 'ERR_STORE_UNAVAILABLE' })
  assert.deepEqual(tried, ['missing', 'broken'])
  await assert.rejects(load([missing, missing]), { code: 'ERR_CONFIGURATION', message: /npm install redis/ })
})

test('closing what was never opened opens nothing, and valkey:// is an address too', async () => {
  for (const url of ['redis://127.0.0.1:1', 'valkey://127.0.0.1:1']) await redisSessions(url).close?.()
})
