/** The hashes were made by Django 5.2.18 with argon2-cffi 25.1. */
import assert from 'node:assert/strict'
import crypto from 'node:crypto'
import { once } from 'node:events'
import { test } from 'node:test'
import { ConfigurationError } from '../../../src/errors.ts'
import { Argon2Hasher } from '../../../src/passwords/hashers/argon2.ts'
import { noArgon2, withBrokenPackage, withoutArgon2, withoutPackages } from '../../support/packages.ts'

const SALT = 'abcdefghijklmnopqrstuv'
const SALT64 = 'YWJjZGVmZ2hpamtsbW5vcHFyc3R1dg'
const DJANGO = `argon2$argon2id$v=19$m=102400,t=2,p=8$${SALT64}$ffi3k8Fa5DDsIknJPF90lsUcithbK0BVd+dp3622GeY`
const SMALL = { timeCost: 1, memoryCost: 16, parallelism: 2 }
const today = `argon2$argon2id$v=19$m=16,t=1,p=2$${SALT64}$umlZSt+0j76XfPMa23o6BdaZcA1ukHGs5ITn7xRRuh8`

const others = [
  `argon2$argon2i$v=19$m=16,t=1,p=2$${SALT64}$0+BKDvfm2Uw1MfThOObEqUgrYG9gwOrUskdm3s7AicU`,
  `argon2$argon2d$v=19$m=16,t=1,p=2$${SALT64}$T1NJ71I2czbNsc7H1aTEXYXLUsZY1XKJhCAQd0wXbPk`,
]
const of2015 = [
  `argon2$argon2i$v=16$m=16,t=1,p=2$${SALT64}$okUIliY9nT8Nq+y/8vE9RzKMlIWLWFJuBUoDBxy9FTE`,
  `argon2$argon2d$v=16$m=16,t=1,p=2$${SALT64}$sj66v8gR3jog5PkxNeio1pwHPQ0zmqEweaea6I08LEo`,
  `argon2$argon2id$v=16$m=16,t=1,p=2$${SALT64}$lqoYhr2bX0LGsTR2JDhwTlEZH2hpRtFkSWRli/aeR4o`,
  `argon2$argon2i$m=16,t=1,p=2$${SALT64}$okUIliY9nT8Nq+y/8vE9RzKMlIWLWFJuBUoDBxy9FTE`,
]

test("without being told it costs what Django's costs", async () => {
  const hasher = new Argon2Hasher()
  assert.equal(await hasher.encode('lètmein', SALT), DJANGO)
  assert.ok(!hasher.mustUpdate(DJANGO))
})

test('argon2i and argon2d are read, and to be made anew', async () => {
  const hasher = new Argon2Hasher(SMALL)
  assert.ok(await hasher.verify('lètmein', today))
  assert.ok(!hasher.mustUpdate(today))
  for (const encoded of others) {
    assert.ok(await hasher.verify('lètmein', encoded), encoded)
    assert.ok(!(await hasher.verify('lètmeinz', encoded)), encoded)
    assert.ok(hasher.mustUpdate(encoded), encoded)
  }
})

test('hashes of the version of 2015 are read where the package knows it, and to be made anew', async () => {
  const hasher = new Argon2Hasher(SMALL)
  for (const [at, encoded] of of2015.entries()) {
    assert.ok(await hasher.verify('lètmein', encoded), encoded)
    assert.ok(!(await hasher.verify('lètmeinz', encoded)), encoded)
    assert.ok(hasher.mustUpdate(encoded), encoded)
    assert.equal(hasher.safeSummary(encoded)?.version, at === 3 ? 18 : 16, 'as Django calls them')
  }
})

test('a hash of other costs, another length or a short salt is to be made anew', async () => {
  const hasher = new Argon2Hasher(SMALL)
  for (const cost of [{ timeCost: 2 }, { memoryCost: 17 }, { parallelism: 1 }]) {
    const encoded = await new Argon2Hasher({ ...SMALL, ...cost }).encode('right', SALT)
    assert.ok(await hasher.verify('right', encoded))
    assert.ok(hasher.mustUpdate(encoded), encoded)
  }
  assert.ok(hasher.mustUpdate(today.slice(0, -3)), 'another length')
  assert.ok(hasher.mustUpdate(await hasher.encode('right', 'iodizedsalt')))
  assert.ok(!hasher.mustUpdate(await hasher.encode('right', hasher.salt())))
})

test('four times the memory of today and sixteen times its work is read, and no more', () => {
  const hasher = new Argon2Hasher()
  const of = (m: number, t: number): string => `argon2$argon2id$v=19$m=${m},t=${t},p=8$${SALT64}$${'A'.repeat(43)}`
  assert.ok(hasher.decode(of(409_600, 8)))
  assert.equal(hasher.decode(of(409_601, 1)), null)
  assert.equal(hasher.decode(of(409_600, 9)), null)
  assert.ok(new Argon2Hasher({ memoryCost: 204_800 }).decode(of(819_200, 8)), 'of a dearer hasher more')
})

test('a wrong password has nothing to make up for, as in Django', async () => {
  await new Argon2Hasher(SMALL).hardenRuntime()
})

test("Node's own Argon2 and that of the package make the same hashes", async (t) => {
  withoutArgon2(t)
  const ofPackage = new Argon2Hasher(SMALL)
  assert.equal(await ofPackage.encode('lètmein', SALT), today)
  for (const encoded of [today, ...others, ...of2015]) assert.ok(await ofPackage.verify('lètmein', encoded), encoded)
  assert.ok(!(await ofPackage.verify('lètmeinz', today)))
})

test('without the package, Node reads all but the hashes of 2015, which are refused', { skip: noArgon2 }, async (t) => {
  withoutPackages(t, '@node-rs/argon2')
  const hasher = new Argon2Hasher(SMALL)
  for (const encoded of [today, ...others]) assert.ok(await hasher.verify('lètmein', encoded), encoded)
  for (const encoded of of2015) {
    assert.equal(hasher.decode(encoded), null, encoded)
    assert.equal(await hasher.verify('lètmein', encoded), false, encoded)
    assert.equal(hasher.mustUpdate(encoded), false, encoded)
  }
})

for (const how of ['missing', 'failing'] as const) {
  test(`where Argon2 is ${how} in Node and the package is not there, the hasher says what to install`, (t) => {
    withoutArgon2(t, how)
    withoutPackages(t, '@node-rs/argon2')
    assert.throws(() => new Argon2Hasher(), {
      name: 'ConfigurationError',
      message:
        'Argon2Hasher needs Node 24.7 or newer, or the package @node-rs/argon2: run "npm install @node-rs/argon2".',
    })
  })
}

test('a package that cannot be loaded is an error with its cause, where it is needed', (t) => {
  withoutArgon2(t)
  withBrokenPackage(t, '@node-rs/argon2')
  assert.throws(
    () => new Argon2Hasher(),
    (error) => {
      assert.ok(error instanceof ConfigurationError)
      assert.equal(error.message, '@node-rs/argon2 is installed and cannot be loaded.')
      assert.equal((error.cause as Error).message, 'Cannot find native binding.')
      return true
    },
  )
})

test('where Node does without it, a package that cannot be loaded is a warning', { skip: noArgon2 }, async (t) => {
  withBrokenPackage(t, '@node-rs/argon2')
  const warned = once(process, 'warning')
  assert.ok(await new Argon2Hasher(SMALL).verify('lètmein', today))
  const [warning] = (await warned) as [Error]
  assert.equal(warning.name, 'PosternWarning')
  assert.match(warning.message, /^@node-rs\/argon2 is installed and cannot be loaded; .*Cannot find native binding\.$/)
})

test("an error of Node's own Argon2 is told", { skip: noArgon2 }, async (t) => {
  const { argon2 } = crypto
  t.after(() => Object.assign(crypto, { argon2 }))
  const failing = (_variety: string, _task: object, done: (error: Error) => void): void => done(new Error('no memory'))
  Object.assign(crypto, { argon2: failing })
  await assert.rejects(new Argon2Hasher(SMALL).encode('x', SALT), /^Error: no memory$/)
})
