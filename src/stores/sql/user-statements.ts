/** The statements of the store of users, made once for its table. */
import { exactly } from './exactly.ts'
import { userColumns } from './user-row.ts'
import type { SqlUserTable } from './user-table.ts'

/** Each with a `?` for every value, the key last. */
export interface UserStatements {
  readonly byId: string
  readonly byUsername: string
  /** With three spellings of the name in small letters. */
  readonly hasUsername: string
  /** Null for a table without addresses. */
  readonly byEmail: { readonly ascii: string; readonly like: string } | null
  readonly replacePassword: string
  /** The columns that a search looks into; it takes two patterns for each, as it is and in small letters. */
  readonly searched: readonly string[]
  /** In the order of names: the name to go on behind, the patterns, and how many at most. */
  list(after: boolean, search: boolean): string
  /** @param columns as SQL */
  insert(columns: readonly string[]): string
  update(columns: readonly string[]): string
}

/** The statements for one table of users. */
export function userStatements(users: SqlUserTable): UserStatements {
  const { table, id, columns, key, dialect } = users
  const { username, password, email } = columns
  const searched = [...new Set([username, email, columns.firstName, columns.lastName])].filter(
    (column) => column !== null,
  )
  const select = `SELECT ${userColumns(users)} FROM ${table}`
  return {
    byId: `${select} WHERE ${id} = ${key.mark}`,
    byUsername: `${select} WHERE ${username} = ?`,
    hasUsername: `SELECT 1 FROM ${table} WHERE LOWER(${username}) IN (?, ?, ?) LIMIT 1`,
    byEmail:
      email === null
        ? null
        : {
            ascii: `${select} WHERE LOWER(${email}) = ? ORDER BY ${id}`,
            like: `SELECT ${id}, ${email} FROM ${table} WHERE ${id} > ${key.mark} AND LOWER(${email}) LIKE ? ESCAPE '!' ORDER BY ${id} LIMIT ?`,
          },
    replacePassword: `UPDATE ${table} SET ${password} = ? WHERE ${id} = ${key.mark} AND ${exactly(dialect, password as string)}`,
    searched,
    list: (after, search) => {
      // SQLite's LOWER knows ASCII alone: what is written outside of it is found as it is written.
      const found = searched.map((column) => `${column} LIKE ? ESCAPE '!' OR LOWER(${column}) LIKE ? ESCAPE '!'`)
      const conditions = [...(after ? [`${username} > ?`] : []), ...(search ? [`(${found.join(' OR ')})`] : [])]
      const where = conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`
      return `${select}${where} ORDER BY ${username} LIMIT ?`
    },
    insert: (written) => `INSERT INTO ${table} (${written.join(', ')})
VALUES (${written.map(() => '?').join(', ')})${dialect === 'postgres' ? ` RETURNING ${id}` : ''}`,
    update: (written) =>
      `UPDATE ${table} SET ${written.map((column) => `${column} = ?`).join(', ')} WHERE ${id} = ${key.mark}`,
  }
}
