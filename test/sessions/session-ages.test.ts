/** Ages and dates of a session's own end are those of Django 5.2.18 at the second 1760000000. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { endOf, expiryAge, expiryText, renewalIsDue, type SessionAges } from '../../src/sessions/session-ages.ts'

const now = 1_760_000_000_000
const TWO_WEEKS = 1_209_600
const THIRTY_DAYS = 2_592_000

function ages(given: Partial<SessionAges> = {}): SessionAges {
  return { cookieAge: TWO_WEEKS, absoluteAge: THIRTY_DAYS, idleFrom: 'use', ...given }
}

test("a session's age and end are those of Django", () => {
  for (const [expiry, age, date] of [
    [undefined, TWO_WEEKS, '2025-10-23T08:53:20.000Z'],
    [0, TWO_WEEKS, '2025-10-23T08:53:20.000Z'],
    ['', TWO_WEEKS, '2025-10-23T08:53:20.000Z'],
    [60, 60, '2025-10-09T08:54:20.000Z'],
    [2.5, 2.5, '2025-10-09T08:53:22.500Z'],
    [-5, -5, '2025-10-09T08:53:15.000Z'],
    ['2025-10-09T09:53:20+00:00', 3600, '2025-10-09T09:53:20.000Z'],
    ['2025-10-09T11:53:20+02:00', 3600, '2025-10-09T09:53:20.000Z'],
    ['2025-10-09T07:53:20+00:00', -3600, '2025-10-09T07:53:20.000Z'],
    ['2025-10-09T08:53:20.500000+00:00', 0, '2025-10-09T08:53:20.500Z'],
    ['2025-10-09T08:53:19.500000+00:00', -1, '2025-10-09T08:53:19.500Z'],
    ['9999-12-31T23:59:59.999999+00:00', 251_642_300_799, '9999-12-31T23:59:59.999Z'],
  ] as const) {
    assert.equal(expiryAge(expiry, ages(), now), age, String(expiry))
    assert.equal(new Date(endOf(expiry, undefined, ages(), now)).toISOString(), date, String(expiry))
  }
})

test('an end that cannot be read has come', () => {
  for (const expiry of ['soon', '2025-13-45T00:00:00+00:00', '\0', 'x'.repeat(100_000)]) {
    assert.equal(expiryAge(expiry, ages(), now), 0)
    assert.equal(endOf(expiry, undefined, ages(), now), now)
  }
})

test('dates are written as Python writes them', () => {
  assert.equal(expiryText(new Date(now)), '2025-10-09T08:53:20+00:00')
  assert.equal(expiryText(new Date(now + 123)), '2025-10-09T08:53:20.123000+00:00')
  assert.equal(expiryText(new Date(now + 100)), '2025-10-09T08:53:20.100000+00:00')
  assert.throws(() => expiryText(new Date(Number.NaN)), RangeError)
})

test('a login ends at its absolute age, however it is used and whatever its own end says', () => {
  const started = now / 1000 - THIRTY_DAYS + 60
  for (const expiry of [undefined, 0, TWO_WEEKS, 10 * THIRTY_DAYS, '2099-01-01T00:00:00+00:00']) {
    assert.equal(endOf(expiry, started, ages(), now), now + 60_000, String(expiry))
  }
  assert.equal(endOf(30, started, ages(), now), now + 30_000, 'the earlier end counts')
  assert.equal(endOf('2025-10-09T08:53:50+00:00', started, ages(), now), now + 30_000)
  assert.equal(endOf(undefined, started - 3600, ages(), now), now - 3_540_000, 'it may have come long ago')
})

test('without a login, or with no absolute age, only the idle age counts', () => {
  assert.equal(endOf(undefined, undefined, ages({ absoluteAge: 1 }), now), now + TWO_WEEKS * 1000)
  assert.equal(endOf(undefined, 0, ages({ absoluteAge: Number.POSITIVE_INFINITY }), now), now + TWO_WEEKS * 1000)
})

/** Whether a use so many milliseconds after the last renewal is written down. */
function renewedAfter(milliseconds: number, cookieAge: number, expiry?: number): boolean {
  const given = ages({ cookieAge })
  const at = (time: number): number => endOf(expiry, undefined, given, time)
  return renewalIsDue(expiry, given, at(now), at(now + milliseconds))
}

test('a use is written down once a twentieth of the age has passed, ten minutes at the most', () => {
  for (const [cookieAge, due] of [
    [60, 3],
    [1800, 90],
    [11_999, 599.95],
    [12_000, 600],
    [12_001, 600],
    [TWO_WEEKS, 600],
    [100 * TWO_WEEKS, 600],
  ] as const) {
    assert.equal(renewedAfter(due * 1000, cookieAge), true, `${cookieAge} s: due at ${due} s`)
    assert.equal(renewedAfter(due * 1000 - 1, cookieAge), false, `${cookieAge} s: not before ${due} s`)
    assert.equal(renewedAfter(0, cookieAge), false)
    assert.equal(renewedAfter(cookieAge * 1000, cookieAge), true)
  }
})

test("a session's own number of seconds is renewed by its own measure", () => {
  assert.equal(renewedAfter(90_000, TWO_WEEKS, 1800), true)
  assert.equal(renewedAfter(89_999, TWO_WEEKS, 1800), false)
  assert.equal(renewedAfter(600_000, 1800, TWO_WEEKS), true)
  assert.equal(renewedAfter(599_999, 1800, TWO_WEEKS), false)
  assert.equal(
    renewedAfter(600_000, TWO_WEEKS, 0),
    true,
    '0 is "until the browser closes", with the usual age on the server',
  )
  assert.equal(renewedAfter(599_999, TWO_WEEKS, 0), false)
})

test('a date is never moved, and neither is an end that counts from the last change', () => {
  const dated = '2025-10-09T09:53:20+00:00'
  assert.equal(renewalIsDue(dated, ages(), now, now + TWO_WEEKS * 1000), false)
  assert.equal(renewalIsDue(undefined, ages({ idleFrom: 'modification' }), now, now + TWO_WEEKS * 1000), false)
})

test('a clock that was set back moves no end', () => {
  assert.equal(renewedAfter(-86_400_000, TWO_WEEKS), false)
})
