/** The part of the contract of user stores that is about names. Mirrors `clean_username` of Django's `UserCreationForm` (5.2). */
import assert from 'node:assert/strict'
import type { UserStore } from '../users/user-store.ts'

const HASH = 'pbkdf2_sha256$1000000$salt$hash'

/** @param check registers one test with a store of its own @param loose see `UserStoreContract` */
export function names(check: (title: string, test: (store: UserStore) => Promise<void>) => void, loose = false): void {
  check('a username is found exactly: not in another case, not by a wildcard, not with spaces', async (store) => {
    await store.create({ username: 'Alice_1', password: HASH })
    for (const name of [
      'alice_1',
      'ALICE_1',
      'Alice%',
      'Alice11',
      'Alice_1 ',
      ' Alice_1',
      '',
      'Alice_1\u0000',
      "' OR 1=1 --",
    ]) {
      assert.equal(await store.findByUsername(name), null, JSON.stringify(name))
    }
    assert.equal((await store.findByUsername('Alice_1'))?.username, 'Alice_1')
  })

  check('whether a username is taken is found out without regard to case, and by nothing else', async (store) => {
    for (const name of ['Alice', 'zoë', 'ÄRGER', '100%_sure']) {
      await store.create({ username: name, password: HASH })
    }
    for (const taken of ['Alice', 'alice', 'ALICE', 'aLICE', 'zoë', 'Zoë', 'ZOË', 'ärger', 'ÄRGER', '100%_SURE']) {
      assert.equal(await store.hasUsername(taken), true, taken)
    }
    for (const free of [
      '',
      'alic',
      ' alice',
      'alic_',
      'alic%',
      '%',
      '100%-sure',
      ...(loose ? [] : ['alice ', 'zoe', 'arger']),
      "a' OR '1'='1",
    ]) {
      assert.equal(await store.hasUsername(free), false, free)
    }
  })
}
