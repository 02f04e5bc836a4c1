import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { createPostern } from '../../src/index.ts'
import { memory } from '../../src/memory.ts'
import { defaultHashers } from '../../src/passwords/default-hashers.ts'
import { noArgon2, withBrokenPackage, withoutArgon2, withoutPackages } from '../support/packages.ts'

function names(): string[] {
  return defaultHashers().map(({ algorithm }) => algorithm)
}

test('where everything is there, the hashers are those of Django in its order', () => {
  assert.deepEqual(names(), ['pbkdf2_sha256', 'pbkdf2_sha1', 'argon2', 'bcrypt_sha256', 'scrypt'])
})

test('what a machine has nothing to compute with is left out, and that is no error', (t) => {
  withoutPackages(t, '@node-rs/argon2', '@node-rs/bcrypt')
  withoutArgon2(t)
  assert.deepEqual(names(), ['pbkdf2_sha256', 'pbkdf2_sha1', 'scrypt'])
  const auth = createPostern({ database: memory(), secretKey: 'k'.repeat(50), development: true })
  assert.equal(auth.passwords.identify('argon2$argon2id$v=19$m=8,t=1,p=1$a$b'), null)
  assert.equal(auth.passwords.identify('scrypt$16$a$1$1$b')?.algorithm, 'scrypt')
})

test("Node's own Argon2 needs no package", { skip: noArgon2 }, (t) => {
  withoutPackages(t, '@node-rs/argon2', '@node-rs/bcrypt')
  assert.deepEqual(names(), ['pbkdf2_sha256', 'pbkdf2_sha1', 'argon2', 'scrypt'])
})

test('a package that is installed and broken is left out with a warning', async (t) => {
  withBrokenPackage(t, '@node-rs/bcrypt')
  const warned = once(process, 'warning')
  assert.deepEqual(names(), ['pbkdf2_sha256', 'pbkdf2_sha1', 'argon2', 'scrypt'])
  const [warning] = (await warned) as [Error]
  assert.equal(warning.name, 'PosternWarning')
  assert.equal(
    warning.message,
    '@node-rs/bcrypt is installed and cannot be loaded. Its hashes are refused. Error: Cannot find native binding.',
  )
})
