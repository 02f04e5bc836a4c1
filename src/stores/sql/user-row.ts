/** Between a row of the table of users and a `User`. Mirrors django/contrib/auth/models.py `AbstractUser` (5.2). */
import { ConfigurationError } from '../../errors.ts'
import { foldEmail } from '../../users/email.ts'
import { User, type UserFields } from '../../users/user.ts'
import type { UserChanges } from '../../users/user-store.ts'
import type { SqlRow, SqlValue } from './sql-client.ts'
import { fromBool, fromDatetimeText, fromOptionalDatetimeText, toDatetimeParam } from './sql-values.ts'
import { TableUser } from './table-user.ts'
import { type SqlUserTable, USER_FIELDS, type UserField } from './user-table.ts'

/** What a field is where the table has no column for it; of these two nobody but Postern writes `lastLogin` and `dateJoined`. */
const ABSENT = {
  email: '',
  firstName: '',
  lastName: '',
  isActive: true,
  isStaff: false,
  isSuperuser: false,
  lastLogin: null,
  dateJoined: 0,
} as const satisfies Partial<UserFields>

/**
 * The columns that `readUser` expects, in its order: a SELECT list.
 * @param alias of the table in the statement, with its dot
 */
export function userColumns(table: SqlUserTable, alias = ''): string {
  const fields = USER_FIELDS.map((field) => {
    const column = table.columns[field]
    return column === null ? absent(table, field) : alias + column
  })
  const all = [alias + table.id, ...fields, ...table.extraColumns.map((column) => alias + column)]
  // Before Node 22.16 rows of SQLite come as objects, and two columns of one name would be one.
  return (table.isMapped ? all.map((column, at) => `${column} AS u${at}`) : all).join(', ')
}

/** @param at where the user's columns begin */
export function readUser(table: SqlUserTable, row: SqlRow, at: number): User {
  const fields: UserFields = {
    id: table.key.toId(row[at]),
    username: row[at + 1] as string,
    password: row[at + 2] as string,
    email: row[at + 3] as string,
    firstName: row[at + 4] as string,
    lastName: row[at + 5] as string,
    isActive: fromBool(row[at + 6]),
    isStaff: fromBool(row[at + 7]),
    isSuperuser: fromBool(row[at + 8]),
    lastLogin: fromOptionalDatetimeText(row[at + 9]),
    dateJoined: table.columns.dateJoined === null ? ABSENT.dateJoined : fromDatetimeText(row[at + 10]),
  }
  if (table.extra.length === 0) return new User(fields)
  const extra = table.extra.map((name, index) => [name, row[at + 11 + index] as SqlValue])
  return new TableUser(fields, Object.fromEntries(extra))
}

/**
 * What is to be written, by column.
 * @throws {ConfigurationError} for a value that the table has no place for
 */
export function columnsToWrite(table: SqlUserTable, changes: UserChanges): Map<string, SqlValue> {
  const columns = new Map<string, SqlValue>()
  const { username, email } = table.emailIsUsername ? changes : {}
  if (username !== undefined && email !== undefined && foldEmail(username) !== foldEmail(email)) {
    throw new ConfigurationError(
      `Username and email of a user are one column in ${table.table}; give one of them, or the same for both.`,
    )
  }
  for (const field of USER_FIELDS) {
    const value = changes[field]
    if (value === undefined) continue
    const column = table.columns[field]
    if (column === null) refuseLoss(table, field, value)
    else if (!columns.has(column)) columns.set(column, toColumn(table, field, value))
  }
  return columns
}

/** The value that a field has in its column. */
export function toColumn(
  { dialect }: Pick<SqlUserTable, 'dialect'>,
  field: UserField,
  value: string | number | boolean | null,
): SqlValue {
  if (typeof value === 'boolean') return value ? 1 : 0
  return typeof value === 'number' && (field === 'lastLogin' || field === 'dateJoined')
    ? toDatetimeParam(dialect, value)
    : (value as SqlValue)
}

/** What somebody wanted to be kept is not let go in silence; what Postern writes by itself, at logins and for new users, is. */
function refuseLoss(table: SqlUserTable, field: UserField, value: unknown): void {
  if (field === 'lastLogin' || field === 'dateJoined' || value === ABSENT[field as keyof typeof ABSENT]) return
  throw new ConfigurationError(
    `${table.table} has no column for ${field} (users.columns says null), so ${JSON.stringify(value)} cannot be kept. ` +
      'Name a column, or leave the field out.',
  )
}

function absent(table: SqlUserTable, field: UserField): string {
  const value = ABSENT[field as keyof typeof ABSENT]
  if (typeof value !== 'boolean') return value === '' ? "''" : 'NULL'
  if (table.dialect === 'postgres') return value ? 'TRUE' : 'FALSE'
  return value ? '1' : '0'
}
