import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deflateSync } from 'node:zlib'
import { base64urlEncode } from '../../src/kernel/bytes.ts'
import { markSafe, SafeHtml } from '../../src/kernel/html.ts'
import { TimestampSigner } from '../../src/kernel/signing.ts'
import { DEFAULT_TAGS, Message } from '../../src/messages/message.ts'
import { MessageCookies } from '../../src/messages/message-cookies.ts'
import { Clock, SECRET_KEY } from '../support/postern.ts'
import { cookies, noise, texts } from './one-request.ts'

// Made by Django 5.2.18 at the same second under the same key.
const DJANGO = {
  one: 'W1siX19qc29uX21lc3NhZ2UiLDAsMjUsImhpIiwiIl1d:1vgM1A:xB0swVZzpCEHP710eo0gUP-0n2kFqH4oTM7q4M5Xav8',
  many: '.eJxtzE0KAjEMQOGrlKwDZmZUFIdewuWklJaEwb8UqdXr271u3u57ywIxXmux-NBa06qAhOMO4ZzeKm4uN39yDM9WXioM6JhdMmEz_QBCvqwul7tAwN_RgFtCmLPnRqRHbuOeJm5ymKRXieZN9n3yFxMOHVsxhRC-PmAz3A:1vgM1A:tYj5RtWsnZnM5r-ODay943WyHyBswqKmC8elwiAE0bk',
  long: '.eJyLjlaKj88qzs-Lz00tLk5MT1XSMdAxMtBRSkxKVhjFgwcrxcYCAFkYiCM:1vgM1A:dV4QWvnDiNY7Al6-rlwi64iY1ejcsuFZPA6iECMAmB8',
  nothingHadRoom: 'WyJfX21lc3NhZ2Vzbm90ZmluaXNoZWRfXyJd:1vgM1A:LpGEQGDTLAS1afRGtuUTiQLM1BuoFl0vLOZF9_ZXYIw',
} as const
const MANY = [
  new Message(25, 'Saved <ok>; "quoted", \\ and\nnew', 'big bold'),
  new Message(40, markSafe('<b>é☃😀</b>'), ''),
  new Message(10, 'none'),
]

const read = (value: string, from = cookies) => from.read(value, DEFAULT_TAGS)
const shape = ({ level, message, extraTags }: Message): unknown[] => [
  level,
  String(message),
  extraTags,
  message instanceof SafeHtml,
]

/** A value signed as a cookie of messages, with anything in it. */
function signed(text: string, { salt = 'django.contrib.messages', prefix = 'django.http.cookies' } = {}): string {
  return new TimestampSigner({ key: prefix + SECRET_KEY, salt }).sign(text)
}

test('a short message is written byte for byte as Django writes it', () => {
  assert.equal(cookies.write([new Message(25, 'hi', '')], 'oldest').value, DJANGO.one)
})

test('cookies that Django wrote are read, compressed ones too', () => {
  assert.deepEqual(read(DJANGO.one)?.messages.map(shape), [[25, 'hi', '', false]])
  assert.deepEqual(read(DJANGO.many)?.messages.map(shape), MANY.map(shape))
  assert.deepEqual(read(DJANGO.long)?.messages.map(String), ['abc '.repeat(100)])
})

test('what is written is read again: characters of all kinds, extra tags or none, and whether it is HTML', () => {
  const { value, unstored } = cookies.write(MANY, 'oldest')
  assert.deepEqual(unstored, [])
  assert.deepEqual(read(value)?.messages.map(shape), MANY.map(shape))
  assert.equal(read(value)?.finished, true)
  assert.match(value, /^[A-Za-z0-9._:-]+$/, 'no character that a cookie would quote')
})

test('the tags of the levels are the site’s, not what was stored', () => {
  assert.equal(cookies.read(DJANGO.one, { 25: 'alert-success' })?.messages[0]?.tags, 'alert-success')
})

test('a cookie of an older secret key is read, and one of another key is not', () => {
  const now = new Clock().now
  const renewed = new MessageCookies({ key: 'k'.repeat(40), fallbackKeys: [SECRET_KEY] }, now)
  assert.equal(read(DJANGO.one, renewed)?.messages.length, 1)
  assert.equal(read(DJANGO.one, new MessageCookies({ key: 'k'.repeat(40), fallbackKeys: [] }, now)), null)
})

test('where not all messages fit, the oldest or the newest are kept and a marker says so', () => {
  const four = [0, 1, 2, 3].map((seed) => new Message(20, noise(seed, 700), ''))
  const starts = (messages: Iterable<Message>): string[] => texts(messages).map((text) => text.slice(0, 6))

  const oldest = cookies.write(four, 'oldest')
  assert.deepEqual(starts(read(oldest.value)?.messages ?? []), ['rHI2il', 'pmhfO2'])
  assert.deepEqual(starts(oldest.unstored), ['5rGQ9s', '6rgXCH'])
  assert.equal(read(oldest.value)?.finished, false)

  const newest = cookies.write(four, 'newest')
  assert.deepEqual(starts(read(newest.value)?.messages ?? []), ['5rGQ9s', '6rgXCH'])
  assert.deepEqual(starts(newest.unstored), ['rHI2il', 'pmhfO2'])
  assert.equal(read(newest.value)?.finished, false)
})

test('a message that fits in no cookie leaves the marker alone, in Django’s bytes', () => {
  const huge = new Message(20, noise(9, 4000), '')
  for (const keep of ['oldest', 'newest'] as const) {
    assert.deepEqual(cookies.write([huge], keep), { value: DJANGO.nothingHadRoom, unstored: [huge] })
  }
  assert.deepEqual(read(DJANGO.nothingHadRoom), { messages: [], finished: false })
})

test('no cookie is longer than 2048 characters, and hardly a message more would fit', () => {
  for (let length = 1; length < 2000; length = Math.ceil(length * 1.4)) {
    const all = Array.from({ length: 60 }, (_, seed) => new Message(20, noise(seed, length), ''))
    for (const keep of ['oldest', 'newest'] as const) {
      const { value, unstored } = cookies.write(all, keep)
      const kept = read(value)?.messages.length ?? 0
      assert.ok(value.length <= 2048, `${value.length} with messages of ${length}`)
      assert.equal(kept + unstored.length, 60)
      if (unstored.length === 0) continue
      // Two: the marker takes the room of a short one.
      const more = keep === 'oldest' ? all.slice(0, kept + 2) : all.slice(60 - kept - 2)
      assert.ok(cookies.write(more, keep).unstored.length > 0, `${kept} of length ${length} are too few`)
    }
  }
})

const hostile: Readonly<Record<string, string>> = {
  'nothing that was signed': 'x',
  'separators alone': ':::',
  'a text without end': 'a'.repeat(100_000),
  'characters outside ASCII': 'é☃😀:1vgM1A:x',
  'a lone surrogate': '\ud83d:1vgM1A:x',
  'one changed character': `X${DJANGO.one.slice(1)}`,
  'a signature that was cut off': DJANGO.one.slice(0, -1),
  'the signature of another message': `${DJANGO.one.split(':')[0]}:1vgM1A:${DJANGO.long.split(':')[2]}`,
  'what was signed for another purpose': signed(base64urlEncode('[["__json_message",0,20,"x"]]'), { salt: 'sessions' }),
  'what was signed without the prefix of cookies': signed(base64urlEncode('[["__json_message",0,20,"x"]]'), {
    prefix: '',
  }),
  'signed, and no base64': signed('!'),
  'signed, and no JSON': signed(base64urlEncode('[')),
  'signed, and no list': signed(base64urlEncode('{"0":1}')),
  'signed, and no deflate': signed(`.${base64urlEncode('plain')}`),
  'signed, and a bomb': signed(`.${base64urlEncode(deflateSync(`[${' '.repeat(20_000_000)}]`))}`),
}
for (const [what, value] of Object.entries(hostile)) {
  test(`${what} holds no messages`, () => assert.equal(read(value), null))
}

test('in a signed list what is no message is left out', () => {
  const list = [1, null, 'x', [], ['__json_message'], ['__json_message', 0, '20', 'x'], ['__json_message', 0, 20, {}]]
  const more = [['__json_message', 0, 20, 'x', 7], { __json_message: 1 }, ['__json_message', 0, 20, 'good']]
  const found = read(signed(base64urlEncode(JSON.stringify([...list, ...more]))))
  assert.deepEqual(found?.messages.map(String), ['good'])
})
