/** The part of the contract of a store of users that is about their addresses. */
import assert from 'node:assert/strict'
import type { UserStore } from '../users/user-store.ts'
import { somebody, type UserCheck } from './user-samples.ts'

export function findingByEmail(check: UserCheck): void {
  const names = async (store: UserStore, email: string): Promise<string[]> =>
    (await store.findByEmail(email)).map((user) => user.username).sort()

  check('all users with an address are found, whatever its case', async (store) => {
    await store.create(somebody('a', { email: 'Team@Example.com' }))
    await store.create(somebody('b', { email: 'team@example.com' }))
    await store.create(somebody('c', { email: 'other@example.com' }))
    assert.deepEqual(await names(store, 'TEAM@example.COM'), ['a', 'b'])
    assert.deepEqual(await names(store, 'nobody@example.com'), [])
  })

  check('wildcards in an address are letters like any other', async (store) => {
    await store.create(somebody('a', { email: 'a_b@example.com' }))
    await store.create(somebody('b', { email: 'axb@example.com' }))
    await store.create(somebody('c', { email: 'ä_b@example.com' }))
    await store.create(somebody('d', { email: 'äxb@example.com' }))
    assert.deepEqual(await names(store, 'a_b@example.com'), ['a'])
    assert.deepEqual(await names(store, 'ä_b@example.com'), ['c'])
    assert.deepEqual(await names(store, '%'), [])
    assert.deepEqual(await names(store, '%ü%'), [])
    assert.deepEqual(await names(store, 'ä%@example.com'), [])
  })

  check('addresses outside of ASCII are found in any case and any normal form', async (store) => {
    await store.create(somebody('upper', { email: 'JÜRGEN.ÖZ@example.com' }))
    await store.create(somebody('decomposed', { email: 'Ju\u0308rgen.o\u0308z@example.com' }))
    await store.create(somebody('sharp', { email: 'groß@example.com' }))
    assert.deepEqual(await names(store, 'jürgen.öz@EXAMPLE.com'), ['decomposed', 'upper'])
    assert.deepEqual(await names(store, 'ju\u0308rgen.ÖZ@example.com'), ['decomposed', 'upper'])
    assert.deepEqual(await names(store, 'GROẞ@example.com'), ['sharp'])
  })

  check('an address that only looks like another is not the same', async (store) => {
    await store.create(somebody('mike', { email: 'mike@example.org' }))
    for (const email of ['mıke@example.org', 'mi\u212Ae@example.org', 'ｍike@example.org', 'mіke@example.org']) {
      assert.deepEqual(await names(store, email), [], email)
    }
  })

  check("the empty address and one of a megabyte are nobody's", async (store) => {
    await store.create(somebody('a'))
    assert.deepEqual(await names(store, ''), [])
    assert.deepEqual(await names(store, 'ä'.repeat(1_000_000)), [])
    assert.deepEqual(await names(store, 'a'.repeat(1_000_000)), [])
  })
}
