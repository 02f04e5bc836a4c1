/** The setting `audit`, worked out. */
import { EVENT_NAMES, type EventName } from '../events.ts'
import type { AuditSettings } from './audit-log.ts'

/** How the audit log is kept. */
export interface AuditOptions {
  /** Seconds after which `auth.clearExpired()` removes a row; `Infinity` for never. @default 31536000 (a year) */
  readonly retention?: number | undefined
  /** The events that leave a row. @default all */
  readonly events?: readonly EventName[] | undefined
}

const YEAR = 31_536_000

/** Fills in the defaults; `false` is a log in which nothing is written. */
export function auditSettings(options: boolean | AuditOptions = true): AuditSettings {
  const { retention = YEAR, events = EVENT_NAMES } = typeof options === 'boolean' ? {} : options
  const written = new Set(options === false ? [] : events)
  // That a row could not be written is no row.
  written.delete('audit_failed')
  return { retention, events: written }
}
