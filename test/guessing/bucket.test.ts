import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Bucket } from '../../src/guessing/bucket.ts'

const NOW = Date.UTC(2026, 0, 15, 12)
/** Ten attempts in a quarter of an hour: one comes back every 90 seconds. */
const bucket = new Bucket('key', { attempts: 10, seconds: 900 })

/** When a bucket is full again out of which so many attempts were taken just now. */
function after(taken: number): number {
  return NOW + taken * bucket.taking.cost
}

test('a bucket of which nothing is kept is full, and each attempt takes one out', () => {
  assert.equal(bucket.left(0, NOW), 10)
  assert.equal(bucket.left(NOW - 5000, NOW), 10)
  for (let taken = 0; taken <= 10; taken++) assert.equal(bucket.left(after(taken), NOW), 10 - taken)
})

test('an attempt comes back when its share of the time has passed, and not a millisecond earlier', () => {
  assert.equal(bucket.left(after(10), NOW + 89_999), 0)
  assert.equal(bucket.left(after(10), NOW + 90_000), 1)
  assert.equal(bucket.left(after(10), NOW + 180_000), 2)
  assert.equal(bucket.left(after(10), NOW + 900_000), 10)
})

test('the wait is what is missing to the next attempt, in whole seconds, at least one', () => {
  assert.equal(bucket.wait(after(10), NOW), 90)
  assert.equal(bucket.wait(after(10), NOW + 500), 90)
  assert.equal(bucket.wait(after(10), NOW + 1000), 89)
  assert.equal(bucket.wait(after(10), NOW + 89_999), 1)
  assert.equal(bucket.wait(after(9), NOW), 1)
  assert.equal(bucket.left(after(10), NOW + bucket.wait(after(10), NOW) * 1000), 1)
})

test('what several processes let through together has to come back before there is another attempt', () => {
  assert.equal(bucket.left(after(30), NOW), -20)
  assert.equal(bucket.wait(after(30), NOW), 21 * 90)
})

test('a time that cannot be is known as such: beyond ten times what the bucket holds', () => {
  assert.equal(bucket.isImpossible(NOW + bucket.taking.most, NOW), false)
  assert.equal(bucket.isImpossible(NOW + bucket.taking.most + 1, NOW), true)
  assert.equal(bucket.taking.most, 10 * 900_000)
})

test('a time that does not divide evenly costs whole milliseconds, and all attempts are there', () => {
  const uneven = new Bucket('key', { attempts: 7, seconds: 1 })
  assert.deepEqual(uneven.taking, { key: 'key', cost: 143, most: 10_010 })
  for (let taken = 0; taken <= 7; taken++) assert.equal(uneven.left(NOW + taken * 143, NOW), 7 - taken)
})

test('a bucket of a single attempt is empty after one, and full again after its whole time', () => {
  const single = new Bucket('key', { attempts: 1, seconds: 60 })
  assert.equal(single.left(NOW + single.taking.cost, NOW), 0)
  assert.equal(single.wait(NOW + single.taking.cost, NOW), 60)
  assert.equal(single.left(NOW + single.taking.cost, NOW + 60_000), 1)
})
