/** The numbered steps of a SQLite database: Django's tables first, then Postern's own beside them. */
import { ConfigurationError } from '../../errors.ts'
import { DJANGO_MIGRATIONS } from '../django-migrations.ts'
import { djangoPermissions } from '../django-permissions.ts'
import { declarePermissions } from '../sql/declare-permissions.ts'
import type { Migration, MigrationClient } from '../sql/migrate.ts'
import { toDatetimeText } from '../sql/sql-values.ts'
import type { SqlUserTable } from '../sql/user-table.ts'
import { DJANGO_TABLES } from './django-tables.ts'

/** Django's tables of users; where they are in another, there are none of these, as with Django's AUTH_USER_MODEL. */
const USER_TABLES: readonly unknown[] = ['auth_user', 'auth_user_groups', 'auth_user_user_permissions']

const POSTERN_TABLES: readonly string[] = [
  `CREATE TABLE postern_session (session_key varchar(40) NOT NULL PRIMARY KEY, public_id varchar(32) NOT NULL UNIQUE,
user_id varchar(255) NOT NULL, created bigint NOT NULL, last_seen bigint NOT NULL, address varchar(45) NULL,
user_agent varchar(255) NULL)`,
  'CREATE INDEX postern_session_user_id ON postern_session (user_id)',
  `CREATE TABLE postern_user (user_id varchar(255) NOT NULL PRIMARY KEY, epoch integer NOT NULL DEFAULT 0,
last_logout bigint NULL, email_confirmed bigint NULL)`,
]

/** The audit log: rows are added and, when they are old, removed. The ids of removed ones are not given again. */
const EVENT_TABLE: readonly string[] = [
  `CREATE TABLE postern_event (id integer NOT NULL PRIMARY KEY AUTOINCREMENT, at bigint NOT NULL, event varchar(40) NOT NULL,
user_id varchar(64) NULL, session_id varchar(32) NULL, address varchar(45) NULL, user_agent varchar(255) NULL, data text NOT NULL)`,
  'CREATE INDEX postern_event_at ON postern_event (at)',
  'CREATE INDEX postern_event_user_id ON postern_event (user_id)',
]

const ATTEMPT_TABLE: readonly string[] = [
  'CREATE TABLE postern_attempt (attempt_key varchar(40) NOT NULL PRIMARY KEY, full_at bigint NOT NULL)',
  'CREATE INDEX postern_attempt_full_at ON postern_attempt (full_at)',
]

const TOKEN_TABLE: readonly string[] = [
  `CREATE TABLE postern_token (token_hash varchar(64) NOT NULL PRIMARY KEY, purpose varchar(40) NOT NULL,
user_id varchar(64) NOT NULL, expires bigint NOT NULL, redeemed bigint NOT NULL)`,
  'CREATE INDEX postern_token_expires ON postern_token (expires)',
]

const PENDING_COLUMN: readonly string[] = ['ALTER TABLE postern_user ADD COLUMN confirmation_pending bigint NULL']

/** In the order in which they are taken. */
export const SQLITE_MIGRATIONS: readonly Migration[] = [
  { id: 1, name: '0001_django_tables', apply: applyDjangoTables },
  { id: 2, name: '0002_postern_tables', apply: applyPosternTables },
  { id: 3, name: '0003_postern_event', apply: (client) => applyAll(client, EVENT_TABLE) },
  { id: 4, name: '0004_postern_attempt', apply: (client) => applyAll(client, ATTEMPT_TABLE) },
  { id: 5, name: '0005_postern_token', apply: (client) => applyAll(client, TOKEN_TABLE) },
  { id: 6, name: '0006_postern_user_pending', apply: (client) => applyAll(client, PENDING_COLUMN) },
]

/** Makes Django's tables, or leaves alone those that Django made. */
async function applyDjangoTables(client: MigrationClient, now: number, users: SqlUserTable): Promise<void> {
  const rows = await client.all("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')", [])
  const tables = new Set(rows.map((row) => row[0]))
  const missing = (users.isMapped ? [] : ['auth_user']).concat('django_session').filter((table) => !tables.has(table))
  if (tables.has('django_migrations')) {
    if (missing.length === 0) return
    throw new ConfigurationError(
      `Django has migrated this database, but it lacks ${missing.join(' and ')}. Add 'django.contrib.auth' and ` +
        "'django.contrib.sessions' to the site's INSTALLED_APPS and run `manage.py migrate` before `auth.migrate()`.",
    )
  }
  const statements = users.isMapped
    ? DJANGO_TABLES.filter((made) => !USER_TABLES.includes(tableOf(made)))
    : DJANGO_TABLES
  const taken = statements
    .filter((made) => made.startsWith('CREATE TABLE'))
    .map(tableOf)
    .filter((table) => tables.has(table))
  if (taken.length > 0) {
    throw new ConfigurationError(
      `The database already has ${taken.join(', ')}, but no django_migrations table, so these are not Django's. Give ` +
        'Postern a database file of its own, or let `manage.py migrate` make the tables.',
    )
  }
  for (const statement of statements) await client.run(statement, [])
  await insertDjangoRows(client, toDatetimeText(now), users)
}

async function insertDjangoRows(client: MigrationClient, applied: string, users: SqlUserTable): Promise<void> {
  for (const [app, name] of DJANGO_MIGRATIONS) {
    await client.run('INSERT INTO django_migrations (app, name, applied) VALUES (?, ?, ?)', [app, name, applied])
  }
  const own = djangoPermissions().filter(({ app, model }) => !(users.isMapped && app === 'auth' && model === 'user'))
  await declarePermissions(client, own)
}

function applyPosternTables(client: MigrationClient): Promise<void> {
  return applyAll(client, POSTERN_TABLES)
}

async function applyAll(client: MigrationClient, statements: readonly string[]): Promise<void> {
  for (const statement of statements) await client.run(statement, [])
}

/** The table that a statement makes, or makes an index of. */
function tableOf(statement: string): string | undefined {
  return /^CREATE (?:TABLE|(?:UNIQUE )?INDEX "\w+" ON) "(\w+)"/.exec(statement)?.[1]
}
