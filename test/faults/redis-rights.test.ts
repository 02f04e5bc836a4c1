/** A user of Redis who may do what docs/stores.md names, and nothing else. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { redisSessions } from '../../src/redis.ts'
import { noRedisServer, OwnRedis } from '../support/own-redis.ts'
import { read } from '../support/project-files.ts'

const skip = noRedisServer()
const NOW = Date.now()
const record = (userId: string | null) => ({ data: 'payload', expires: NOW + 3_600_000, userId })

test('the documented rights are enough, and none of them too many', { skip }, async (t) => {
  const docs = read('docs/stores.md')
  const [, needed = '', names = ''] = /the user needs `([^`]+)`\s+on `(~[^`]+)`/.exec(docs) ?? []
  const [, forChecks = ''] = /for the checks alone, `([^`]+)`/.exec(docs) ?? []
  const rights = needed.split(/\s+/)
  assert.ok(rights.length > 10)
  const redis = await OwnRedis.start(t)
  const allow = (list: readonly string[]) =>
    redis.send('ACL', 'SETUSER', 'shop', 'reset', 'on', '>pass', names, ...list)
  const use = async (): Promise<unknown> => {
    await redis.send('FLUSHALL')
    await redis.send('SCRIPT', 'FLUSH')
    const store = redisSessions(redis.url.replace('//', '//shop:pass@'))
    try {
      for (const userId of [null, '7']) {
        await store.create('key', record(userId), NOW)
        await store.update('key', record(userId), NOW)
        await store.touch('key', NOW + 1000, NOW)
        await store.replace('key', 'new', record(userId), NOW)
        await store.load('new', NOW)
        await store.adopt('new', '8', NOW)
        await store.listForUser('8', NOW)
        await store.update('new', record(null), NOW)
        await store.exists('new', NOW)
        await store.update('new', record('7'), NOW)
        await store.clearExpired(NOW)
        await store.deleteForUser('7')
        await store.delete('new')
      }
      return undefined
    } catch (error) {
      return (error as { code?: unknown }).code
    } finally {
      await store.close?.()
    }
  }
  await allow(rights)
  assert.equal(await use(), undefined)
  for (const right of rights) {
    await allow(rights.filter((other) => other !== right))
    // Without a right inside a script the script fails; without one for a command Redis says so.
    assert.match(String(await use()), /^ERR_(?:CONFIGURATION|STORE_UNAVAILABLE)$/, `${right} is not needed`)
  }
  await allow([...rights, ...forChecks.split(/\s+/)])
  const store = redisSessions(redis.url.replace('//', '//shop:pass@'))
  t.after(() => store.close?.())
  const topics = (await store.warnings?.())?.map(({ topic }) => topic)
  assert.deepEqual(topics, ['durability'])
})
