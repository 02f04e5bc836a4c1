/** What holds for every hasher. The hashes were made by Django 5.2.18. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ConfigurationError } from '../../../src/errors.ts'
import type { Hasher } from '../../../src/passwords/hasher.ts'
import { Argon2Hasher } from '../../../src/passwords/hashers/argon2.ts'
import { BcryptHasher } from '../../../src/passwords/hashers/bcrypt.ts'
import { BcryptSha256Hasher } from '../../../src/passwords/hashers/bcrypt-sha256.ts'
import { Md5Hasher } from '../../../src/passwords/hashers/md5.ts'
import { Pbkdf2Hasher } from '../../../src/passwords/hashers/pbkdf2.ts'
import { Pbkdf2Sha1Hasher } from '../../../src/passwords/hashers/pbkdf2-sha1.ts'
import { ScryptHasher } from '../../../src/passwords/hashers/scrypt.ts'

const SALT = 'abcdefghijklmnopqrstuv'
const SALT64 = 'YWJjZGVmZ2hpamtsbW5vcHFyc3R1dg'
const BCRYPT_SALT = '$2b$04$abcdefghijklmnopqrstuu'
const HASH43 = 'A'.repeat(43)

interface Case {
  readonly hasher: Required<Hasher> | Hasher
  readonly salt: string
  /** Of these passwords, in this order. */
  readonly hashes: readonly string[]
  readonly summary: object
  readonly malformed: readonly string[]
  /** Costs of hours and gigabytes. */
  readonly hostile: readonly string[]
}

const PASSWORDS = ['lètmein', '', 'nul\0inside', '密码🔑']

const pbkdf2Malformed = (name: string): string[] => [
  `${name}$1000$abc`,
  `${name}$1000$$hash`,
  `${name}$1000$abc$h$x`,
  `${name}$x$salt$hash`,
  `${name}$0$abc$hash`,
  `${name}$-1$abc$hash`,
  `${name}$01$abc$hash`,
  `${name}$1e3$abc$hash`,
  `${name}$ 1$abc$hash`,
  `${name}$1_0$abc$hash`,
]
const pbkdf2Hostile = (name: string): string[] => [
  `${name}$1000000000$abc$hash`,
  `${name}$10000001$abc$hash`,
  `${name}$${'9'.repeat(100_000)}$abc$hash`,
]
const bcryptMalformed = (name: string): string[] => [
  `${name}$$2b$04$short`,
  `${name}$2b$04$${'a'.repeat(21)}u${'a'.repeat(31)}`,
  `${name}$$2c$04$${'a'.repeat(21)}u${'a'.repeat(31)}`,
  `${name}$$2b$4$${'a'.repeat(21)}u${'a'.repeat(31)}`,
  `${name}$$2b$03$${'a'.repeat(21)}u${'a'.repeat(31)}`,
  `${name}$$2b$32$${'a'.repeat(21)}u${'a'.repeat(31)}`,
  `${name}$$2b$04$${'a'.repeat(22)}${'a'.repeat(31)}`,
  `${name}$$2b$04$${'a'.repeat(21)}u${'a'.repeat(30)}`,
  `${name}$$2b$04$${'a'.repeat(21)}u${'a'.repeat(32)}`,
  `${name}$$2b$04$${'a'.repeat(21)}u${'a'.repeat(30)}é`,
]
const bcryptHostile = (name: string): string[] => [
  `${name}$$2b$17$${'a'.repeat(21)}u${'a'.repeat(31)}`,
  `${name}$$2b$31$${'a'.repeat(21)}u${'a'.repeat(31)}`,
]

const cases: readonly Case[] = [
  {
    hasher: new Pbkdf2Hasher({ rounds: 1000 }),
    salt: SALT,
    hashes: [
      `pbkdf2_sha256$1000$${SALT}$U0gohcxyS7uZWC51gfsfQGH3XhfTzX/z9pk+BIv1JwY=`,
      `pbkdf2_sha256$1000$${SALT}$vqafFtFOwJN9wrhga0SNKKw1GODAJgholvjeoMoWcZs=`,
      `pbkdf2_sha256$1000$${SALT}$/JAZ3XYZwL/EbPGT21L44f+auURvCFTs0fpOAKwPQuY=`,
      `pbkdf2_sha256$1000$${SALT}$bffu1+DaxmUVKXiA4X4U77W8T7HTRtQO9vFfXdLpJjg=`,
    ],
    summary: {
      algorithm: 'pbkdf2_sha256',
      iterations: 1000,
      salt: 'abcdef****************',
      hash: `vqafFt${'*'.repeat(38)}`,
    },
    malformed: pbkdf2Malformed('pbkdf2_sha256'),
    hostile: pbkdf2Hostile('pbkdf2_sha256'),
  },
  {
    hasher: new Pbkdf2Sha1Hasher({ rounds: 1000 }),
    salt: SALT,
    hashes: [
      `pbkdf2_sha1$1000$${SALT}$ftGMvTQFiGfo9pvFUfbjyG33q1M=`,
      `pbkdf2_sha1$1000$${SALT}$Tl4ydagAxK3MoeGHffjOHsm6ioY=`,
      `pbkdf2_sha1$1000$${SALT}$MsqKZoiO4meyn8gPm9czZ3Nsj0k=`,
      `pbkdf2_sha1$1000$${SALT}$Szs9qlP6Cf4xeXutZLXjcVuqJmg=`,
    ],
    summary: {
      algorithm: 'pbkdf2_sha1',
      iterations: 1000,
      salt: 'abcdef****************',
      hash: `Tl4yda${'*'.repeat(22)}`,
    },
    malformed: pbkdf2Malformed('pbkdf2_sha1'),
    hostile: pbkdf2Hostile('pbkdf2_sha1'),
  },
  {
    hasher: new Argon2Hasher({ timeCost: 1, memoryCost: 8, parallelism: 1 }),
    salt: SALT,
    hashes: [
      `argon2$argon2id$v=19$m=8,t=1,p=1$${SALT64}$NuAbEpZTuH/+vtZ6l/wHN7RyJtUU2U7y7/AAvIkjP8Q`,
      `argon2$argon2id$v=19$m=8,t=1,p=1$${SALT64}$zobEOBOznXE1IUPWP+6VIDhjRxW47ys7fL1p6Iwii8Y`,
      `argon2$argon2id$v=19$m=8,t=1,p=1$${SALT64}$kUwpnCqMCCAdSrfRHQgqOPHJ6VvElTifn3aKaU5QQms`,
      `argon2$argon2id$v=19$m=8,t=1,p=1$${SALT64}$S47zO5LsbUKi5eTJMWpBNMpkv8I9Ij0ROEbX0X2Wc44`,
    ],
    summary: {
      algorithm: 'argon2',
      variety: 'argon2id',
      version: 19,
      'memory cost': 8,
      'time cost': 1,
      parallelism: 1,
      salt: 'abcdef****************',
      hash: `zobEOB${'*'.repeat(37)}`,
    },
    malformed: [
      'argon2$',
      'argon2$argon2id',
      `argon2$argon2x$v=19$m=8,t=1,p=1$${SALT64}$${HASH43}`,
      `argon2$argon2id$v=20$m=8,t=1,p=1$${SALT64}$${HASH43}`,
      `argon2$argon2id$v=19$t=1,m=8,p=1$${SALT64}$${HASH43}`,
      `argon2$argon2id$v=19$m=08,t=1,p=1$${SALT64}$${HASH43}`,
      `argon2$argon2id$v=19$m=8,t=0,p=1$${SALT64}$${HASH43}`,
      `argon2$argon2id$v=19$m=7,t=1,p=1$${SALT64}$${HASH43}`,
      `argon2$argon2id$v=19$m=8,t=1,p=0$${SALT64}$${HASH43}`,
      `argon2$argon2id$v=19$m=8,t=1,p=1$${SALT64}=$${HASH43}`,
      `argon2$argon2id$v=19$m=8,t=1,p=1$c2FsdA$${HASH43}`,
      `argon2$argon2id$v=19$m=8,t=1,p=1$YWJjZGVmZ2h$${HASH43}`,
      `argon2$argon2id$v=19$m=8,t=1,p=1$${SALT64}$AAAA`,
      `argon2$argon2id$v=19$m=8,t=1,p=1$${SALT64}$${'A'.repeat(1000)}`,
      `argon2$argon2id$v=19$m=8,t=1,p=1$${SALT64}$${HASH43}\n`,
      `argon2$argon2id$v=19$m=8,t=1,p=1$${SALT64}$${HASH43}$`,
    ],
    hostile: [
      `argon2$argon2id$v=19$m=409601,t=1,p=1$${SALT64}$${HASH43}`,
      `argon2$argon2id$v=19$m=4294967295,t=1,p=1$${SALT64}$${HASH43}`,
      `argon2$argon2id$v=19$m=102400,t=33,p=1$${SALT64}$${HASH43}`,
      `argon2$argon2id$v=19$m=8,t=4294967295,p=1$${SALT64}$${HASH43}`,
      `argon2$argon2id$v=19$m=102400,t=1,p=256$${SALT64}$${HASH43}`,
      `argon2$argon2id$v=19$m=8,t=1,p=1073741824$${SALT64}$${HASH43}`,
      `argon2$argon2id$v=19$m=${'9'.repeat(400)},t=1,p=1$${SALT64}$${HASH43}`,
    ],
  },
  {
    hasher: new ScryptHasher({ workFactor: 16, blockSize: 2, parallelism: 1 }),
    salt: SALT,
    hashes: [
      `scrypt$16$${SALT}$2$1$b9HQbhSecZJqifnZUyI3BQ1KvgCmDdFWjmKts1ZCJCiXCB67B+2UARBjEFxkynhuoYHunIpc6UCA+fczmlkmAA==`,
      `scrypt$16$${SALT}$2$1$v79IPte5DiSXwDjFQEp+MT1DaEgvNyuclkDop1oZ5V0wkEW35v+5h212vkzBYkSbfcBRpgZxAxZi4//pK3eGwg==`,
      `scrypt$16$${SALT}$2$1$MAe7l2gfHupV6c/RoTosVRxApFqrMshwzIWZWAad5BR1Memh/x8IYT4+u2hxwbx9UVSYu+JypL1gqrzY9sN/jw==`,
      `scrypt$16$${SALT}$2$1$BrsbR2ot6pipEawFdD6Fa2UuksUyGeDdCzag0hU3eSBfsJVrhMf/2+Wz0BQOrcK345d8FMlZwMOjhZmgUpqEsg==`,
    ],
    summary: {
      algorithm: 'scrypt',
      'work factor': 16,
      'block size': 2,
      parallelism: 1,
      salt: 'abcdef****************',
      hash: `v79IPt${'*'.repeat(82)}`,
    },
    malformed: [
      'scrypt$1$2$3',
      'scrypt$16$$2$1$hash',
      'scrypt$16$salt$2$1',
      'scrypt$16$salt$2$1$hash$more',
      'scrypt$15$salt$2$1$hash',
      'scrypt$1$salt$2$1$hash',
      'scrypt$0$salt$2$1$hash',
      'scrypt$16$salt$0$1$hash',
      'scrypt$16$salt$2$0$hash',
      'scrypt$016$salt$2$1$hash',
      // RFC 7914, section 6: N is below 2^(16 * r).
      'scrypt$65536$salt$1$1$hash',
    ],
    hostile: [
      'scrypt$1073741824$salt$8$1$hash',
      'scrypt$262144$salt$8$8$hash',
      'scrypt$16384$salt$8$1073741824$hash',
      'scrypt$2$salt$1073741823$1$hash',
      'scrypt$2$salt$5000000$1$hash',
      'scrypt$524288$salt$8$1$hash',
    ],
  },
  {
    hasher: new BcryptSha256Hasher({ rounds: 4 }),
    salt: BCRYPT_SALT,
    hashes: [
      'bcrypt_sha256$$2b$04$abcdefghijklmnopqrstuulyx/yrfLnuLCi6gwFG5mrkJjuQKpL6S',
      'bcrypt_sha256$$2b$04$abcdefghijklmnopqrstuuAGUtA0XVhWMYe2lvlA94phs07MYN67C',
      'bcrypt_sha256$$2b$04$abcdefghijklmnopqrstuuG01aIbmlihbrfWt37U2AtT3cdN7XNXy',
      'bcrypt_sha256$$2b$04$abcdefghijklmnopqrstuu.ynYPLlKAJY6e6VNcvXroPmqXM31Mmu',
    ],
    summary: {
      algorithm: 'bcrypt_sha256',
      'work factor': 4,
      salt: 'abcdef****************',
      checksum: `AGUtA0${'*'.repeat(25)}`,
    },
    malformed: bcryptMalformed('bcrypt_sha256'),
    hostile: bcryptHostile('bcrypt_sha256'),
  },
  {
    hasher: new BcryptHasher({ rounds: 4 }),
    salt: BCRYPT_SALT,
    hashes: [
      'bcrypt$$2b$04$abcdefghijklmnopqrstuuanVo7Xut1CH8VGIGlz1JovQh9GJbbtG',
      'bcrypt$$2b$04$abcdefghijklmnopqrstuubyCG3zY1GIXMyxfivm.ClDiInHzxjiq',
      'bcrypt$$2b$04$abcdefghijklmnopqrstuuVmjM6jkjIR8S39trau1BimPhVX/DTAK',
      'bcrypt$$2b$04$abcdefghijklmnopqrstuuWbd.7Z/ff7C3XncQtEse2ryA0/./Aki',
    ],
    summary: {
      algorithm: 'bcrypt',
      'work factor': 4,
      salt: 'abcdef****************',
      checksum: `byCG3z${'*'.repeat(25)}`,
    },
    malformed: bcryptMalformed('bcrypt'),
    hostile: bcryptHostile('bcrypt'),
  },
  {
    hasher: new Md5Hasher(),
    salt: SALT,
    hashes: [
      `md5$${SALT}$1bbd48610b26095c29bc4284f4bb0c52`,
      `md5$${SALT}$44a66044834cbe55040089cabfc102d5`,
      `md5$${SALT}$7f29737fef5c954a299d3fa76ad533f8`,
      `md5$${SALT}$739343b094cb9eb3761285fa0b554a34`,
    ],
    summary: { algorithm: 'md5', salt: 'ab********************', hash: `44a660${'*'.repeat(26)}` },
    malformed: ['md5$$d41d8cd98f00b204e9800998ecf8427e', 'md5$salt', 'md5$salt$hash$more'],
    hostile: [],
  },
]

const MALFORMED = ['', '$', '$$$', '!', 'plain', ' ', '\0', '$'.repeat(100_000), '__proto__$1$2$3', '🔑'.repeat(1000)]

for (const { hasher, salt, hashes, summary, malformed, hostile } of cases) {
  const name = hasher.algorithm

  test(`${name}: hashes are those of Django`, async () => {
    for (const [at, password] of PASSWORDS.entries()) {
      assert.equal(await hasher.encode(password, salt), hashes[at])
      assert.ok(await hasher.verify(password, hashes[at] as string), password)
      for (const other of [`${password}x`, `${password} `, ` ${password}`, `${password}\0y`, 'X']) {
        assert.ok(!(await hasher.verify(other, hashes[at] as string)), JSON.stringify([password, other]))
      }
    }
  })

  test(`${name}: a fresh salt is never the same, and strong enough`, async () => {
    const salts = Array.from({ length: 50 }, () => hasher.salt())
    assert.equal(new Set(salts).size, 50)
    const encoded = await hasher.encode('x', salts[0] as string)
    assert.ok(!hasher.mustUpdate(encoded))
    assert.ok(await hasher.verify('x', encoded))
  })

  test(`${name}: what may be shown is what Django shows`, () => {
    assert.deepEqual(hasher.safeSummary?.(hashes[1] as string), summary)
    assert.deepEqual(Object.keys(hasher.safeSummary?.(hashes[1] as string) ?? {}), Object.keys(summary))
  })

  test(`${name}: a malformed hash is a wrong one, never an error, and nothing to make anew`, async () => {
    for (const encoded of [...malformed, ...MALFORMED, name, `${name}$`, `${name}$$`, ` ${hashes[0]}`]) {
      const shown = encoded.slice(0, 80)
      assert.equal(hasher.decode?.(encoded), null, shown)
      assert.equal(await hasher.verify('x', encoded), false, shown)
      assert.equal(hasher.mustUpdate(encoded), false, shown)
      assert.equal(hasher.safeSummary?.(encoded), null, shown)
      await hasher.hardenRuntime('x', encoded)
    }
  })

  test(`${name}: a hash that would cost hours or gigabytes is refused without work`, { timeout: 5000 }, async () => {
    for (const encoded of hostile) {
      const shown = encoded.slice(0, 80)
      assert.equal(hasher.decode?.(encoded), null, shown)
      assert.equal(await hasher.verify('x', encoded), false, shown)
      assert.equal(hasher.mustUpdate(encoded), false, shown)
      await hasher.hardenRuntime('x', encoded)
    }
  })

  test(`${name}: a hash of another algorithm is none of its own`, async () => {
    for (const other of cases) {
      if (other.hasher === hasher) continue
      for (const encoded of [other.hashes[0] as string, (other.hashes[0] as string).replace(/^[^$]+/, name)]) {
        assert.equal(await hasher.verify(PASSWORDS[0] as string, encoded), false, encoded)
      }
    }
  })

  test(`${name}: a change of any character of a hash makes it wrong, and no change is an error`, async () => {
    const encoded = hashes[0] as string
    const edit = fc.record({ at: fc.nat(encoded.length), remove: fc.nat(2), insert: fc.string({ maxLength: 3 }) })
    await fc.assert(
      fc.asyncProperty(edit, async ({ at, remove, insert }) => {
        const changed = encoded.slice(0, at) + insert + encoded.slice(at + remove)
        hasher.mustUpdate(changed)
        hasher.safeSummary?.(changed)
        // The versions 2a, 2b, 2x and 2y of bcrypt are one algorithm, here as in the library that Django uses.
        const same = changed.replace(/\$2[axy]\$/, '$$2b$$')
        assert.equal(await hasher.verify(PASSWORDS[0] as string, changed), same === encoded, changed)
      }),
      { numRuns: 150 },
    )
  })

  test(`${name}: what is no password or no salt is refused, with what it has to be`, async () => {
    for (const password of [undefined, null, 7, {}, ['x'], Buffer.from('x')]) {
      await assert.rejects(hasher.encode(password as never, salt), TypeError, String(password))
    }
    for (const bad of [undefined, null, '', 'a$salt', 7]) {
      await assert.rejects(hasher.encode('x', bad as never), TypeError, String(bad))
    }
  })
}

test('costs that an algorithm does not have are refused at start', () => {
  for (const rounds of [0, -1, 1.5, Number.NaN, 2 ** 31, '1' as never]) {
    assert.throws(() => new Pbkdf2Hasher({ rounds }), ConfigurationError, `pbkdf2 ${rounds}`)
    assert.throws(() => new Pbkdf2Sha1Hasher({ rounds }), ConfigurationError, `pbkdf2 ${rounds}`)
  }
  for (const rounds of [3, 32, 4.5]) {
    assert.throws(() => new BcryptHasher({ rounds }), ConfigurationError, `bcrypt ${rounds}`)
    assert.throws(() => new BcryptSha256Hasher({ rounds }), ConfigurationError, `bcrypt ${rounds}`)
  }
  for (const cost of [{ timeCost: 0 }, { memoryCost: 7, parallelism: 1 }, { parallelism: 256 }, { memoryCost: 63 }]) {
    assert.throws(() => new Argon2Hasher(cost), ConfigurationError, JSON.stringify(cost))
  }
  for (const cost of [
    { workFactor: 1 },
    { workFactor: 1000 },
    { blockSize: 0 },
    { parallelism: 0 },
    { workFactor: 65536, blockSize: 1 },
  ]) {
    assert.throws(() => new ScryptHasher(cost), ConfigurationError, JSON.stringify(cost))
  }
})
