/**
 * A look at the tables that Django and Postern share, for `auth.checkDjango()`. It only reads, and takes what is missing as it is:
 * that is what is asked for.
 */
import type { DatabaseFacts, MigrationFacts, SessionFacts, TableFacts } from '../../database-facts.ts'
import type { Migration } from './migrate.ts'
import type { SqlClient, SqlRow } from './sql-client.ts'
import { DJANGO_MIGRATIONS } from './sql-migrations.ts'
import { toDatetimeParam } from './sql-values.ts'
import { type SqlUserTable, USER_FIELDS, type UserField } from './user-table.ts'

type Dialect = SqlClient['dialect']
type Reader = Pick<SqlClient, 'dialect' | 'all'>

/** Everything that the dialects do not share. */
const DIALECTS: Readonly<Record<Dialect, { readonly columns: string; readonly position: string }>> = {
  sqlite: { columns: 'SELECT name, type FROM pragma_table_info(?)', position: 'instr' },
  mysql: {
    columns: `SELECT column_name, character_maximum_length FROM information_schema.columns
WHERE table_schema = DATABASE() AND table_name = ?`,
    position: 'instr',
  },
  postgres: {
    columns: `SELECT column_name, character_maximum_length FROM information_schema.columns
WHERE table_schema = ANY (current_schemas(false)) AND table_name = ?`,
    position: 'strpos',
  },
}

/** Characters of a key that Django makes, and of one that is kept hashed. */
const RAW_LENGTH = 32
const HASHED_LENGTH = 40
/** Sessions whose payloads are looked at. */
const NEWEST = 20
/** Kinds of hashes that are told apart; a table in good order has two or three. */
const MOST_KINDS = 50

/** Columns with the characters that Postern may write into each; 0 where that is no question. */
type Wanted = Readonly<Record<string, number>>

const SHARED: Readonly<Record<string, Wanted>> = {
  django_session: { session_key: HASHED_LENGTH, session_data: 0, expire_date: 0 },
  django_content_type: { id: 0, app_label: 100, model: 100 },
  auth_permission: { id: 0, content_type_id: 0, codename: 100, name: 255 },
  auth_group: { id: 0, name: 150 },
  auth_group_permissions: { group_id: 0, permission_id: 0 },
}

/** As Django's own columns have them, which is what its forms and Postern's let through. */
const USER_LENGTHS: Partial<Record<UserField, number>> = {
  username: 150,
  password: 128,
  email: 254,
  firstName: 150,
  lastName: 150,
}

/** @param now milliseconds @throws {StoreUnavailable} */
export async function inspectTables(
  client: Reader,
  users: SqlUserTable,
  migrations: readonly Migration[],
  now: number,
): Promise<DatabaseFacts> {
  const wanted = Object.entries({ ...SHARED, ...wantedOfUsers(users) })
  const tables: TableFacts[] = []
  for (const [table, columns] of wanted) tables.push(await tableFacts(client, table, columns))
  const has = (name: string, ...columns: string[]): boolean => {
    const found = tables.find(({ table }) => table === name)
    return found?.isThere === true && !columns.some((column) => found.lacks.includes(column))
  }
  const password = unquoted(users.columns.password as string)
  const readable = has('django_session', 'session_key', 'session_data', 'expire_date')
  return {
    dialect: client.dialect,
    tables,
    users: {
      table: unquoted(users.table),
      key: users.key.kind,
      columns: { id: unquoted(users.id), ...columnsByDjangosNames(users) },
    },
    hashes: has(unquoted(users.table), password) ? await hashesOf(client, users) : new Map(),
    sessions: readable ? await sessionFacts(client, now) : undefined,
    djangoMigrations: await djangoMigrations(client),
    pending: await pendingSteps(client, migrations),
  }
}

function wantedOfUsers(users: SqlUserTable): Readonly<Record<string, Wanted>> {
  const columns: Record<string, number> = { [unquoted(users.id)]: 0 }
  for (const field of USER_FIELDS) {
    const column = users.columns[field]
    // A name and an address in one column: the longer one has to fit.
    if (column !== null) {
      columns[unquoted(column)] = Math.max(columns[unquoted(column)] ?? 0, USER_LENGTHS[field] ?? 0)
    }
  }
  const wanted: Record<string, Wanted> = { [unquoted(users.table)]: columns }
  for (const [table, other] of [
    [users.groupsTable, 'group_id'],
    [users.permissionsTable, 'permission_id'],
  ] as const) {
    if (table !== null) wanted[unquoted(table)] = { [unquoted(users.userColumn)]: 0, [other]: 0 }
  }
  return wanted
}

async function tableFacts(client: Reader, table: string, wanted: Wanted): Promise<TableFacts> {
  const rows = await client.all(DIALECTS[client.dialect].columns, [table])
  const there = new Map(rows.map(([name, length]) => [spelling(client, String(name)), roomOf(length)]))
  const columns = Object.entries(wanted)
  return {
    table,
    isThere: there.size > 0,
    lacks:
      there.size === 0 ? [] : columns.map(([column]) => column).filter((name) => !there.has(spelling(client, name))),
    short: columns.flatMap(([column, length]) => {
      const room = there.get(spelling(client, column)) ?? Number.POSITIVE_INFINITY
      return room < length ? [{ column, room, wanted: length }] : []
    }),
  }
}

/** What the schema says: a number, or SQLite's `varchar(150)`. */
function roomOf(length: SqlRow[number] | undefined): number {
  const [digits] = /\d+/.exec(String(length ?? '')) ?? []
  return digits === undefined ? Number.POSITIVE_INFINITY : Number(digits)
}

async function hashesOf(client: Reader, users: SqlUserTable): Promise<Map<string, number>> {
  const { position } = DIALECTS[client.dialect]
  const column = users.columns.password as string
  const kind = `CASE WHEN ${column} LIKE '!%' THEN '!' ELSE substr(${column}, 1, ${position}(${column}, '$')) END`
  const rows = await client.all(
    `SELECT ${kind} AS kind, count(*) AS many FROM ${users.table} GROUP BY ${kind} ORDER BY many DESC LIMIT ${MOST_KINDS}`,
    [],
  )
  return new Map(rows.map(([name, count]) => [String(name).replace(/\$$/, ''), Number(count)]))
}

async function sessionFacts(client: Reader, now: number): Promise<SessionFacts> {
  const live = [toDatetimeParam(client.dialect, now)]
  const lengths = await client.all(
    'SELECT length(session_key) AS characters, count(*) FROM django_session WHERE expire_date > ? GROUP BY length(session_key)',
    live,
  )
  const counts = new Map(lengths.map(([length, count]) => [Number(length), Number(count)]))
  const [raw, hashed] = [counts.get(RAW_LENGTH) ?? 0, counts.get(HASHED_LENGTH) ?? 0]
  const all = [...counts.values()].reduce((sum, count) => sum + count, 0)
  const newest = await client.all(
    `SELECT session_data FROM django_session WHERE expire_date > ? ORDER BY expire_date DESC LIMIT ${NEWEST}`,
    live,
  )
  return { raw, hashed, other: all - raw - hashed, newest: newest.map(([data]) => String(data)) }
}

async function djangoMigrations(client: Reader): Promise<MigrationFacts | undefined> {
  const { isThere, lacks } = await tableFacts(client, 'django_migrations', { app: 0, name: 0 })
  if (!isThere || lacks.length > 0) return undefined
  const rows = await client.all(
    "SELECT app, name FROM django_migrations WHERE app IN ('auth', 'contenttypes', 'sessions') ORDER BY app, name",
    [],
  )
  const taken = rows.map(([app, name]) => `${app}.${name}`)
  const known = DJANGO_MIGRATIONS.map(([app, name]) => `${app}.${name}`)
  return {
    taken,
    missing: known.filter((name) => !taken.includes(name)),
    newer: taken.filter((name) => !known.includes(name)),
  }
}

async function pendingSteps(client: Reader, migrations: readonly Migration[]): Promise<readonly string[]> {
  const { isThere } = await tableFacts(client, 'postern_migration', {})
  const rows = isThere ? await client.all('SELECT id FROM postern_migration', []) : []
  const taken = new Set(rows.map(([id]) => Number(id)))
  return migrations.filter(({ id }) => !taken.has(id)).map(({ name }) => name)
}

function columnsByDjangosNames(users: SqlUserTable): Record<string, string | null> {
  const names = USER_FIELDS.map((field) => {
    const column = users.columns[field]
    return [field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), column && unquoted(column)] as const
  })
  return Object.fromEntries(names)
}

/** Only PostgreSQL tells `Login` and `login` apart. */
function spelling({ dialect }: Reader, name: string): string {
  return dialect === 'postgres' ? name : name.toLowerCase()
}

function unquoted(name: string): string {
  return name.replace(/^["`]|["`]$/g, '')
}
