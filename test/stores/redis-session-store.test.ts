/** What is of Redis alone: commands and scripts, names and their time, and answers that are no answers. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Redis } from 'ioredis'
import { ConfigurationError, StoreUnavailable } from '../../src/errors.ts'
import { type RedisClient, redisSessions } from '../../src/redis.ts'
import type { SessionStore } from '../../src/sessions/session-store.ts'
import { connectRedis, noRedis, REDIS_URL, type RedisConnection, redisPrefix } from '../support/redis.ts'

const skip = await noRedis()
const NOW = Date.UTC(2026, 0, 15, 12)
const HOUR = 3_600_000
const GRACE = 60_000
const record = (userId: string | null = null, expires = NOW + HOUR) => ({ data: 'payload', expires, userId })

interface Opened extends RedisConnection {
  readonly store: SessionStore
  readonly prefix: string
  /** The commands that the store has sent. */
  readonly sent: string[][]
}

function open(t: { after(end: () => unknown): void }): Opened {
  const connection = connectRedis()
  const prefix = redisPrefix(t, connection)
  const sent: string[][] = []
  const client = {
    sendCommand: (command: string[]) => {
      sent.push(command)
      return connection.send(...command)
    },
  }
  return { ...connection, prefix, sent, store: redisSessions(client, { prefix }) }
}

test('a session is loaded by one plain command', { skip }, async (t) => {
  const { store, prefix, sent } = open(t)
  await store.create('key', record('7'), NOW)
  sent.length = 0
  await store.load('key', NOW)
  assert.deepEqual(
    sent.map(([name, key]) => [name, key]),
    [['HMGET', `${prefix}session:key`]],
  )
})

test('Redis removes a session and its traces a minute after the end, by the clock of whoever wrote', {
  skip,
}, async (t) => {
  const { store, prefix, send } = open(t)
  await store.create('key', record('7'), NOW)
  const id = (await store.load('key', NOW))?.id
  const left = async (name: string): Promise<number> => Number(await send('PTTL', `${prefix}${name}`))
  for (const name of ['session:key', 'user:7', `id:${id}`]) {
    const milliseconds = await left(name)
    assert.ok(milliseconds > HOUR && milliseconds <= HOUR + GRACE, `${name}: ${milliseconds}`)
  }
  await store.create('short', record('7', NOW + 1000), NOW)
  assert.ok((await left('user:7')) > HOUR, 'the list stays as long as the longest')
  await store.touch('key', NOW + 2 * HOUR, NOW)
  for (const name of ['session:key', 'user:7', `id:${id}`]) assert.ok((await left(name)) > 2 * HOUR, name)
})

test('a session that Redis has evicted is no session, is on no list, and leaves nothing', { skip }, async (t) => {
  const { store, prefix, send } = open(t)
  await store.create('evicted', record('7'), NOW)
  await store.create('kept', record('7'), NOW)
  await send('DEL', `${prefix}session:evicted`)
  assert.equal(await store.load('evicted', NOW), null)
  for (const revived of [
    await store.update('evicted', record('7'), NOW),
    await store.touch('evicted', NOW + HOUR, NOW),
    await store.replace('evicted', 'new', record('7'), NOW),
  ]) {
    assert.equal(revived, false)
  }
  assert.equal((await store.listForUser('7', NOW)).length, 1)
  assert.equal(await send('ZCARD', `${prefix}user:7`), 1, 'looking at the list mends it')
})

test('clearing finds what is in a list and nowhere else, in names of its own prefix alone', { skip }, async (t) => {
  const { store, prefix, send } = open(t)
  const others = redisSessions(connectionOf(t), { prefix: `${prefix.slice(0, -1)}*:` })
  await others.create('key', record('7', NOW + 1), NOW)
  await send('SET', `${prefix}other`, 'of the application')
  for (const user of ['7', '8']) {
    await store.create(`evicted ${user}`, record(user), NOW)
    await send('DEL', `${prefix}session:evicted ${user}`)
  }
  await store.create('ended', record('7', NOW + 1), NOW)
  await store.create('kept', record('7'), NOW)
  assert.equal(await store.clearExpired(NOW + 1), 1)
  assert.equal(await send('ZCARD', `${prefix}user:7`), 1)
  assert.equal(await send('EXISTS', `${prefix}user:8`), 0)
  assert.equal(await send('GET', `${prefix}other`), 'of the application')
  assert.equal(await others.clearExpired(NOW + 1), 1, 'a star in a prefix is a star')
})

function connectionOf(t: { after(end: () => unknown): void }): RedisClient {
  const connection = connectRedis()
  t.after(() => connection.close())
  return connection.client
}

test("what has ended goes from a user's list at the next login", { skip }, async (t) => {
  const { store, prefix, send } = open(t)
  await store.create('ended', record('7', NOW + 1), NOW)
  await store.create('later', record('7', NOW + HOUR), NOW + GRACE + 1)
  assert.deepEqual(await send('ZRANGE', `${prefix}user:7`, '0', '-1'), ['later'])
})

test('a client with a prefix of its own has all names under it', { skip }, async (t) => {
  const connection = connectRedis()
  const outer = redisPrefix(t, connection)
  const client = new Redis(REDIS_URL, { keyPrefix: outer })
  t.after(() => client.disconnect())
  const store = redisSessions(client, { prefix: 'inner:' })
  await store.create('key', record('7'), NOW)
  await store.create('other', record('7', NOW + 1), NOW)
  assert.equal((await store.load('key', NOW))?.data, 'payload')
  assert.equal((await store.listForUser('7', NOW)).length, 2)
  assert.equal(await store.clearExpired(NOW + 1), 1)
  const names = (await connection.send('KEYS', `${outer}*`)) as string[]
  assert.deepEqual(names.map((name) => name.slice(outer.length).replace(/id:.*/, 'id:')).sort(), [
    'inner:id:',
    'inner:session:key',
    'inner:user:7',
  ])
  assert.equal(await store.deleteForUser('7'), 1)
})

test('a logout everywhere looks at the list alone, as long as nothing was evicted', { skip }, async (t) => {
  const { store, sent } = open(t)
  await store.create('key', record('7'), NOW)
  sent.length = 0
  assert.equal(await store.deleteForUser('7'), 1)
  assert.deepEqual(
    sent.map(([name]) => name),
    ['EVALSHA', 'INFO'],
  )
})

test('where something was evicted it looks at everything, and leaves the one that is to be left', {
  skip,
}, async (t) => {
  const connection = connectRedis()
  const prefix = redisPrefix(t, connection)
  const sendCommand = (command: string[]): Promise<unknown> =>
    command[0] === 'INFO' ? Promise.resolve('# Stats\r\nevicted_keys:3\r\n') : connection.send(...command)
  const store = redisSessions({ sendCommand }, { prefix })
  for (const key of ['first', 'second', 'kept']) await store.create(key, record('7'), NOW)
  await store.create('of another', record('8'), NOW)
  await connection.send('DEL', `${prefix}user:7`)
  assert.equal(await store.deleteForUser('7', 'kept'), 2)
  const alive = ['first', 'second', 'kept', 'of another'].map(async (key) => store.exists(key, NOW))
  assert.deepEqual(await Promise.all(alive), [false, false, true, true])
})

test('where something was evicted a session that has moved is found by its public id all the same', {
  skip,
}, async (t) => {
  const connection = connectRedis()
  const prefix = redisPrefix(t, connection)
  const sendCommand = (command: string[]): Promise<unknown> =>
    command[0] === 'INFO' ? Promise.resolve('# Stats\r\nevicted_keys:3\r\n') : connection.send(...command)
  const store = redisSessions({ sendCommand }, { prefix })
  await store.create('key', record('7'), NOW)
  await store.create('of another', record('8'), NOW)
  const id = (await store.load('key', NOW))?.id ?? ''
  await store.replace('key', 'new', record('7'), NOW)
  await connection.send('DEL', `${prefix}id:${id}`)
  assert.equal(await store.delete('key', id), true)
  assert.equal(await store.exists('new', NOW), false)
  assert.equal(await store.exists('of another', NOW), true)
  assert.equal(await store.delete('key', id), false)
})

test('two sites with two prefixes on one server know nothing of each other', { skip }, async (t) => {
  const [one, other] = [open(t), open(t)]
  await one.store.create('key', record('7'), NOW)
  assert.equal(await other.store.load('key', NOW), null)
  assert.equal(await other.store.deleteForUser('7'), 0)
  assert.equal(await other.store.create('key', record('7'), NOW), true)
})

test('without a prefix that is said, names begin with postern:', async () => {
  const asked: string[] = []
  const store = redisSessions({ sendCommand: async (command) => asked.push(command[1] ?? '') && [null] })
  await store.load('key', NOW)
  assert.deepEqual(asked, ['postern:session:key'])
})

test('a server that has forgotten the scripts is given them again', async () => {
  const sent: string[][] = []
  const store = redisSessions({
    call: async (...command) => {
      sent.push(command)
      if (command[0] === 'EVALSHA') throw new Error('NOSCRIPT No matching script. Please use EVAL.')
      return 1
    },
  })
  assert.equal(await store.delete('key'), true)
  assert.deepEqual(
    sent.map(([name]) => name),
    ['EVALSHA', 'EVAL'],
  )
  assert.match(sent[1]?.[1] ?? '', /redis\.call/)
  assert.deepEqual(sent[0]?.slice(2), sent[1]?.slice(2))
})

for (const message of [
  'connect ECONNREFUSED 127.0.0.1:6379',
  'LOADING Redis is loading the dataset in memory',
  "READONLY You can't write against a read only replica.",
  "OOM command not allowed when used memory > 'maxmemory'.",
  'MISCONF Redis is configured to save RDB snapshots, but it is currently not able to persist on disk.',
  'Socket closed unexpectedly',
]) {
  test(`no answer is StoreUnavailable, with its cause: ${message.split(' ', 1)[0]} …`, async () => {
    const cause = new Error(message)
    const store = redisSessions({ sendCommand: () => Promise.reject(cause) })
    for (const call of [
      () => store.load('key', NOW),
      () => store.exists('key', NOW),
      () => store.create('key', record('7'), NOW),
      () => store.update('key', record(), NOW),
      () => store.replace('key', 'new', record(), NOW),
      () => store.touch('key', NOW, NOW),
      () => store.delete('key'),
      () => store.adopt('key', '7', NOW),
      () => store.deleteForUser('7'),
      () => store.listForUser('7', NOW),
      () => store.clearExpired(NOW),
    ]) {
      await assert.rejects(
        async () => call(),
        (error) => error instanceof StoreUnavailable && error.cause === cause,
      )
    }
  })
}

test('a Redis that wants a password, or another one, says so', async () => {
  for (const message of ['NOAUTH Authentication required.', 'WRONGPASS invalid username-password pair', 'NOPERM no']) {
    const store = redisSessions({ sendCommand: () => Promise.reject(new Error(message)) })
    await assert.rejects(async () => store.load('key', NOW), {
      code: 'ERR_CONFIGURATION',
      message: /its user and password/,
    })
  }
})

test('an end that cannot be read is no end that never comes', async () => {
  for (const end of [null, '', 'soon', 'NaN']) {
    const store = redisSessions({ sendCommand: async () => ['payload', end, null, null, null] })
    assert.equal(await store.load('key', NOW), null)
  }
})

test('what is no client, no address, or a client of a cluster is refused at once', () => {
  for (const nonsense of [null, {}, 'localhost:6379', 'http://localhost', 'redis:']) {
    assert.throws(() => redisSessions(nonsense as never), ConfigurationError, String(nonsense))
  }
  const call = async (): Promise<unknown> => null
  for (const cluster of [
    { call, isCluster: true },
    { sendCommand: call, slots: [] },
  ]) {
    assert.throws(() => redisSessions(cluster), /Redis Cluster is not supported/)
  }
})
