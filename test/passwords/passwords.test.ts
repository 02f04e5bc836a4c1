import assert from 'node:assert/strict'
import crypto from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'
import { before, test } from 'node:test'
import { ConfigurationError, Overloaded, RequestError } from '../../src/errors.ts'
import { HashQueue } from '../../src/passwords/hash-queue.ts'
import type { Hasher } from '../../src/passwords/hasher.ts'
import { Md5Hasher } from '../../src/passwords/hashers/md5.ts'
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
  readonly algorithm: string = 'old'
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
  for (const password of ['', ' ', ' x ', 'x'.repeat(4096), 'é'.repeat(2048), '密码🔑', '\0']) {
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
  ['a hash of bcrypt without an end', 'bcrypt$$2b$04$short'],
  ['a hash of scrypt for gigabytes', 'scrypt$1073741824$salt$8$1$hash'],
  ['a hash of MD5 without an end', 'md5$salt'],
  ['something that is no text', 7 as unknown as string],
  ['the name of something that every object has', '__proto__$7$salt$hash'],
] as const

test('whatever there is instead of a hash, it is a wrong password and costs as much', async () => {
  for (const [why, encoded] of refused) {
    assert.deepEqual(await passwords().check('right', encoded), { correct: false, mustUpdate: false }, why)
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

test('a password that is too long is never hashed, never right, and costs what any other costs', {
  timeout: 5000,
}, async () => {
  const longest = 'x'.repeat(4096)
  const today = await passwords().make(longest)
  assert.equal((await passwords().check(longest, today)).correct, true)
  assert.equal(passwords().maxBytes, 4096)
  const empty = await passwords().make('')
  for (const long of [`${longest}x`, 'é'.repeat(2049), 'x'.repeat(5 * 1024 * 1024), '\ud800', 'x\udc00y']) {
    for (const encoded of [today, empty, stored.today, stored.cheaper]) {
      assert.equal((await passwords().check(long, encoded)).correct, false)
      assert.equal(await cost(long, encoded), ROUNDS)
    }
    for (const encoded of [null, '!', 'plain']) assert.equal(await cost(long, encoded), ROUNDS)
    derived.length = 0
    await assert.rejects(passwords().make(long), (error) => {
      assert.ok(error instanceof RequestError)
      assert.equal(error.statusCode, 400)
      assert.equal(error.message, 'A password is text of at most 4096 bytes.')
      return true
    })
    assert.deepEqual(derived, [])
  }
})

/** A hasher of another algorithm that tells less than 4096 bytes apart. */
class ShortHasher extends OldHasher {
  override readonly algorithm: string = 'short'
  readonly maxBytes = 8
}

test('a hash that the preferred hasher could not make anew stays what it is', async () => {
  const short = new ShortHasher()
  const all = new Passwords([short, pbkdf2], new HashQueue())
  assert.equal(all.maxBytes, 8)
  const [long, fitting] = [await all.make('x'.repeat(9), { hasher: pbkdf2 }), await all.make('x', { hasher: pbkdf2 })]
  assert.deepEqual(await all.check('x'.repeat(9), long), { correct: true, mustUpdate: false })
  assert.deepEqual(await all.check('x', fitting), { correct: true, mustUpdate: true })
  await assert.rejects(all.make('x'.repeat(9)), /^RequestError: A password is text of at most 8 bytes\.$/)
  short.asked.length = 0
  assert.equal((await all.check('x'.repeat(9), 'plain')).correct, false)
  assert.deepEqual(short.asked, ['encode'], 'and a refusal costs what it costs')
})

test('MD5 costs what a hash of today costs where the password is wrong, so that old accounts cannot be told', async () => {
  const md5 = new Md5Hasher()
  const encoded = await md5.encode('right', SALT)
  const all = passwords(md5)
  derived.length = 0
  assert.deepEqual(await all.check('wrong', encoded), { correct: false, mustUpdate: true })
  assert.deepEqual(derived, [ROUNDS])
  assert.deepEqual(await all.check('right', encoded), { correct: true, mustUpdate: true })
  assert.deepEqual(derived, [ROUNDS], 'who is let in is not made to wait')
})

test('a hash can be made with another hasher of the list, by its name or as it is, and with a salt of its own', async () => {
  const old = new OldHasher()
  const all = passwords(old)
  assert.match(await all.make('x', { hasher: 'old' }), /^old\$salt\$x$/)
  assert.match(await passwords().make('x', { hasher: old, salt: 'mine' }), /^old\$mine\$x$/)
  assert.match(await all.make('x', { salt: 'mine' }), /^pbkdf2_sha256\$7\$mine\$/)
  assert.match(await all.make('x', { salt: '' }), /^pbkdf2_sha256\$7\$\w{22}\$/)
  await assert.rejects(all.make('x', { hasher: 'argon2' }), TypeError)
})

test('the hasher of a hash is known by its name, those of the oldest Djangos by their form', () => {
  const old = new OldHasher()
  const unsalted = Object.assign(new OldHasher(), { algorithm: 'unsalted_md5' })
  const sha1 = Object.assign(new OldHasher(), { algorithm: 'unsalted_sha1' })
  const all = passwords(old, unsalted, sha1)
  for (const [encoded, hasher] of [
    [stored.today, pbkdf2],
    ['old$salt$x', old],
    ['old', old],
    ['8'.repeat(32), unsalted],
    [`md5$$${'8'.repeat(32)}`, unsalted],
    [`sha1$$${'8'.repeat(40)}`, sha1],
    [`md5$$${'8'.repeat(31)}`, null],
    ['8'.repeat(31), null],
    ['', null],
    ['$old', null],
    ['OLD$salt$x', null],
    ['!old$salt$x', null],
    ['__proto__$x', null],
  ] as const) {
    assert.equal(all.identify(encoded), hasher, encoded)
  }
})

test('whether a hash is to be made anew can be asked without a password', () => {
  const all = passwords(new OldHasher())
  for (const [encoded, mustUpdate] of [
    [stored.today, false],
    [stored.cheaper, true],
    ['old$salt$x', true],
    ['plain', false],
    ['!', false],
    ['pbkdf2_sha256$x', false],
  ] as const) {
    assert.equal(all.mustUpdate(encoded), mustUpdate, encoded)
  }
})

test('what may be shown of a hash never holds the hash, and a hasher without a summary shows nothing', () => {
  const all = passwords(new OldHasher())
  const [, , salt = '', hash = ''] = stored.today.split('$')
  const shown = JSON.stringify(all.safeSummary(stored.today))
  assert.ok(!shown.includes(salt) && !shown.includes(hash), shown)
  assert.equal(all.safeSummary(stored.today)?.iterations, ROUNDS)
  for (const encoded of ['old$salt$x', 'plain', '!', '']) assert.equal(all.safeSummary(encoded), null, encoded)
})

test('of two hashers of one algorithm the first makes hashes and says what is old, as in Django', async () => {
  const second = Object.assign(new OldHasher(), { algorithm: 'pbkdf2_sha256' })
  derived.length = 0
  assert.deepEqual(await passwords(second).check('wrong', stored.cheaper), { correct: false, mustUpdate: true })
  assert.deepEqual(second.asked, ['verify'])
  assert.deepEqual(derived, [ROUNDS - 3])
})

test('no hasher, and what is none, is refused at start', () => {
  for (const hashers of [
    [],
    [null],
    [{}],
    [{ algorithm: '' }],
    [{ algorithm: 'x' }],
    undefined,
    'pbkdf2',
    [Md5Hasher],
  ]) {
    assert.throws(() => new Passwords(hashers as never, new HashQueue()), ConfigurationError, String(hashers))
  }
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
