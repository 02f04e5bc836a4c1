/** What of an event is written down, and what has no way into the log. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventRecord } from '../../src/audit/event-record.ts'
import { EVENT_NAMES } from '../../src/events.ts'
import type { IncomingRequest } from '../../src/kernel/incoming-request.ts'

const NOW = Date.UTC(2026, 0, 15, 12)
const ALICE = { id: 7, username: 'alice', email: 'alice@site.example' }
const ROOT = { id: 'a-uuid', username: 'root', email: '' }

function incoming(userAgent: string | undefined, clientAddress?: string): IncomingRequest {
  return {
    method: 'POST',
    url: '/accounts/login/?token=abc',
    prefix: '',
    scheme: 'https',
    host: 'site.example',
    clientAddress,
    header: (name) => (name === 'user-agent' ? userAgent : 'a header that is nobody’s business'),
    form: () => Promise.reject(new Error('not asked for')),
    json: () => Promise.reject(new Error('not asked for')),
  }
}

test('a row says who, what, when and where from', () => {
  const message = {
    user: ALICE,
    incoming: incoming('Firefox', '2001:db8::1'),
    session: 'public-id',
    backend: 'a.Backend',
  }
  assert.deepEqual(eventRecord('user_logged_in', message, NOW), {
    at: NOW,
    event: 'user_logged_in',
    userId: '7',
    session: 'public-id',
    address: '2001:db8::1',
    userAgent: 'Firefox',
    data: { username: 'alice', backend: 'a.Backend' },
  })
})

test('where there is no request, no user or nobody who did it, the columns are empty', () => {
  const empty = { at: NOW, userId: null, session: null, address: null, userAgent: null }
  assert.deepEqual(eventRecord('user_logged_out', { user: null, incoming: undefined }, NOW), {
    ...empty,
    event: 'user_logged_out',
    data: { username: null },
  })
  const changed = { user: null, group: 'editors', granted: ['auth.add_user'], revoked: [] }
  assert.deepEqual(eventRecord('permission_changed', changed, NOW), {
    ...empty,
    event: 'permission_changed',
    data: { username: null, group: 'editors', granted: ['auth.add_user'], revoked: [] },
  })
})

test('what each event tells beside that', () => {
  const request = { incoming: undefined }
  const about = { user: ALICE, ...request }
  const told = [
    eventRecord('user_logged_in', about, NOW),
    eventRecord('user_reauthenticated', about, NOW),
    eventRecord('user_registered', about, NOW),
    eventRecord('email_confirmed', about, NOW),
    eventRecord('password_changed', { ...about, by: 'upgrade' }, NOW),
    eventRecord('password_reset_requested', about, NOW),
    eventRecord('session_ended', { userId: '9', reason: 'command', by: ROOT, ...request, session: 'public-id' }, NOW),
    eventRecord('session_ended', { userId: '9', reason: 'expired', by: null, ...request }, NOW),
  ].map(({ event, userId, session, data }) => [event, userId, session, data])
  assert.deepEqual(told, [
    ['user_logged_in', '7', null, { username: 'alice', backend: null }],
    ['user_reauthenticated', '7', null, { username: 'alice' }],
    ['user_registered', '7', null, { username: 'alice' }],
    ['email_confirmed', '7', null, { username: 'alice' }],
    ['password_changed', '7', null, { username: 'alice', by: 'upgrade' }],
    ['password_reset_requested', '7', null, { username: 'alice' }],
    ['session_ended', '9', 'public-id', { reason: 'command', by: { id: 'a-uuid', username: 'root' } }],
    ['session_ended', '9', null, { reason: 'expired', by: null }],
  ])
})

test('of credentials the name alone is kept, whatever else was sent along', () => {
  const credentials = { username: 'alice', password: 'a-Secret', otp: '123456', token: 'b-Secret', note: 'c-Secret' }
  const failed = eventRecord('user_login_failed', { credentials, incoming: undefined, reason: 'wrong_password' }, NOW)
  assert.deepEqual(failed.data, { username: 'alice', reason: 'wrong_password' })
  const limited = eventRecord('login_limited', { credentials, incoming: undefined, retryAfter: 90 }, NOW)
  assert.deepEqual(limited.data, { retryAfter: 90 }, 'nobody has looked whether there is such a name')
  const unknown = eventRecord('user_login_failed', { credentials, incoming: undefined, reason: 'unknown_user' }, NOW)
  assert.deepEqual(unknown.data, { username: null, reason: 'unknown_user' }, 'it may be a password in the wrong field')
  assert.equal(failed.userId, null, 'who was tried is not known to be anybody')
  for (const username of [undefined, null, 7, ['alice'], { toString: () => 'alice' }]) {
    const { data } = eventRecord('user_login_failed', { credentials: { username }, incoming: undefined }, NOW)
    assert.deepEqual(data, { username: null, reason: null })
  }
})

test('of an error in a mail only its kind is kept: a mail server may say anything', () => {
  const error = Object.assign(new Error('535 alice@site.example a-Secret'), { code: 'EAUTH' })
  const record = (thrown: unknown): unknown =>
    eventRecord('mail_failed', { user: ALICE, subject: 'Hello', error: thrown }, NOW).data
  assert.deepEqual(record(error), { username: 'alice', subject: 'Hello', error: 'Error EAUTH' })
  assert.deepEqual(record(new TypeError('a-Secret')), { username: 'alice', subject: 'Hello', error: 'TypeError' })
  assert.deepEqual(record('a-Secret'), { username: 'alice', subject: 'Hello', error: 'string' })
})

test('names are cut to 150 characters, never in the middle of one', () => {
  const cut = (username: string): unknown =>
    eventRecord('user_login_failed', { credentials: { username }, incoming: undefined }, NOW).data.username
  assert.equal(cut('x'.repeat(5_000_000)), 'x'.repeat(150))
  assert.equal(cut(`${'x'.repeat(149)}🔑`), `${'x'.repeat(149)}\ufffd`)
  assert.equal(cut('\ud800alice'), '\ufffdalice')
  assert.equal(
    eventRecord('user_logged_in', { user: { ...ALICE, username: 'y'.repeat(200) }, incoming: undefined }, NOW).data
      .username,
    'y'.repeat(150),
  )
})

test('address and user agent fit their columns, and have no control characters in them', () => {
  const { address, userAgent } = eventRecord(
    'user_logged_in',
    { user: ALICE, incoming: incoming(`evil\r\n\u001b[2J\u009b31m\u007f\u0000\t${'x'.repeat(300)}`, 'a'.repeat(100)) },
    NOW,
  )
  assert.equal(address, 'a'.repeat(45))
  assert.equal(userAgent?.length, 255)
  assert.ok(userAgent.startsWith('evil???[2J?31m???xxx'), userAgent)
})

test('a user of an application that has no name is no error', () => {
  const { userId, data } = eventRecord('user_logged_out', { user: { id: 7 } as never, incoming: undefined }, NOW)
  assert.deepEqual([userId, data], ['7', { username: null }])
})

test('every event but that a row failed has its row', () => {
  const message = { user: null, credentials: {}, by: null, userId: '7', granted: [], revoked: [], subject: '' }
  for (const event of EVENT_NAMES) {
    if (event !== 'audit_failed') assert.equal(eventRecord(event, message as never, NOW).event, event)
  }
})
