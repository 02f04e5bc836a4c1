/**
 * What differs between a Postern and a Django site on one database: the tables that are there, what is in them, and the settings of
 * both. Nothing is written, and no key, hash or session is told.
 */
import type { AuthContext } from '../auth/auth-context.ts'
import type { DatabaseFacts } from '../database-facts.ts'
import type { DjangoProject } from '../django-project.ts'
import type { User } from '../users/user.ts'
import { type CheckMessage, checkMessage, inOrder } from './check-message.ts'
import type { CheckedSite } from './checked-site.ts'
import { namedHashes, passwordDifferences } from './django-password-checks.ts'
import { settingDifferences } from './django-setting-checks.ts'
import { storageChecks, tableChecks, userModelChecks } from './django-table-checks.ts'
import { keyChecks, type SignedSessions, sessionChecks, signedSessions } from './session-key-checks.ts'

/** What of a Postern is compared besides its settings. */
export type ComparedContext<U extends User> = Pick<
  AuthContext<U>,
  'secretKey' | 'secretKeyFallbacks' | 'passwords' | 'backends' | 'messages' | 'sessions'
>

/** What was seen, in numbers; for programs, and for the first lines of `postern django-check`. */
export interface DjangoSeen {
  readonly database: DatabaseFacts['dialect']
  readonly users: { readonly table: string; readonly hashes: Readonly<Record<string, number>> }
  /** Null where there is no `django_session`. */
  readonly sessions: (Record<'raw' | 'hashed' | 'other', number> & SignedSessions) | null
  /** The last of each application that Django has taken; null where it keeps no list. */
  readonly djangoMigrations: Readonly<Record<string, string>> | null
}

/** What came of a comparison. */
export interface DjangoComparison {
  /** Null where the database cannot be looked at. */
  readonly seen: DjangoSeen | null
  readonly findings: readonly CheckMessage[]
}

/** @param project what it says of itself; without it only the database is looked at */
export async function compareWithDjango<U extends User>(
  site: CheckedSite<U>,
  context: ComparedContext<U>,
  project: DjangoProject | undefined,
): Promise<DjangoComparison> {
  const facts = await look(site, context)
  const known = 'id' in facts ? undefined : facts
  const signed = known?.sessions && signedSessions(known.sessions.newest, context)
  const findings = [
    ...(known === undefined ? [facts as CheckMessage] : tableChecks(known)),
    ...storageChecks(site.options),
    ...sessionChecks(site.options, known?.sessions, signed),
    ...(await passwordDifferences(context.passwords, known?.hashes, project)),
    ...(project === undefined ? [withoutProject()] : projectChecks(site, context, project, known)),
  ]
  return { seen: known === undefined ? null : seenOf(known, signed, context), findings: inOrder(findings) }
}

async function look<U extends User>(
  { options }: CheckedSite<U>,
  { sessions }: ComparedContext<U>,
): Promise<DatabaseFacts | CheckMessage> {
  const { database } = options
  if (database.inspect === undefined) {
    return checkMessage(
      'postern.E801',
      'This database is none that a Django site can be on: it is in memory, or one of your own without `inspect`.',
      "Take the database of the Django site, for instance sqlite('db.sqlite3').",
    )
  }
  try {
    return await database.inspect(sessions.now())
  } catch (error) {
    return checkMessage(
      'postern.E801',
      `The database cannot be looked at: ${error instanceof Error ? error.message : String(error)}`,
      'See whether it is there, reachable and not locked, and whether its user may read all tables.',
    )
  }
}

function* projectChecks<U extends User>(
  site: CheckedSite<U>,
  context: ComparedContext<U>,
  project: DjangoProject,
  facts: DatabaseFacts | undefined,
): Generator<CheckMessage> {
  yield* keyChecks(context, project)
  yield* settingDifferences(site, context, project)
  if (facts !== undefined) yield* userModelChecks(facts.users, project)
}

function withoutProject(): CheckMessage {
  return checkMessage(
    'postern.I833',
    "Only the database was looked at: what the project's settings are is not known.",
    'Run `python manage.py shell -v 0 -c "$(npx postern django-settings)" > django.json` in the project, and give the file to --settings.',
  )
}

function seenOf(
  facts: DatabaseFacts,
  signed: SignedSessions | undefined,
  { passwords }: Pick<ComparedContext<User>, 'passwords'>,
): DjangoSeen {
  const { dialect, users, hashes, sessions, djangoMigrations } = facts
  const last = djangoMigrations?.taken.map((name) => name.split('.') as [string, string])
  return {
    database: dialect,
    users: { table: users.table, hashes: Object.fromEntries(namedHashes(hashes, passwords.algorithms)) },
    sessions:
      sessions === undefined || signed === undefined
        ? null
        : { raw: sessions.raw, hashed: sessions.hashed, other: sessions.other, ...signed },
    djangoMigrations: last === undefined ? null : Object.fromEntries(last),
  }
}
