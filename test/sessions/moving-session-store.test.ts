/** Sessions whose keys change their form: found under either, moved at first sight, ended under both. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Database } from '../../src/database.ts'
import { StoreUnavailable } from '../../src/errors.ts'
import { memory } from '../../src/memory.ts'
import { MovingSessionStore } from '../../src/sessions/moving-session-store.ts'
import { hashedKey, rawKey, type StoredKey } from '../../src/sessions/session-key.ts'
import type { SessionRecord, SessionStore } from '../../src/sessions/session-store.ts'
import { sqlite } from '../../src/sqlite.ts'
import { sessionStoreContract } from '../../src/testing.ts'
import { openSqlite, tempFolder } from '../support/databases.ts'
import { intercepted } from '../support/intercepted-database.ts'

const NOW = Date.UTC(2026, 0, 15, 12)
const KEY = 'k'.repeat(32)
const NEXT = 'n'.repeat(32)

/** In these tests a session says whose it is as `user 7`. */
const userOf = (data: string): string | undefined => /^user (\d+)/.exec(data)?.[1]
const record = (data: string, userId: string | null = null): SessionRecord => ({ data, expires: NOW + 60_000, userId })

type Form = readonly [present: StoredKey, former: StoredKey]
const BECOMES_RAW: Form = [rawKey, hashedKey]
const BECOMES_HASHED: Form = [hashedKey, rawKey]

const DATABASES = new Map<string, (t: { after(end: () => unknown): void }) => Database>([
  ['memory', () => memory()],
  ['sqlite', (t) => openSqlite(t)],
])

for (const [name, open] of DATABASES) {
  sessionStoreContract({
    name: `${name}, while keys become raw`,
    create: async () => {
      const { database, close } = await opened(open)
      return { store: new MovingSessionStore(database.sessions, ...BECOMES_RAW, userOf), close }
    },
  })
  sessionStoreContract({
    name: `${name}, while keys become hashed`,
    create: async () => {
      const { database, close } = await opened(open)
      const store = new MovingSessionStore(database.sessions, ...BECOMES_HASHED, userOf)
      // It gives keys as they are stored, which here are others than those that it was given.
      return { store: Object.defineProperty(store, 'unlisted', { value: undefined }), close }
    },
  })

  for (const [way, forms] of [
    ['raw', BECOMES_RAW],
    ['hashed', BECOMES_HASHED],
  ] as const) {
    test(`${name}: while keys become ${way}, a session under its former key moves at first sight, with its user and its public id`, async (t) => {
      const { store, inner, present, former } = await moving(t, open, forms)
      await inner.create(former, { ...record('user 7', '7'), id: 'public' }, NOW)
      const found = await store.load(KEY, NOW)
      assert.deepEqual([found?.data, found?.userId, found?.id], ['user 7', '7', 'public'])
      assert.equal(found?.expires, NOW + 60_000)
      assert.deepEqual([await inner.exists(former, NOW), await inner.exists(present, NOW)], [false, true])
      assert.equal((await store.listForUser('7', NOW, KEY))[0]?.current, true)
    })

    test(`${name}: while keys become ${way}, a session on nobody's list is put on one before it can be missed`, async (t) => {
      const { store, inner, present, former } = await moving(t, open, forms)
      await inner.create(former, record('user 7'), NOW)
      const moved = await store.load(KEY, NOW)
      assert.equal(moved?.userId, '7')
      assert.notEqual(moved.id, undefined)
      await inner.delete(present)
      await inner.create(present, record('user 7'), NOW)
      const there = await store.load(KEY, NOW)
      assert.notEqual(there?.id, undefined, 'and one that needs no move, too')
      assert.equal(await store.deleteForUser('7'), 1)
    })

    test(`${name}: while keys become ${way}, every write finds a session under its former key, and none brings one back`, async (t) => {
      const { store, inner, present, former } = await moving(t, open, forms)
      const writes: readonly (readonly [string, () => boolean | Promise<boolean>])[] = [
        ['update', () => store.update(KEY, record('new'), NOW)],
        ['replace', () => store.replace(KEY, NEXT, record('new'), NOW)],
        ['touch', () => store.touch(KEY, NOW + 90_000, NOW)],
        ['exists', () => store.exists(KEY, NOW)],
        ['delete', () => store.delete(KEY)],
      ]
      for (const [what, write] of writes) {
        await inner.create(former, record('old'), NOW)
        assert.equal(await write(), true, what)
        for (const key of [present, former, forms[0](NEXT)]) await inner.delete(key)
        assert.equal(await write(), false, `${what} of what is gone`)
        for (const key of [present, former, forms[0](NEXT)]) assert.equal(await inner.exists(key, NOW), false, what)
      }
    })

    test(`${name}: while keys become ${way}, a deletion ends it under both, and the one that a public id names`, async (t) => {
      const { store, inner, present, former } = await moving(t, open, forms)
      await inner.create(present, record('user 7', '7'), NOW)
      await inner.create(former, record('user 7', '7'), NOW)
      assert.equal(await store.delete(KEY), true)
      assert.equal(await store.load(KEY, NOW), null)
      await inner.create(forms[1](NEXT), { ...record('user 7', '7'), id: 'elsewhere' }, NOW)
      assert.equal(await store.delete('', 'elsewhere'), true)
      assert.equal(await store.load(NEXT, NOW), null)
    })

    test(`${name}: while keys become ${way}, the session that stays is named by the key of its cookie`, async (t) => {
      const { store } = await moving(t, open, forms)
      await store.create(KEY, record('user 7', '7'), NOW)
      await store.create(NEXT, record('user 7', '7'), NOW)
      assert.equal(await store.deleteForUser('7', KEY), 1)
      assert.equal(await store.exists(KEY, NOW), true)
      assert.equal(await store.exists(NEXT, NOW), false)
    })

    test(`${name}: while keys become ${way}, one that was not listed is adopted by either of its keys`, async (t) => {
      const { store, inner, present, former } = await moving(t, open, forms)
      for (const key of [present, former]) {
        await inner.create(key, record('user 7'), NOW)
        await store.adopt(key, '7', NOW)
        assert.equal((await inner.listForUser('7', NOW)).length, 1, key)
        await inner.deleteForUser('7')
      }
    })
  }
}

test('a session that has expired under its former key stays dead', async () => {
  const { sessions } = memory()
  const store = new MovingSessionStore(sessions, ...BECOMES_HASHED, userOf)
  await sessions.create(KEY, record('old'), NOW)
  assert.equal(await store.load(KEY, NOW + 60_000), null)
  assert.equal(await store.update(KEY, record('late'), NOW + 60_000), false)
  assert.equal(await store.exists(KEY, NOW + 60_000), false)
})

test('a session that others move back each time is not said to be gone', async () => {
  const database = memory()
  const key = hashedKey(KEY)
  await database.sessions.create(key, record('old'), NOW)
  const { sessions } = intercepted(database, async ({ name, proceed }) => {
    const answer = await proceed()
    if (name === 'sessions.replace') await database.sessions.replace(KEY, key, record('old'), NOW)
    return answer
  })
  const store = new MovingSessionStore(sessions, ...BECOMES_RAW, userOf)
  await assert.rejects(
    store.load(KEY, NOW),
    (error) => error instanceof StoreUnavailable && /keysBefore/.test(error.message),
  )
})

test('there is no moment at which a session that moves is on nobody’s list', async () => {
  const database = memory()
  await database.sessions.create(hashedKey(KEY), record('user 7'), NOW)
  const listed: number[] = []
  const { sessions } = intercepted(database, async ({ name, args, proceed }) => {
    const answer = await proceed()
    // Somebody looks through all sessions, after it was seen and before it moves.
    if (name === 'sessions.load' && args[0] === hashedKey(KEY)) await database.sessions.adopt(hashedKey(KEY), '7', NOW)
    if (name === 'sessions.replace') listed.push((await database.sessions.listForUser('7', NOW)).length)
    return answer
  })
  await new MovingSessionStore(sessions, ...BECOMES_RAW, userOf).load(KEY, NOW)
  assert.deepEqual(listed, [1])
})

for (const [way, from, to] of [
  ['as it should', hashedKey, rawKey],
  ['back, by a process with the opposite settings', rawKey, hashedKey],
] as const) {
  test(`a session that moves ${way} between two deletions is gone after them`, async () => {
    const database = memory()
    await database.sessions.create(from(KEY), record('old'), NOW)
    const { sessions } = intercepted(database, async ({ name, proceed }) => {
      const answer = await proceed()
      if (name === 'sessions.delete') await database.sessions.replace(from(KEY), to(KEY), record('old'), NOW)
      return answer
    })
    assert.equal(await new MovingSessionStore(sessions, ...BECOMES_RAW, userOf).delete(KEY), true)
    for (const form of [from, to]) assert.equal(await database.sessions.exists(form(KEY), NOW), false)
  })
}

test('a session that is ended while it is put on a list is gone', async () => {
  const database = memory()
  await database.sessions.create(KEY, record('user 7'), NOW)
  const { sessions } = intercepted(database, async ({ name, proceed }) => {
    const answer = await proceed()
    if (name === 'sessions.adopt') await database.sessions.delete(KEY)
    return answer
  })
  assert.equal(await new MovingSessionStore(sessions, ...BECOMES_RAW, userOf).load(KEY, NOW), null)
})

test('a store of an application’s own may leave out what it need not have', async () => {
  const whole = memory().sessions
  const sessions = new Proxy(whole, {
    get: (store, name) => {
      if (['unlisted', 'warnings', 'close', 'withoutUsers', 'users'].includes(String(name))) return undefined
      const value: unknown = Reflect.get(store, name, store)
      return typeof value === 'function' ? value.bind(store) : value
    },
  })
  const store = new MovingSessionStore(sessions, ...BECOMES_RAW, userOf)
  await store.create(KEY, record('user 7', '7'), NOW)
  assert.deepEqual([await store.unlisted('', 10, NOW), await store.warnings()], [[], []])
  assert.equal((await store.withoutUsers().load(KEY, NOW))?.userId, '7')
  assert.equal((await store.listForUser('7', NOW)).length, 1)
  assert.equal(await store.deleteForUser('7'), 1)
  await store.close()
})

test('what is no store of its own matter is the store’s', async (t) => {
  const database = sqlite(join(tempFolder(t), 'db.sqlite3'))
  t.after(() => database.close())
  const store = new MovingSessionStore(database.sessions, ...BECOMES_HASHED, userOf)
  assert.equal(store.users, database.users)
  assert.equal(store.withoutUsers().users, undefined)
  assert.deepEqual([store.revocable, store.listable, store.volatile], [true, true, false])
  assert.deepEqual(await store.warnings(), [])
  await store.close()

  const closed = t.mock.fn(async () => {})
  await new MovingSessionStore(Object.assign(memory().sessions, { close: closed }), ...BECOMES_RAW, userOf).close()
  assert.equal(closed.mock.callCount(), 1)
})

async function opened(
  open: (t: { after(end: () => unknown): void }) => Database,
): Promise<{ database: Database; close: () => Promise<void> }> {
  const endings: (() => unknown)[] = []
  const database = open({ after: (end) => void endings.unshift(end) })
  await database.migrate()
  return {
    database,
    close: async () => {
      for (const end of endings) await end()
    },
  }
}

async function moving(
  t: { after(end: () => unknown): void },
  open: (t: { after(end: () => unknown): void }) => Database,
  [present, former]: Form,
): Promise<{ store: MovingSessionStore; inner: SessionStore; present: string; former: string }> {
  const database = open(t)
  await database.migrate()
  const store = new MovingSessionStore(database.sessions, present, former, userOf)
  return { store, inner: database.sessions, present: present(KEY), former: former(KEY) }
}
