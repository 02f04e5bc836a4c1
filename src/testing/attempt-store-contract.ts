/** What every store of failed attempts must do, as tests of node:test. */
import assert from 'node:assert/strict'
import { describe } from 'node:test'
import type { AttemptStore } from '../guessing/attempt-store.ts'
import { type Check, storeCheck } from './store-check.ts'

/** How the suite gets a store. */
export interface AttemptStoreContract {
  /** What the tests are called after. */
  readonly name: string
  /** A store in which nothing has failed; called once for each test. */
  readonly create: () => Promise<{ store: AttemptStore; close?: () => Promise<void> | void }>
}

const NOW = Date.UTC(2026, 0, 15, 12)
/** Milliseconds. */
const COST = 90_000
const MOST = 9_000_000

/** Takes one attempt out of a bucket. */
async function take(store: AttemptStore, key: string, now: number): Promise<void> {
  await store.take([{ key, cost: COST, most: MOST }], now)
}

async function fullAt(store: AttemptStore, key: string): Promise<number | undefined> {
  return (await store.read([key]))[0]
}

/**
 * Registers the tests that a store of failed attempts has to pass.
 * @example attemptStoreContract({ name: 'my attempts', create: async () => ({ store: new MyAttempts() }) })
 */
export function attemptStoreContract(contract: AttemptStoreContract): void {
  const check = storeCheck(() => contract.create())
  describe(`${contract.name}: the contract of an attempt store`, () => {
    taking(check)
    ending(check)
  })
}

function taking(check: Check<AttemptStore>): void {
  check('of a bucket out of which nothing was taken nothing is kept', async (store) => {
    assert.deepEqual(await store.read(['a', 'b', '%', "' OR '1'='1"]), [0, 0, 0, 0])
    assert.deepEqual(await store.read(['a']), [0])
  })

  check('what is taken adds up, for each bucket apart, and is read in the order of the keys', async (store) => {
    await take(store, 'a', NOW)
    await take(store, 'a', NOW)
    await take(store, 'b', NOW)
    assert.deepEqual(await store.read(['b', 'a', 'c']), [NOW + COST, NOW + 2 * COST, 0])
    assert.deepEqual(await store.read(['a', 'a']), [NOW + 2 * COST, NOW + 2 * COST])
  })

  check('several buckets lose one attempt each at once, each at its own cost', async (store) => {
    await store.take(
      [
        { key: 'account', cost: COST, most: MOST },
        { key: 'network', cost: 9000, most: MOST },
      ],
      NOW,
    )
    assert.deepEqual(await store.read(['account', 'network']), [NOW + COST, NOW + 9000])
  })

  check('a bucket refills with time: what came back is not taken twice', async (store) => {
    await take(store, 'a', NOW)
    await take(store, 'a', NOW + COST - 1)
    assert.equal(await fullAt(store, 'a'), NOW + 2 * COST)
    await take(store, 'b', NOW)
    await take(store, 'b', NOW + COST)
    assert.equal(await fullAt(store, 'b'), NOW + 2 * COST)
    await take(store, 'c', NOW)
    await take(store, 'c', NOW + 10 * COST)
    assert.equal(await fullAt(store, 'c'), NOW + 11 * COST)
  })

  check('of fifty that are taken at once all count', async (store) => {
    await Promise.all(Array.from({ length: 50 }, async () => take(store, 'a', NOW)))
    assert.equal(await fullAt(store, 'a'), NOW + 50 * COST)
  })

  check('no bucket is full later than the most that is said, whatever is taken', async (store) => {
    await Promise.all(Array.from({ length: 130 }, async () => take(store, 'a', NOW)))
    assert.equal(await fullAt(store, 'a'), NOW + MOST)
    // As after a clock that was ahead.
    await store.take([{ key: 'a', cost: COST, most: MOST }], NOW - 5000)
    assert.equal(await fullAt(store, 'a'), NOW - 5000 + MOST)
  })

  check('a key of forty characters is a key', async (store) => {
    await take(store, 'f'.repeat(40), NOW)
    assert.equal(await fullAt(store, 'f'.repeat(40)), NOW + COST)
    assert.equal(await fullAt(store, 'f'.repeat(39)), 0)
  })
}

function ending(check: Check<AttemptStore>): void {
  check('fill forgets one bucket and no other', async (store) => {
    await take(store, 'a', NOW)
    await take(store, 'b', NOW)
    await store.fill('a')
    await store.fill('never')
    assert.deepEqual(await store.read(['a', 'b']), [0, NOW + COST])
    await take(store, 'a', NOW)
    assert.equal(await fullAt(store, 'a'), NOW + COST)
  })

  check('clearExpired removes what is full by now, and tells how much', async (store) => {
    await take(store, 'a', NOW)
    await take(store, 'b', NOW + 1)
    await take(store, 'b', NOW + 1)
    assert.equal(await store.clearExpired(NOW + COST - 1), 0)
    assert.equal(await store.clearExpired(NOW + COST), 1)
    assert.deepEqual(await store.read(['a', 'b']), [0, NOW + 1 + 2 * COST])
    assert.equal(await store.clearExpired(NOW + 2 * COST + 1), 1)
    assert.equal(await store.clearExpired(NOW + 2 * COST + 1), 0)
  })

  check('what is spent goes by itself while others fail, so that the store stays small', async (store) => {
    for (let n = 0; n < 3000; n++) await take(store, `key ${n}`, NOW + n * 1000)
    const left = await store.clearExpired(NOW + 4_000_000)
    // Of one failure a second those of the last ninety count, and some more are kept for a while.
    assert.ok(left < 1200, `${left} are kept`)
  })
}
