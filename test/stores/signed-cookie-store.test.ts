/**
 * Sessions in signed cookies as a store: what of the contract of all stores they can keep. There is nothing under a key here, so
 * that a taken key, a list, an index and the end of a session that is nobody's are not for them.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Database } from '../../src/database.ts'
import { type Json, SessionPayloads } from '../../src/django/session-payload.ts'
import { StoreUnavailable } from '../../src/errors.ts'
import { memory } from '../../src/memory.ts'
import type { SessionRecord, SessionStore } from '../../src/sessions/session-store.ts'
import { openSqlite } from '../support/databases.ts'
import { SECRET_KEY } from '../support/postern.ts'
import { TWO_WEEKS } from '../support/session-rig.ts'
import { inCookies } from '../support/signed-cookies.ts'

const NOW = Date.UTC(2026, 0, 15, 12)
const END = NOW + TWO_WEEKS * 1000

type Hooks = { after(end: () => unknown): void }

const DATABASES = new Map<string, (t: Hooks) => Promise<Database>>([
  ['memory', async () => memory()],
  [
    'sqlite',
    async (t) => {
      const database = openSqlite(t)
      await database.migrate()
      return database
    },
  ],
])

/** A cookie, signed now unless it is said when. */
function cookieOf(store: SessionStore, values: Readonly<Record<string, Json>>, at = NOW): string {
  return store.cookies?.encode(new Map(Object.entries(values)), at) ?? ''
}

function recordOf(data: string, userId: string | null): SessionRecord {
  return { data, expires: END, userId }
}

for (const [name, open] of DATABASES) {
  const check = (title: string, run: (store: SessionStore) => Promise<void>): void => {
    test(`${name}: ${title}`, async (t) => run(inCookies(await open(t)).sessions))
  }

  check('a cookie is loaded as it was written, with its user and its end', async (store) => {
    const data = cookieOf(store, { _auth_user_id: '1', _postern_epoch: 0, _postern_id: 'a1', cart: 3 })
    assert.equal(await store.create(data, recordOf(data, '1'), NOW), true)
    assert.deepEqual(await store.load(data, NOW), { data, expires: END, userId: '1', id: 'a1', user: null })
    const nobodys = cookieOf(store, { cart: 3 })
    assert.deepEqual(await store.load(nobodys, NOW), { data: nobodys, expires: END, userId: null, id: undefined })
    for (const text of ['', 'key', `${data}x`, data.slice(1)]) assert.equal(await store.load(text, NOW), null, text)
  })

  check('a session is alive until the millisecond before its end, and nothing revives it', async (store) => {
    const data = cookieOf(store, { cart: 3 })
    assert.equal((await store.load(data, END - 1))?.data, data)
    assert.equal(await store.exists(data, END - 1), true)
    const next = cookieOf(store, { cart: 4 }, END)
    for (const alive of [
      await store.load(data, END),
      (await store.exists(data, END)) || null,
      (await store.update(data, recordOf(next, null), END)) || null,
      (await store.replace(data, next, recordOf(next, null), END)) || null,
      (await store.touch(data, END + 1000, END)) || null,
    ]) {
      assert.equal(alive, null)
    }
  })

  check(
    'delete ends all cookies of this user and of nobody else, and what was at work writes nothing',
    async (store) => {
      const [one, two] = [1, 2].map((cart) => cookieOf(store, { _auth_user_id: '1', cart })) as [string, string]
      const bobs = cookieOf(store, { _auth_user_id: '2' })
      assert.equal(await store.delete(one), true)
      for (const cookie of [one, two]) {
        assert.equal(await store.load(cookie, NOW), null)
        assert.equal(await store.exists(cookie, NOW), false)
        assert.equal(await store.update(cookie, recordOf(two, '1'), NOW), false)
        assert.equal(await store.replace(cookie, two, recordOf(two, '1'), NOW), false)
        assert.equal(await store.touch(cookie, END, NOW), false)
      }
      assert.equal((await store.load(bobs, NOW))?.data, bobs)
      assert.equal(await store.epochOf?.('1'), 1)
      assert.equal((await store.load(cookieOf(store, { _auth_user_id: '1', _postern_epoch: 1 }), NOW))?.userId, '1')
    },
  )

  check('of ten deletes at once exactly one says that it ended the session', async (store) => {
    const cookie = cookieOf(store, { _auth_user_id: '1' })
    const ended = await Promise.all(Array.from({ length: 10 }, async () => store.delete(cookie)))
    assert.equal(ended.filter(Boolean).length, 1)
  })

  check('deleteForUser ends all of one user, whatever ends the same at once', async (store) => {
    const cookies = [0, 1, 2].map((epoch) => cookieOf(store, { _auth_user_id: '1', _postern_epoch: epoch }))
    assert.deepEqual(await Promise.all([0, 1, 2].map(async () => store.deleteForUser('1'))), [1, 1, 1])
    assert.equal(await store.epochOf?.('1'), 3)
    for (const cookie of cookies) assert.equal(await store.load(cookie, NOW), null)
  })

  check('an epoch of before, of later, and one that is none are dead', async (store) => {
    await store.deleteForUser('1')
    for (const epoch of [0, 2, -1, 1.5, '1', null, true, [1]] as const) {
      const cookie = cookieOf(store, { _auth_user_id: '1', _postern_epoch: epoch })
      assert.equal(await store.load(cookie, NOW), null, JSON.stringify(epoch))
    }
  })
}

test('there is no list, nothing to clear, and an anonymous session has no end but its age', async () => {
  const { sessions: store } = inCookies()
  assert.deepEqual([store.revocable, store.listable, store.endsForUser], [true, false, true])
  assert.deepEqual(await store.listForUser('1', NOW), [])
  assert.equal(await store.clearExpired(END), 0)
  const cookie = cookieOf(store, { cart: 3 })
  assert.equal(await store.delete(cookie), false)
  assert.equal((await store.load(cookie, NOW))?.data, cookie)
})

test('a cookie may hold 3840 characters and not one more', async () => {
  const { sessions: store } = inCookies()
  for (const [length, fits] of [
    [3840, true],
    [3841, false],
  ] as const) {
    const record = recordOf('x'.repeat(length), null)
    for (const write of [store.create('key', record, NOW), store.replace('key', 'new', record, NOW)]) {
      if (fits) await write
      else await assert.rejects(async () => write, { code: 'ERR_SESSION_TOO_LARGE' })
    }
  }
})

test('a database that fails at one of the two questions is no answer, and leaves nothing that nobody awaits', async (t) => {
  const database = memory()
  const { sessions: store } = inCookies(database)
  const cookie = cookieOf(store, { _auth_user_id: '1' })
  for (const [room, method] of [
    [database.users, 'findById'],
    [database.accounts, 'epoch'],
  ] as const) {
    for (const fail of [() => Promise.reject(new StoreUnavailable()), throwing]) {
      const { mock } = t.mock.method(room as never, method as never, fail)
      await assert.rejects(async () => store.load(cookie, NOW), StoreUnavailable)
      mock.restore()
    }
  }
  assert.equal((await store.load(cookie, NOW))?.data, cookie)
})

function throwing(): never {
  throw new StoreUnavailable()
}

test('a cookie for another purpose under the same key is no session', async () => {
  const { sessions: store } = inCookies()
  const inStore = new SessionPayloads({ key: SECRET_KEY, fallbackKeys: [] })
  assert.equal(await store.load(inStore.encode(new Map([['_auth_user_id', '1']]), NOW), NOW), null)
})
