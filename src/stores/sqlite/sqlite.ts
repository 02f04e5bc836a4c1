/** A database on node:sqlite: Django's tables and Postern's index in one file, nothing to install. */
import type { Database } from '../../database.ts'
import { migrate } from '../sql/migrate.ts'
import { SqlSessionStore } from '../sql/sql-session-store.ts'
import { SqlTokenStore } from '../sql/sql-token-store.ts'
import { SqlUserStore } from '../sql/sql-user-store.ts'
import { SQLITE_MIGRATIONS } from './migrations.ts'
import { SqliteClient } from './sqlite-client.ts'

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
  const client = new SqliteClient(typeof path === 'string' ? path : path.path)
  return {
    sessions: new SqlSessionStore(client),
    users: new SqlUserStore(client),
    tokens: new SqlTokenStore(client),
    migrate: () => migrate(client, SQLITE_MIGRATIONS, Date.now()),
    close: () => client.close(),
  }
}
