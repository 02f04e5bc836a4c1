/** A comparison that tells small letters from capital ones, accents from none, and trailing spaces. */
import type { SqlClient } from './sql-client.ts'

/**
 * Whether a column is a text to the byte. On MariaDB and MySQL, whose collations may see it otherwise, it uses no index: for small
 * tables, and for rows that are found already.
 */
export function exactly(dialect: SqlClient['dialect'], column: string, mark = '?'): string {
  return dialect === 'mysql' ? `CAST(CONVERT(${column} USING utf8mb4) AS BINARY) = ${mark}` : `${column} = ${mark}`
}
