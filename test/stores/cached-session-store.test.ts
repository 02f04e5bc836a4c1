/** A cache in front of sessions: it answers for the record, and never for what has ended. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { cachedSessions, type SessionCache } from '../../src/cached.ts'
import { ConfigurationError } from '../../src/errors.ts'
import { memory, memoryCache, memorySessions } from '../../src/memory.ts'
import { redisCache } from '../../src/redis.ts'
import type { SessionStore } from '../../src/sessions/session-store.ts'
import { connectRedis, noRedis, redisPrefix } from '../support/redis.ts'

const noServer = await noRedis()
const NOW = Date.UTC(2026, 0, 15, 12)
const HOUR = 3_600_000
const MAX_AGE = 60_000
const record = (userId: string | null = null, expires = NOW + HOUR) => ({ data: 'payload', expires, userId })

/** A store of record whose reading a test can hold once it has read, and a cache of which a test can say that it is away. */
class Stage {
  readonly record: SessionStore = memorySessions()
  readonly store: SessionStore
  /** How often the record was read. */
  reads = 0
  cacheIsAway = false
  #hold: PromiseWithResolvers<void> | undefined
  #reached = Promise.withResolvers<void>()

  constructor(cache: SessionCache) {
    const watched = new Proxy(this.record, {
      get: (store, name) => {
        const value = Reflect.get(store, name, store) as unknown
        if (typeof value !== 'function') return value
        return async (...given: unknown[]) => {
          const answer = Reflect.apply(value, store, given) as unknown
          if (name !== 'load') return answer
          this.reads += 1
          this.#reached.resolve()
          await this.#hold?.promise
          return answer
        }
      },
    })
    const there = new Proxy(cache, {
      get: (target, name) => {
        const value = Reflect.get(target, name, target) as unknown
        if (typeof value !== 'function') return value
        return async (...given: unknown[]) => {
          if (this.cacheIsAway) throw new Error('connect ECONNREFUSED')
          return Reflect.apply(value, target, given) as unknown
        }
      },
    })
    this.store = cachedSessions(watched, there, { volatile: true, maxAge: MAX_AGE / 1000 })
  }

  /** A reader who has read the session in the record and not yet put it into the cache; `goOn` lets it. */
  async reader(key: string): Promise<{ goOn: () => Promise<unknown> }> {
    const hold = Promise.withResolvers<void>()
    this.#hold = hold
    this.#reached = Promise.withResolvers()
    const loaded = Promise.resolve(this.store.load(key, NOW))
    await this.#reached.promise
    this.#hold = undefined
    return {
      goOn: () => {
        hold.resolve()
        return loaded
      },
    }
  }
}

interface Kind {
  readonly name: string
  readonly skip: string | false
  readonly open: (t: TestContext) => SessionCache
}
const KINDS: readonly Kind[] = [
  { name: 'memory', skip: false, open: () => memoryCache() },
  {
    name: 'Redis',
    skip: noServer,
    open: (t) => {
      const connection = connectRedis()
      return redisCache(connection.client, { prefix: redisPrefix(t, connection) })
    },
  },
]

for (const { name, skip, open } of KINDS) {
  function check(title: string, run: (stage: Stage) => Promise<void>): void {
    test(`${name}: ${title}`, { skip }, async (t) => run(new Stage(open(t))))
  }

  check('a session that was read once is taken from the cache', async (stage) => {
    const { store } = stage
    for (const userId of [null, '7']) {
      await store.create(`of ${userId}`, record(userId), NOW)
      const read = await store.load(`of ${userId}`, NOW)
      stage.reads = 0
      const again = await store.load(`of ${userId}`, NOW + 1)
      assert.equal(stage.reads, 0)
      for (const property of ['data', 'expires', 'userId', 'id', 'created'] as const) {
        assert.equal(again?.[property], read?.[property], property)
      }
    }
  })

  check('what is changed is read anew', async (stage) => {
    const { store } = stage
    await store.create('key', record('7'), NOW)
    await store.load('key', NOW)
    await store.update('key', { ...record('7'), data: 'changed' }, NOW)
    assert.equal((await store.load('key', NOW))?.data, 'changed')
    await store.touch('key', NOW + 2 * HOUR, NOW)
    assert.equal((await store.load('key', NOW))?.expires, NOW + 2 * HOUR)
    await store.adopt('key', '8', NOW)
    assert.equal((await store.load('key', NOW))?.userId, '8')
  })

  for (const [title, end] of [
    ['a logout', ({ store }) => store.delete('key')],
    [
      'a logout that knows the public id',
      async ({ store, record }) => store.delete('key', (await record.load('key', NOW))?.id),
    ],
    [
      'a logout under a key that the session has had before',
      async ({ store, record }) => store.delete('before', (await record.load('key', NOW))?.id),
    ],
    ['a logout everywhere', ({ store }) => store.deleteForUser('7')],
    [
      'a change of key',
      ({ store }) => store.replace('key', 'new', { data: 'payload', expires: NOW + HOUR, userId: '7' }, NOW),
    ],
  ] as const satisfies readonly (readonly [string, (stage: Stage) => unknown])[]) {
    check(`after ${title} the cache has nothing of it`, async (stage) => {
      await stage.store.create('key', record('7'), NOW)
      await stage.store.load('key', NOW)
      await end(stage)
      assert.equal(await stage.store.load('key', NOW), null)
    })

    check(`a reader who is overtaken by ${title} does not bring the session back`, async (stage) => {
      await stage.store.create('key', record('7'), NOW)
      const { goOn } = await stage.reader('key')
      await end(stage)
      assert.notEqual(await goOn(), null, 'it had read before the end')
      assert.equal(await stage.store.load('key', NOW), null)
    })
  }

  check('a reader who is overtaken by a change does not bring the old state back', async (stage) => {
    await stage.store.create('key', record('7'), NOW)
    const { goOn } = await stage.reader('key')
    await stage.store.update('key', { ...record('7'), data: 'changed' }, NOW)
    await goOn()
    assert.equal((await stage.store.load('key', NOW))?.data, 'changed')
  })

  check('the end of a session counts in the cache', async (stage) => {
    await stage.store.create('key', record('7', NOW + 1000), NOW)
    await stage.store.load('key', NOW)
    assert.notEqual(await stage.store.load('key', NOW + 999), null)
    assert.equal(await stage.store.load('key', NOW + 1000), null)
  })

  check('a row that somebody else has deleted is taken from the cache for maxAge, and not longer', async (stage) => {
    await stage.store.create('key', record('7'), NOW)
    await stage.store.load('key', NOW)
    await stage.record.delete('key')
    assert.notEqual(await stage.store.load('key', NOW + MAX_AGE - 1), null)
    assert.equal(await stage.store.load('key', NOW + MAX_AGE), null)
    assert.equal(await stage.store.load('key', NOW - MAX_AGE), null, 'by a clock that goes after, too')
  })

  check('where the cache is away sessions are read from the record, begun and written', async (stage) => {
    const { store } = stage
    stage.cacheIsAway = true
    assert.equal(await store.create('key', record('7'), NOW), true)
    assert.equal((await store.load('key', NOW))?.data, 'payload')
    assert.equal(await store.update('key', { ...record('7'), data: 'changed' }, NOW), true)
    assert.equal(await store.touch('key', NOW + 2 * HOUR, NOW), true)
    assert.equal((await store.load('key', NOW))?.data, 'changed')
    assert.equal((await store.listForUser('7', NOW)).length, 1)
  })

  check('where the cache is away no logout is told as done, and pressing again ends the session', async (stage) => {
    const { store } = stage
    for (const end of [() => store.delete('key'), () => store.deleteForUser('7')]) {
      await store.create('key', record('7'), NOW)
      await store.load('key', NOW)
      stage.cacheIsAway = true
      await assert.rejects(async () => end())
      stage.cacheIsAway = false
      await end()
      assert.equal(await store.load('key', NOW), null)
    }
  })

  check('where the cache is away a session does not change its key, and stays', async (stage) => {
    const { store } = stage
    await store.create('key', record('7'), NOW)
    stage.cacheIsAway = true
    await assert.rejects(async () => store.replace('key', 'new', record('7'), NOW))
    assert.equal(await store.exists('key', NOW), true)
    assert.equal(await store.exists('new', NOW), false)
  })
}

test('Redis: whatever a cache loses of a session, the session is read anew', { skip: noServer }, async (t) => {
  const connection = connectRedis()
  const prefix = redisPrefix(t, connection)
  const stage = new Stage(redisCache(connection.client, { prefix }))
  await stage.store.create('key', record('7'), NOW)
  await stage.store.load('key', NOW)
  const names = ((await connection.send('KEYS', `${prefix}*`)) as string[]).filter((name) => !name.endsWith('fence'))
  assert.equal(names.length, 3)
  for (const name of names) {
    await connection.send('DEL', name)
    stage.reads = 0
    await stage.store.load('key', NOW)
    assert.equal(stage.reads, 1, name)
    await stage.store.load('key', NOW)
    assert.equal(stage.reads, 1, `${name} is mended`)
  }
})

for (const when of ['before the logout', 'after it'] as const) {
  test(`Redis: a cache that lost its memory ${when} is not filled by a reader of before`, {
    skip: noServer,
  }, async (t) => {
    const connection = connectRedis()
    const prefix = redisPrefix(t, connection)
    const stage = new Stage(redisCache(connection.client, { prefix }))
    const lose = async (): Promise<void> => {
      for (const name of (await connection.send('KEYS', `${prefix}*`)) as string[]) await connection.send('DEL', name)
    }
    for (const everywhere of [false, true]) {
      await stage.store.create('key', record('7'), NOW)
      const { goOn } = await stage.reader('key')
      if (when === 'before the logout') await lose()
      await (everywhere ? stage.store.deleteForUser('7') : stage.store.delete('key'))
      if (when === 'after it') await lose()
      // Others have used the cache meanwhile: the fence is there again.
      await stage.store.load('another', NOW)
      await goOn()
      assert.equal(await stage.store.load('key', NOW), null)
    }
  })
}

test('of many readers at once one fills the cache', { skip: noServer }, async (t) => {
  const connection = connectRedis()
  const stage = new Stage(redisCache(connection.client, { prefix: redisPrefix(t, connection) }))
  await stage.store.create('key', record('7'), NOW)
  const readers = Array.from({ length: 20 }, async () => stage.store.load('key', NOW))
  for (const session of await Promise.all(readers)) assert.equal(session?.data, 'payload')
  stage.reads = 0
  await stage.store.load('key', NOW)
  assert.equal(stage.reads, 0)
})

test('a cache that hangs costs a quarter of a second, and is left alone for a while', async (t) => {
  let asked = 0
  const hang = (): Promise<never> => {
    asked += 1
    return new Promise(() => {})
  }
  const sessions = memorySessions()
  const store = cachedSessions(sessions, { shared: true, look: hang, fill: hang, drop: hang, dropUser: hang })
  await sessions.create('key', record('7'), NOW)
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const loaded = Promise.resolve(store.load('key', NOW))
  t.mock.timers.tick(250)
  assert.equal((await loaded)?.data, 'payload')
  assert.equal((await store.load('key', NOW))?.data, 'payload')
  assert.equal(asked, 1)
})

test('a cache in the memory of one process has to be said, and what cannot be revoked is not cached', () => {
  const sessions = memorySessions()
  assert.throws(() => cachedSessions(sessions, memoryCache()), /say volatile: true/)
  assert.equal(cachedSessions(sessions, memoryCache(), { volatile: true }).volatile, true)
  assert.throws(
    () => cachedSessions({ ...sessions, revocable: false }, memoryCache(), { volatile: true }),
    ConfigurationError,
  )
  for (const maxAge of [0, -1, Number.NaN, Number.POSITIVE_INFINITY, '60' as never]) {
    assert.throws(() => cachedSessions(sessions, memoryCache(), { volatile: true, maxAge }), /maxAge is/)
  }
})

test('the users of a store are not cached with its sessions', async () => {
  const { sessions, users } = memory()
  const { id } = await users.create({ username: 'alice', password: '!' })
  const store = cachedSessions(sessions, memoryCache(), { volatile: true })
  await store.create('key', record(String(id)), NOW)
  for (let visits = 0; visits < 2; visits++) {
    const loaded = await store.load('key', NOW)
    assert.equal(loaded?.userId, String(id))
  }
  assert.equal(store.users, undefined)
})

test('what the record and the cache opened is closed', async () => {
  const closed: string[] = []
  const close = (name: string) => async () => void closed.push(name)
  const sessions = Object.assign(memorySessions(), { close: close('record') })
  const cache = Object.assign(memoryCache(), { close: close('cache') })
  await cachedSessions(sessions, cache, { volatile: true }).close?.()
  assert.deepEqual(closed.sort(), ['cache', 'record'])
})

test('what the server of the record tells is passed on', async () => {
  const warning = { topic: 'durability', message: 'it may forget', cure: 'do not let it' } as const
  const sessions = Object.assign(memorySessions(), { warnings: () => [warning] })
  assert.deepEqual(await cachedSessions(sessions, memoryCache(), { volatile: true }).warnings?.(), [warning])
  assert.deepEqual(await cachedSessions(memorySessions(), memoryCache(), { volatile: true }).warnings?.(), [])
})

test('a cache in memory does not grow without end: the oldest goes', async () => {
  const cache = memoryCache()
  const session = { data: 'payload', expires: NOW + HOUR, userId: undefined }
  const { leave } = await cache.look('0')
  for (let number = 0; number <= 10_000; number++) {
    await cache.fill(`${number}`, leave ?? '', { session, readAt: NOW }, MAX_AGE)
  }
  assert.equal((await cache.look('0')).cached, undefined)
  assert.notEqual((await cache.look('1')).cached, undefined)
  assert.notEqual((await cache.look('10000')).cached, undefined)
})
