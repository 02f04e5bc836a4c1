/** An INSERT that meets its own key: each dialect has other words for changing the row that is there. */
import type { SqlClient } from './sql-client.ts'

type Dialect = SqlClient['dialect']

/**
 * What follows the VALUES of an INSERT, so that it changes the row instead where the key is taken.
 * @param changes the new value of each column as SQL; `new.column` in it is the value that was to be inserted
 * @param only changes nothing where this is false: a condition that names the row's own columns with their table
 */
export function orUpdate(
  dialect: Dialect,
  key: string,
  changes: Readonly<Record<string, string>>,
  only?: string,
): string {
  const columns = Object.entries(changes)
  if (dialect === 'mysql') {
    const inserted = (sql: string): string => sql.replace(/\bnew\.(\w+)/g, 'VALUES($1)')
    const values = columns.map(([column, value]) => {
      return `${column} = ${only === undefined ? inserted(value) : `IF(${inserted(only)}, ${inserted(value)}, ${column})`}`
    })
    return `ON DUPLICATE KEY UPDATE ${values.join(', ')}`
  }
  const inserted = (sql: string): string => sql.replace(/\bnew\./g, 'excluded.')
  const set = columns.map(([column, value]) => `${column} = ${inserted(value)}`).join(', ')
  return `ON CONFLICT (${key}) DO UPDATE SET ${set}${only === undefined ? '' : `\nWHERE ${inserted(only)}`}`
}

/** What follows the VALUES, so that nothing happens where the key is taken; on MySQL it is an error that the caller expects. */
export function orNothing(dialect: Dialect, key: string): string {
  return dialect === 'mysql' ? '' : `ON CONFLICT (${key}) DO NOTHING`
}
