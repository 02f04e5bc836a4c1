import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RequestError } from '../../src/errors.ts'
import { Pbkdf2Hasher } from '../../src/passwords/hashers/pbkdf2.ts'
import { ScryptHasher } from '../../src/passwords/hashers/scrypt.ts'
import { checkPassword, makePassword } from '../../src/passwords/make-password.ts'
import { testPostern } from '../support/postern.ts'

const cheap = new Pbkdf2Hasher({ rounds: 1 })

test('a hash that was made without a Postern opens an account of one, and the other way round', async () => {
  const { auth, alice } = await testPostern()
  const encoded = await makePassword('right', { hasher: cheap })
  assert.ok((await auth.passwords.check('right', encoded)).correct)
  assert.ok(await checkPassword('wonder-Land-42', alice.password))
  assert.ok(!(await checkPassword('wonder-Land-43', alice.password)))
})

test("hashers are those of Django's list, unless others are given", async () => {
  const encoded = await makePassword('right', { hasher: 'scrypt', salt: 'seasalt' })
  assert.match(encoded, /^scrypt\$16384\$seasalt\$8\$5\$/)
  assert.ok(await checkPassword('right', encoded))
  assert.ok(!(await checkPassword('right', encoded, { hashers: [cheap] })), 'which cannot read it')
  assert.ok(await checkPassword('right', encoded, { hashers: [cheap, new ScryptHasher()] }))
})

test('a right password with an old hash is handed on to be hashed anew, and no other is', async () => {
  const heard: string[] = []
  const setter = async (password: string): Promise<void> => {
    heard.push(password)
  }
  const old = await makePassword('right', { hasher: cheap })
  const hashers = [new Pbkdf2Hasher({ rounds: 2 })] as const
  assert.ok(await checkPassword('right', old, { hashers, setter }))
  assert.ok(!(await checkPassword('wrong', old, { hashers, setter })))
  assert.ok(!(await checkPassword(null, old, { hashers, setter })))
  assert.ok(await checkPassword('right', old, { hashers: [cheap], setter }))
  assert.deepEqual(heard, ['right'])
  await assert.rejects(
    checkPassword('right', old, { hashers, setter: () => Promise.reject(new Error('disk full')) }),
    /disk full/,
  )
})

test('what is missing is refused as it is by a Postern', async () => {
  for (const encoded of [null, '', 'plain', '!', 'md5$a$b']) {
    assert.ok(!(await checkPassword('right', encoded, { hashers: [cheap] })), String(encoded))
  }
  await assert.rejects(makePassword('x'.repeat(4097)), RequestError)
})
