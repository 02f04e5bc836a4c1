import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RequestError } from '../../src/errors.ts'
import { testPostern } from '../support/postern.ts'

test("a new account's name is normalized, and the domain of its address in small letters, as in Django", async () => {
  const { auth } = await testPostern()
  const user = await auth.createUser({ username: 'zoe\u0308 ', email: ' Zoë@EXAMPLE.com ' })
  assert.equal(user.username, 'zoë ')
  assert.equal(user.email, 'Zoë@example.com')
  assert.equal((await auth.createUser({ username: 'nomail' })).email, '')
  assert.equal((await auth.createUser({ username: 'noat', email: 'NoAt' })).email, 'NoAt')
})

test('a password that is too long to be hashed makes no account', async () => {
  const { auth } = await testPostern()
  await assert.rejects(auth.createUser({ username: 'bob', password: 'x'.repeat(4097) }), RequestError)
  assert.equal(await auth.users.findByUsername('bob'), null)
  const user = await auth.createUser({ username: 'bob', password: 'x'.repeat(4096) })
  assert.ok((await auth.passwords.check('x'.repeat(4096), user.password)).correct)
})

test('an account without a password has one that nobody can use', async () => {
  const { auth } = await testPostern()
  for (const fields of [{ username: 'none' }, { username: 'null', password: null }]) {
    assert.match((await auth.createUser(fields)).password, /^![A-Za-z0-9]{40}$/)
  }
  await assert.rejects(auth.createUser({ username: 'undefined', password: undefined }), TypeError)
  await assert.rejects(auth.createUser({ username: '' }), TypeError)
})
