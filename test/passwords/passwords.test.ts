import assert from 'node:assert/strict'
import crypto from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'
import { before, test } from 'node:test'
import { Overloaded } from '../../src/errors.ts'
import { HashQueue } from '../../src/passwords/hash-queue.ts'
import type { Hasher } from '../../src/passwords/hasher.ts'
import { isPasswordUsable, Passwords } from '../../src/passwords/passwords.ts'

const ROUNDS = 7
const SALT = 'abcdefghijklmnopqrstuv'
/** Rounds of every derivation that the machine was asked for. */
const derived: number[] = []
let pbkdf2: Hasher
let stored: { readonly today: string; readonly cheaper: string; readonly dearer: string; readonly shortSalt: string }

// The hasher takes node:crypto's function when it is first imported.
before(async () => {
  const original = crypto.pbkdf2
  crypto.pbkdf2 = ((...given: Parameters<typeof original>) => {
    derived.push(given[2])
    original(...given)
  }) as typeof original
  syncBuiltinESMExports()
  const { Pbkdf2Hasher } = await import('../../src/passwords/hashers/pbkdf2.ts')
  crypto.pbkdf2 = original
  syncBuiltinESMExports()
  pbkdf2 = new Pbkdf2Hasher({ rounds: ROUNDS })
  stored = {
    today: await pbkdf2.encode('right', SALT),
    cheaper: await new Pbkdf2Hasher({ rounds: 3 }).encode('right', SALT),
    dearer: await new Pbkdf2Hasher({ rounds: 9 }).encode('right', SALT),
    shortSalt: await pbkdf2.encode('right', 'short'),
  }
})

/** A hasher of another algorithm, and what it was asked to do. */
class OldHasher implements Hasher {
  readonly algorithm = 'old'
  readonly asked: string[] = []
  salt(): string {
    return 'salt'
  }
  async encode(password: string, salt: string): Promise<string> {
    this.asked.push('encode')
    return `old$${salt}$${password}`
  }
  async verify(password: string, encoded: string): Promise<boolean> {
    this.asked.push('verify')
    return encoded === `old$salt$${password}`
  }
  mustUpdate(): boolean {
    return false
  }
  async hardenRuntime(): Promise<void> {
    this.asked.push('harden')
  }
}

function passwords(...more: Hasher[]): Passwords {
  return new Passwords([pbkdf2, ...more], new HashQueue({ concurrency: 1 }))
}

/** The rounds that a check costs. */
async function cost(password: string | null, encoded: string | null): Promise<number> {
  derived.length = 0
  await passwords().check(password, encoded)
  return derived.reduce((sum, rounds) => sum + rounds, 0)
}

test('what was made is right for its password and wrong for every other', async () => {
  const encoded = await passwords().make('right')
  assert.match(encoded, /^pbkdf2_sha256\$7\$[a-zA-Z0-9]{22}\$[A-Za-z0-9+/]{43}=$/)
  assert.deepEqual(await passwords().check('right', encoded), { correct: true, mustUpdate: false })
  for (const wrong of ['', 'Right', 'right ', 'rightright']) {
    assert.deepEqual(await passwords().check(wrong, encoded), { correct: false, mustUpdate: false }, wrong)
  }
  assert.notEqual(await passwords().make('right'), encoded, 'each with a salt of its own')
})

test('a password is kept as it was typed, the empty one and spaces too', async () => {
  for (const password of ['', ' ', ' x ', 'x'.repeat(5000), '密码🔑', '\0']) {
    assert.equal((await passwords().check(password, await passwords().make(password))).correct, true)
  }
})

test('a hash made with another cost, salt or hasher is right and to be made anew', async () => {
  const renewed = { correct: true, mustUpdate: true }
  assert.deepEqual(await passwords().check('right', stored.today), { correct: true, mustUpdate: false })
  assert.deepEqual(await passwords().check('right', stored.cheaper), renewed)
  assert.deepEqual(await passwords().check('right', stored.dearer), renewed)
  assert.deepEqual(await passwords().check('right', stored.shortSalt), renewed)
  assert.deepEqual(await passwords(new OldHasher()).check('right', 'old$salt$right'), renewed)
})

test('an unusable password is made of an exclamation mark and 40 random characters, and opens with nothing', async () => {
  const encoded = await passwords().make(null)
  assert.match(encoded, /^![a-zA-Z0-9]{40}$/)
  assert.notEqual(await passwords().make(null), encoded)
  assert.ok(!isPasswordUsable(encoded))
  for (const password of ['', '!', encoded, encoded.slice(1)]) {
    assert.equal((await passwords().check(password, encoded)).correct, false)
  }
  assert.equal((await passwords().check('right', `!${stored.today}`)).correct, false, 'nor does a hash behind the mark')
  for (const usable of [stored.today, '', 'plain', '?!']) assert.ok(isPasswordUsable(usable), usable)
  assert.ok(isPasswordUsable(null), 'a column without a value is none of the unusable ones')
})

const refused = [
  ['an unknown user', null],
  ['an unusable password', '!abcdefghijklmnopqrstuvwxyzabcdefghijklmn'],
  ['an empty hash', ''],
  ['no hash at all', 'plain'],
  ['a hasher that is not there', 'argon2$argon2id$v=19$m=102400,t=2,p=8$c2FsdA$aGFzaA'],
  ['unsalted MD5', '00000000000000000000000000000000'],
  ['MD5 without a salt', 'md5$$00000000000000000000000000000000'],
  ['a malformed hash', 'pbkdf2_sha256$x$salt$hash'],
  ['a hash without rounds', 'pbkdf2_sha256'],
  ['a hash with nothing behind the name', 'pbkdf2_sha256$'],
  ['a hash without a salt', 'pbkdf2_sha256$7$$hash'],
  ['a hash with rounds for a year', 'pbkdf2_sha256$999999999999$salt$hash'],
  ['the name of something that every object has', '__proto__$7$salt$hash'],
] as const

test('whatever there is instead of a hash, it is a wrong password and costs as much', async () => {
  for (const [why, encoded] of refused) {
    assert.equal((await passwords().check('right', encoded)).correct, false, why)
    assert.equal(await cost('right', encoded), ROUNDS, why)
  }
  assert.equal(await cost('wrong', stored.today), ROUNDS)
  assert.equal(await cost('right', stored.today), ROUNDS)
})

test('a cheap old hash cannot be told from a missing one by its cost', async () => {
  assert.equal(await cost('wrong', stored.cheaper), ROUNDS)
  assert.equal(await cost('wrong', stored.shortSalt), ROUNDS)
  assert.equal(await cost('wrong', stored.dearer), 9, 'a dearer one costs what it costs')
  assert.equal(await cost('right', stored.cheaper), 3, 'who is let in is not made to wait')
})

test('no password is right for no hash, at the cost of a wrong one', async () => {
  assert.deepEqual(await passwords().check(null, stored.today), { correct: false, mustUpdate: false })
  for (const encoded of [stored.today, stored.cheaper, null, '']) assert.equal(await cost(null, encoded), ROUNDS)
})

test('a hash of another algorithm is checked by its own hasher alone', async () => {
  const old = new OldHasher()
  derived.length = 0
  assert.equal((await passwords(old).check('wrong', 'old$salt$right')).correct, false)
  assert.deepEqual(old.asked, ['verify'])
  assert.deepEqual(derived, [])
  assert.match(await passwords(old).make('right'), /^pbkdf2_sha256\$/, 'the first hasher makes the hashes')
})

test('five megabytes of password are checked like any other', { timeout: 10_000 }, async () => {
  const long = 'x'.repeat(5 * 1024 * 1024)
  const encoded = await passwords().make(long)
  assert.equal((await passwords().check(long, encoded)).correct, true)
  assert.equal((await passwords().check(`${long.slice(1)}y`, encoded)).correct, false)
  assert.equal(await cost(long, encoded), ROUNDS)
  assert.equal(await cost(long, null), ROUNDS)
})

test('what is no password is refused before any work', async () => {
  derived.length = 0
  for (const value of [undefined, 7, {}, ['right']]) await assert.rejects(passwords().make(value as never), TypeError)
  assert.deepEqual(derived, [])
})

test('everything goes through the queue, refusals too, and an unusable password needs no turn', async () => {
  const queue = new HashQueue({ concurrency: 1, maxWait: 0 })
  const busy = new Passwords([pbkdf2], queue)
  const gate = Promise.withResolvers<void>()
  const held = queue.run(() => gate.promise)
  derived.length = 0
  for (const encoded of [stored.today, null, '!', 'plain', 'pbkdf2_sha256$x']) {
    await assert.rejects(busy.check('right', encoded), Overloaded, String(encoded))
  }
  await assert.rejects(busy.make('right'), Overloaded)
  assert.deepEqual(derived, [])
  assert.match(await busy.make(null), /^!/)
  gate.resolve()
  await held
  assert.equal((await busy.check('right', stored.today)).correct, true)
})

test('a hasher that fails says so and frees its place', async () => {
  const broken = new OldHasher()
  broken.verify = () => Promise.reject(new Error('no such library'))
  const checked = passwords(broken)
  for (let n = 0; n < 3; n++) await assert.rejects(checked.check('right', 'old$salt$right'), /no such library/)
  assert.equal((await checked.check('right', stored.today)).correct, true)
})
