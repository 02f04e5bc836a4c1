/** A database on node:sqlite: Django's tables and Postern's index in one file, nothing to install. */
import type { Database } from '../../database.ts'
import type { User } from '../../users/user.ts'
import type { UserStore } from '../../users/user-store.ts'
import { hashSessionKeys } from '../sql/hash-session-keys.ts'
import { inspectTables } from '../sql/inspect-tables.ts'
import { migrate } from '../sql/migrate.ts'
import { sqlStores } from '../sql/sql-stores.ts'
import { SqlUserStore } from '../sql/sql-user-store.ts'
import { sqlUserTable, type UserOf, type UserTable } from '../sql/user-table.ts'
import { SQLITE_MIGRATIONS } from './migrations.ts'
import { isInMemory, SqliteClient } from './sqlite-client.ts'

/** What `sqlite` may be told. */
export interface SqliteOptions<Extra extends string = never> {
  /** The database file, made when it is not there (its folder must be); `:memory:` for one that is gone at the end. */
  readonly path: string
  /** The table of users, where it is not Django's `auth_user`: docs/users.md. @default Django's */
  readonly users?: UserTable<Extra>
}

/**
 * Opens a SQLite database; `await auth.migrate()` makes its tables.
 * @throws {ConfigurationError} when the file cannot be opened, or `users` names what cannot be a table or a column
 * @example createPostern({ secretKey, database: sqlite('app.db') })
 */
export function sqlite<const Extra extends string = never>(
  path: string | SqliteOptions<Extra>,
  options: Omit<SqliteOptions<Extra>, 'path'> = {},
): Database<UserOf<Extra>> {
  const given: SqliteOptions<Extra> = typeof path === 'string' ? { ...options, path } : path
  const table = sqlUserTable('sqlite', given.users)
  const client = new SqliteClient(given.path)
  const users = new SqlUserStore(client, { table })
  return {
    volatile: isInMemory(given.path),
    ...sqlStores(client, users, table),
    // Its users have just the further columns that the table names.
    users: users as UserStore<User> as UserStore<UserOf<Extra>>,
    migrate: ({ permissions = [] } = {}) => migrate(client, SQLITE_MIGRATIONS, { users: table, permissions }),
    inspect: (now) => inspectTables(client, table, SQLITE_MIGRATIONS, now),
    hashSessionKeys: () => hashSessionKeys(client),
    close: () => client.close(),
  }
}
