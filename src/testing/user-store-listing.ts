/** The part of the contract of user stores about listing them, page by page. */
import assert from 'node:assert/strict'
import type { UserListing, UserStore } from '../users/user-store.ts'
import { somebody, type UserCheck } from './user-samples.ts'

async function names(store: UserStore, listing: Partial<UserListing> = {}): Promise<string[]> {
  return (await store.list({ limit: 100, ...listing })).map((user) => user.username)
}

/** Which order a store has is its own business, as long as its pages have it too. @param loose see `UserStoreContract` */
export function listing(check: UserCheck, loose = false): void {
  check('users are listed page by page, each once, in the order of the whole list', async (store) => {
    assert.deepEqual(await names(store), [])
    const given = ['mallory', 'alice', 'Bob', 'zoë', 'bob2', '0', '東京', "o'neil", '~', ...(loose ? [] : ['ålice'])]
    for (const name of given) await store.create(somebody(name))
    const whole = await names(store)
    assert.deepEqual([...whole].sort(), [...given].sort())
    for (const limit of [1, 3, 10]) {
      const paged: string[] = []
      for (;;) {
        const page = await names(store, { limit, ...(paged.length > 0 ? { after: paged.at(-1) } : {}) })
        assert.ok(page.length <= limit)
        paged.push(...page)
        if (page.length < limit) break
      }
      assert.deepEqual(paged, whole, `${limit} at a time`)
    }
  })

  check('a page goes on behind a name, also one whose user is gone or never was', async (store) => {
    for (const name of ['a', 'b', 'd']) await store.create(somebody(name))
    assert.deepEqual(await names(store, { after: 'c' }), ['d'])
    assert.deepEqual(await names(store, { after: 'd' }), [])
  })

  check('a listed user has all that a found one has', async (store) => {
    const { id } = await store.create(somebody('alice', { email: 'a@example.com', isStaff: true, lastLogin: 5000 }))
    const [listed] = await store.list({ limit: 1 })
    assert.deepEqual(listed, await store.findById(String(id)))
    assert.equal(listed?.password, somebody('').password)
  })

  check('a search looks into name, address, first and last name, ASCII letters in any case', async (store) => {
    await store.create(somebody('alice', { email: 'first@example.com' }))
    await store.create(somebody('bob', { firstName: 'Alicia' }))
    await store.create(somebody('carol', { lastName: 'McALICE' }))
    await store.create(somebody('dan', { email: 'dan@MALICE.example' }))
    await store.create(somebody('erin', { firstName: 'Zoë', lastName: 'ÖZ' }))
    assert.deepEqual(await names(store, { search: 'Alic' }), ['alice', 'bob', 'carol', 'dan'])
    assert.deepEqual(await names(store, { search: 'ALIC', after: 'bob', limit: 1 }), ['carol'])
    assert.deepEqual(await names(store, { search: 'example.com' }), ['alice'])
    assert.deepEqual(await names(store, { search: 'ÖZ' }), ['erin'])
    assert.deepEqual(await names(store, { search: 'nobody' }), [])
    assert.equal((await names(store, { search: '' })).length, 5)
  })

  check('wildcards in a search are letters like any other, and so is everything else', async (store) => {
    await store.create(somebody('100%'))
    await store.create(somebody('a_b!c'))
    await store.create(somebody('axb'))
    assert.deepEqual(await names(store, { search: '%' }), ['100%'])
    assert.deepEqual(await names(store, { search: 'a_b' }), ['a_b!c'])
    assert.deepEqual(await names(store, { search: '!' }), ['a_b!c'])
    for (const search of ["' OR 1=1 --", '\\', '\u0000', 'a\u0000', 'a'.repeat(1_000_000)]) {
      assert.deepEqual(await names(store, { search }), [], search.slice(0, 20))
    }
  })
}
