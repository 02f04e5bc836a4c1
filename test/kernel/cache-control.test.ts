import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mergeVary, NEVER_CACHE, PRIVATE_NO_STORE } from '../../src/kernel/cache-control.ts'

test('never_cache says what it says in Django', () => {
  assert.equal(NEVER_CACHE, 'max-age=0, no-cache, no-store, must-revalidate, private')
  assert.equal(PRIVATE_NO_STORE, 'private, no-store')
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
