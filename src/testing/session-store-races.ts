/** The races of the contract of a session store: whatever is in flight, a session that was ended stays ended. */
import assert from 'node:assert/strict'
import { setImmediate as turn } from 'node:timers/promises'
import type { SessionStore } from '../sessions/session-store.ts'
import { HOUR, NOW, record, type StoreCheck } from './session-samples.ts'

/** Writes that are in flight while the session is ended. */
const AT_ONCE = 50

/** Waits for so many turns, so that the end falls between different steps of the writes. */
async function after(turns: number): Promise<void> {
  for (let turnsLeft = turns; turnsLeft > 0; turnsLeft--) await turn()
}

/** Runs fifty writes with the end somewhere between them; the writes before it were begun in the same turn. */
async function race(
  store: SessionStore,
  userId: string,
  write: (number: number) => Promise<unknown>,
  end: () => Promise<unknown>,
): Promise<void> {
  for (let round = 0; round < 10; round++) {
    assert.equal(await store.create('key', record('start', round % 2 === 0 ? null : userId), NOW), true)
    const position = Math.floor((round * AT_ONCE) / 10)
    const inFlight: Promise<unknown>[] = []
    for (let number = 0; number < AT_ONCE; number++) {
      if (number === position) inFlight.push(end())
      inFlight.push(after(number % 4 === 3 ? round % 4 : 0).then(() => write(number)))
    }
    await Promise.all(inFlight)
    assert.equal(await store.load('key', NOW), null, `round ${round}`)
    assert.equal(await store.exists('key', NOW), false, `round ${round}`)
  }
}

/** Registers the races. */
export function sessionStoreRaces(check: StoreCheck): void {
  check('no update in flight brings back a session that is deleted', async (store, [alice]) => {
    const write = async (number: number): Promise<unknown> =>
      store.update('key', record(`write ${number}`, number % 2 === 0 ? null : alice), NOW)
    await race(store, alice, write, async () => store.delete('key'))
    if (store.listable) assert.equal((await store.listForUser(alice, NOW)).length, 0)
  })

  check('no touch in flight brings back a session that is deleted', async (store, [alice]) => {
    const write = async (number: number): Promise<unknown> => store.touch('key', NOW + HOUR + number, NOW)
    await race(store, alice, write, async () => store.delete('key'))
  })

  check('an update that began before the deletion ended and finishes after it keeps nothing', async (store) => {
    for (let turns = 0; turns < 8; turns++) {
      await store.create('key', record('start'), NOW)
      const update = after(turns).then(() => store.update('key', record('late'), NOW))
      await store.delete('key')
      assert.equal(await store.load('key', NOW), null)
      await update
      assert.equal(await store.load('key', NOW), null)
    }
  })

  check(
    'a change of key and a deletion at once leave the session under one new key or under none',
    async (store, [alice]) => {
      for (let turns = 0; turns < 12; turns++) {
        const first = turns % 2 === 0
        await store.create('key', record('start'), NOW)
        const [moved, ended] = await Promise.all([
          after(first ? turns >> 1 : 0).then(() => store.replace('key', 'new', record('moved', alice), NOW)),
          after(first ? 0 : turns >> 1).then(() => store.delete('key')),
        ])
        assert.equal(await store.load('key', NOW), null)
        assert.equal((await store.load('new', NOW)) !== null, moved)
        assert.notEqual(moved, ended, 'one of the two found the session, not both')
        await store.delete('new')
      }
    },
  )

  check('of ten changes of key at once exactly one succeeds', async (store, [alice]) => {
    await store.create('key', record('start'), NOW)
    const keys = Array.from({ length: 10 }, (_, number) => `new ${number}`)
    const moved = await Promise.all(keys.map(async (key) => store.replace('key', key, record(key, alice), NOW)))
    assert.equal(moved.filter(Boolean).length, 1)
    const alive = await Promise.all(keys.map(async (key) => store.exists(key, NOW)))
    assert.deepEqual(alive, moved)
    assert.equal(await store.exists('key', NOW), false)
  })

  check(
    'no write in flight brings back the sessions of a user whose sessions are all ended',
    async (store, [alice], t) => {
      if (!store.listable) return t.skip('the store says that it is not listable')
      const keys = Array.from({ length: 10 }, (_, number) => `key ${number}`)
      for (let round = 0; round < 5; round++) {
        for (const key of keys) await store.create(key, record('start', alice), NOW)
        const writes = keys.flatMap((key, number) => [
          after(number % 5).then(() => store.update(key, record('late', alice), NOW)),
          after((number + round) % 3).then(() => store.touch(key, NOW + 2 * HOUR, NOW)),
        ])
        assert.equal(await store.deleteForUser(alice), 10)
        await Promise.all(writes)
        const alive = await Promise.all(keys.map(async (key) => store.exists(key, NOW)))
        assert.deepEqual(
          alive,
          keys.map(() => false),
        )
        assert.equal((await store.listForUser(alice, NOW)).length, 0)
      }
    },
  )
}
