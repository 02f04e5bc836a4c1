import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SessionClosed } from '../../src/errors.ts'
import { html, markSafe, SafeHtml } from '../../src/kernel/html.ts'
import type { MessageSpace } from '../../src/messages/message-storage.ts'
import { nextRequest, noise, oneRequest, texts } from './one-request.ts'

const STORAGES: readonly MessageSpace['storage'][] = ['fallback', 'cookie', 'session']

for (const storage of STORAGES) {
  test(`${storage}: messages come once, in their order, on the next request that looks`, () => {
    const first = oneRequest(storage)
    first.messages.add(20, 'one')
    first.messages.add(25, markSafe('<b>two</b>'), 'big')
    const second = nextRequest(storage, first)
    assert.equal(second.messages.length, 2)
    const [one, two] = [...second.messages]
    assert.deepEqual([one?.message, one?.tags], ['one', 'info'])
    assert.ok(two?.message instanceof SafeHtml)
    assert.deepEqual([String(two), two.tags], ['<b>two</b>', 'big success'])
    assert.deepEqual(texts(nextRequest(storage, second).messages), [])
  })

  test(`${storage}: what nobody looks at waits, behind it what is added meanwhile`, () => {
    const first = oneRequest(storage)
    first.messages.add(20, 'one')
    const cookie = first.messages.update()
    const idle = oneRequest(storage, { cookie, session: first.session })
    assert.equal(idle.messages.length, 1, 'counting is not looking')
    assert.equal(idle.messages.update(), undefined, 'nothing to do')
    const adding = oneRequest(storage, { cookie, session: first.session })
    adding.messages.add(20, 'two')
    assert.deepEqual(texts(nextRequest(storage, adding).messages), ['one', 'two'])
  })

  test(`${storage}: a message that is added and looked at in one request does not wait for another`, () => {
    const only = oneRequest(storage)
    only.messages.add(20, 'now')
    assert.deepEqual(texts(only.messages), ['now'])
    assert.deepEqual(texts(only.messages), ['now'], 'looking again in the same request')
    assert.deepEqual(texts(nextRequest(storage, only).messages), [])
  })

  test(`${storage}: a message that is added after looking waits, and those before it do not`, () => {
    const first = oneRequest(storage)
    first.messages.add(20, 'before')
    const second = nextRequest(storage, first)
    assert.deepEqual(texts(second.messages), ['before'])
    second.messages.add(20, 'after')
    assert.deepEqual(texts(nextRequest(storage, second).messages), ['after'])
  })

  test(`${storage}: who sets "used" back to false keeps what was looked at`, () => {
    const first = oneRequest(storage)
    first.messages.add(20, 'one')
    const cookie = first.messages.update()
    const second = oneRequest(storage, { cookie, session: first.session })
    assert.deepEqual(texts(second.messages), ['one'])
    assert.equal(second.messages.used, true)
    second.messages.used = false
    const third = nextRequest(storage, second, { cookie })
    assert.deepEqual(texts(third.messages), ['one'])
  })

  test(`${storage}: who sets "used" has looked at all that there is`, () => {
    const first = oneRequest(storage)
    first.messages.add(20, 'one')
    const second = nextRequest(storage, first)
    second.messages.used = true
    assert.deepEqual(texts(nextRequest(storage, second).messages), [])
  })

  test(`${storage}: what came and what was added is forgotten, and what is added then is not`, () => {
    const first = oneRequest(storage)
    first.messages.add(20, 'came')
    const second = nextRequest(storage, first)
    second.messages.add(20, 'added')
    second.messages.forget({ added: true })
    second.session.clear()
    second.messages.add(20, 'after')
    assert.equal(second.messages.length, 1)
    assert.deepEqual(texts(nextRequest(storage, second).messages), ['after'])
  })

  test(`${storage}: what came can be forgotten without what was added`, () => {
    const first = oneRequest(storage)
    first.messages.add(20, 'came')
    const second = nextRequest(storage, first)
    second.messages.add(20, 'added')
    second.messages.forget({ added: false })
    second.session.clear()
    assert.deepEqual(texts(nextRequest(storage, second).messages), ['added'])
  })

  test(`${storage}: messages below the threshold and empty ones are not added`, () => {
    const { messages, told } = oneRequest(storage)
    messages.add(10, 'debug')
    messages.add(19, 'nearly')
    messages.add(40, '')
    messages.add(40, html``)
    messages.add(40, undefined as never)
    assert.equal(told.used, 0, 'nobody has asked for anything')
    messages.add(20, 'info')
    messages.level = 10
    messages.add(10, 'debug now')
    messages.level = null
    messages.add(10, 'debug again')
    assert.deepEqual(texts(messages), ['info', 'debug now'])
  })

  test(`${storage}: adding once the answer has begun throws instead of losing the message`, () => {
    const { messages } = oneRequest(storage)
    messages.add(20, 'in time')
    assert.notEqual(messages.update() ?? 'session', null)
    assert.throws(() => messages.add(20, 'late'), SessionClosed)
    assert.equal(messages.update(), undefined, 'the answer has its headers already')
  })

  test(`${storage}: looking and adding are told, and a request without messages tells nothing`, () => {
    const quiet = oneRequest(storage)
    assert.equal(quiet.messages.update(), undefined)
    assert.deepEqual(quiet.told, { used: 0, changed: 0 })
    const looking = oneRequest(storage)
    assert.deepEqual(texts(looking.messages), [])
    assert.ok(looking.told.used > 0)
    assert.equal(looking.told.changed, 0, 'there is nothing to store')
    const adding = oneRequest(storage)
    adding.messages.add(20, 'x')
    assert.ok(adding.told.used > 0)
    assert.equal(adding.told.changed > 0, storage === 'session')
  })
}

test('a level that is no number is refused with what to write instead', () => {
  const { messages } = oneRequest('fallback')
  assert.throws(() => messages.add('high' as never, 'x'), /messages\.INFO/)
  assert.throws(() => messages.add(undefined as never, 'x'), TypeError)
  assert.throws(() => {
    messages.level = Number.NaN
  }, TypeError)
  assert.equal(messages.level, 20)
})

test('session: the messages are in Django’s text, and its text is read', () => {
  // Made by Django 5.2.18.
  const django =
    '[["__json_message", 0, 25, "Saved, <ok>: \\"quoted\\"", "big bold"], ["__json_message", 1, 40, "<b>\\u00e9\\u2603\\ud83d\\ude00</b>", ""]]'
  const { messages, session } = oneRequest('session')
  messages.add(25, 'Saved, <ok>: "quoted"', 'big bold')
  messages.add(40, markSafe('<b>é☃😀</b>'))
  messages.update()
  assert.equal(session.get('_messages'), django)
  const read = oneRequest('session', { session: [['_messages', django]] })
  assert.deepEqual(texts(read.messages), ['Saved, <ok>: "quoted"', '<b>é☃😀</b>'])
  read.messages.update()
  assert.equal(session.has('_messages') && !read.session.has('_messages'), true, 'gone, and not an empty list')
})

test('session: what is there and no list of messages counts as none, and goes', () => {
  for (const bad of ['', '{', '{}', '[1]', 7 as never, null as never]) {
    const { messages, session, told } = oneRequest('session', { session: [['_messages', bad]] })
    assert.deepEqual(texts(messages), [])
    messages.update()
    assert.equal(session.has('_messages'), false, String(bad))
    assert.ok(told.changed > 0)
  }
})

test('fallback: what does not fit into the cookie is in the session, and all of it comes back in order', () => {
  const all = [0, 1, 2, 3].map((seed) => noise(seed, 700))
  const first = oneRequest('fallback')
  for (const text of all) first.messages.add(20, text)
  assert.ok(first.told.changed > 0, 'told before the answer begins')
  const second = nextRequest('fallback', first)
  assert.equal((JSON.parse(second.session.get('_messages') ?? '[]') as unknown[]).length, 2)
  assert.deepEqual(texts(second.messages), all)
  assert.ok(second.told.changed > 0)
  assert.equal(second.messages.update(), null, 'the cookie goes')
  assert.equal(second.session.size, 0)
})

test('fallback: messages that wait in both places stay in order when one is added', () => {
  const all = [0, 1, 2, 3].map((seed) => noise(seed, 700))
  const first = oneRequest('fallback')
  for (const text of all) first.messages.add(20, text)
  const second = nextRequest('fallback', first)
  second.messages.add(20, 'late')
  assert.ok(second.told.changed > 0)
  assert.deepEqual(texts(nextRequest('fallback', second).messages), [...all, 'late'])
})

test('fallback: a message larger than any cookie is in the session alone', () => {
  const first = oneRequest('fallback')
  first.messages.add(20, noise(9, 4000))
  first.messages.add(20, 'small')
  assert.deepEqual(texts(nextRequest('fallback', first).messages), [noise(9, 4000), 'small'])
})

test('fallback: without the marker in the cookie nobody looks into the session', () => {
  const { messages } = oneRequest('fallback', { session: [['_messages', '[["__json_message", 0, 20, "stale"]]']] })
  assert.deepEqual(texts(messages), [])
})

test('fallback: the session is told of whenever it may be written, however often somebody looks and thinks again', () => {
  const first = oneRequest('fallback')
  first.messages.add(20, noise(1, 1000))
  assert.equal(first.told.changed, 0)
  assert.equal(texts(first.messages).length, 1)
  first.messages.used = false
  first.messages.add(20, noise(2, 1000))
  assert.ok(first.told.changed > 0)
  assert.deepEqual(texts(nextRequest('fallback', first).messages), [noise(1, 1000), noise(2, 1000)])
})

test('fallback: the session is told of when it is what waits in the cookie that leaves no room', () => {
  const first = oneRequest('fallback')
  first.messages.add(20, noise(1, 1000))
  const second = nextRequest('fallback', first)
  second.messages.add(20, noise(2, 1000))
  assert.equal(first.told.changed, 0)
  assert.ok(second.told.changed > 0)
  assert.deepEqual(texts(nextRequest('fallback', second).messages), [noise(1, 1000), noise(2, 1000)])
})

test('cookie: where not all fit the newest are kept, and the rest is dropped', () => {
  const first = oneRequest('cookie')
  for (const seed of [0, 1, 2, 3]) first.messages.add(20, noise(seed, 700))
  const second = nextRequest('cookie', first)
  assert.equal(second.session.size, 0)
  assert.deepEqual(texts(second.messages), [noise(2, 700), noise(3, 700)])
})

test('cookie: in development what does not fit is an error that says what to do, told before the answer begins', () => {
  const { messages, told } = oneRequest('cookie', {}, { strict: true })
  messages.add(20, noise(9, 4000))
  assert.ok(told.changed > 0)
  assert.throws(() => messages.update(), /storage: 'fallback'/)
  assert.equal(messages.update(), undefined, 'the page about it is not told again')
})

for (const bad of ['x', ':::', 'W1siX19qc29uX21lc3NhZ2UiLDAsMjUsImhpIiwiIl1d:1vgM1A:forged']) {
  test(`a cookie that cannot be read (${bad.slice(0, 4)}…) is deleted by the cookie storage and left by the fallback`, () => {
    const alone = oneRequest('cookie', { cookie: bad })
    assert.deepEqual(texts(alone.messages), [])
    assert.equal(alone.messages.update(), null)
    const counted = oneRequest('cookie', { cookie: bad })
    assert.equal(counted.messages.length, 0)
    assert.equal(counted.messages.update(), null, 'whoever looks at it')
    const fallback = oneRequest('fallback', { cookie: bad })
    assert.deepEqual(texts(fallback.messages), [])
    assert.equal(fallback.messages.update(), undefined)
    for (const storage of ['cookie', 'fallback'] as const) {
      const adding = oneRequest(storage, { cookie: bad })
      adding.messages.add(20, 'good')
      assert.deepEqual(texts(nextRequest(storage, adding).messages), ['good'])
    }
  })
}

test('a cookie that did not come is not deleted', () => {
  for (const storage of STORAGES) {
    const looking = oneRequest(storage)
    assert.deepEqual(texts(looking.messages), [])
    assert.equal(looking.messages.update(), undefined)
    const forgetting = oneRequest(storage)
    forgetting.messages.forget({ added: true })
    assert.equal(forgetting.messages.update(), undefined)
  }
})

test('nothing is no message, and what is no text becomes one', () => {
  const { messages } = oneRequest('session')
  for (const nothing of [undefined, null, '']) messages.add(20, nothing as unknown as string)
  messages.add(20, 5 as unknown as string, 7 as unknown as string)
  messages.add(20, 'plain', null)
  assert.deepEqual(
    [...messages].map(({ message, tags }) => [message, tags]),
    [
      ['5', '7 info'],
      ['plain', 'info'],
    ],
  )
})
