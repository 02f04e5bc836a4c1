import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { Turnstile } from '../../src/kernel/turnstile.ts'

test('whoever comes with few others waits for nothing', async () => {
  const turnstile = new Turnstile()
  for (let turn = 0; turn < 3; turn++) {
    for (let number = 0; number < 4; number++) assert.equal(turnstile.pass(), undefined)
    await nextTurn()
  }
})

test('a crowd goes in by four in a turn of the event loop, in the order in which it came', async () => {
  const turnstile = new Turnstile()
  const gone: number[] = []
  const crowd = Array.from({ length: 21 }, async (_, number) => {
    await turnstile.pass()
    gone.push(number)
  })
  const counts: number[] = []
  while (gone.length < crowd.length) {
    await nextTurn()
    counts.push(gone.length)
  }
  await Promise.all(crowd)
  assert.deepEqual(
    gone,
    Array.from({ length: 21 }, (_, number) => number),
  )
  for (const [at, count] of counts.entries()) assert.ok(count <= 4 * (at + 2), `${count} after ${at + 1} turns`)
})

test('whoever comes while others wait goes after them', async () => {
  const turnstile = new Turnstile()
  const order: string[] = []
  const go = async (name: string): Promise<void> => {
    await turnstile.pass()
    order.push(name)
  }
  const first = Array.from({ length: 9 }, () => go('first'))
  await nextTurn()
  await go('late')
  await Promise.all(first)
  assert.equal(order.at(-1), 'late')
})

test('nothing is left over when the crowd has gone', async () => {
  const turnstile = new Turnstile()
  await Promise.all(Array.from({ length: 8 }, () => turnstile.pass()))
  await nextTurn()
  await nextTurn()
  assert.equal(turnstile.pass(), undefined)
})
