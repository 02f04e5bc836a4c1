/** A DELETE of the rows that a query names. */
import type { SqlClient } from './sql-client.ts'

/**
 * MariaDB before 11.1 asks the query of an `IN` anew for each row of the table, and locks them all: there the query comes first, and
 * its rows are looked for by the column's index.
 * @param column of the table and of the query
 */
export function deleteIn(dialect: SqlClient['dialect'], table: string, column: string, query: string): string {
  return dialect === 'mysql'
    ? `DELETE there FROM (${query}) AS gone STRAIGHT_JOIN ${table} AS there ON there.${column} = gone.${column}`
    : `DELETE FROM ${table} WHERE ${column} IN (${query})`
}
