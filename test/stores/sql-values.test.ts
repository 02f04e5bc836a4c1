import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  fromDatetimeText,
  fromOptionalDatetimeText,
  toDatetimeText,
  toIntegerId,
} from '../../src/stores/sql/sql-values.ts'

/** Written by Django 5.2 on SQLite with USE_TZ. */
const DJANGO: readonly (readonly [text: string, time: number])[] = [
  ['1970-01-01 00:00:00', 0],
  ['1969-12-31 23:59:59.999000', -1],
  ['2000-02-29 23:59:59.999000', 951_868_799_999],
  ['2026-11-20 21:57:24', 1_795_211_844_000],
  ['2026-11-20 21:57:24.007000', 1_795_211_844_007],
  ['2026-11-20 21:57:24.120000', 1_795_211_844_120],
  ['2100-03-01 00:00:00', 4_107_542_400_000],
  ['9999-12-31 23:59:59.999000', 253_402_300_799_999],
]

test('times are written as Django writes them, and read back', () => {
  for (const [text, time] of DJANGO) {
    assert.equal(toDatetimeText(time), text)
    assert.equal(fromDatetimeText(text), time)
  }
})

test('microseconds of Django are cut off, so that a session never lives longer than it says', () => {
  assert.equal(fromDatetimeText('2026-11-20 21:57:24.123999'), 1_795_211_844_123)
  assert.equal(fromDatetimeText('2026-11-20 21:57:24.000999'), 1_795_211_844_000)
  assert.equal(fromDatetimeText('2026-11-20 21:57:24.5'), 1_795_211_844_500)
})

test('every second of two days and of leap days agrees with Date', () => {
  for (const day of [Date.UTC(2024, 1, 28), Date.UTC(2026, 11, 31), Date.UTC(1900, 1, 28)]) {
    for (let second = 0; second < 172_800; second += 7) {
      const time = day + second * 1000
      const text = new Date(time).toISOString().slice(0, 19).replace('T', ' ')
      assert.equal(toDatetimeText(time), text)
      assert.equal(fromDatetimeText(text), time)
    }
  }
})

test('the texts sort like the times, with and without a fraction', () => {
  const times = [0, 1, 999, 1000, 1001, 60_000, 86_399_999, 86_400_000]
  assert.deepEqual(times.map(toDatetimeText).sort(), times.map(toDatetimeText))
})

test('a time beyond what Django can write becomes the last one that it can', () => {
  assert.equal(toDatetimeText(Date.UTC(12_000, 0, 1)), '9999-12-31 23:59:59.999000')
  assert.equal(toDatetimeText(Number.POSITIVE_INFINITY), '9999-12-31 23:59:59.999000')
})

test('what is no time reads as NaN, and NULL as null where it may be', () => {
  for (const value of [
    '',
    'never',
    '2026-11-20',
    '2026-11-20 21:57:2x',
    '2026-11-20 21:57:24+00:00',
    '2026-11-20 21:57:24.x',
    5,
    null,
  ]) {
    assert.ok(Number.isNaN(fromDatetimeText(value)), String(value))
  }
  assert.equal(fromOptionalDatetimeText(null), null)
  assert.equal(fromOptionalDatetimeText('1970-01-01 00:00:00'), 0)
})

test('an id of an integer column is digits and nothing else', () => {
  for (const [id, number] of [
    ['0', 0],
    ['7', 7],
    ['-7', -7],
    ['9007199254740991', 9_007_199_254_740_991],
  ] as const) {
    assert.equal(toIntegerId(id), number)
  }
  for (const id of [
    '',
    'abc',
    '1 OR 1',
    '1e3',
    '1.0',
    '01',
    '+1',
    ' 1',
    '1\n',
    '١',
    '9007199254740992',
    '9'.repeat(40),
  ]) {
    assert.equal(toIntegerId(id), null, id)
  }
})
