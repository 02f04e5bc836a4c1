/** Between a row of Django's `auth_user` and a `User`. Mirrors django/contrib/auth/models.py `AbstractUser` (5.2). */
import { User, type UserFields } from '../../users/user.ts'
import type { SqlRow, SqlValue } from './sql-client.ts'
import { fromBool, fromDatetimeText, fromOptionalDatetimeText, toDatetimeText } from './sql-values.ts'

/** The columns that `readUser` expects, in this order. */
export const USER_COLUMNS = [
  'id',
  'username',
  'password',
  'email',
  'first_name',
  'last_name',
  'is_active',
  'is_staff',
  'is_superuser',
  'last_login',
  'date_joined',
] as const

/** What may be written, field by field. */
export const COLUMN_OF: Readonly<Record<Exclude<keyof UserFields, 'id'>, string>> = {
  username: 'username',
  password: 'password',
  email: 'email',
  firstName: 'first_name',
  lastName: 'last_name',
  isActive: 'is_active',
  isStaff: 'is_staff',
  isSuperuser: 'is_superuser',
  lastLogin: 'last_login',
  dateJoined: 'date_joined',
}

/** @param at where the user's columns begin */
export function readUser(row: SqlRow, at: number): User {
  const id = row[at]
  return new User({
    id: typeof id === 'number' || typeof id === 'string' ? id : String(id),
    username: row[at + 1] as string,
    password: row[at + 2] as string,
    email: row[at + 3] as string,
    firstName: row[at + 4] as string,
    lastName: row[at + 5] as string,
    isActive: fromBool(row[at + 6]),
    isStaff: fromBool(row[at + 7]),
    isSuperuser: fromBool(row[at + 8]),
    lastLogin: fromOptionalDatetimeText(row[at + 9]),
    dateJoined: fromDatetimeText(row[at + 10]),
  })
}

/** The value that a field has in its column. */
export function toColumn(field: keyof typeof COLUMN_OF, value: string | number | boolean | null): SqlValue {
  if (typeof value === 'boolean') return value ? 1 : 0
  return typeof value === 'number' && (field === 'lastLogin' || field === 'dateJoined')
    ? toDatetimeText(value)
    : (value as SqlValue)
}
