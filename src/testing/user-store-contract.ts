/** What every store of users must do, as tests of node:test. Mirrors what Django 5.2's auth expects of its user model. */
import assert from 'node:assert/strict'
import { describe } from 'node:test'
import type { UserStore } from '../users/user-store.ts'
import { storeCheck } from './store-check.ts'
import { HASH, somebody, type UserCheck } from './user-samples.ts'
import { findingByEmail } from './user-store-by-email.ts'
import { listing } from './user-store-listing.ts'
import { names } from './user-store-names.ts'

/** How the suite gets a store. */
export interface UserStoreContract {
  /** What the tests are called after. */
  readonly name: string
  /** A store with no users; called once for each test. */
  readonly create: () => Promise<{ store: UserStore; close?: () => Promise<void> | void }>
  /**
   * The database takes names for the same that differ in case, accents or trailing spaces alone, as collations of MariaDB and MySQL
   * do: no two of them have room in it. Whoever asks for one gets no other all the same. @default false
   */
  readonly looseNames?: boolean
}

/**
 * Registers the tests that a store of users has to pass.
 * @example userStoreContract({ name: 'my users', create: async () => ({ store: new MyUsers() }) })
 */
export function userStoreContract(contract: UserStoreContract): void {
  const check = storeCheck(() => contract.create())
  describe(`${contract.name}: the contract of a user store`, () => {
    finding(check)
    names(check, contract.looseNames)
    findingByEmail(check)
    changing(check)
    listing(check, contract.looseNames)
  })
}

function finding(check: UserCheck): void {
  check('a new user has the defaults of Django and is found by id and by name', async (store) => {
    const created = await store.create(somebody('alice'))
    for (const user of [created, await store.findById(String(created.id)), await store.findByUsername('alice')]) {
      assert.ok(user)
      assert.equal(user.id, created.id)
      assert.equal(user.username, 'alice')
      assert.equal(user.password, HASH)
      assert.deepEqual([user.email, user.firstName, user.lastName], ['', '', ''])
      assert.deepEqual([user.isActive, user.isStaff, user.isSuperuser], [true, false, false])
      assert.equal(user.lastLogin, null)
      assert.ok(Math.abs(user.dateJoined.getTime() - Date.now()) < 60_000)
    }
  })

  check('every field comes back as it was given', async (store) => {
    const given = {
      email: "Zoë.O'Neil@example.com",
      firstName: 'Zoë 東京',
      lastName: "O'Neil; DROP TABLE auth_user --",
      isActive: false,
      isStaff: true,
      isSuperuser: true,
      lastLogin: Date.UTC(2026, 1, 3, 4, 5, 6, 7),
      dateJoined: Date.UTC(1999, 11, 31, 23, 59, 59, 999),
    }
    const { id } = await store.create(somebody('zoë', given))
    const user = await store.findById(String(id))
    assert.ok(user)
    const { email, firstName, lastName, isActive, isStaff, isSuperuser } = user
    assert.deepEqual(
      {
        email,
        firstName,
        lastName,
        isActive,
        isStaff,
        isSuperuser,
        lastLogin: user.lastLogin?.getTime(),
        dateJoined: user.dateJoined.getTime(),
      },
      given,
    )
  })

  check('an id that is none is nobody, never an error', async (store) => {
    const { id } = await store.create(somebody('alice'))
    const strange = [
      '',
      ' ',
      'abc',
      `${id} OR 1`,
      `${id}e0`,
      `${id}.0`,
      ` ${id}`,
      `${id} `,
      `+${id}`,
      `0${id}`,
      '0x1',
      '1e3',
    ]
    const more = [
      "' OR '1'='1",
      '9'.repeat(40),
      '-1',
      'null',
      'NaN',
      '١',
      '\u0000',
      `${id}\u0000`,
      '%',
      'é'.repeat(1000),
    ]
    for (const text of [...strange, ...more]) assert.equal(await store.findById(text), null, JSON.stringify(text))
  })
}

function changing(check: UserCheck): void {
  check('a username that is taken is refused, and of ten at once exactly one is created', async (store) => {
    await store.create(somebody('alice'))
    await assert.rejects(async () => store.create(somebody('alice', { email: 'x@example.com' })), {
      code: 'ERR_USER_EXISTS',
    })
    assert.equal((await store.findByUsername('alice'))?.email, '')
    const results = await Promise.allSettled(Array.from({ length: 10 }, async () => store.create(somebody('bob'))))
    assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1)
    for (const result of results) if (result.status === 'rejected') assert.equal(result.reason.code, 'ERR_USER_EXISTS')
  })

  check('update writes the given fields alone', async (store) => {
    const { id } = await store.create(somebody('alice', { email: 'a@example.com', isStaff: true, lastLogin: 5000 }))
    assert.equal(await store.update(String(id), { firstName: 'Alice', isActive: false }), true)
    assert.equal(await store.update(String(id), { lastLogin: null }), true)
    assert.equal(await store.update(String(id), {}), true)
    const user = await store.findById(String(id))
    assert.deepEqual(
      [user?.firstName, user?.isActive, user?.email, user?.isStaff],
      ['Alice', false, 'a@example.com', true],
    )
    assert.equal(user?.lastLogin, null)
    assert.equal(user?.password, HASH)
  })

  check('update of a user who is not there says false', async (store) => {
    const { id } = await store.create(somebody('alice'))
    for (const strange of ['987654', 'abc', `${id} OR 1`, '']) {
      assert.equal(await store.update(strange, { firstName: 'x' }), false, strange)
      assert.equal(await store.update(strange, {}), false, strange)
      assert.equal(await store.replacePassword(strange, HASH, 'x'), false, strange)
    }
    assert.equal((await store.findById(String(id)))?.firstName, '')
  })

  check('a user cannot take the name of another', async (store) => {
    await store.create(somebody('alice'))
    const { id } = await store.create(somebody('bob'))
    await assert.rejects(async () => store.update(String(id), { username: 'alice', firstName: 'x' }), {
      code: 'ERR_USER_EXISTS',
    })
    assert.equal((await store.findById(String(id)))?.firstName, '')
    assert.equal(await store.update(String(id), { username: 'robert' }), true)
    assert.equal(await store.findByUsername('bob'), null)
    assert.equal((await store.findByUsername('robert'))?.id, id)
  })

  check('replacePassword works only on the hash that it was given', async (store) => {
    const { id } = await store.create(somebody('alice'))
    assert.equal(await store.replacePassword(String(id), 'another', 'new'), false)
    assert.equal(await store.replacePassword(String(id), HASH, 'new'), true)
    assert.equal(await store.replacePassword(String(id), HASH, 'newer'), false)
    assert.equal((await store.findById(String(id)))?.password, 'new')
  })

  check('of ten replacements of one hash at once exactly one is made', async (store) => {
    const { id } = await store.create(somebody('alice'))
    const hashes = Array.from({ length: 10 }, (_, number) => `hash ${number}`)
    const done = await Promise.all(hashes.map(async (hash) => store.replacePassword(String(id), HASH, hash)))
    assert.equal(done.filter(Boolean).length, 1)
    assert.equal((await store.findById(String(id)))?.password, hashes[done.indexOf(true)])
  })
}
