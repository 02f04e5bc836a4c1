/** What every store of events must do, as tests of node:test. */
import assert from 'node:assert/strict'
import { describe } from 'node:test'
import type { EventStore } from '../audit/event-store.ts'
import type { EventRecord } from '../events.ts'
import { type Check, storeCheck } from './store-check.ts'

/** How the suite gets a store. */
export interface EventStoreContract {
  /** What the tests are called after. */
  readonly name: string
  /** A store with no events; called once for each test. */
  readonly create: () => Promise<{ store: EventStore; close?: () => Promise<void> | void }>
}

const NOW = Date.UTC(2026, 0, 15, 12)

function event(more: Partial<EventRecord> = {}): EventRecord {
  const nobody = { userId: null, session: null, address: null, userAgent: null }
  return { at: NOW, event: 'user_logged_in', ...nobody, data: {}, ...more }
}

/** The data of the rows that a filter finds, in their order. */
async function found(store: EventStore, filter: Parameters<EventStore['list']>[0]): Promise<unknown[]> {
  return (await store.list(filter)).map(({ data }) => data.n)
}

/**
 * Registers the tests that a store of events has to pass.
 * @example eventStoreContract({ name: 'my events', create: async () => ({ store: new MyEvents() }) })
 */
export function eventStoreContract(contract: EventStoreContract): void {
  const check = storeCheck(() => contract.create())
  describe(`${contract.name}: the contract of an event store`, () => {
    keeping(check)
    listing(check)
    clearing(check)
  })
}

function keeping(check: Check<EventStore>): void {
  check('a row comes back as it was given', async (store) => {
    const given = event({
      userId: '7c9e6679-7425-40de-944b-e07fc1f90ae7',
      session: '0123456789abcdef0123456789abcdef',
      address: '2001:db8:ffff:ffff:ffff:ffff:255.255.255.255',
      userAgent: 'Mozilla/5.0 (X11)',
      data: { username: 'alice', granted: ['auth.add_user'], by: null, retryAfter: 90 },
    })
    await store.append([given])
    const [row] = await store.list()
    assert.ok(row)
    const { id, ...rest } = row
    assert.ok(Number.isSafeInteger(id))
    assert.deepEqual(rest, given)
  })

  check('a user’s id may be as long as a session’s', async (store) => {
    const userId = 'u'.repeat(255)
    await store.append([event({ userId, data: { n: 1 } })])
    assert.deepEqual(await found(store, { userId }), [1])
  })

  check('texts of all kinds in the data come back as they were', async (store) => {
    const data = { username: "Zoë 東京 🔑 \u0000\u001b[31m\r\n' OR 1=1 -- \u2028\u202e\ud800" }
    await store.append([event({ data })])
    assert.deepEqual((await store.list())[0]?.data, data)
  })

  check('rows that are added together keep their order, and adding none is no error', async (store) => {
    await store.append([])
    await store.append([event({ data: { n: 1 } }), event({ data: { n: 2 } }), event({ data: { n: 3 } })])
    assert.deepEqual(await found(store, {}), [3, 2, 1])
  })

  check('what a caller does to a row does not reach the store', async (store) => {
    const data = { n: 1 }
    await store.append([event({ data })])
    data.n = 2
    const [row] = await store.list()
    Object.assign(row?.data ?? {}, { n: 3 })
    assert.deepEqual(await found(store, {}), [1])
  })

  check('fifty rows that are added at once are all there, each with an id of its own', async (store) => {
    await Promise.all(Array.from({ length: 50 }, async (_, n) => store.append([event({ data: { n } })])))
    const rows = await store.list()
    assert.equal(new Set(rows.map(({ id }) => id)).size, 50)
    assert.equal(new Set(rows.map(({ data }) => data.n)).size, 50)
  })
}

function listing(check: Check<EventStore>): void {
  check('the newest come first, whatever their clocks said', async (store) => {
    await store.append([event({ data: { n: 1 } })])
    await store.append([event({ at: NOW - 5000, data: { n: 2 } })])
    const rows = await store.list()
    assert.deepEqual(await found(store, {}), [2, 1])
    assert.ok((rows[0]?.id ?? 0) > (rows[1]?.id ?? 0))
  })

  check('a filter by user, event and time finds those rows alone', async (store) => {
    await store.append([
      event({ userId: '1', data: { n: 1 } }),
      event({ userId: '2', at: NOW + 1000, data: { n: 2 } }),
      event({ userId: '1', event: 'user_logged_out', at: NOW + 2000, data: { n: 3 } }),
      event({ event: 'user_login_failed', at: NOW + 3000, data: { n: 4 } }),
    ])
    assert.deepEqual(await found(store, { userId: '1' }), [3, 1])
    assert.deepEqual(await found(store, { event: 'user_logged_in' }), [2, 1])
    assert.deepEqual(await found(store, { userId: '1', event: 'user_logged_out' }), [3])
    assert.deepEqual(await found(store, { before: NOW + 2000 }), [2, 1])
    assert.deepEqual(await found(store, { userId: '1', before: NOW + 2000 }), [1])
    assert.deepEqual(await found(store, { userId: undefined, event: undefined }), [4, 3, 2, 1])
    for (const userId of ['3', '', '%', "1' OR '1'='1"]) assert.deepEqual(await found(store, { userId }), [])
  })

  check('a page goes on where the one before ended', async (store) => {
    await store.append(Array.from({ length: 25 }, (_, n) => event({ userId: String(n % 2), data: { n } })))
    const seen: unknown[] = []
    let beforeId: number | undefined
    for (let page = 0; page < 4; page++) {
      const rows = await store.list({ limit: 10, beforeId })
      seen.push(...rows.map(({ data }) => data.n))
      beforeId = rows.at(-1)?.id ?? beforeId
    }
    assert.deepEqual(
      seen,
      Array.from({ length: 25 }, (_, n) => 24 - n),
    )
  })

  check(
    'a list has a hundred rows unless it is asked for another number, and a thousand at the most',
    async (store) => {
      await store.append(Array.from({ length: 1100 }, (_, n) => event({ data: { n } })))
      assert.equal((await store.list()).length, 100)
      assert.equal((await store.list({ limit: 1 })).length, 1)
      for (const [limit, count] of [
        [5000, 1000],
        [Number.POSITIVE_INFINITY, 1000],
        [2.9, 2],
        [0, 1],
        [-1, 1],
      ] as const) {
        assert.equal((await store.list({ limit })).length, count, String(limit))
      }
    },
  )
}

function clearing(check: Check<EventStore>): void {
  check('clearBefore removes what happened before a time, and tells how much', async (store) => {
    await store.append(Array.from({ length: 10 }, (_, n) => event({ at: NOW + n * 1000, data: { n } })))
    assert.equal(await store.clearBefore(NOW + 7000), 7)
    assert.deepEqual(await found(store, {}), [9, 8, 7])
    assert.equal(await store.clearBefore(NOW + 7000), 0)
    assert.equal(await store.clearBefore(Number.NEGATIVE_INFINITY), 0)
  })

  check('however many there are, all of them go', async (store) => {
    for (let batch = 0; batch < 13; batch++)
      await store.append(Array.from({ length: 100 }, () => event({ at: NOW - 1 })))
    await store.append([event({ data: { n: 1 } })])
    assert.equal(await store.clearBefore(NOW), 1300)
    assert.deepEqual(await found(store, {}), [1])
  })

  check('a row that comes after all others went has a higher id than any', async (store) => {
    await store.append([event(), event()])
    const [last] = await store.list()
    await store.clearBefore(NOW + 1)
    await store.append([event()])
    assert.ok(((await store.list())[0]?.id ?? 0) > (last?.id ?? 0))
  })
}
