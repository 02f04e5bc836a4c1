/** The hashes were made by Django 5.2.18. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ScryptHasher } from '../../../src/passwords/hashers/scrypt.ts'

const SALT = 'abcdefghijklmnopqrstuv'
const DJANGO =
  'scrypt$16384$seasalt$8$5$ECMIUp+LMxMSK8xB/IVyba+KYGTI7FTnet025q/1f/vBAVnnP3hdYqJuRi+mJn6ji6ze3Fbb7JEFPKGpuEf5vw=='

test("without being told it costs what Django's costs", async () => {
  const hasher = new ScryptHasher()
  assert.equal(await hasher.encode('lètmein', 'seasalt'), DJANGO)
  assert.ok(!hasher.mustUpdate(DJANGO), 'the salt of scrypt may be short, as in Django')
  assert.deepEqual(hasher.decode(DJANGO), {
    algorithm: 'scrypt',
    salt: 'seasalt',
    workFactor: 16384,
    blockSize: 8,
    parallelism: 5,
    hash: DJANGO.split('$')[5],
  })
})

test('the costs and the salt of the stored hash count, and a hash of other costs is to be made anew', async () => {
  const small = { workFactor: 16, blockSize: 2, parallelism: 1 }
  const hasher = new ScryptHasher(small)
  for (const other of [{ workFactor: 32 }, { blockSize: 3 }, { parallelism: 2 }]) {
    const encoded = await new ScryptHasher({ ...small, ...other }).encode('right', SALT)
    assert.ok(await hasher.verify('right', encoded), encoded)
    assert.ok(!(await hasher.verify('wrong', encoded)), encoded)
    assert.ok(hasher.mustUpdate(encoded), encoded)
    assert.ok(!new ScryptHasher({ ...small, ...other }).mustUpdate(encoded), encoded)
  }
})

test("more memory than Node's 32 MiB is there for who asks for it", async () => {
  const hasher = new ScryptHasher({ workFactor: 2 ** 16, parallelism: 1 })
  const encoded = await hasher.encode('right', SALT)
  assert.match(encoded, /^scrypt\$65536\$/)
  assert.ok(await new ScryptHasher().verify('right', encoded))
})

test('sixteen times the work and the memory of today is read, and no more', () => {
  const hasher = new ScryptHasher()
  assert.ok(hasher.decode(`scrypt$131072$${SALT}$8$8$x`))
  assert.equal(hasher.decode(`scrypt$131072$${SALT}$8$16$x`), null, 'too much work')
  assert.equal(hasher.decode(`scrypt$524288$${SALT}$8$1$x`), null, 'too much memory')
  assert.ok(new ScryptHasher({ workFactor: 2 ** 16 }).decode(`scrypt$524288$${SALT}$8$1$x`), 'of a dearer hasher more')
})
