/** The hashes were made by Django 5.2.18. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Md5Hasher } from '../../../src/passwords/hashers/md5.ts'

const hasher = new Md5Hasher()

test('a hash of an old table is read, and to be made anew when its salt is short', async () => {
  const encoded = 'md5$seasalt$3f86d0d3d465b7b458c231bf3555c0e3'
  assert.ok(await hasher.verify('lètmein', encoded))
  assert.ok(!(await hasher.verify('lètmeinz', encoded)))
  assert.ok(hasher.mustUpdate(encoded))
  assert.ok(!hasher.mustUpdate(await hasher.encode('x', hasher.salt())))
  assert.deepEqual(hasher.decode(encoded), {
    algorithm: 'md5',
    salt: 'seasalt',
    hash: '3f86d0d3d465b7b458c231bf3555c0e3',
  })
})

test('salt and password are two, though they are hashed as one', async () => {
  assert.ok(!(await hasher.verify('ltlètmein', 'md5$seasa$3f86d0d3d465b7b458c231bf3555c0e3x')))
  assert.ok(await hasher.verify('ltlètmein', 'md5$seasa$3f86d0d3d465b7b458c231bf3555c0e3'), 'as in Django')
})

test('it says of itself that it costs nothing, so that whoever uses it makes up for that', async () => {
  assert.equal(hasher.isInstant, true)
  await hasher.hardenRuntime()
})
