/**
 * Values of PostgreSQL as the shared statements expect them: numbers where they are exact, 1 and 0 for booleans, and times as
 * text in UTC, whatever parsers the application has given its driver and whatever zone its connections are in.
 *
 * Text formats: https://www.postgresql.org/docs/current/datatype-datetime.html#DATATYPE-DATETIME-OUTPUT (ISO).
 */
import type { SqlRow, SqlValue } from '../sql/sql-client.ts'
import { toDatetimeText } from '../sql/sql-values.ts'
import type { PostgresQuery } from './postgres-pool.ts'

const BOOL = 16
const INT8 = 20
const INT2 = 21
const INT4 = 23
const TIMESTAMPTZ = 1184

const asIs = (text: string): string => text

function toNumber(text: string): number | string {
  const number = Number(text)
  return Number.isSafeInteger(number) ? number : text
}

/** The text of a `timestamptz` in UTC, as Django writes it elsewhere; as it is where it is no such text (`infinity`). */
function toUtcText(text: string): string {
  if (text.endsWith('+00')) return text.slice(0, -3)
  // Zones may have minutes, and once had seconds, which Date does not read: such a time counts as past.
  const time = Date.parse(text.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00'))
  return Number.isNaN(time) ? text : toDatetimeText(time)
}

const PARSERS: ReadonlyMap<number, (text: string) => SqlValue> = new Map<number, (text: string) => SqlValue>([
  [BOOL, (text) => (text === 't' ? 1 : 0)],
  [INT2, toNumber],
  [INT4, toNumber],
  [INT8, toNumber],
  [TIMESTAMPTZ, toUtcText],
])

/** Parsers for a driver that takes them with a query. */
export const TYPES: PostgresQuery['types'] = { getTypeParser: (oid) => PARSERS.get(oid) ?? asIs }

/** A row of a driver that parses as it likes. @param row an array, or an object with its columns in order */
export function toSqlRow(row: unknown): SqlRow {
  const values: readonly unknown[] = Array.isArray(row) ? row : Object.values(row as object)
  return values.map((value) => {
    if (typeof value === 'boolean') return value ? 1 : 0
    return value instanceof Date ? toDatetimeText(value.getTime()) : (value as SqlValue)
  })
}
