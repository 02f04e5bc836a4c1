/** The numbered steps of every SQL database: Django's tables first, then Postern's own beside them. */
import { ConfigurationError } from '../../errors.ts'
import { djangoPermissions } from '../django-permissions.ts'
import { declarePermissions } from './declare-permissions.ts'
import type { Migration, MigrationClient } from './migrate.ts'
import * as postern from './postern-tables.ts'
import { isThereAlready } from './sql-errors.ts'
import { toDatetimeParam } from './sql-values.ts'
import type { SqlUserTable } from './user-table.ts'

/** What the dialects write differently. */
export interface DialectTables {
  /** Lists the names of the tables and views that are there. */
  readonly names: string
  /** Django's own tables, indexes and constraints, in Django's order: each names its table first, quoted. */
  readonly django: readonly string[]
  /** The type of a column that counts its rows. */
  readonly identity: postern.IdentityColumn
  /** How a statement that makes one of Postern's own tables is written. @default as it is */
  own?(statement: string, client: MigrationClient): Promise<string>
}

/** Rows of `django_migrations`: application and name, in the order in which Django 5.2 takes them. */
export const DJANGO_MIGRATIONS: readonly (readonly [app: string, name: string])[] = [
  ['contenttypes', '0001_initial'],
  ['contenttypes', '0002_remove_content_type_name'],
  ['auth', '0001_initial'],
  ['auth', '0002_alter_permission_name_max_length'],
  ['auth', '0003_alter_user_email_max_length'],
  ['auth', '0004_alter_user_username_opts'],
  ['auth', '0005_alter_user_last_login_null'],
  ['auth', '0006_require_contenttypes_0002'],
  ['auth', '0007_alter_validators_add_error_messages'],
  ['auth', '0008_alter_user_username_max_length'],
  ['auth', '0009_alter_user_last_name_max_length'],
  ['auth', '0010_alter_group_name_max_length'],
  ['auth', '0011_update_proxy_permissions'],
  ['auth', '0012_alter_user_first_name_max_length'],
  ['sessions', '0001_initial'],
]

const DJANGO_MIGRATION = 'SELECT 1 FROM django_migrations WHERE app = ? AND name = ?'

/** Django's tables of users; where they are in another, there are none of these, as with Django's AUTH_USER_MODEL. */
const USER_TABLES: readonly unknown[] = ['auth_user', 'auth_user_groups', 'auth_user_user_permissions']

/** In the order in which they are taken. */
export function sqlMigrations(tables: DialectTables): readonly Migration[] {
  const step = (id: number, name: string, statements: readonly string[]): Migration => {
    return {
      id,
      name,
      apply: async (client, _now, _users, begun) => {
        const written: string[] = []
        for (const statement of statements) written.push((await tables.own?.(statement, client)) ?? statement)
        await applyAll(client, written, begun)
      },
    }
  }
  return [
    {
      id: 1,
      name: '0001_django_tables',
      isNeeded: (client, users) => needsDjangoTables(tables, client, users),
      apply: async (client, now, users, begun) => {
        await applyAll(client, djangoTables(tables, users), begun)
        await insertDjangoRows(client, toDatetimeParam(users.dialect, now), users, begun)
      },
    },
    step(2, '0002_postern_tables', postern.SESSION_AND_USER_TABLES),
    step(3, '0003_postern_event', postern.eventTable(tables.identity)),
    step(4, '0004_postern_attempt', postern.ATTEMPT_TABLE),
    step(5, '0005_postern_token', postern.TOKEN_TABLE),
    step(6, '0006_postern_user_pending', postern.PENDING_COLUMN),
  ]
}

/** Whether Django's tables are to be made: those that Django made are left alone. */
async function needsDjangoTables(
  tables: DialectTables,
  client: MigrationClient,
  users: SqlUserTable,
): Promise<boolean> {
  const rows = await client.all(tables.names, [])
  const present = new Set(rows.map((row) => row[0]))
  const missing = (users.isMapped ? [] : ['auth_user']).concat('django_session').filter((table) => !present.has(table))
  if (present.has('django_migrations')) {
    if (missing.length === 0) return false
    throw new ConfigurationError(
      `Django has migrated this database, but it lacks ${missing.join(' and ')}. Add 'django.contrib.auth' and ` +
        "'django.contrib.sessions' to the site's INSTALLED_APPS and run `manage.py migrate` before `auth.migrate()`.",
    )
  }
  const taken = djangoTables(tables, users)
    .filter((made) => made.startsWith('CREATE TABLE'))
    .map(tableOf)
    .filter((table) => present.has(table as string))
  if (taken.length > 0) {
    throw new ConfigurationError(
      `The database already has ${taken.join(', ')}, but no django_migrations table, so these are not Django's. Give ` +
        'Postern a database of its own, or let `manage.py migrate` make the tables.',
    )
  }
  return true
}

function djangoTables({ django }: DialectTables, users: SqlUserTable): readonly string[] {
  return users.isMapped ? django.filter((made) => !USER_TABLES.includes(tableOf(made))) : django
}

async function insertDjangoRows(
  client: MigrationClient,
  applied: string,
  users: SqlUserTable,
  begun: boolean,
): Promise<void> {
  for (const [app, name] of DJANGO_MIGRATIONS) {
    if (begun && (await client.one(DJANGO_MIGRATION, [app, name])) !== undefined) continue
    await client.run('INSERT INTO django_migrations (app, name, applied) VALUES (?, ?, ?)', [app, name, applied])
  }
  const own = djangoPermissions().filter(({ app, model }) => !(users.isMapped && app === 'auth' && model === 'user'))
  await declarePermissions(client, own)
}

/** @param begun some of it may be there already */
async function applyAll(client: MigrationClient, statements: readonly string[], begun: boolean): Promise<void> {
  for (const statement of statements) {
    try {
      await client.run(statement, [])
    } catch (error) {
      if (!begun || !isThereAlready(error)) throw error
    }
  }
}

/** The table that a statement makes, changes, or makes an index of. */
function tableOf(statement: string): string | undefined {
  return /^(?:CREATE TABLE|CREATE (?:UNIQUE )?INDEX \W\w+\W ON|ALTER TABLE) \W(\w+)\W/.exec(statement)?.[1]
}
