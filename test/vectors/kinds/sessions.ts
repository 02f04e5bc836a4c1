/** What is in a session's row, what ties it to the user's password, and when it ends. */
import { SESSION_BACKEND, SESSION_EXPIRY, SESSION_HASH, SESSION_USER_ID } from '../../../src/django/auth-keys.ts'
import { sessionAuthHash } from '../../../src/django/session-auth-hash.ts'
import { type Json, type SessionPayload, SessionPayloads } from '../../../src/django/session-payload.ts'
import { loads } from '../../../src/kernel/signing.ts'
import { Session } from '../../../src/sessions/session.ts'
import { expiryText } from '../../../src/sessions/session-ages.ts'
import { validSessionKey } from '../../../src/sessions/session-key.ts'
import { MemorySessionStore } from '../../../src/stores/memory/memory-session-store.ts'
import type { Defaults } from '../play.ts'
import type { VectorRow } from '../vector-row.ts'
import { checkJson, checkReadBack, checkSigned } from './signed-json.ts'

const SALT = 'django.contrib.sessions.SessionStore'
/** Django's SESSION_COOKIE_AGE, seconds. */
const COOKIE_AGE = 1_209_600

export function authHash(row: VectorRow, { secretKey }: Defaults): void {
  row.check('hash', sessionAuthHash(row.text('password_field'), row.text('secret_key', secretKey)))
}

export function authHashFallbacks(row: VectorRow): void {
  // The fallbacks' hashes do not depend on today's key.
  row.ignore('secret_key')
  const password = row.text('password_field')
  row.check(
    'hashes',
    row.texts('fallbacks').map((key) => sessionAuthHash(password, key)),
  )
}

export function sessionDb(row: VectorRow, { secretKey, time: fixedTime }: Defaults): void {
  row.ignore('name')
  const key = row.text('secret_key', secretKey)
  const salt = row.text('salt', SALT)
  const time = row.number('time', fixedTime)
  const decoded = row.value('decoded') as Readonly<Record<string, Json>>
  const payloads = new SessionPayloads({ key, fallbackKeys: [] })

  for (const field of ['encoded', 'uncompressed'].filter((name) => row.has(name))) {
    const payload = payloads.decode(row.text(field))
    row.check('json', payload?.json)
    row.check('decoded', valuesIn(payload))
    row.expect(`summary of ${field}`, summaryOf(decoded), payload === null ? null : partsOf(payload))
  }

  const ours = payloads.encode(new Map(Object.entries(decoded)), time * 1000)
  for (const field of ['encoded', 'uncompressed'].filter((name) => row.has(name))) {
    checkSigned(row, field, decoded, ours, { key, salt, time })
  }
  if (row.has('json')) checkJson(row, 'JSON of ours', decoded, row.text('json'), payloads.decode(ours)?.json ?? '')
  checkReadBack(row, 'ours, read again', decoded, valuesIn(payloads.decode(ours)))
  checkReadBack(row, 'ours, read as any signed JSON', decoded, loads(ours, { key, salt, now: time, maxAge: 0 }))
}

/** What cannot be trusted reads as an empty session. */
export function sessionDbBad(row: VectorRow, { secretKey }: Defaults): void {
  const payloads = new SessionPayloads({ key: row.text('secret_key', secretKey), fallbackKeys: [] })
  row.check('decoded', valuesIn(payloads.decode(row.text('encoded'))))
}

function valuesIn(payload: SessionPayload | null): unknown {
  return payload === null ? {} : JSON.parse(payload.json)
}

type Summary = Record<'userId' | 'backend' | 'hash' | 'expiry', Json | undefined>

function summaryOf(decoded: Readonly<Record<string, Json>>): Summary {
  const text = (name: string): Json | undefined => (typeof decoded[name] === 'string' ? decoded[name] : undefined)
  const expiry = decoded[SESSION_EXPIRY]
  return {
    userId: text(SESSION_USER_ID),
    backend: text(SESSION_BACKEND),
    hash: text(SESSION_HASH),
    expiry: typeof expiry === 'number' ? expiry : text(SESSION_EXPIRY),
  }
}

function partsOf({ userId, backend, hash, expiry }: SessionPayload): Summary {
  return { userId, backend, hash, expiry }
}

export function sessionExpiry(row: VectorRow, { secretKey, time }: Defaults): void {
  const stored = row.value('stored') as Json
  const now = row.number('now', time) * 1000
  const payloads = new SessionPayloads({ key: secretKey || 'key', fallbackKeys: [] })
  const values = new Map<string, Json>(stored === null ? [] : [[SESSION_EXPIRY, stored]])
  const session = new Session(
    {
      payloads,
      store: new MemorySessionStore(),
      storedKey: (key) => key,
      keyOf: validSessionKey,
      ages: {
        cookieAge: row.number('cookie_age', COOKIE_AGE),
        absoluteAge: Number.POSITIVE_INFINITY,
        idleFrom: 'modification',
      },
      expireAtBrowserClose: row.flag('expire_at_browser_close', false),
      now: () => now,
    },
    { client: {}, used: () => {}, changed: () => {} },
    'key',
    { data: payloads.encode(values, now), expires: now, userId: null },
  )
  row.check('age', session.getExpiryAge())
  const date = session.getExpiryDate()
  const expected = row.text('date')
  row.expect('date', Date.parse(expected), date.getTime())
  // With another offset or microseconds Django writes the same instant in other words.
  if (/:\d\d(?:\.\d{3}000)?\+00:00$/.test(expected)) row.check('date', expiryText(date))
  row.check('browser_close', session.getExpireAtBrowserClose())
}
