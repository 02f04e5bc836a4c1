/** What the server behind the sessions says about itself: asked before a site is served. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { memory } from '../../src/memory.ts'
import { redisSessions } from '../../src/redis.ts'
import { findings } from './found.ts'

const SAFE = { policy: 'noeviction', aof: '1', fsync: 'always' as unknown }

/** What is found with a Redis of these settings. @param forbidden the commands that it does not answer */
async function found(settings: Partial<typeof SAFE>, forbidden: readonly string[] = []): Promise<string[]> {
  const { policy, aof, fsync } = { ...SAFE, ...settings }
  const answers: Readonly<Record<string, unknown>> = {
    INFO: `# Memory\r\nmaxmemory_policy:${policy}\r\n# Persistence\r\naof_enabled:${aof}\r\naof_rewrite_in_progress:0\r\n`,
    CONFIG: fsync,
    HGET: null,
    PING: 'PONG',
  }
  const sessions = redisSessions({
    sendCommand: async ([name = '']) => {
      if (forbidden.includes(name)) throw new Error(`NOPERM this user may not run ${name}`)
      return answers[name]
    },
  })
  const options = { development: false, allowedHosts: ['shop.example'], proxies: 1, sessions }
  const all = await findings(
    { ...options, database: { ...memory(), volatile: false } },
    { deploy: true, database: true },
  )
  return all
    .map(({ id, message }) => `${id.slice(8)} ${/\((\w+[\w-]* [\w-]+)\)/.exec(message)?.[1] ?? ''}`)
    .filter(ofStores)
}

const ofStores = (line: string): boolean => /^(?:W10\d|E003)/.test(line)

test('a Redis that evicts nothing and writes every change to the disk is as it should be', async () => {
  for (const fsync of [['appendfsync', 'always'], { appendfsync: 'always' }, new Map([['appendfsync', 'always']])]) {
    assert.deepEqual(await found({ fsync }), [])
  }
})

test('a Redis that may evict is told of', async () => {
  const fsync = ['appendfsync', 'always']
  assert.deepEqual(await found({ policy: 'allkeys-lru', fsync }), ['W106 maxmemory-policy allkeys-lru'])
  assert.deepEqual(await found({ policy: 'volatile-ttl', fsync }), ['W106 maxmemory-policy volatile-ttl'])
})

test('a Redis that may forget a logout in a crash is told of', async () => {
  assert.deepEqual(await found({ fsync: ['appendfsync', 'everysec'] }), ['W107 appendfsync everysec'])
  assert.deepEqual(await found({ aof: '0', fsync: ['appendfsync', 'always'] }), ['W107 appendonly no'])
})

test('what a Redis is not allowed to tell is left out', async () => {
  assert.deepEqual(await found({ aof: '0', fsync: null }, ['CONFIG']), ['W107 appendonly no'])
  assert.deepEqual(await found({ policy: 'allkeys-lru' }, ['CONFIG', 'INFO']), [])
})

test('one that does not answer is told of once', async () => {
  assert.deepEqual(await found({}, ['PING', 'HGET', 'INFO', 'CONFIG']), ['E003 '])
})
