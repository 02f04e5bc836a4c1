/** Whether the tables of a database are those that Django and Postern share, and where the settings look for users and sessions. */
import type { DatabaseFacts, UserTableFacts } from '../database-facts.ts'
import type { DjangoProject, DjangoUserModel } from '../django-project.ts'
import type { PosternOptions } from '../options.ts'
import type { User } from '../users/user.ts'
import { type CheckMessage, checkMessage } from './check-message.ts'

const AFTER_SHORT: Readonly<Record<DatabaseFacts['dialect'], string>> = {
  sqlite: 'SQLite keeps more all the same, and the forms of Django refuse it.',
  mysql: 'A longer value is an error, or is cut off where the server is not strict.',
  postgres: 'A longer value is an error.',
}

export function* tableChecks(facts: DatabaseFacts): Generator<CheckMessage> {
  const { tables, djangoMigrations, pending, dialect } = facts
  const missing = tables.filter(({ isThere }) => !isThere).map(({ table }) => table)
  if (djangoMigrations === undefined) missing.push('django_migrations')
  if (missing.length > 0) {
    yield checkMessage(
      'postern.E804',
      `The database has no ${missing.join(', ')}: what is kept there cannot be shared.`,
      "Run `manage.py migrate` in the project, with 'django.contrib.auth', 'django.contrib.contenttypes' and 'django.contrib.sessions' in INSTALLED_APPS. Is it the right database? Where AUTH_USER_MODEL is set, name its table: sqlite('db.sqlite3', { users }).",
    )
  }
  for (const { table, lacks, short } of tables) {
    if (lacks.length > 0) {
      yield checkMessage(
        'postern.E805',
        `${table} has no column ${lacks.join(', ')}, which Postern reads or writes.`,
        'Run `manage.py migrate` in the project; for a table of your own say in `users.columns` what its columns are called.',
      )
    }
    for (const { column, room, wanted } of short) {
      yield checkMessage(
        'postern.W806',
        `${table}.${column} has room for ${room} characters, and Postern writes up to ${wanted}. ${AFTER_SHORT[dialect]}`,
        'Run `manage.py migrate` in the project: Django has made it longer since.',
      )
    }
  }
  if (djangoMigrations !== undefined && djangoMigrations.missing.length > 0) {
    yield checkMessage(
      'postern.W807',
      `Django has not taken all of its migrations that Postern builds on: ${djangoMigrations.missing.join(', ')}.`,
      'Run `manage.py migrate` in the project.',
    )
  }
  if (djangoMigrations !== undefined && djangoMigrations.newer.length > 0) {
    yield checkMessage(
      'postern.I808',
      `Django has taken migrations that this Postern does not know: ${djangoMigrations.newer.join(', ')}. Postern was tested with Django 5.2.`,
      'See whether there is a newer Postern.',
    )
  }
  if (pending.length > 0) {
    yield checkMessage(
      'postern.E809',
      `Postern's own tables are not there, or not up to date. To be taken: ${pending.join(', ')}.`,
      "Run `npx postern migrate`: it adds tables called postern_… and leaves Django's as they are.",
    )
  }
}

/** Where sessions are, if not in the tables themselves. */
export function* storageChecks<U extends User>({ sessions, database }: PosternOptions<U>): Generator<CheckMessage> {
  if (sessions === undefined) return
  if (database.sessions.unlisted === undefined) {
    yield checkMessage(
      'postern.E802',
      'The setting `sessions` keeps sessions where Django does not look: nobody who signs in on one side is known on the other, and a logout ends one of two sessions.',
      'Leave `sessions` out, so that they are in django_session.',
    )
  } else {
    yield checkMessage(
      'postern.W803',
      'The setting `sessions` puts a cache in front of django_session, which does not hear of a logout in Django: here the session goes on until `maxAge`.',
      'Leave `sessions` out, or make `maxAge` as short as is bearable.',
    )
  }
}

/** Whether both take the same table for that of the users. */
export function* userModelChecks(users: UserTableFacts, project: DjangoProject): Generator<CheckMessage> {
  const { USER_MODEL: model, AUTH_USER_MODEL: name = 'AUTH_USER_MODEL' } = project
  if (model === undefined) return
  const differences = [...modelDifferences(users, model)]
  if (differences.length === 0) return
  yield checkMessage(
    'postern.E826',
    `The users of the project (${name}) are not where Postern looks for them: ${differences.join('; ')}. User 7 of one may be somebody else on the other.`,
    "Take the table over from the project: const { users } = djangoSettings('django.json'), and sqlite('db.sqlite3', { users }); where it is auth_user, leave `users` out.",
  )
}

function* modelDifferences(users: UserTableFacts, model: DjangoUserModel): Generator<string> {
  if (model.table !== users.table) {
    yield `there the table is ${model.table}, here ${users.table}`
    return
  }
  const key = /Auto|Integer/.test(model.key) ? 'integer' : 'uuid'
  if (key !== users.key) yield `there the key is a ${model.key}, here users.key is '${users.key}'`
  for (const [field, column] of Object.entries(model.columns ?? {})) {
    const mine = users.columns[field] ?? null
    if (mine !== column) yield `there ${field} is ${inWords(column)}, here ${inWords(mine)}`
  }
}

function inWords(column: string | null): string {
  return column === null ? 'nowhere' : `in the column ${column}`
}
