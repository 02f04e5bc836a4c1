/**
 * What every store of sessions must do, as tests of node:test. A store that passes cannot bring back a session that was
 * logged out, whatever else is in flight.
 *
 * Mirrors the shared part of Django's tests/sessions_tests/tests.py `SessionTestsMixin` (5.2), and goes on from there.
 */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { SessionStore } from '../sessions/session-store.ts'
import { HOUR, NOW, record, type StoreCheck } from './session-samples.ts'
import { sessionStoreByUser } from './session-store-by-user.ts'
import { sessionStoreRaces } from './session-store-races.ts'
import { withOpened } from './store-check.ts'

/** How the suite gets a store. */
export interface SessionStoreContract {
  /** What the tests are called after. */
  readonly name: string
  /** A store with nothing in it; called once for each test. */
  readonly create: () => Promise<{ store: SessionStore; close?: () => Promise<void> | void }>
  /** Ids of two users, where the store insists on ids of a certain kind. @default ['1', '2'] */
  readonly userIds?: readonly [string, string]
}

/**
 * Registers the tests that a store of sessions has to pass.
 * @example sessionStoreContract({ name: 'my store', create: async () => ({ store: new MyStore() }) })
 */
export function sessionStoreContract(contract: SessionStoreContract): void {
  const users = contract.userIds ?? ['1', '2']
  const check: StoreCheck = (title, test) => {
    it(title, (t) =>
      withOpened(
        () => contract.create(),
        ({ store }) => test(store, users, t),
      ),
    )
  }
  describe(`${contract.name}: the contract of a session store`, () => {
    keeping(check)
    expiring(check)
    ending(check)
    sessionStoreByUser(check)
    sessionStoreRaces(check)
  })
}

function keeping(check: StoreCheck): void {
  check('a session that was created is loaded as it was', async (store, [alice]) => {
    assert.equal(await store.create('key', record('payload', alice), NOW), true)
    const session = await store.load('key', NOW)
    assert.equal(session?.data, 'payload')
    assert.equal(session?.expires, NOW + HOUR)
    assert.equal(await store.exists('key', NOW), true)
  })

  check('a key that was never created is nothing', async (store) => {
    assert.equal(await store.load('key', NOW), null)
    assert.equal(await store.exists('key', NOW), false)
  })

  check('create says false for a key that is taken and changes nothing', async (store, [alice, bob]) => {
    await store.create('key', record('first', alice), NOW)
    assert.equal(await store.create('key', record('second', bob, NOW + 2 * HOUR), NOW), false)
    const session = await store.load('key', NOW)
    assert.equal(session?.data, 'first')
    assert.equal(session?.expires, NOW + HOUR)
    if (store.listable) assert.equal((await store.listForUser(bob, NOW)).length, 0)
  })

  check('of twenty creates of one key at once exactly one succeeds', async (store) => {
    const data = Array.from({ length: 20 }, (_, number) => `payload ${number}`)
    const created = await Promise.all(data.map(async (text) => store.create('key', record(text), NOW)))
    assert.equal(created.filter(Boolean).length, 1)
    assert.equal((await store.load('key', NOW))?.data, data[created.indexOf(true)])
  })

  check('update replaces data and end', async (store) => {
    await store.create('key', record('old'), NOW)
    assert.equal(await store.update('key', record('new', null, NOW + 2 * HOUR), NOW), true)
    const session = await store.load('key', NOW)
    assert.equal(session?.data, 'new')
    assert.equal(session?.expires, NOW + 2 * HOUR)
  })

  check('of two updates the last one wins', async (store) => {
    await store.create('key', record('zero'), NOW)
    await store.update('key', record('one'), NOW)
    assert.equal(await store.update('key', record('two'), NOW), true)
    assert.equal((await store.load('key', NOW))?.data, 'two')
  })

  check('replace moves a session to its new key', async (store, [alice]) => {
    await store.create('old', record('before'), NOW)
    assert.equal(await store.replace('old', 'new', record('after', alice), NOW), true)
    assert.equal(await store.load('old', NOW), null)
    assert.equal((await store.load('new', NOW))?.data, 'after')
  })

  check('touch sets the end and leaves the data', async (store) => {
    await store.create('key', record('payload'), NOW)
    assert.equal(await store.touch('key', NOW + 2 * HOUR, NOW), true)
    const session = await store.load('key', NOW)
    assert.equal(session?.data, 'payload')
    assert.equal(session?.expires, NOW + 2 * HOUR)
  })

  check('update, replace and touch of what was never there say false and keep nothing', async (store, [alice]) => {
    assert.equal(await store.update('key', record('x', alice), NOW), false)
    assert.equal(await store.update('key', record('x'), NOW), false)
    assert.equal(await store.replace('key', 'new', record('x', alice), NOW), false)
    assert.equal(await store.touch('key', NOW + HOUR, NOW), false)
    assert.equal(await store.load('key', NOW), null)
    assert.equal(await store.load('new', NOW), null)
    if (store.listable) assert.equal((await store.listForUser(alice, NOW)).length, 0)
  })

  check('what a caller does to a loaded session does not reach the store', async (store) => {
    await store.create('key', record('payload'), NOW)
    const session = await store.load('key', NOW)
    assert.ok(session)
    try {
      Object.assign(session, { data: 'changed', expires: 0 })
    } catch {
      // Frozen is as good as copied.
    }
    assert.equal((await store.load('key', NOW))?.data, 'payload')
  })

  check('keys with the special characters of SQL and of globs are taken literally', async (store) => {
    const keys = ['%', '_', "a'b", 'a"b', '*', '?', 'a\\b', "x' OR '1'='1", 'a;b--', '[a-z]', 'a:b', 'a/../b', 'plain']
    for (const key of keys) assert.equal(await store.create(key, record(`data of ${key}`), NOW), true, key)
    assert.equal(await store.delete('%'), true)
    assert.equal(await store.update("x' OR '1'='1", record('changed'), NOW), true)
    for (const key of keys.slice(1)) {
      const expected = key === "x' OR '1'='1" ? 'changed' : `data of ${key}`
      assert.equal((await store.load(key, NOW))?.data, expected, key)
    }
    assert.equal(await store.load('KEY-THAT-IS-NOT-THERE', NOW), null)
    assert.equal(await store.load('PLAIN', NOW), null, 'keys differ in case')
  })

  check('a payload of a megabyte, and one with characters of all kinds, come back as they were', async (store) => {
    const long = 'eyJjYXJ0Ijo:'.repeat(90_000)
    const strange = 'Zoë 東京 🔑 \u0001 "quoted" \'single\' back\\slash\r\n\ttab'
    await store.create('long', record(long), NOW)
    await store.create('strange', record(strange), NOW)
    assert.equal((await store.load('long', NOW))?.data === long, true)
    assert.equal((await store.load('strange', NOW))?.data, strange)
  })
}

function expiring(check: StoreCheck): void {
  check('a session is alive until the millisecond before its end and dead from its end on', async (store) => {
    const end = NOW + HOUR
    await store.create('key', record('payload', null, end), NOW)
    assert.equal((await store.load('key', end - 1))?.data, 'payload')
    assert.equal(await store.exists('key', end - 1), true)
    assert.equal(await store.load('key', end), null)
    assert.equal(await store.exists('key', end), false)
    assert.equal(await store.load('key', end + 1), null)
  })

  check('what has expired cannot be revived by update, replace or touch', async (store, [alice]) => {
    const end = NOW + HOUR
    await store.create('key', record('payload', alice, end), NOW)
    assert.equal(await store.update('key', record('x', alice, end + HOUR), end), false)
    assert.equal(await store.update('key', record('x', null, end + HOUR), end), false)
    assert.equal(await store.touch('key', end + HOUR, end), false)
    assert.equal(await store.replace('key', 'new', record('x', alice, end + HOUR), end), false)
    assert.equal(await store.load('key', end), null)
    assert.equal(await store.load('new', end), null)
  })

  check('clearExpired removes what has expired, counts it, and leaves the rest', async (store, [alice]) => {
    for (let number = 0; number < 3; number++) {
      await store.create(`dead ${number}`, record('x', number === 0 ? alice : null, NOW + 1000), NOW)
    }
    await store.create('alive', record('payload', alice, NOW + 1001), NOW)
    assert.equal(await store.clearExpired(NOW + 1000), 3)
    assert.equal(await store.clearExpired(NOW + 1000), 0)
    assert.equal((await store.load('alive', NOW + 1000))?.data, 'payload')
    for (let number = 0; number < 3; number++) assert.equal(await store.load(`dead ${number}`, NOW), null)
  })
}

function ending(check: StoreCheck): void {
  check('delete ends a session, says so, and is no error when there is none', async (store, [alice]) => {
    await store.create('key', record('payload', alice), NOW)
    await store.create('other', record('other'), NOW)
    assert.equal(await store.delete('key'), true)
    assert.equal(await store.delete('key'), false)
    assert.equal(await store.delete('never there'), false)
    assert.equal(await store.load('key', NOW), null)
    assert.equal(await store.exists('key', NOW), false)
    assert.equal((await store.load('other', NOW))?.data, 'other')
  })

  check('update, replace and touch of what was deleted say false and keep nothing', async (store, [alice]) => {
    for (const userId of [null, alice]) {
      await store.create('key', record('payload', userId), NOW)
      await store.delete('key')
      assert.equal(await store.update('key', record('x', userId), NOW), false)
      assert.equal(await store.touch('key', NOW + 2 * HOUR, NOW), false)
      assert.equal(await store.replace('key', 'new', record('x', userId), NOW), false)
      assert.equal(await store.load('key', NOW), null)
      assert.equal(await store.load('new', NOW), null)
    }
    if (store.listable) assert.equal((await store.listForUser(alice, NOW)).length, 0)
  })

  check('of ten deletes at once exactly one says that it ended the session', async (store) => {
    await store.create('key', record('payload'), NOW)
    const ended = await Promise.all(Array.from({ length: 10 }, async () => store.delete('key')))
    assert.equal(ended.filter(Boolean).length, 1)
  })
}
