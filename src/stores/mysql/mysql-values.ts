/**
 * Values of MariaDB and MySQL as the shared statements expect them: numbers where they are exact, 1 and 0 for booleans, and
 * `datetime` as the text that it is, whatever the application has told its driver to make of it and whatever zone it is in.
 */
import type { SqlRow, SqlValue } from '../sql/sql-client.ts'
import { toDatetimeText } from '../sql/sql-values.ts'
import type { MysqlQueryOptions } from './mysql-pool.ts'

export const OPTIONS: MysqlQueryOptions = {
  rowsAsArray: true,
  dateStrings: true,
  namedPlaceholders: false,
  nestTables: false,
  // Of mysql2.
  supportBigNumbers: true,
  bigNumberStrings: false,
  // Of mariadb.
  metaAsArray: false,
  bigIntAsNumber: false,
  insertIdAsNumber: false,
  bitOneIsBoolean: false,
  autoJsonMap: false,
}

/** A row of a driver that has parsed it. */
export function toSqlRow(row: unknown): SqlRow {
  return (row as readonly unknown[]).map(toSqlValue)
}

function toSqlValue(value: unknown): SqlValue {
  switch (typeof value) {
    case 'string':
    case 'number':
      return value
    case 'bigint':
      return toNumber(value)
    case 'boolean':
      return value ? 1 : 0
    default:
      if (value instanceof Date) return toDatetimeText(value.getTime())
      if (value === null || value instanceof Uint8Array) return value
      return JSON.stringify(value)
  }
}

/** A whole number as a number where that is exact. */
export function toNumber(value: bigint): number | bigint {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value
}
