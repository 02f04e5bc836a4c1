/** A connection that is cut after Redis has done what it was asked, and before it could say so. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { memory } from '../../src/memory.ts'
import { redisSessions } from '../../src/redis.ts'
import { CREATE, DELETE, REPLACE, UPDATE } from '../../src/stores/redis/session-scripts.ts'
import { CuttingProxy } from '../support/cutting-proxy.ts'
import { connectRedis, noRedis, REDIS_CLIENTS, REDIS_URL, redisPrefix } from '../support/redis.ts'
import { site } from '../support/site.ts'

const skip = await noRedis()

for (const client of ['address', ...REDIS_CLIENTS.keys()]) {
  test(`${client}: a logout whose answer is lost is no promise, and pressing again finds it done`, {
    skip,
    timeout: 30_000,
  }, async (t) => {
    const target = new URL(REDIS_URL)
    const proxy = await CuttingProxy.open(t, { host: target.hostname, port: Number(target.port || 6379) })
    const url = `redis://127.0.0.1:${proxy.port}`
    const connection = client === 'address' ? undefined : connectRedis(client, url)
    const prefix = redisPrefix(t, connectRedis())
    const sessions = redisSessions(connection?.client ?? url, { prefix })
    t.after(() => connection?.close() ?? sessions.close?.())
    const here = await site(t, { database: memory(), sessions })
    const again = async <T extends { status: number }>(ask: () => Promise<T>): Promise<T> => {
      for (;;) {
        const reply = await ask()
        if (reply.status !== 503) return reply
      }
    }
    const browser = await here.loggedIn()
    const thief = browser.copy()

    // ioredis sends again by itself what was not answered, so that its visitors see nothing of it.
    let lost = proxy.loseAnswerTo(DELETE.sha)
    const left = await browser.logout()
    await lost
    assert.match(`${left.status}`, client.startsWith('io') ? /^(?:200|503)$/ : /^503$/)
    if (left.status === 503) {
      assert.doesNotMatch(left.body, /logged out/i)
      assert.deepEqual(left.setCookies, [])
    }
    assert.equal((await again(() => thief.get('/me'))).body, 'AnonymousUser', 'it was done')
    assert.equal((await again(() => browser.logout())).status, 200)

    lost = proxy.loseAnswerTo(CREATE.sha)
    const visitor = here.visitor()
    const login = await visitor.login()
    await lost
    assert.match(`${login.status}`, client.startsWith('io') ? /^(?:302|503)$/ : /^503$/)
    assert.equal((await again(() => visitor.login())).status, 302)

    lost = proxy.loseAnswerTo(UPDATE.sha)
    await visitor.get('/set?cart=1')
    await lost
    assert.equal((await again(() => visitor.get('/get'))).body, '{"cart":"1"}', 'written twice is written once')

    lost = proxy.loseAnswerTo(REPLACE.sha)
    await visitor.login()
    await lost
    proxy.cutAll()
    await again(() => visitor.get('/me'))
    assert.equal((await again(() => visitor.login())).status, 302)
    assert.equal((await visitor.get('/me')).body, 'alice')
  })
}
