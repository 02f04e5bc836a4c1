/** What every store of used tokens must do, as tests of node:test. */
import assert from 'node:assert/strict'
import { describe } from 'node:test'
import type { TokenStore, UsedToken } from '../tokens/token-store.ts'
import { type Check, storeCheck } from './store-check.ts'

/** How the suite gets a store. */
export interface TokenStoreContract {
  /** What the tests are called after. */
  readonly name: string
  /** A store with no tokens; called once for each test. */
  readonly create: () => Promise<{ store: TokenStore; close?: () => Promise<void> | void }>
}

const NOW = Date.UTC(2026, 0, 15, 12)
const HOUR = 3_600_000

/** @param mark makes the token another one */
function token(mark: string, more: Partial<UsedToken> = {}): UsedToken {
  return { hash: mark.padStart(64, '0'), purpose: 'confirm_email', userId: '1', expires: NOW + HOUR, ...more }
}

/**
 * Registers the tests that a store of used tokens has to pass.
 * @example tokenStoreContract({ name: 'my tokens', create: async () => ({ store: new MyTokens() }) })
 */
export function tokenStoreContract(contract: TokenStoreContract): void {
  const check = storeCheck(() => contract.create())
  describe(`${contract.name}: the contract of a token store`, () => {
    using(check)
    forgetting(check)
  })
}

function using(check: Check<TokenStore>): void {
  check('a token can be used once', async (store) => {
    assert.equal(await store.isRedeemed(token('a').hash, NOW), false)
    assert.equal(await store.redeem(token('a'), NOW), true)
    assert.equal(await store.isRedeemed(token('a').hash, NOW), true)
    for (const again of [token('a'), token('a', { userId: '2' }), token('a', { purpose: 'other', expires: NOW + 1 })]) {
      assert.equal(await store.redeem(again, NOW + 1), false)
    }
    assert.equal(await store.isRedeemed(token('a').hash, NOW + HOUR - 1), true)
  })

  check('one token says nothing about another', async (store) => {
    assert.equal(await store.redeem(token('a'), NOW), true)
    assert.equal(await store.isRedeemed(token('b').hash, NOW), false)
    assert.equal(await store.redeem(token('b'), NOW), true)
  })

  check('of 50 callers at once exactly one uses a token', async (store) => {
    const done = await Promise.all(Array.from({ length: 50 }, async () => store.redeem(token('a'), NOW)))
    assert.equal(done.filter(Boolean).length, 1)
    assert.equal(await store.redeem(token('a'), NOW), false)
  })

  check('ids of any kind are kept as they are, and a hash is no pattern', async (store) => {
    const userId = '9f3a4c1e-7f0e-4a43-9f55-0d1f0c1f6b60'
    assert.equal(await store.redeem(token('%', { userId }), NOW), true)
    assert.equal(await store.redeem(token('long', { userId: 'u'.repeat(255) }), NOW), true)
    assert.equal(await store.isRedeemed(token('a').hash, NOW), false)
    assert.equal(await store.isRedeemed("' OR '1'='1", NOW), false)
    assert.equal(await store.redeem(token("'; DROP TABLE postern_token --", { userId }), NOW), true)
    assert.equal(await store.redeem(token('%', { userId }), NOW), false)
  })
}

function forgetting(check: Check<TokenStore>): void {
  check('from its expiry on the place of a token is free, cleared or not', async (store) => {
    await store.redeem(token('a'), NOW)
    assert.equal(await store.redeem(token('a'), NOW + HOUR - 1), false)
    assert.equal(await store.isRedeemed(token('a').hash, NOW + HOUR), false)
    const later = token('a', { expires: NOW + 2 * HOUR })
    const done = await Promise.all(Array.from({ length: 50 }, async () => store.redeem(later, NOW + HOUR)))
    assert.equal(done.filter(Boolean).length, 1)
    assert.equal(await store.isRedeemed(later.hash, NOW + 2 * HOUR - 1), true)
  })

  check('clearExpired forgets what has expired and nothing else, and says how many went', async (store) => {
    for (let number = 0; number < 1203; number++) {
      await store.redeem(token(String(number), { expires: NOW + (number < 1200 ? number : HOUR) }), NOW - 1)
    }
    assert.equal(await store.clearExpired(NOW - 1), 0)
    assert.equal(await store.clearExpired(NOW + 99), 100)
    assert.equal(await store.clearExpired(NOW + 1200), 1100)
    for (const kept of ['1200', '1201', '1202']) assert.equal(await store.redeem(token(kept), NOW), false)
    assert.equal(await store.clearExpired(NOW + HOUR), 3)
    assert.equal(await store.clearExpired(NOW + HOUR), 0)
  })
}
