/**
 * When a session ends. The idle age counts from the last use and the absolute age from the login; whichever
 * comes first. A session's own age (`setExpiry`) replaces the idle one.
 * Mirrors `get_expiry_age` and `get_expiry_date` (django/contrib/sessions/backends/base.py, 5.2).
 */

/** The ages of one Postern's sessions, in seconds. */
export interface SessionAges {
  readonly cookieAge: number
  /** `Infinity` for none. */
  readonly absoluteAge: number
  /** Counts the idle age from the last use, or from the last change as Django does. */
  readonly idleFrom: 'use' | 'modification'
  /** Every request moves the end, also by a second. @default false */
  readonly saveEveryRequest?: boolean
}

/** A renewal is written at most this often, seconds; and at most once in a twentieth of the idle age. */
const RENEW_AT_MOST_EVERY = 600
const RENEW_FRACTION = 20

/** @param expiry what the session itself says: seconds of inactivity, an ISO date, or nothing. @returns seconds from `from` (milliseconds) on */
export function expiryAge(expiry: number | string | undefined, ages: SessionAges, from: number): number {
  if (expiry === undefined || expiry === 0 || expiry === '') return ages.cookieAge
  if (typeof expiry === 'number') return expiry
  const end = Date.parse(expiry)
  // An end that cannot be read is an end that has come.
  return Number.isNaN(end) ? 0 : Math.floor((end - from) / 1000)
}

/** A date as Python's `isoformat` writes it. @throws {RangeError} for a date that is none */
export function expiryText(date: Date): string {
  return date.toISOString().replace(/(?:\.000)?Z$/, (end) => (end === 'Z' ? '000+00:00' : '+00:00'))
}

/** The instant at which a session that is used at `now` ends, milliseconds. @param started seconds, `undefined` where nobody is logged in */
export function endOf(
  expiry: number | string | undefined,
  started: number | undefined,
  ages: SessionAges,
  now: number,
): number {
  const dated = typeof expiry === 'string' && expiry !== '' ? Date.parse(expiry) : Number.NaN
  const idle = Number.isNaN(dated) ? now + expiryAge(expiry, ages, now) * 1000 : dated
  return started === undefined ? idle : Math.min(idle, (started + ages.absoluteAge) * 1000)
}

/** Whether using the session now moves its end far enough to be worth a write. @param end, newEnd milliseconds */
export function renewalIsDue(
  expiry: number | string | undefined,
  ages: SessionAges,
  end: number,
  newEnd: number,
): boolean {
  if (ages.saveEveryRequest === true) return true
  if (ages.idleFrom === 'modification' || typeof expiry === 'string') return false
  const age = typeof expiry === 'number' && expiry > 0 ? expiry : ages.cookieAge
  return newEnd - end >= Math.min(RENEW_AT_MOST_EVERY, age / RENEW_FRACTION) * 1000
}
