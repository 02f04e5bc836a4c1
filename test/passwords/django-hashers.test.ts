/**
 * Django's own tests of its hashers (auth_tests/test_hashers.py, 5.2), in its order. Left out: passwords of bytes, the hashers that
 * Django 5.1 removed, and its abstract base class, of which the compiler takes care here. Hashes are those of 5.2.18.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HashQueue } from '../../src/passwords/hash-queue.ts'
import type { Hasher } from '../../src/passwords/hasher.ts'
import { Argon2Hasher } from '../../src/passwords/hashers/argon2.ts'
import { BcryptHasher } from '../../src/passwords/hashers/bcrypt.ts'
import { BcryptSha256Hasher } from '../../src/passwords/hashers/bcrypt-sha256.ts'
import { Md5Hasher } from '../../src/passwords/hashers/md5.ts'
import { Pbkdf2Hasher } from '../../src/passwords/hashers/pbkdf2.ts'
import { Pbkdf2Sha1Hasher } from '../../src/passwords/hashers/pbkdf2-sha1.ts'
import { ScryptHasher } from '../../src/passwords/hashers/scrypt.ts'
import { checkPassword, makePassword } from '../../src/passwords/make-password.ts'
import { isPasswordUsable, Passwords } from '../../src/passwords/passwords.ts'

const small = { timeCost: 1, memoryCost: 64, parallelism: 1 }

function passwords(first: Hasher, ...others: Hasher[]): Passwords {
  return new Passwords([first, ...others], new HashQueue())
}

/** Makes a hash, opens it, and fails to open it with anything else; the same for the empty password. */
async function holds(hasher: Hasher, start: string, salt?: string): Promise<string> {
  const all = passwords(hasher)
  const encoded = await all.make('lètmein', salt === undefined ? {} : { salt })
  assert.ok(encoded.startsWith(start), encoded)
  assert.ok(isPasswordUsable(encoded))
  assert.ok((await all.check('lètmein', encoded)).correct)
  assert.ok(!(await all.check('lètmeinz', encoded)).correct)
  assert.equal(all.identify(encoded), hasher)
  const blank = await all.make('', salt === undefined ? {} : { salt })
  assert.ok(blank.startsWith(start) && isPasswordUsable(blank))
  assert.ok((await all.check('', blank)).correct)
  assert.ok(!(await all.check(' ', blank)).correct)
  return encoded
}

/** Whether a right password has its hash made anew. */
async function upgrades(
  encoded: string,
  hashers: readonly [Hasher, ...Hasher[]],
  password = 'letmein',
): Promise<boolean> {
  let upgraded = false
  const setter = (): void => {
    upgraded = true
  }
  assert.ok(await checkPassword(password, encoded, { hashers, setter }))
  return upgraded
}

test('test_simple', async () => {
  const encoded = await makePassword('lètmein')
  assert.match(encoded, /^pbkdf2_sha256\$1000000\$/)
  assert.ok(await checkPassword('lètmein', encoded))
  assert.ok(!(await checkPassword('lètmeinz', encoded)))
})

test('test_invalid_password', async () => {
  await assert.rejects(makePassword(1 as never), TypeError)
})

test('test_pbkdf2', async () => {
  const hasher = new Pbkdf2Hasher()
  const encoded = await makePassword('lètmein', { salt: 'seasalt', hasher: 'pbkdf2_sha256' })
  assert.equal(encoded, 'pbkdf2_sha256$1000000$seasalt$r1uLUxoxpP2Ued/qxvmje7UH9PUJBkRrvf9gGPL7Cps=')
  await holds(new Pbkdf2Hasher({ rounds: 10 }), 'pbkdf2_sha256$10$seasalt$', 'seasalt')
  assert.ok(hasher.mustUpdate('pbkdf2_sha256$1000000$iodizedsalt$x'))
  assert.ok(!hasher.mustUpdate(`pbkdf2_sha256$1000000$${hasher.salt()}$x`))
})

test('test_md5', async () => {
  const encoded = await holds(new Md5Hasher(), 'md5$seasalt$', 'seasalt')
  assert.equal(encoded, 'md5$seasalt$3f86d0d3d465b7b458c231bf3555c0e3')
  const hasher = new Md5Hasher()
  assert.ok(hasher.mustUpdate(await hasher.encode('lètmein', 'iodizedsalt')))
  assert.ok(!hasher.mustUpdate(await hasher.encode('lètmein', hasher.salt())))
})

test('test_bcrypt_sha256', async () => {
  const hasher = new BcryptSha256Hasher({ rounds: 4 })
  await holds(hasher, 'bcrypt_sha256$$2b$04$')
  const password =
    'VSK0UYV6FFQVZ0KG88DYN9WADAADZO1CTSIVDJUNZSUML6IBX7LN7ZS3R5JGB3RGZ7VI7G7DJQ9NI8BQFSRPTG6UWTTVESA5ZPUN'
  const encoded = await passwords(hasher).make(password)
  assert.ok((await passwords(hasher).check(password, encoded)).correct)
  assert.ok(!(await passwords(hasher).check(password.slice(0, 72), encoded)).correct)
})

test('test_bcrypt', async () => {
  await holds(new BcryptHasher({ rounds: 4 }), 'bcrypt$$2b$04$')
})

test('test_bcrypt_upgrade', async () => {
  const four = new BcryptHasher({ rounds: 4 })
  const encoded = await makePassword('letmein', { hasher: four })
  assert.equal(four.safeSummary(encoded)?.['work factor'], 4)
  assert.ok(!(await upgrades(encoded, [four])))
  assert.ok(await upgrades(encoded, [new BcryptHasher()]))
})

test('test_bcrypt_harden_runtime', async () => {
  let calls = 0
  class Counting extends BcryptHasher {
    protected override bytesOf(password: string): Buffer {
      assert.equal(password, 'wrong_password')
      calls++
      return super.bytesOf(password)
    }
  }
  const encoded = await makePassword('letmein', { hasher: new BcryptHasher({ rounds: 4 }) })
  await new Counting({ rounds: 6 }).hardenRuntime('wrong_password', encoded)
  assert.equal(calls, 3)
})

test('test_unusable', async () => {
  const encoded = await makePassword(null)
  assert.equal(encoded.length, 41)
  assert.ok(!isPasswordUsable(encoded))
  for (const password of [null, encoded, '!', '', 'lètmein', 'lètmeinz']) {
    assert.ok(!(await checkPassword(password, encoded, { hashers: [new Md5Hasher()] })))
  }
  assert.equal(passwords(new Md5Hasher()).identify(encoded), null)
  assert.notEqual(encoded, await makePassword(null))
})

test('test_unspecified_password', async () => {
  const all = passwords(new Pbkdf2Hasher({ rounds: 1 }))
  assert.ok(!(await all.check(null, await all.make('lètmein'))).correct)
})

test('test_bad_algorithm', async () => {
  const message = "Unknown password hashing algorithm 'lolcat'. Did you name its hasher in passwordHashers?"
  await assert.rejects(makePassword('lètmein', { hasher: 'lolcat' }), { name: 'TypeError', message })
  assert.equal(passwords(new Md5Hasher()).identify('lolcat$salt$hash'), null)
})

test('test_is_password_usable', () => {
  for (const encoded of ['lètmein_badencoded', '', null]) assert.ok(isPasswordUsable(encoded))
})

test('test_low_level_pbkdf2', async () => {
  const encoded = await new Pbkdf2Hasher().encode('lètmein', 'seasalt2')
  assert.equal(encoded, 'pbkdf2_sha256$1000000$seasalt2$egbhFghgsJVDo5Tpg/k9ZnfbySKQ1UQnBYXhR97a7sk=')
  assert.ok(await new Pbkdf2Hasher().verify('lètmein', encoded))
})

test('test_low_level_pbkdf2_sha1', async () => {
  const encoded = await new Pbkdf2Sha1Hasher().encode('lètmein', 'seasalt2')
  assert.equal(encoded, 'pbkdf2_sha1$1000000$seasalt2$3R9hvSAiAy5ARspAFy5GJ/2rjXo=')
  assert.ok(await new Pbkdf2Sha1Hasher().verify('lètmein', encoded))
})

test('test_bcrypt_salt_check and test_bcryptsha256_salt_check', async () => {
  for (const hasher of [new BcryptHasher(), new BcryptSha256Hasher()]) {
    assert.ok(!hasher.mustUpdate(await hasher.encode('lètmein', hasher.salt())))
  }
})

test('test_upgrade', async () => {
  const today = new Pbkdf2Hasher({ rounds: 1 })
  for (const old of [new Pbkdf2Sha1Hasher({ rounds: 1 }), new Md5Hasher()]) {
    const encoded = await makePassword('letmein', { hasher: old })
    assert.ok(await upgrades(encoded, [today, old]), old.algorithm)
  }
})

test('test_no_upgrade and test_no_upgrade_on_incorrect_pass', async () => {
  const today = new Pbkdf2Hasher({ rounds: 1 })
  const setter = (): never => assert.fail('upgraded')
  for (const hasher of [today, new Pbkdf2Sha1Hasher({ rounds: 1 }), new Md5Hasher()]) {
    const encoded = await makePassword('lètmein', { hasher })
    assert.ok(!(await checkPassword('WRONG', encoded, { hashers: [today, hasher], setter })))
  }
})

test('test_pbkdf2_upgrade', async () => {
  const one = new Pbkdf2Hasher({ rounds: 1 })
  const encoded = await makePassword('letmein', { hasher: one })
  assert.match(encoded, /^pbkdf2_sha256\$1\$/)
  assert.ok(!(await upgrades(encoded, [one])))
  assert.ok(await upgrades(encoded, [new Pbkdf2Hasher()]))
})

test('test_pbkdf2_upgrade_new_hasher', async () => {
  const one = new Pbkdf2Hasher({ rounds: 1 })
  const encoded = await makePassword('letmein', { hasher: one })
  assert.ok(await upgrades(encoded, [new Pbkdf2Hasher(), one]), 'two of one algorithm, the first of which is preferred')
})

test('test_check_password_calls_harden_runtime', async (t) => {
  const hasher = new Pbkdf2Hasher({ rounds: 1 })
  const encoded = await hasher.encode('letmein', hasher.salt())
  t.mock.method(hasher, 'mustUpdate', () => true)
  const harden = t.mock.method(hasher, 'hardenRuntime')
  await checkPassword('letmein', encoded, { hashers: [hasher] })
  assert.equal(harden.mock.callCount(), 0)
  await checkPassword('wrong_password', encoded, { hashers: [hasher] })
  assert.equal(harden.mock.callCount(), 1)
})

test('test_encode_invalid_salt and test_encode_password_required', async () => {
  for (const hasher of [new Md5Hasher(), new Pbkdf2Hasher(), new Pbkdf2Sha1Hasher(), new ScryptHasher()]) {
    for (const salt of [null, '', 'sea$salt'] as never[]) {
      await assert.rejects(hasher.encode('password', salt), {
        message: 'encode(password, salt): the salt is a text that is not empty and has no $ in it.',
      })
    }
    await assert.rejects(hasher.encode(null as never, 'seasalt'), {
      message: 'encode(password, salt): the password is no string.',
    })
  }
})

test('test_argon2', async () => {
  const hasher = new Argon2Hasher(small)
  await holds(hasher, 'argon2$argon2id$v=19$m=64,t=1,p=1$')
  for (const encoded of [
    'argon2$argon2i$m=8,t=1,p=1$c29tZXNhbHQ$gwQOXSNhxiOxPOA0+PY10P9QFO4NAYysnqRt1GSQLE55m+2GYDt9FEjPMHhP2Cuf0nOEXXMocVrsJAtNSsKyfg',
    'argon2$argon2i$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$YC9+jJCrQhs5R6db7LlN8Q',
  ]) {
    assert.ok((await passwords(hasher).check('secret', encoded)).correct, encoded)
    assert.ok(!(await passwords(hasher).check('wrong', encoded)).correct, encoded)
  }
  assert.ok(hasher.mustUpdate(await hasher.encode('lètmein', 'iodizedsalt')))
  assert.ok(!hasher.mustUpdate(await hasher.encode('lètmein', hasher.salt())))
})

test('test_argon2_decode', async () => {
  const hasher = new Argon2Hasher()
  const decoded = hasher.decode(await hasher.encode('lètmein', 'abcdefghijk'))
  assert.deepEqual(
    [decoded?.memoryCost, decoded?.parallelism, decoded?.salt, decoded?.timeCost],
    [102_400, 8, 'abcdefghijk', 2],
  )
})

test('test_argon2_upgrade', async () => {
  const today = new Argon2Hasher({ timeCost: 2, memoryCost: 128, parallelism: 2 })
  for (const [cost, name] of [
    [{ timeCost: 1, memoryCost: 128, parallelism: 2 }, 'time cost'],
    [{ timeCost: 2, memoryCost: 64, parallelism: 2 }, 'memory cost'],
    [{ timeCost: 2, memoryCost: 128, parallelism: 1 }, 'parallelism'],
  ] as const) {
    const old = new Argon2Hasher(cost)
    const encoded = await makePassword('letmein', { hasher: old })
    assert.notEqual(old.safeSummary(encoded)?.[name], today.safeSummary(await today.encode('x', today.salt()))?.[name])
    assert.ok(!(await upgrades(encoded, [old])), name)
    assert.ok(await upgrades(encoded, [today]), name)
  }
})

test('test_argon2_version_upgrade', async () => {
  const encoded = 'argon2$argon2id$v=19$m=102400,t=2,p=8$Y041dExhNkljRUUy$TMa6A8fPJhCAUXRhJXCXdw'
  assert.ok(await upgrades(encoded, [new Argon2Hasher({ timeCost: 1, memoryCost: 8, parallelism: 1 })], 'secret'))
})

test('test_scrypt', async () => {
  const encoded = await holds(new ScryptHasher(), 'scrypt$16384$seasalt$8$5$', 'seasalt')
  assert.equal(
    encoded,
    'scrypt$16384$seasalt$8$5$ECMIUp+LMxMSK8xB/IVyba+KYGTI7FTnet025q/1f/vBAVnnP3hdYqJuRi+mJn6ji6ze3Fbb7JEFPKGpuEf5vw==',
  )
})

test('test_scrypt_decode', async () => {
  const hasher = new ScryptHasher()
  const decoded = hasher.decode(await hasher.encode('lètmein', 'seasalt'))
  assert.deepEqual(
    [decoded?.blockSize, decoded?.parallelism, decoded?.salt, decoded?.workFactor],
    [8, 5, 'seasalt', 16384],
  )
})

test('test_scrypt_upgrade', async () => {
  for (const [cost, name, value] of [
    [{ workFactor: 2 ** 11 }, 'work factor', 2048],
    [{ blockSize: 10 }, 'block size', 10],
    [{ parallelism: 2 }, 'parallelism', 2],
  ] as const) {
    const old = new ScryptHasher(cost)
    const encoded = await makePassword('letmein', { salt: 'seasalt', hasher: old })
    assert.equal(old.safeSummary(encoded)?.[name], value)
    assert.ok(!(await upgrades(encoded, [old])), name)
    assert.ok(await upgrades(encoded, [new ScryptHasher()]), name)
  }
})
