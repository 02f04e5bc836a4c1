/** The races of the contract of a session store: whatever is in flight, a session that was ended stays ended. */
import assert from 'node:assert/strict'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { SessionStore } from '../sessions/session-store.ts'
import { HOUR, NOW, record, type StoreCheck } from './session-samples.ts'

/** Writes that are in flight while the session is ended. */
const AT_ONCE = 50
const ROUNDS = 20

/** Begins something at once, or after so many turns of the event loop. */
async function begin<T>(turns: number, work: () => T | Promise<T>): Promise<T> {
  for (let left = turns; left > 0; left--) await nextTurn()
  return work()
}

/** Runs fifty writes with the end among them: in the midst of the writes of one turn, and some turns later. */
async function race(
  store: SessionStore,
  userId: string,
  write: (number: number) => boolean | Promise<boolean>,
): Promise<void> {
  for (let round = 0; round < ROUNDS; round++) {
    assert.equal(await store.create('key', record('start', round % 2 === 0 ? null : userId), NOW), true)
    const position = Math.floor((round * AT_ONCE) / ROUNDS)
    const inFlight: Promise<boolean>[] = []
    for (let number = 0; number < AT_ONCE; number++) {
      if (number === position) inFlight.push(begin(round % 5, () => store.delete('key')))
      inFlight.push(begin(number % 3 === 2 ? number % 5 : 0, () => write(number)))
    }
    await Promise.all(inFlight)
    assert.equal(await store.load('key', NOW), null, `round ${round}`)
    assert.equal(await store.exists('key', NOW), false, `round ${round}`)
  }
}

/** Registers the races. */
export function sessionStoreRaces(check: StoreCheck): void {
  againstDelete(check)
  againstReplace(check)
}

function againstDelete(check: StoreCheck): void {
  check('no update in flight brings back a session that is deleted', async (store, [alice]) => {
    await race(store, alice, (number) =>
      store.update('key', record(`write ${number}`, number % 2 === 0 ? null : alice), NOW),
    )
    if (store.listable) assert.equal((await store.listForUser(alice, NOW)).length, 0)
  })

  check('no touch in flight brings back a session that is deleted', async (store, [alice]) => {
    await race(store, alice, (number) => store.touch('key', NOW + HOUR + number, NOW))
  })

  check('an update that began before the deletion and ends after it keeps nothing', async (store) => {
    for (let turns = 0; turns < 8; turns++) {
      await store.create('key', record('start'), NOW)
      const update = begin(0, () => store.update('key', record('late'), NOW))
      await begin(turns, () => store.delete('key'))
      assert.equal(await store.load('key', NOW), null)
      await update
      assert.equal(await store.load('key', NOW), null)
    }
  })

  check(
    'no write in flight brings back a session of a user whose sessions are all ended',
    async (store, [alice], t) => {
      if (!store.listable) return t.skip('the store says that it is not listable')
      const keys = Array.from({ length: 10 }, (_, number) => `key ${number}`)
      for (let round = 0; round < 6; round++) {
        for (const key of keys) await store.create(key, record('start', alice), NOW)
        const writes = keys.flatMap((key, number) => [
          begin(number % 5, () => store.update(key, record('late', alice), NOW)),
          begin((number + round) % 3, () => store.touch(key, NOW + 2 * HOUR, NOW)),
        ])
        assert.equal(await begin(round % 3, () => store.deleteForUser(alice)), 10)
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

function againstReplace(check: StoreCheck): void {
  check('of a change of key and a deletion at once exactly one finds the session', async (store, [alice]) => {
    for (let turns = 0; turns < 12; turns++) {
      const moveFirst = turns % 2 === 0
      await store.create('key', record('start'), NOW)
      const move = (): boolean | Promise<boolean> => store.replace('key', 'new', record('moved', alice), NOW)
      const end = (): boolean | Promise<boolean> => store.delete('key')
      const [first, second] = [begin(0, moveFirst ? move : end), begin(turns >> 1, moveFirst ? end : move)]
      const [moved, ended] = await Promise.all(moveFirst ? [first, second] : [second, first])
      assert.equal(await store.load('key', NOW), null)
      assert.equal((await store.load('new', NOW)) !== null, moved)
      assert.notEqual(moved, ended)
      await store.delete('new')
    }
  })

  check('a deletion ends a session that has moved to another key, by its public id', async (store, [alice]) => {
    for (let turns = 0; turns < 12; turns++) {
      await store.create('key', record('start', alice), NOW)
      const id = (await store.load('key', NOW))?.id
      assert.ok(id, 'load gives the public id')
      const move = (): boolean | Promise<boolean> => store.replace('key', 'new', record('moved', alice), NOW)
      const end = (): boolean | Promise<boolean> => store.delete('key', id)
      const [first, second] = turns % 2 === 0 ? [move, end] : [end, move]
      await Promise.all([begin(0, first), begin(turns >> 1, second)])
      assert.equal(await store.load('key', NOW), null)
      assert.equal(await store.load('new', NOW), null)
      assert.deepEqual(await store.listForUser(alice, NOW), [])
    }
  })

  check('of a change of key and updates at once nothing is left under the old key', async (store, [alice]) => {
    for (let round = 0; round < 10; round++) {
      await store.create('key', record('start'), NOW)
      const updates = Array.from({ length: 20 }, (_, number) =>
        begin(number % 4, () => store.update('key', record(`write ${number}`), NOW)),
      )
      assert.equal(await begin(round % 5, () => store.replace('key', 'new', record('moved', alice), NOW)), true)
      await Promise.all(updates)
      assert.equal(await store.load('key', NOW), null)
      assert.equal((await store.load('new', NOW))?.data, 'moved')
      await store.delete('new')
    }
  })

  check('of ten changes of key at once exactly one succeeds', async (store, [alice]) => {
    await store.create('key', record('start'), NOW)
    const keys = Array.from({ length: 10 }, (_, number) => `new ${number}`)
    const moved = await Promise.all(keys.map(async (key) => store.replace('key', key, record(key, alice), NOW)))
    assert.equal(moved.filter(Boolean).length, 1)
    const alive = await Promise.all(keys.map(async (key) => store.exists(key, NOW)))
    assert.deepEqual(alive, moved)
    assert.equal(await store.exists('key', NOW), false)
  })
}
