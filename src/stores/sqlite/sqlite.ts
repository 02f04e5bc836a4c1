/** A database on node:sqlite: Django's tables and Postern's index in one file, nothing to install. */
import type { Database } from '../../database.ts'
import { migrate } from '../sql/migrate.ts'
import { SqlSessionStore } from '../sql/sql-session-store.ts'
import { SqlUserStore } from '../sql/sql-user-store.ts'
import { SQLITE_MIGRATIONS } from './migrations.ts'
import { isInMemory, SqliteClient } from './sqlite-client.ts'

/** What `sqlite` may be told. */
export interface SqliteOptions {
  /** The database file, made when it is not there (its folder must be); `:memory:` for one that is gone at the end. */
  readonly path: string
}

/**
 * Opens a SQLite database; `await auth.migrate()` makes its tables.
 * @throws {ConfigurationError} when the file cannot be opened
 * @example createPostern({ secretKey, database: sqlite('app.db') })
 */
export function sqlite(path: string | SqliteOptions): Database {
  const file = typeof path === 'string' ? path : path.path
  const client = new SqliteClient(file)
  return {
    volatile: isInMemory(file),
    sessions: new SqlSessionStore(client),
    users: new SqlUserStore(client),
    migrate: () => migrate(client, SQLITE_MIGRATIONS, Date.now()),
    close: () => client.close(),
  }
}
