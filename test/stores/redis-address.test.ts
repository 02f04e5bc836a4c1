/** Sessions at an address: the connection is Postern's own. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { redisSessions } from '../../src/redis.ts'
import { connectRedis, noRedis, REDIS_URL, redisPrefix } from '../support/redis.ts'

const skip = await noRedis()
const NOW = Date.now()
const RECORD = { data: 'payload', expires: NOW + 3_600_000, userId: '7' }

test('it is opened at the first call, works at once, and is closed when it is said', { skip }, async (t) => {
  const connection = connectRedis()
  const prefix = redisPrefix(t, connection)
  const before = await clients(connection.send)
  const store = redisSessions(REDIS_URL, { prefix })
  t.after(() => store.close?.())
  assert.equal(await clients(connection.send), before)
  const asked = Array.from({ length: 10 }, async (_, number) => store.create(`key ${number}`, RECORD, NOW))
  assert.deepEqual(await Promise.all(asked), Array(10).fill(true))
  assert.equal(await clients(connection.send), before + 1)
  await store.close?.()
  await assert.rejects(async () => store.load('key 1', NOW), { code: 'ERR_STORE_UNAVAILABLE' })
})

test('closing what was never opened opens nothing', async () => {
  await redisSessions('redis://127.0.0.1:1').close?.()
})

test('where nobody listens a call fails at once, and again', async (t) => {
  const store = redisSessions('redis://127.0.0.1:1')
  t.after(() => store.close?.())
  for (let tries = 0; tries < 3; tries++) {
    await assert.rejects(async () => store.load('key', NOW), { code: 'ERR_STORE_UNAVAILABLE' })
  }
})

test('a wrong password is named as such, and is in no message', { skip }, async (t) => {
  const { host } = new URL(REDIS_URL)
  const store = redisSessions(`redis://nobody:opensesame@${host}`)
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

/** How many clients of the tests' server there are. */
async function clients(send: (...command: string[]) => Promise<unknown>): Promise<number> {
  return String(await send('CLIENT', 'LIST', 'TYPE', 'normal'))
    .trim()
    .split('\n').length
}
