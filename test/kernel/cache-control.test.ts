import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mergeVary, NEVER_CACHE, neverCacheControl, PRIVATE_NO_STORE } from '../../src/kernel/cache-control.ts'

test('never_cache says what it says in Django', () => {
  assert.equal(NEVER_CACHE, 'max-age=0, no-cache, no-store, must-revalidate, private')
  assert.equal(PRIVATE_NO_STORE, 'private, no-store')
})

test('never_cache keeps what a page says of itself, but for what would let a cache keep it', () => {
  assert.equal(neverCacheControl(undefined), NEVER_CACHE)
  assert.equal(neverCacheControl(''), NEVER_CACHE)
  assert.equal(neverCacheControl('public'), NEVER_CACHE)
  assert.equal(neverCacheControl('Max-Age=60, PUBLIC'), NEVER_CACHE)
  assert.equal(neverCacheControl('max-age=-5'), 'max-age=-5, no-cache, no-store, must-revalidate, private')
  assert.equal(neverCacheControl('max-age=soon'), NEVER_CACHE)
  assert.equal(
    neverCacheControl('public,max-age=31536000,immutable'),
    'max-age=0, immutable, no-cache, no-store, must-revalidate, private',
  )
  assert.equal(
    neverCacheControl('s-maxage=10, private="x", no-cache="Set-Cookie"'),
    's-maxage=10, private, no-cache, max-age=0, no-store, must-revalidate',
  )
})

test('Vary gets the name that it lacks, behind the others', () => {
  assert.equal(mergeVary(undefined, 'Cookie'), 'Cookie')
  assert.equal(mergeVary('', 'Cookie'), 'Cookie')
  assert.equal(mergeVary('Accept-Encoding', 'Cookie'), 'Accept-Encoding, Cookie')
  assert.equal(mergeVary('Accept-Encoding ,Accept', 'Cookie'), 'Accept-Encoding, Accept, Cookie')
})

test('a name that Vary has in any case is not added', () => {
  assert.equal(mergeVary('Cookie', 'Cookie'), 'Cookie')
  assert.equal(mergeVary('Accept, cookie', 'Cookie'), 'Accept, cookie')
  assert.equal(mergeVary('cookie', 'Cookie, Origin'), 'cookie, Origin')
})

test('a star swallows all names, whoever set it', () => {
  assert.equal(mergeVary(undefined, '*'), '*')
  assert.equal(mergeVary('*', 'Cookie'), '*')
  assert.equal(mergeVary('Accept, *', 'Cookie'), '*')
  assert.equal(mergeVary('Accept', '*'), '*')
})
