import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PostponedWork } from '../../src/auth/postponed-work.ts'

test('work begins later, and settled waits for all of it, for what it begins too', async () => {
  const work = new PostponedWork()
  const done: string[] = []
  work.begin({}, async () => {
    done.push('one')
    work.begin({}, async () => void done.push('two'))
  })
  assert.deepEqual(done, [])
  await work.settled()
  assert.deepEqual(done, ['one', 'two'])
  await work.settled()
})

test('a runtime that stops after the answer is asked to wait', async () => {
  const work = new PostponedWork()
  const kept: Promise<unknown>[] = []
  let done = false
  work.begin({ waitUntil: (promise) => void kept.push(promise) }, async () => {
    done = true
  })
  assert.equal(kept.length, 1)
  await kept[0]
  assert.equal(done, true)
})

test('an error of the work ends nothing and is a warning', async (t) => {
  const warned = t.mock.method(process, 'emitWarning', () => {})
  const work = new PostponedWork()
  work.begin({}, () => Promise.reject(new Error('broken')))
  work.begin({}, () => Promise.reject('no error at all'))
  await work.settled()
  assert.deepEqual(warned.mock.calls.map(({ arguments: [what] }) => String(what)).sort(), [
    'Error: broken',
    'no error at all',
  ])
})

test('where a thousand jobs wait, the next is refused with the time to come back', async () => {
  const work = new PostponedWork()
  let go: () => void = () => {}
  const held = new Promise<void>((resolve) => {
    go = resolve
  })
  for (let left = 1000; left > 0; left--) work.begin({}, () => held)
  assert.throws(() => work.begin({}, () => held), { code: 'ERR_OVERLOADED', headers: { 'Retry-After': '60' } })
  go()
  await work.settled()
  work.begin({}, async () => {})
  await work.settled()
})
