import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConfigurationError } from '../../src/errors.ts'
import { createPostern, type MessageOptions, type PosternOptions } from '../../src/index.ts'
import { memory } from '../../src/memory.ts'
import { messageSettings } from '../../src/settings.ts'
import { SECRET_KEY } from '../support/postern.ts'

function start(messages: MessageOptions, more: Partial<PosternOptions> = {}): void {
  createPostern({ secretKey: SECRET_KEY, database: memory(), development: true, messages, ...more })
}

const refused: readonly (readonly [MessageOptions, RegExp, Partial<PosternOptions>?])[] = [
  [{ storage: 'redis' as never }, /messages\.storage is 'redis'/],
  [{ level: 'INFO' as never }, /messages\.level is INFO/],
  [{ level: Number.NaN }, /messages\.level/],
  [{ tags: { ERROR: 'danger' } as never }, /messages\.tags: 'ERROR'/],
  [{ tags: { 40: 7 as never } }, /messages\.tags: '40'/],
  [{ cookieName: 'two words' }, /"two words" cannot be the name of a cookie/],
  [{ cookieName: '' }, /cannot be the name of a cookie/],
  [{ cookieName: 'sessionid' }, /messages\.cookieName and session\.cookieName are both 'sessionid'/],
  [{}, /messages\.cookieName and session\.cookieName/, { session: { cookieName: 'messages' } }],
  [{ cookieName: 'csrftoken' }, /messages\.cookieName and csrf\.cookieName are both 'csrftoken'/],
]
for (const [options, sentence, more] of refused) {
  test(`messages: ${JSON.stringify(options)}${more === undefined ? '' : ` with ${JSON.stringify(more)}`} is refused at start`, () => {
    assert.throws(
      () => start(options, more),
      (error) => error instanceof ConfigurationError && sentence.test(error.message),
    )
  })
}

test('options that make sense are taken, and undefined displaces no default', () => {
  start({ storage: 'session', level: -1, tags: { 40: 'danger', [-1]: 'low' }, cookieName: '__Secure-notes' })
  assert.deepEqual(messageSettings({ storage: undefined, level: undefined, tags: { 40: undefined } } as never), {
    storage: 'fallback',
    level: 20,
    cookieName: 'messages',
    tags: { 10: 'debug', 20: 'info', 25: 'success', 30: 'warning', 40: 'error' },
  })
})
