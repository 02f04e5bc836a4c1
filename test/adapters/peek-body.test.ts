/** Looking at a body without taking it away, where the request itself misbehaves. */
import assert from 'node:assert/strict'
import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { peekBody } from '../../src/adapters/peek-body.ts'

/** A request whose body comes from the test; `end` does what the parser of node:http does. */
function message(): { request: IncomingMessage; end: () => void } {
  const readable = new Readable({ read() {} })
  const request = Object.assign(readable, { complete: false }) as unknown as IncomingMessage
  const end = (): void => {
    request.complete = true
    request.push(null)
  }
  return { request, end }
}

test('what was looked at can be read again, and looked at again', async () => {
  const { request, end } = message()
  const first = peekBody(request, {})
  for (const piece of ['one ', 'two ', 'three']) {
    request.push(piece)
    await new Promise(setImmediate)
  }
  end()
  assert.equal(String(await first), 'one two three')
  assert.equal(String(await peekBody(request, {})), 'one two three')
  assert.equal(await text(request), 'one two three')
})

test('a body of nothing is nothing, before its end and after it', async () => {
  const { request, end } = message()
  const peeked = peekBody(request, {})
  end()
  assert.equal((await peeked).length, 0)
  assert.equal(await text(request), '')
  assert.equal((await peekBody(request, {})).length, 0)
})

test('a body that breaks off is a 400 with its cause, and nobody waits for the rest', async () => {
  const breaks: Record<string, (request: IncomingMessage) => void> = {
    'by an error': (request) => request.destroy(new Error('reset')),
    'without a word': (request) => request.destroy(),
  }
  for (const [how, breakOff] of Object.entries(breaks)) {
    const { request } = message()
    const peeked = peekBody(request, {})
    request.push('half')
    await new Promise(setImmediate)
    breakOff(request)
    await assert.rejects(peeked, { code: 'ERR_REQUEST', statusCode: 400 }, how)
    await assert.rejects(peekBody(request, {}), { statusCode: 400 }, `${how}, and looked at once more`)
  }
})

test('a body over the limit is a 413, and the rest of it flows away', async () => {
  const { request, end } = message()
  const peeked = peekBody(request, { maxBytes: 10 })
  let answered = false
  peeked.catch(() => {
    answered = true
  })
  request.push('x'.repeat(11))
  await new Promise(setImmediate)
  request.push('rest')
  await new Promise(setImmediate)
  assert.equal(answered, false, 'a client that is still sending is not cut off')
  end()
  await assert.rejects(peeked, { code: 'ERR_REQUEST', statusCode: 413 })
  assert.equal(request.readableEnded, true)
})

test('a body that says itself that it is too large is a 413 when it has come, or a second later', async (t) => {
  for (const comes of [true, false]) {
    const { request, end } = message()
    t.mock.timers.enable({ apis: ['setTimeout'] })
    const peeked = peekBody(request, { maxBytes: 10, declaredLength: 11 })
    if (comes) {
      request.push('x'.repeat(11))
      end()
    } else t.mock.timers.tick(1000)
    await assert.rejects(peeked, { code: 'ERR_REQUEST', statusCode: 413 })
    t.mock.timers.reset()
  }
})

test('of an endless body sixteen megabytes are thrown away before the answer', async () => {
  const { request } = message()
  const refused = assert.rejects(peekBody(request, { maxBytes: 10 }), { code: 'ERR_REQUEST', statusCode: 413 })
  const piece = Buffer.alloc(1024 * 1024)
  for (let sent = 0; sent < 18; sent++) {
    request.push(piece)
    await new Promise(setImmediate)
  }
  await refused
})

test('looking leaves no listeners behind', async () => {
  const { request, end } = message()
  const before = request.eventNames().length
  const peeked = peekBody(request, {})
  request.push('a')
  end()
  await peeked
  assert.equal(request.eventNames().length, before)
})
