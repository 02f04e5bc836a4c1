/** The hashes were made by Django 5.2.18 with the bcrypt library 5.0. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConfigurationError, RequestError } from '../../../src/errors.ts'
import { BcryptHasher } from '../../../src/passwords/hashers/bcrypt.ts'
import { BcryptSha256Hasher } from '../../../src/passwords/hashers/bcrypt-sha256.ts'
import { withBrokenPackage, withoutPackages } from '../../support/packages.ts'

const SALT = '$2b$04$abcdefghijklmnopqrstuu'
const OF_72 = 'bcrypt$$2b$04$abcdefghijklmnopqrstuubzadhGtS2zEF.gu0yd0opP6cVzb.e0i'
const OF_71 = 'bcrypt$$2b$04$abcdefghijklmnopqrstuu.gc7UY/21CSNJGJg21jJzx9QiOpJ9bO'

const plain = new BcryptHasher({ rounds: 4 })
const hashed = new BcryptSha256Hasher({ rounds: 4 })

/** Counts what is computed, at any cost, while `run` runs. */
async function computed(run: (hasher: BcryptHasher) => Promise<unknown>, rounds: number): Promise<string[]> {
  const salts: string[] = []
  class Counting extends BcryptHasher {
    protected override bytesOf(password: string): Buffer {
      salts.push(password)
      return super.bytesOf(password)
    }
  }
  await run(new Counting({ rounds }))
  return salts
}

test("without being told they cost what Django's cost", async () => {
  const salt = '$2b$12$abcdefghijklmnopqrstuu'
  assert.equal(
    await new BcryptHasher().encode('lètmein', salt),
    'bcrypt$$2b$12$abcdefghijklmnopqrstuupd4kvGe1RE7cUAJBlAgNLjj8dnLUqIu',
  )
  assert.equal(
    await new BcryptSha256Hasher().encode('lètmein', salt),
    'bcrypt_sha256$$2b$12$abcdefghijklmnopqrstuuVrQ4zCyEDfwKOXCre954in7jn/y/.ua',
  )
  assert.match(new BcryptHasher().salt(), /^\$2b\$12\$[./A-Za-z0-9]{21}[.Oeu]$/)
  assert.match(plain.salt(), /^\$2b\$04\$/)
})

test('plain bcrypt takes 72 bytes and refuses the 73rd: no hash is made, and none is opened by its beginning (CVE-2025-22228)', async () => {
  assert.equal(await plain.encode('x'.repeat(72), SALT), OF_72)
  assert.ok(await plain.verify('x'.repeat(72), OF_72))
  assert.ok(!(await plain.verify('x'.repeat(71), OF_72)))
  assert.ok(await plain.verify('x'.repeat(71), OF_71))
  for (const password of ['x'.repeat(73), 'x'.repeat(5_000_000), 'é'.repeat(37), `${'x'.repeat(72)}\0`]) {
    assert.equal(await plain.verify(password, OF_72), false)
    await assert.rejects(plain.encode(password, SALT), (error) => {
      assert.ok(error instanceof RequestError)
      assert.equal(error.statusCode, 400)
      assert.equal(error.message, 'A password has at most 72 bytes.')
      return true
    })
  }
  assert.ok(await plain.verify('é'.repeat(36), await plain.encode('é'.repeat(36), SALT)))
})

test('a password that is too long costs what any other costs (CVE-2025-22234)', async () => {
  for (const password of ['x', 'x'.repeat(72), 'x'.repeat(73), 'x'.repeat(5_000_000)]) {
    assert.equal((await computed((hasher) => hasher.verify(password, OF_72), 4)).length, 1)
    assert.equal((await computed((hasher) => hasher.hardenRuntime(password, OF_72), 6)).length, 3)
  }
})

test('bcrypt over SHA-256 reads a password to its end, whatever its length', async () => {
  const of73 = 'bcrypt_sha256$$2b$04$abcdefghijklmnopqrstuulFLXmWzEreWKul5enB/eRflsiXaFmxW'
  assert.equal(await hashed.encode('x'.repeat(73), SALT), of73)
  assert.ok(!(await hashed.verify('x'.repeat(72), of73)))
  assert.ok(!(await hashed.verify(`${'x'.repeat(72)}y`, of73)))
  assert.ok(await hashed.verify('x'.repeat(73), of73))
})

test('what older programs wrote, 2a, 2y and 2x, is read as Django reads it', async () => {
  for (const version of ['2a', '2y', '2x']) {
    const encoded = OF_72.replace('2b', version)
    assert.ok(await plain.verify('x'.repeat(72), encoded), version)
    assert.ok(!(await plain.verify('x', encoded)), version)
    assert.equal(plain.decode(encoded)?.algostr, version)
    assert.ok(!plain.mustUpdate(encoded), version)
    assert.equal(await plain.encode('x'.repeat(72), SALT.replace('2b', version)), encoded)
  }
})

test('the parts of a hash are those of Django', () => {
  assert.deepEqual(plain.decode(OF_72), {
    algorithm: 'bcrypt',
    algostr: '2b',
    workFactor: 4,
    salt: 'abcdefghijklmnopqrstuu',
    checksum: 'bzadhGtS2zEF.gu0yd0opP6cVzb.e0i',
  })
})

test('a hash of other rounds is to be made anew, and one of sixteen times the work of today is the dearest that is read', () => {
  const of = (cost: number): string => OF_72.replace('$04$', `$${String(cost).padStart(2, '0')}$`)
  assert.ok(new BcryptHasher({ rounds: 5 }).mustUpdate(OF_72))
  assert.ok(!plain.mustUpdate(OF_72))
  assert.equal(plain.decode(of(16))?.workFactor, 16)
  assert.equal(plain.decode(of(17)), null)
  assert.equal(new BcryptHasher({ rounds: 14 }).decode(of(18))?.workFactor, 18)
  assert.equal(new BcryptHasher({ rounds: 31 }).decode(of(31))?.workFactor, 31)
})

test('a wrong password for a cheaper hash is made as dear as one of today, at the cost of the old hash', async () => {
  const passwords = await computed((hasher) => hasher.hardenRuntime('wrong', OF_72), 7)
  assert.deepEqual(
    passwords,
    Array.from({ length: 7 }, () => 'wrong'),
  )
  assert.deepEqual(await computed((hasher) => hasher.hardenRuntime('wrong', OF_72), 4), [])
  const dearer = OF_72.replace('$04$', '$05$')
  assert.deepEqual(await computed((hasher) => hasher.hardenRuntime('wrong', dearer), 4), [])
})

test('without its package the hashers say what to install', (t) => {
  withoutPackages(t, '@node-rs/bcrypt')
  for (const [make, name] of [
    [() => new BcryptHasher(), 'BcryptHasher'],
    [() => new BcryptSha256Hasher(), 'BcryptSha256Hasher'],
  ] as const) {
    assert.throws(make, {
      name: 'ConfigurationError',
      message: `${name} needs the package @node-rs/bcrypt: run "npm install @node-rs/bcrypt".`,
    })
  }
})

test('a package that cannot be loaded is an error with its cause', (t) => {
  withBrokenPackage(t, '@node-rs/bcrypt')
  assert.throws(
    () => new BcryptHasher(),
    (error) => {
      assert.ok(error instanceof ConfigurationError)
      assert.equal(error.message, '@node-rs/bcrypt is installed and cannot be loaded.')
      assert.equal((error.cause as Error).message, 'Cannot find native binding.')
      return true
    },
  )
})
