/**
 * What a look at a database tells of the tables that a Django site shares with Postern. It is found out by reading alone, and only the
 * checks see it: the payloads of sessions in it are asked who signed them, and are never told to anybody.
 */

/** A table that both sides use, and what it lacks. */
export interface TableFacts {
  readonly table: string
  /** False where there is no such table or view. */
  readonly isThere: boolean
  /** Columns that Postern reads or writes, and that are not there. */
  readonly lacks: readonly string[]
  /** Columns with less room than Postern may write into them, in characters. */
  readonly short: readonly { readonly column: string; readonly room: number; readonly wanted: number }[]
}

/** The live sessions in `django_session`, counted by what their keys look like. */
export interface SessionFacts {
  /** Keys as Django makes them, which `interop: 'django'` keeps: 32 characters. */
  readonly raw: number
  /** Keys as Postern keeps them without `interop`: 40 characters of a SHA-256. */
  readonly hashed: number
  /** Neither. */
  readonly other: number
  /** The payloads of those that end last, which are about the newest: a few. */
  readonly newest: readonly string[]
}

/** What Django has taken of the migrations of auth, contenttypes and sessions, each as `auth.0001_initial`. */
export interface MigrationFacts {
  readonly taken: readonly string[]
  /** Known here and not taken. */
  readonly missing: readonly string[]
  /** Taken and not known here. */
  readonly newer: readonly string[]
}

/** Where the users are, as the settings say it. */
export interface UserTableFacts {
  readonly table: string
  readonly key: 'integer' | 'uuid'
  /** Column names by Django's field names, the key's included; null where there is none. */
  readonly columns: Readonly<Record<string, string | null>>
}

/** What a database package knows of its tables. */
export interface DatabaseFacts {
  readonly dialect: 'sqlite' | 'postgres' | 'mysql'
  readonly tables: readonly TableFacts[]
  readonly users: UserTableFacts
  /** How many users have a password hash that begins so, up to the first `$`; `!` for unusable ones, `` for those without a `$`. */
  readonly hashes: ReadonlyMap<string, number>
  /** Undefined where there is no such table. */
  readonly sessions: SessionFacts | undefined
  /** Undefined where Django keeps no list of its migrations. */
  readonly djangoMigrations: MigrationFacts | undefined
  /** Postern's own steps that are still to be taken, by their names. */
  readonly pending: readonly string[]
}
