/**
 * Which table the users are in, under which names: Django's `auth_user`, or another one (Django's AUTH_USER_MODEL). What is
 * said of it is checked and quoted once, and becomes part of statements that are made once.
 *
 * Mirrors django/contrib/auth/models.py `AbstractUser` and `PermissionsMixin`, and the names of many-to-many tables in
 * django/db/models/fields/related.py (5.2).
 */
import { ConfigurationError } from '../../errors.ts'
import type { User, UserFields } from '../../users/user.ts'
import type { SqlClient, SqlValue } from './sql-client.ts'
import { type UserKey, type UserKeyKind, userKey } from './user-key.ts'

/** The columns of a table of users, by the field of `User` that each holds; what is left out is called as Django calls it. */
export interface UserColumns {
  /** @default 'id' */
  readonly id?: string
  /** What users log in with (Django's USERNAME_FIELD): it may be the column of the e-mail address. @default 'username' */
  readonly username?: string
  /** @default 'password' */
  readonly password?: string
  /** `null`, here and below: there is no such column, the field has its default, and it cannot be written. @default 'email' */
  readonly email?: string | null
  /** @default 'first_name' */
  readonly firstName?: string | null
  /** @default 'last_name' */
  readonly lastName?: string | null
  /** Without it everybody is active. @default 'is_active' */
  readonly isActive?: string | null
  /** @default 'is_staff' */
  readonly isStaff?: string | null
  /** Without it there are no tables of groups and permissions either, as without Django's PermissionsMixin. @default 'is_superuser' */
  readonly isSuperuser?: string | null
  /** @default 'last_login' */
  readonly lastLogin?: string | null
  /** Without it everybody has joined at the beginning of 1970. @default 'date_joined' */
  readonly dateJoined?: string | null
}

/** A table of users other than Django's `auth_user`. It belongs to the application: Postern reads and writes it, and never makes it. */
export interface UserTable<Extra extends string = never> {
  readonly table: string
  readonly columns?: UserColumns
  /** `uuid` as Django's UUIDField keeps it. @default 'integer' */
  readonly key?: UserKeyKind
  /** Columns that come along with each user, as they are in the database: `user.extra.phone`. @default none */
  readonly extra?: readonly Extra[]
  /** The groups of users, Django's name for it by default; `null` for none. @default `<table>_groups` */
  readonly groupsTable?: string | null
  /** The permissions of single users. @default `<table>_user_permissions` */
  readonly permissionsTable?: string | null
  /** The column in these two that names the user: Django calls it after the model in small letters. @default 'user_id' */
  readonly userColumn?: string
}

/** The users of a table, with the columns that were asked for. */
export type UserOf<Extra extends string> = [Extra] extends [never]
  ? User
  : User & { readonly extra: Readonly<Record<Extra, SqlValue>> }

/** A field that has a column of its own, the key apart. */
export type UserField = Exclude<keyof UserFields, 'id'>

/** The fields in the order in which rows are read and written. */
export const USER_FIELDS: readonly UserField[] = [
  'username',
  'password',
  'email',
  'firstName',
  'lastName',
  'isActive',
  'isStaff',
  'isSuperuser',
  'lastLogin',
  'dateJoined',
]

const DJANGO: Readonly<Record<keyof UserFields, string>> = {
  id: 'id',
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

const NEEDED: readonly (keyof UserFields)[] = ['id', 'username', 'password']
const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]*$/

/** A table of users as statements need it. Names are checked and, but for Django's own, quoted. */
export interface SqlUserTable {
  readonly dialect: SqlClient['dialect']
  /** It is not Django's `auth_user`, but what the settings say. */
  readonly isMapped: boolean
  readonly key: UserKey
  /** The table as SQL. */
  readonly table: string
  /** The key's column as SQL. */
  readonly id: string
  /** The columns as SQL; null for what does not exist. */
  readonly columns: Readonly<Record<UserField, string | null>>
  /** The further columns that each user brings along, by name. */
  readonly extra: readonly string[]
  /** The further columns as SQL. */
  readonly extraColumns: readonly string[]
  /** Users log in with the address, and both are one column. */
  readonly emailIsUsername: boolean
  /** Who is in which group: `userColumn` and `group_id`. Null where there is no such table. */
  readonly groupsTable: string | null
  /** Whom a permission was given by itself: `userColumn` and `permission_id`. Null where there is no such table. */
  readonly permissionsTable: string | null
  /** The column of these two that holds the user's key (`key.toColumn(id)`). */
  readonly userColumn: string
}

/**
 * What the settings say of the users' table, checked.
 * @throws {ConfigurationError} for a name that is none, a field that does not exist, or two fields in one column
 */
export function sqlUserTable(dialect: SqlClient['dialect'], given?: UserTable<string>): SqlUserTable {
  const problems = given === undefined ? [] : [...problemsOf(given)]
  if (problems.length > 0) throw new ConfigurationError(problems.join('\n'))
  const name = (mine: string | undefined, djangos: string): string =>
    mine === undefined ? djangos : quote(dialect, mine)
  const table = given?.table ?? 'auth_user'
  const columns = given?.columns ?? {}
  const manyToMany = (mine: string | null | undefined, ending: string): string | null => {
    if (mine === null || (mine === undefined && columns.isSuperuser === null)) return null
    return name(mine ?? (given && table + ending), table + ending)
  }
  const column = (field: UserField): string | null => {
    const mine = columns[field]
    return mine === null ? null : name(mine, DJANGO[field])
  }
  return {
    dialect,
    isMapped: given !== undefined,
    key: userKey(dialect, given?.key ?? 'integer'),
    table: name(given?.table, table),
    id: name(columns.id, DJANGO.id),
    columns: Object.fromEntries(USER_FIELDS.map((field) => [field, column(field)])) as SqlUserTable['columns'],
    extra: given?.extra ?? [],
    extraColumns: (given?.extra ?? []).map((extra) => quote(dialect, extra)),
    emailIsUsername: same(columns.email === undefined ? DJANGO.email : columns.email, columns.username),
    groupsTable: manyToMany(given?.groupsTable, '_groups'),
    permissionsTable: manyToMany(given?.permissionsTable, '_user_permissions'),
    userColumn: name(given?.userColumn, 'user_id'),
  }
}

function* problemsOf(given: UserTable<string>): Generator<string> {
  const { columns = {}, key = 'integer', extra = [] } = given
  const names: [what: string, name: unknown][] = [['table', given.table]]
  if (key !== 'integer' && key !== 'uuid') yield `users.key is '${key}'; it is 'integer' or 'uuid'.`
  for (const [field, name] of Object.entries(columns)) {
    if (name === undefined) continue
    if (!Object.hasOwn(DJANGO, field)) {
      yield `users.columns: there is no field '${field}' in a user. Fields: ${Object.keys(DJANGO).join(', ')}.`
    } else if (name !== null) names.push([`columns.${field}`, name])
    else if (NEEDED.includes(field as keyof UserFields)) yield `users.columns.${field} cannot be null: name the column.`
  }
  if (!Array.isArray(extra)) yield "users.extra is a list of columns, as in extra: ['phone']."
  else for (const name of extra) names.push(['extra', name])
  for (const what of ['groupsTable', 'permissionsTable', 'userColumn'] as const) {
    if (given[what] !== undefined && given[what] !== null) names.push([what, given[what]])
  }
  for (const [what, name] of names) {
    if (typeof name === 'string' && IDENTIFIER.test(name)) continue
    yield `users.${what} is '${String(name)}', which is no name of a table or column: letters, digits and _ alone, not beginning with a digit.`
  }
  yield* sharedColumns(columns)
}

/** Username and e-mail may be one column; anything else in one column would overwrite itself. */
function* sharedColumns(columns: UserColumns): Generator<string> {
  const owner = new Map<string, string>()
  for (const field of Object.keys(DJANGO) as (keyof UserFields)[]) {
    const column = columns[field] === undefined ? DJANGO[field] : columns[field]
    if (typeof column !== 'string') continue
    const other = owner.get(column.toLowerCase())
    if (other === undefined) owner.set(column.toLowerCase(), field)
    else if (other !== 'username' || field !== 'email') {
      yield `users.columns: ${other} and ${field} are both '${column}'. Name two columns, or say null for the field that has none.`
    }
  }
}

function same(email: string | null, username: string = DJANGO.username): boolean {
  return email?.toLowerCase() === username.toLowerCase()
}

function quote(dialect: SqlClient['dialect'], name: string): string {
  return dialect === 'mysql' ? `\`${name}\`` : `"${name}"`
}
