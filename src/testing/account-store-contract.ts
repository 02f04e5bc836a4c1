/** What every store of accounts must do, as tests of node:test. */
import assert from 'node:assert/strict'
import { describe } from 'node:test'
import type { AccountStore } from '../users/account-store.ts'
import { storeCheck } from './store-check.ts'

/** How the suite gets a store. */
export interface AccountStoreContract {
  /** What the tests are called after. */
  readonly name: string
  /** A store with no accounts; called once for each test. */
  readonly create: () => Promise<{ store: AccountStore; close?: () => Promise<void> | void }>
}

const NOW = Date.UTC(2026, 0, 15, 12)

/**
 * Registers the tests that a store of accounts has to pass.
 * @example accountStoreContract({ name: 'my accounts', create: async () => ({ store: new MyAccounts() }) })
 */
export function accountStoreContract(contract: AccountStoreContract): void {
  const check = storeCheck(() => contract.create())
  describe(`${contract.name}: the contract of an account store`, () => {
    check('of somebody of whom nothing is known everything is null', async (store) => {
      for (const id of ['1', '', '%', "' OR '1'='1", 'constructor', '__proto__']) {
        assert.deepEqual(await store.get(id), { lastLogout: null, emailConfirmed: null, confirmationPending: null }, id)
      }
    })

    check('the last logout is kept to the millisecond, for each user apart', async (store) => {
      await store.recordLogout('1', NOW + 7)
      await store.recordLogout('7c9e6679-7425-40de-944b-e07fc1f90ae7', NOW)
      assert.deepEqual(await store.get('1'), { lastLogout: NOW + 7, emailConfirmed: null, confirmationPending: null })
      assert.equal((await store.get('7c9e6679-7425-40de-944b-e07fc1f90ae7')).lastLogout, NOW)
      assert.equal((await store.get('2')).lastLogout, null)
    })

    check('of two logouts the later one counts, whichever is recorded first', async (store) => {
      await store.recordLogout('1', NOW + 1000)
      await store.recordLogout('1', NOW)
      assert.equal((await store.get('1')).lastLogout, NOW + 1000)
      await store.recordLogout('1', NOW + 2000)
      assert.equal((await store.get('1')).lastLogout, NOW + 2000)
      await Promise.all([5000, 9000, 7000].map(async (later) => store.recordLogout('2', NOW + later)))
      assert.equal((await store.get('2')).lastLogout, NOW + 9000)
    })

    check('an account that waits is confirmed once, and one that does not never', async (store) => {
      assert.equal(await store.confirmEmail('1', NOW), false)
      for (const id of ['1', '2', '3']) await store.awaitConfirmation(id, NOW - 1)
      assert.equal((await store.get('1')).confirmationPending, NOW - 1)
      await store.awaitConfirmation('3', null)
      await store.awaitConfirmation('4', null)
      for (const id of ['3', '4']) assert.equal(await store.confirmEmail(id, NOW), false)
      assert.equal(await store.confirmEmail('1', NOW), true)
      assert.equal(await store.confirmEmail('1', NOW + 1000), false)
      assert.equal((await store.get('1')).emailConfirmed, NOW)
      assert.equal(await store.confirmEmail('2', NOW), true)
    })

    check('of fifty confirmations at once exactly one says true', async (store) => {
      await store.awaitConfirmation('1', NOW)
      const said = await Promise.all(Array.from({ length: 50 }, async (_, n) => store.confirmEmail('1', NOW + n)))
      assert.equal(said.filter(Boolean).length, 1)
      assert.equal((await store.get('1')).emailConfirmed, NOW + said.indexOf(true))
    })

    check('a logout leaves the confirmation alone, and a confirmation the logout', async (store) => {
      for (const id of ['1', '2']) await store.awaitConfirmation(id, NOW)
      await store.confirmEmail('1', NOW)
      await store.recordLogout('1', NOW + 1)
      assert.deepEqual(await store.get('1'), { lastLogout: NOW + 1, emailConfirmed: NOW, confirmationPending: null })
      await store.recordLogout('2', NOW)
      assert.equal(await store.confirmEmail('2', NOW + 1), true)
      assert.deepEqual(await store.get('2'), { lastLogout: NOW, emailConfirmed: NOW + 1, confirmationPending: null })
    })

    const checkEpochs: typeof check = (title, test) => {
      check(title, async (store, t) => {
        if (store.epoch === undefined || store.raiseEpoch === undefined) t.skip('the store keeps no epochs')
        else await test(store, t)
      })
    }

    checkEpochs('an epoch is 0 at first and goes up by one, for each user apart', async (store) => {
      assert.equal(await store.epoch?.('1'), 0)
      assert.equal(await store.raiseEpoch?.('1', 0), true)
      assert.equal(await store.raiseEpoch?.('1', 1), true)
      assert.equal(await store.epoch?.('1'), 2)
      for (const id of ['2', '', '%', '__proto__']) assert.equal(await store.epoch?.(id), 0, id)
    })

    checkEpochs('an epoch that is another by now is left as it is', async (store) => {
      assert.equal(await store.raiseEpoch?.('1', 1), false)
      assert.equal(await store.raiseEpoch?.('1', 0), true)
      for (const from of [0, 2, -1]) assert.equal(await store.raiseEpoch?.('1', from), false, String(from))
      assert.equal(await store.epoch?.('1'), 1)
    })

    checkEpochs('of fifty raises of one epoch at once exactly one says true', async (store) => {
      for (const from of [0, 1]) {
        const said = await Promise.all(Array.from({ length: 50 }, async () => store.raiseEpoch?.('1', from)))
        assert.equal(said.filter(Boolean).length, 1)
        assert.equal(await store.epoch?.('1'), from + 1)
      }
    })

    checkEpochs('an epoch and what else is known of an account leave each other alone', async (store) => {
      await store.recordLogout('1', NOW)
      await store.raiseEpoch?.('1', 0)
      await store.raiseEpoch?.('2', 0)
      await store.recordLogout('2', NOW)
      for (const id of ['1', '2']) {
        assert.equal((await store.get(id)).lastLogout, NOW)
        assert.equal(await store.epoch?.(id), 1)
      }
    })

    check('what a caller does to an account does not reach the store', async (store) => {
      await store.recordLogout('1', NOW)
      for (const id of ['1', '2']) {
        try {
          Object.assign(await store.get(id), { emailConfirmed: 1 })
        } catch {
          // Frozen is as good as copied.
        }
        assert.equal((await store.get(id)).emailConfirmed, null)
      }
    })
  })
}
