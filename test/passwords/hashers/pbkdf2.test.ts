/** The hashes and verdicts were computed by Django 5.2.18. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Pbkdf2Hasher } from '../../../src/passwords/hashers/pbkdf2.ts'

const SALT = 'abcdefghijklmnopqrstuv'
const hasher = new Pbkdf2Hasher({ rounds: 1000 })

const hashes = [
  ['correct horse', '3sV/SVfT6ME4dIgYVdSlH0jEvyK0z+y3AJvov9Y+8MA='],
  ['', 'vqafFtFOwJN9wrhga0SNKKw1GODAJgholvjeoMoWcZs='],
  ['x', 'zpMFDaHtYKDO0Q+eVq0pSQynNSacnrvAkjV5mMYJ84c='],
  ['pässwörd', 'XlUuNstVt/qmnq7gJ253cDpU43aOa56U20+/5Lf4lq0='],
  ['密码🔑', 'bffu1+DaxmUVKXiA4X4U77W8T7HTRtQO9vFfXdLpJjg='],
  ['nul\0inside', '/JAZ3XYZwL/EbPGT21L44f+auURvCFTs0fpOAKwPQuY='],
  [' spaces ', 'R4CquYCagWFrzQ9Xr4jeuz+B9WwgoCGGYzr+mA/HXlg='],
  ['x'.repeat(64), '58LZ1maUAG206bTN/Wi/H3UVPZqF8D+OSYbGkMFA7aU='],
  ['x'.repeat(65), '1i/dEIM9UFrEGOt7RP448R/nTkAqNN8pG9vzfe7ZoJw='],
] as const

test('hashes are those of Django', async () => {
  for (const [password, hash] of hashes) {
    const encoded = `pbkdf2_sha256$1000$${SALT}$${hash}`
    assert.equal(await hasher.encode(password, SALT), encoded)
    assert.ok(await hasher.verify(password, encoded), JSON.stringify(password))
  }
  assert.equal(
    await new Pbkdf2Hasher({ rounds: 2 }).encode('x', 'sältsältsältsältsältsä'),
    'pbkdf2_sha256$2$sältsältsältsältsältsä$pD+iqYC1kSx63VMmur+2Fu7IccugbZIDUHY9VcqTIM4=',
  )
})

test('the rounds and the salt of the stored hash count, whatever the hasher prefers', async () => {
  const one = `pbkdf2_sha256$1$${SALT}$Uz8NbdtAU3v/rdCQQodrEuQ2mCJ/nqAIVG6B+dg1oY0=`
  assert.ok(await hasher.verify('correct horse', one))
  assert.ok(!(await hasher.verify('correct horse', one.replace('$1$', '$2$'))))
  assert.ok(!(await hasher.verify('correct horse', one.replace('stuv', 'stuw'))))
  assert.ok(await hasher.verify('correct horse', 'pbkdf2_sha256$2$abc$pnG5F7s1I62INI0Ahxnfmu94oSysbg7g8TxU/s6s0dA='))
})

test('another password is wrong, be it one character or one trailing space away', async () => {
  for (const [password, hash] of hashes) {
    const encoded = `pbkdf2_sha256$1000$${SALT}$${hash}`
    for (const wrong of [`${password}x`, `${password} `, `${password}\0y`, ` ${password}`, 'X']) {
      assert.ok(!(await hasher.verify(wrong, encoded)), JSON.stringify([password, wrong]))
    }
  }
})

test('a password and its other Unicode form are different', async () => {
  const encoded = await hasher.encode('pa\u0308sswo\u0308rd', SALT)
  assert.ok(!(await hasher.verify('pässwörd', encoded)))
})

test('a change of any character of the stored hash makes it wrong', async () => {
  const encoded = `pbkdf2_sha256$1$${SALT}$Uz8NbdtAU3v/rdCQQodrEuQ2mCJ/nqAIVG6B+dg1oY0=`
  for (let at = 0; at < encoded.length; at++) {
    const changed = encoded.slice(0, at) + (encoded[at] === '4' ? '5' : '4') + encoded.slice(at + 1)
    assert.equal(await hasher.verify('correct horse', changed), false, changed)
    assert.equal(await hasher.verify('correct horse', encoded.slice(0, at)), false, encoded.slice(0, at))
  }
})

const malformed = [
  '',
  '$',
  '$$$',
  '!',
  'plain',
  'pbkdf2_sha256',
  'pbkdf2_sha256$',
  'pbkdf2_sha256$$$',
  'pbkdf2_sha256$1000$abc',
  // It would be right, but Django takes no hash without a salt.
  'pbkdf2_sha256$1000$$B/l/67hGDbfYQ9XeXIobCG3iRngyy0zfNlZBZ1YKKTU=',
  'pbkdf2_sha256$1000$abc$',
  'pbkdf2_sha256$1000$abc$h$x',
  'pbkdf2_sha256$x$salt$hash',
  'pbkdf2_sha256$0$abc$hash',
  'pbkdf2_sha256$-1$abc$hash',
  'pbkdf2_sha256$+1$abc$hash',
  'pbkdf2_sha256$ 1000$abc$h',
  'pbkdf2_sha256$1_000$abc$h',
  'pbkdf2_sha256$01000$abc$h',
  'pbkdf2_sha256$1e3$abc$h',
  'pbkdf2_sha256$1.5$abc$h',
  'pbkdf2_sha256$0x10$abc$h',
  'pbkdf2_sha256$١٠٠٠$abc$h',
  'pbkdf2_sha256$NaN$abc$h',
  'pbkdf2_sha256$Infinity$abc$h',
  'pbkdf2_sha256$100000001$abc$h',
  'pbkdf2_sha256$4294967297$abc$h',
  'pbkdf2_sha256$99999999999999999999$abc$h',
  'pbkdf2_sha256$1000$\ud800$h',
  `pbkdf2_sha256$1000$${'s'.repeat(100_000)}$h`,
  `pbkdf2_sha256$1000$abc$${'h'.repeat(100_000)}`,
  '$'.repeat(100_000),
]

test('a malformed hash is a wrong one and never an error, nor work for minutes', { timeout: 5000 }, async () => {
  const cheap = new Pbkdf2Hasher({ rounds: 2 })
  for (const encoded of malformed) {
    const shown = encoded.slice(0, 60)
    assert.equal(await cheap.verify('x', encoded), false, shown)
    cheap.mustUpdate(encoded)
    await cheap.hardenRuntime('x', encoded)
  }
})

test('what another number of bytes would be is not taken for a hash', async () => {
  const encoded = await hasher.encode('x', SALT)
  for (const other of [
    `${encoded}=`,
    encoded.replace('=', ''),
    ` ${encoded}`,
    `${encoded}\n`,
    encoded.replace('pbkdf2_sha256', 'PBKDF2_SHA256'),
    encoded.replace('pbkdf2_sha256', 'pbkdf2_sha1'),
  ]) {
    assert.equal(await hasher.verify('x', other), false, other)
  }
})

test('a hash of another cost or with a short salt is to be made anew', () => {
  for (const [encoded, mustUpdate] of [
    [`pbkdf2_sha256$1000$${SALT}$x`, false],
    [`pbkdf2_sha256$999$${SALT}$x`, true],
    [`pbkdf2_sha256$1001$${SALT}$x`, true],
    [`pbkdf2_sha256$1000$${SALT.slice(1)}$x`, true],
    [`pbkdf2_sha256$1000$${SALT}${SALT}$x`, false],
    [`pbkdf2_sha256$1000$${SALT}`, false],
    [`pbkdf2_sha256$999$${SALT}$x$y`, false],
  ] as const) {
    assert.equal(hasher.mustUpdate(encoded), mustUpdate, encoded)
  }
  assert.equal(new Pbkdf2Hasher().mustUpdate(`pbkdf2_sha256$1000000$${SALT}$x`), false, "Django 5.2's million")
})

test('a hash of ten times the rounds of today is read, and of the rounds that a hasher was given more than that', async () => {
  for (const [rounds, most] of [
    [1000, 10_000_000],
    [2_000_000, 20_000_000],
    [2 ** 31 - 1, 2 ** 31 - 1],
  ] as const) {
    const made = new Pbkdf2Hasher({ rounds })
    assert.equal(made.decode(`pbkdf2_sha256$${most}$${SALT}$x`)?.iterations, most)
    assert.equal(made.decode(`pbkdf2_sha256$${most + 1}$${SALT}$x`), null)
  }
})

test('salts are as long as those of Django and never the same', () => {
  const salts = Array.from({ length: 200 }, () => hasher.salt())
  for (const salt of salts) assert.match(salt, /^[a-zA-Z0-9]{22}$/)
  assert.equal(new Set(salts).size, 200)
  assert.equal(new Set(salts.join('')).size, 62)
})

test('five megabytes of password cost as many rounds as five characters', { timeout: 10_000 }, async () => {
  const size = 5 * 1024 * 1024
  const ascii = `pbkdf2_sha256$1000$${SALT}$XhdHBbGgue1hRMBbgUpuD3uB5Dyk5HtDnV0LhAR94cY=`
  const accents = `pbkdf2_sha256$1000$${SALT}$RsQWkmAu3GiqTLWdH0rwZatGKQAHxq4sjVsMpFurikU=`
  assert.ok(await hasher.verify('x'.repeat(size), ascii))
  assert.ok(await hasher.verify('é'.repeat(size), accents))
  assert.ok(!(await hasher.verify(`${'x'.repeat(size - 1)}y`, ascii)), 'the last character counts')
  // Were the password hashed anew in every round, this would take minutes.
  assert.ok(
    !(await new Pbkdf2Hasher().verify(
      'x'.repeat(size),
      `pbkdf2_sha256$200000$${SALT}$XhdHBbGgue1hRMBbgUpuD3uB5Dyk5HtDnV0LhAR94cY=`,
    )),
  )
})
