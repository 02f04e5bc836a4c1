/** Times on a terminal, in UTC, which is what logs and databases have. */

/** `2026-01-15 12:00`; `-` for none, and for what is no time. */
export function dateText(date: Date | null): string {
  return isoText(date)?.slice(0, 16).replace('T', ' ') ?? '-'
}

/** ISO 8601, or null. */
export function isoText(date: Date | null): string | null {
  return date === null || Number.isNaN(date.getTime()) ? null : date.toISOString()
}
