/** Messages in their cookie and in the session, and how many a cookie takes. */
import { hash } from 'node:crypto'
import { deflateSync } from 'node:zlib'
import { SafeHtml } from '../../../src/kernel/html.ts'
import { DEFAULT_TAGS, INFO, Message } from '../../../src/messages/message.ts'
import { MessageCookies } from '../../../src/messages/message-cookies.ts'
import { messageListJson, parseMessages } from '../../../src/messages/message-json.ts'
import type { Defaults } from '../play.ts'
import type { VectorRow } from '../vector-row.ts'
import { checkSigned } from './signed-json.ts'

type Parts = readonly [level: number, text: string, extraTags: string | null, safe: boolean]

/** Encoded bytes that a cookie may have. */
const LARGEST = 2048
/** `:` and six characters of time, `:` and 43 of signature. */
const SIGNATURE_LENGTH = 51
/** Which part of a length two implementations of deflate may differ by. */
const DEFLATE_TOLERANCE = 0.1

function messagesOf(row: VectorRow): Message[] {
  const list = row.value('messages') as readonly Parts[]
  return list.map(([level, text, extra, safe]) => new Message(level, safe ? new SafeHtml(text) : text, extra))
}

function partsOf({ level, message, extraTags }: Message): Parts {
  return [level, String(message), extraTags, message instanceof SafeHtml]
}

export function messageCookie(row: VectorRow, { secretKey, time: fixedTime }: Defaults): void {
  row.ignore('name')
  const time = row.number('time', fixedTime)
  const secret = row.text('secret_key', secretKey)
  const key = row.text('signer_key_prefix', 'django.http.cookies') + secret
  const salt = row.text('salt', 'django.contrib.messages')
  const cookies = new MessageCookies({ key: secret, fallbackKeys: [] }, () => time * 1000)
  const read = cookies.read(row.text('cookie'), DEFAULT_TAGS)
  row.check('messages', read?.messages.map(partsOf))
  row.expect('finished', true, read?.finished)

  const messages = messagesOf(row)
  const { value, unstored } = cookies.write(messages, 'oldest')
  row.expect('unstored', [], unstored)
  row.check('messages', cookies.read(value, DEFAULT_TAGS)?.messages.map(partsOf))
  checkSigned(row, 'cookie', JSON.parse(messageListJson(messages)), value, { key, salt, time })
}

export function messageSession(row: VectorRow): void {
  row.ignore('name')
  row.check('text', messageListJson(messagesOf(row)))
  const read = parseMessages(row.text('text'), DEFAULT_TAGS)
  row.check('messages', read?.messages.map(partsOf))
  row.expect('finished', true, read?.finished)
}

/**
 * Node's deflate makes other lengths than Python's, so that other numbers of messages fit. Held exactly: nothing is lost,
 * nothing more would have fitted, and what Django kept makes a cookie of about the same length here.
 */
export function messageOverflow(row: VectorRow, { secretKey, time }: Defaults): void {
  row.ignore('text')
  const newest = row.flag('remove_oldest', true)
  const now = row.number('time', time) * 1000
  const cookies = new MessageCookies({ key: row.text('secret_key', secretKey || 'key'), fallbackKeys: [] }, () => now)
  const count = row.number('count')
  const messages = Array.from({ length: count }, (_, index) => new Message(INFO, digits(index, row.number('size'))))
  /** The messages that stay when so many do not. */
  const without = (n: number): Message[] => (newest ? messages.slice(n) : messages.slice(0, count - n))

  const { value, unstored } = cookies.write(messages, newest ? 'newest' : 'oldest')
  const left = unstored.length
  const read = cookies.read(value, DEFAULT_TAGS)
  row.expect('messages in the cookie', without(left).map(partsOf), read?.messages.map(partsOf))
  row.expect('messages beside it', left === 0 ? [] : newest ? messages.slice(0, left) : messages.slice(-left), unstored)
  row.expect('finished', left === 0, read?.finished)
  row.expect('length', encodedLength(without(left), left === 0), value.length)
  row.expect(`${value.length} bytes are at most ${LARGEST}`, true, value.length <= LARGEST)
  if (left > 0) {
    const more = encodedLength(without(left - 1), left === 1)
    row.expect(`${more} bytes with one message more are more than ${LARGEST}`, true, more > LARGEST)
  }

  const django = row.number('unstored')
  const length = encodedLength(without(django), django === 0)
  const expected = row.number('cookie_length')
  const isNear = Math.abs(length - expected) <= expected * DEFLATE_TOLERANCE
  row.expect(`cookie_length: ${length} is about ${expected}`, true, isNear)
  if (length <= LARGEST) row.expect(`unstored: ${left} is at most ${django}`, true, left <= django)
}

/** The length of a cookie with these messages, by another way than the code that is tested. */
function encodedLength(messages: readonly Message[], finished: boolean): number {
  const parts = messages.map(({ level, message }) => ['__json_message', 0, level, message])
  const json = JSON.stringify(finished ? parts : [...parts, '__messagesnotfinished__'])
  const deflated = deflateSync(json).length
  const encoded = deflated < json.length - 1 ? 1 + Math.ceil((deflated * 4) / 3) : Math.ceil((json.length * 4) / 3)
  return encoded + SIGNATURE_LENGTH
}

/** Text that deflates badly: the first digits of the SHA-512 of a number, repeated. */
function digits(index: number, size: number): string {
  const digest = hash('sha512', String(index))
  return digest.repeat(Math.ceil(size / digest.length)).slice(0, size)
}
