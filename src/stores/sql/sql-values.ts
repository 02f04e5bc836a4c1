/**
 * Between JavaScript's values and Django's columns. Runs several times on every request, so digits are read
 * and written directly instead of through `Date`'s parser.
 *
 * Mirrors django/db/backends/sqlite3/operations.py `adapt_datetimefield_value` with USE_TZ (5.2): UTC text,
 * `YYYY-MM-DD HH:MM:SS`, and `.ffffff` unless the microseconds are zero.
 */
import type { SqlClient, SqlValue } from './sql-client.ts'

const DAY = 86_400_000
/** The last millisecond that Django can write: its years end with 9999. */
const LATEST = 253_402_300_799_999

const TWO_DIGITS: readonly string[] = Array.from({ length: 100 }, (_, number) => String(number).padStart(2, '0'))

let lastDay = Number.NaN
let lastDayText = ''

/** @param time milliseconds since 1970 */
export function toDatetimeText(time: number): string {
  const clamped = Math.min(Math.floor(time), LATEST)
  const day = Math.floor(clamped / DAY)
  if (day !== lastDay) {
    lastDayText = new Date(day * DAY).toISOString().slice(0, 10)
    lastDay = day
  }
  const rest = clamped - day * DAY
  const milliseconds = rest % 1000
  const seconds = (rest - milliseconds) / 1000
  const text = `${lastDayText} ${TWO_DIGITS[Math.floor(seconds / 3600)]}:${TWO_DIGITS[Math.floor(seconds / 60) % 60]}:${TWO_DIGITS[seconds % 60]}`
  return milliseconds === 0 ? text : `${text}.${String(milliseconds).padStart(3, '0')}000`
}

/** A time as a parameter. PostgreSQL would take one without a zone for local time, whatever that is on its server. */
export function toDatetimeParam(dialect: SqlClient['dialect'], time: number): string {
  const text = toDatetimeText(time)
  return dialect === 'postgres' ? `${text}+00` : text
}

/** @returns milliseconds since 1970, microseconds cut off; NaN for what is no such text */
export function fromDatetimeText(value: SqlValue | undefined): number {
  if (typeof value !== 'string' || value.length < 19) return Number.NaN
  const milliseconds = value.length === 19 ? 0 : fraction(value)
  return Date.UTC(
    twoDigits(value, 0) * 100 + twoDigits(value, 2),
    twoDigits(value, 5) - 1,
    twoDigits(value, 8),
    twoDigits(value, 11),
    twoDigits(value, 14),
    twoDigits(value, 17),
    milliseconds,
  )
}

/** As `fromDatetimeText`, for a column that may be NULL. */
export function fromOptionalDatetimeText(value: SqlValue | undefined): number | null {
  return value === null ? null : fromDatetimeText(value)
}

/** Django's BooleanField; clients of dialects with a type for it give 1 and 0, too. */
export function fromBool(value: SqlValue | undefined): boolean {
  return value === 1
}

/**
 * The value of an integer key for an id as text; null for a text that no integer column can hold (`abc`, `1e3`, forty
 * digits), which is nobody's id.
 */
export function toIntegerId(id: string): number | null {
  if (id.length > 16 || !/^(0|-?[1-9][0-9]*)$/.test(id)) return null
  const number = Number(id)
  return Number.isSafeInteger(number) ? number : null
}

function twoDigits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 48
  const ones = text.charCodeAt(at + 1) - 48
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN
}

/** Of `.f` to `.ffffff` after the seconds. */
function fraction(text: string): number {
  if (text.charCodeAt(19) !== 46) return Number.NaN
  let milliseconds = 0
  let unit = 100
  for (let at = 20; at < text.length; at++) {
    const digit = text.charCodeAt(at) - 48
    if (!(digit >= 0 && digit <= 9)) return Number.NaN
    milliseconds += digit * unit
    unit = at < 22 ? unit / 10 : 0
  }
  return milliseconds
}
