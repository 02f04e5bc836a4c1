/** The part of the contract of a session store that is about a user's sessions: the list, ending them all, the index. */
import assert from 'node:assert/strict'
import { HOUR, NOW, record, type StoreCheck } from './session-samples.ts'

/** Registers these tests; a store that says it is not listable skips them. */
export function sessionStoreByUser(check: StoreCheck): void {
  const checkList: StoreCheck = (title, test) => {
    check(title, async (store, users, t) => {
      if (store.listable) await test(store, users, t)
      else t.skip('the store says that it is not listable')
    })
  }

  checkList('listForUser gives the live sessions of this user alone, latest first', async (store, [alice, bob]) => {
    await store.create('first', record('x', alice, NOW + HOUR), NOW)
    await store.create('second', record('x', alice, NOW + 2 * HOUR), NOW + 1)
    await store.create('third', record('x', alice, NOW + 500), NOW + 2)
    await store.create('bobs', record('x', bob), NOW + 3)
    await store.create('nobodys', record('x'), NOW + 4)
    await store.update('first', record('y', alice, NOW + HOUR), NOW + 600)
    const list = await store.listForUser(alice, NOW + 600, 'second')
    assert.deepEqual(
      list.map(({ created, lastSeen, expires, current }) => ({ created, lastSeen, expires, current })),
      [
        { created: NOW, lastSeen: NOW + 600, expires: NOW + HOUR, current: false },
        { created: NOW + 1, lastSeen: NOW + 1, expires: NOW + 2 * HOUR, current: true },
      ],
    )
    assert.equal((await store.listForUser(bob, NOW + 600)).length, 1)
    assert.deepEqual(await store.listForUser('3', NOW), [])
  })

  checkList('the public id is unlike any other, stays the same, and does not tell the key', async (store, [alice]) => {
    await store.create('some-key-or-other', record('x', alice), NOW)
    await store.create('another-key', record('x', alice), NOW)
    const before = (await store.listForUser(alice, NOW)).map(({ id }) => id)
    await store.touch('some-key-or-other', NOW + HOUR, NOW)
    const after = (await store.listForUser(alice, NOW)).map(({ id }) => id)
    assert.equal(new Set(before).size, 2)
    assert.deepEqual([...after].sort(), [...before].sort())
    for (const id of before) {
      assert.ok(id.length >= 22, id)
      assert.equal(id.includes('key'), false, id)
    }
  })

  checkList(
    'a public id that is given with a new session is its own, and is kept from then on',
    async (store, [alice]) => {
      const id = '0123456789abcdef0123456789abcdef'
      await store.create('key', { ...record('x', alice), id }, NOW)
      assert.equal((await store.load('key', NOW))?.id, id)
      await store.update('key', record('y', alice), NOW)
      await store.replace('key', 'new', record('z', alice), NOW)
      assert.equal((await store.load('new', NOW))?.id, id)
      await store.create('nobodys', record('x'), NOW)
      const other = 'fedcba9876543210fedcba9876543210'
      await store.replace('nobodys', 'moved', { ...record('x', alice), id: other }, NOW)
      assert.equal((await store.load('moved', NOW))?.id, other)
    },
  )

  checkList('the list shows where a session was used from', async (store, [alice]) => {
    const client = { address: '2001:db8::1', userAgent: 'Mozilla/5.0 (X11)' }
    await store.create('key', { ...record('x', alice), client }, NOW)
    await store.create('silent', record('x', alice), NOW - 1)
    const list = await store.listForUser(alice, NOW)
    assert.deepEqual(
      list.map(({ address, userAgent }) => ({ address, userAgent })),
      [client, { address: null, userAgent: null }],
    )
  })

  checkList('a session follows its user: from nobody to Alice, to Bob, and to nobody', async (store, [alice, bob]) => {
    const counts = async (): Promise<number[]> =>
      Promise.all([alice, bob].map(async (user) => (await store.listForUser(user, NOW)).length))
    await store.create('key', record('x'), NOW)
    assert.deepEqual(await counts(), [0, 0])
    await store.update('key', record('x', alice), NOW)
    assert.deepEqual(await counts(), [1, 0])
    await store.update('key', record('x', bob), NOW)
    assert.deepEqual(await counts(), [0, 1])
    await store.replace('key', 'new', record('x', alice), NOW)
    assert.deepEqual(await counts(), [1, 0])
    assert.equal((await store.listForUser(alice, NOW, 'new'))[0]?.current, true)
    await store.update('new', record('y'), NOW)
    assert.deepEqual(await counts(), [0, 0])
    assert.equal((await store.load('new', NOW))?.data, 'y')
    assert.equal(await store.deleteForUser(alice), 0)
    assert.equal(await store.exists('new', NOW), true)
  })

  checkList('a change of key leaves the session in the list as the one that it was', async (store, [alice]) => {
    await store.create('old', record('x', alice), NOW)
    const [before] = await store.listForUser(alice, NOW, 'old')
    await store.replace('old', 'new', record('y', alice), NOW + 1)
    const list = await store.listForUser(alice, NOW + 1, 'new')
    assert.deepEqual(list, [{ ...before, lastSeen: NOW + 1 }])
  })

  checkList('deleteForUser ends all sessions of one user but the one excepted', async (store, [alice, bob]) => {
    for (const key of ['a1', 'a2', 'a3']) await store.create(key, record('x', alice), NOW)
    await store.create('b1', record('x', bob), NOW)
    await store.create('nobodys', record('x'), NOW)
    assert.equal(await store.deleteForUser(alice, 'a2'), 2)
    assert.deepEqual(await Promise.all(['a1', 'a2', 'a3'].map(async (key) => store.exists(key, NOW))), [
      false,
      true,
      false,
    ])
    assert.equal(await store.deleteForUser(alice), 1)
    assert.equal(await store.deleteForUser(alice), 0)
    assert.equal(await store.exists('a2', NOW), false)
    assert.equal(await store.exists('b1', NOW), true)
    assert.equal(await store.exists('nobodys', NOW), true)
    assert.equal(await store.deleteForUser('%'), 0)
    assert.equal(await store.update('a1', record('x', alice), NOW), false)
  })

  checkList(
    'adopt puts a session under its user, and does nothing where there is none',
    async (store, [alice, bob]) => {
      await store.create('key', record('payload'), NOW)
      await store.adopt('key', alice, NOW, { address: '192.0.2.1' })
      await store.adopt('gone', alice, NOW)
      const list = await store.listForUser(alice, NOW)
      assert.deepEqual(
        list.map(({ created, address }) => [created, address]),
        [[NOW, '192.0.2.1']],
      )
      assert.equal((await store.load('key', NOW))?.userId, alice)
      assert.equal((await store.load('key', NOW))?.data, 'payload')
      assert.equal(await store.load('gone', NOW), null)
      await store.adopt('key', bob, NOW)
      assert.equal((await store.listForUser(alice, NOW)).length, 0)
      assert.equal(await store.deleteForUser(bob), 1)
    },
  )

  checkList('unlisted gives the live sessions that are on no list, page by page', async (store, [alice], t) => {
    if (store.unlisted === undefined) return t.skip('the store shares its sessions with no Django')
    for (const key of ['c', 'a', 'e', 'd']) await store.create(key, record(`of ${key}`), NOW)
    await store.create('b', record('hers', alice), NOW)
    await store.create('f', record('ended', null, NOW + 1), NOW)
    const keys = async (after: string, limit: number): Promise<string[]> =>
      ((await store.unlisted?.(after, limit, NOW + 1)) ?? []).map(({ key, data }) => `${key}: ${data}`)
    assert.deepEqual(await keys('', 3), ['a: of a', 'c: of c', 'd: of d'])
    assert.deepEqual(await keys('d', 3), ['e: of e'])
    await store.adopt('e', alice, NOW)
    assert.deepEqual(await keys('d', 3), [])
  })
}
