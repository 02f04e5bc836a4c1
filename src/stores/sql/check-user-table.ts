/** Whether a table of users is what the settings say: asked when tables are brought up to date, and when a statement has failed. */
import { ConfigurationError, StoreUnavailable } from '../../errors.ts'
import type { SqlClient } from './sql-client.ts'
import { isNotNullViolation } from './sql-errors.ts'
import { type SqlUserTable, USER_FIELDS } from './user-table.ts'

/** Name and type of each column of a table or view; none where there is no such table. */
const COLUMNS_OF: Readonly<Record<SqlClient['dialect'], string>> = {
  sqlite: 'SELECT name, type FROM pragma_table_info(?)',
  mysql: `SELECT column_name, data_type FROM information_schema.columns
WHERE table_schema = DATABASE() AND table_name = ?`,
  postgres: `SELECT column_name, data_type FROM information_schema.columns
WHERE table_schema = ANY (current_schemas(false)) AND table_name = ?`,
}

type Reader = Pick<SqlClient, 'all'>
/** Name, in small letters but on PostgreSQL, and type of each column. */
type Columns = ReadonlyMap<string, string>

/** @throws {ConfigurationError} naming what is missing; of Django's own table nothing is asked */
export async function checkUserTable(client: Reader, users: SqlUserTable): Promise<void> {
  if (!users.isMapped) return
  const columns = await columnsOf(client, users, users.table)
  const problems = [...usersProblems(users, columns)]
  for (const [option, table, other] of [
    ['groupsTable', users.groupsTable, 'group_id'],
    ['permissionsTable', users.permissionsTable, 'permission_id'],
  ] as const) {
    if (table === null || columns.size === 0) continue
    const found = await columnsOf(client, users, table)
    problems.push(...manyToManyProblems(users, option, table, missing(users, found, [users.userColumn, other])))
  }
  if (problems.length > 0) throw new ConfigurationError(problems.join('\n'))
}

/**
 * The error that a caller gets for a statement over the users that failed.
 * @returns what is wrong with the settings, if anything is; else the error as it came
 */
export async function explainUserError(client: Reader, users: SqlUserTable, error: unknown): Promise<unknown> {
  if (!users.isMapped || error instanceof StoreUnavailable) return error
  if (isNotNullViolation(error)) {
    return new ConfigurationError(
      `${users.table} wants a value for a column that Postern does not know (${(error as Error).message}). Give the column ` +
        'a default in the database, or make accounts with code of your own.',
      error,
    )
  }
  try {
    await checkUserTable(client, users)
    return error
  } catch (cause) {
    return cause
  }
}

function* usersProblems(users: SqlUserTable, found: Columns): Generator<string> {
  const { table, id, columns, extraColumns, key } = users
  if (found.size === 0) {
    yield `The database has no table ${table}, which users.table names. It is your application's: Postern makes no table of users ` +
      'but auth_user. Make it (on a Django site, `manage.py migrate`) before `auth.migrate()`.'
    return
  }
  const wanted = [
    id,
    ...USER_FIELDS.map((field) => columns[field]).filter((column) => column !== null),
    ...extraColumns,
  ]
  const lacking = missing(users, found, wanted)
  if (lacking.length > 0) {
    yield `${table} has no column ${lacking.join(', ')}. Name the right ones in users.columns, and say null for what the table does ` +
      `not have, as in columns: { firstName: null }. It has: ${[...found.keys()].join(', ')}.`
    return
  }
  const type = found.get(spelling(users, id)) as string
  const isNumber = /int|serial/i.test(type)
  if (type !== '' && isNumber !== (key.kind === 'integer')) {
    yield `${id} of ${table} is of type ${type}, and users.key says '${key.kind}'. Say key: '${isNumber ? 'integer' : 'uuid'}'.`
  }
}

function* manyToManyProblems(
  users: SqlUserTable,
  option: string,
  table: string,
  lacking: readonly string[],
): Generator<string> {
  if (lacking.length === 0) return
  yield `The database has no ${table} with ${lacking.join(' and ')}, which goes with ${users.table}. Name the right one in ` +
    `users.${option}, with users.userColumn for the column that names the user, or say ${option}: null if there is none.`
}

async function columnsOf(client: Reader, users: SqlUserTable, table: string): Promise<Columns> {
  const rows = await client.all(COLUMNS_OF[users.dialect], [unquoted(table)])
  return new Map(rows.map(([name, type]) => [spelling(users, String(name)), String(type)]))
}

function missing(users: SqlUserTable, found: Columns, wanted: readonly string[]): string[] {
  return wanted.filter((column) => !found.has(spelling(users, column))).map(unquoted)
}

/** Only PostgreSQL tells `Login` and `login` apart. */
function spelling(users: SqlUserTable, name: string): string {
  return users.dialect === 'postgres' ? unquoted(name) : unquoted(name).toLowerCase()
}

function unquoted(name: string): string {
  return name.replace(/^["`]|["`]$/g, '')
}
