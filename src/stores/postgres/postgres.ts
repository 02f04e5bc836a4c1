/** A database on PostgreSQL: Django's tables and Postern's index beside them. */
import type { Database } from '../../database.ts'
import { ConfigurationError } from '../../errors.ts'
import type { User } from '../../users/user.ts'
import type { UserStore } from '../../users/user-store.ts'
import { hashSessionKeys } from '../sql/hash-session-keys.ts'
import { inspectTables } from '../sql/inspect-tables.ts'
import { migrate } from '../sql/migrate.ts'
import { sqlStores } from '../sql/sql-stores.ts'
import { SqlUserStore } from '../sql/sql-user-store.ts'
import { sqlUserTable, type UserOf, type UserTable } from '../sql/user-table.ts'
import { POSTGRES_MIGRATIONS } from './migrations.ts'
import { PostgresClient } from './postgres-client.ts'
import { givenPool, ownedPool, type PostgresPool } from './postgres-pool.ts'

/** What `postgres` may be told. */
export interface PostgresOptions<Extra extends string = never> {
  /** The table of users, where it is not Django's `auth_user`: docs/users.md. @default Django's */
  readonly users?: UserTable<Extra>
  /** A pooler in transaction mode (PgBouncer, Supavisor) is in between: nothing is prepared by name. @default false */
  readonly pooled?: boolean
  /** Connections at most, of the pool that Postern opens for an address. @default 10 */
  readonly poolSize?: number
}

/**
 * Opens a PostgreSQL database (13 or newer); `await auth.migrate()` makes its tables.
 * @param target `postgres://user:password@host:port/database`, opened by the package `pg` with the first query; or a pool of the application's own
 * @throws {ConfigurationError} when `target` is neither, or `users` names what cannot be a table or a column
 * @example createPostern({ secretKey, database: postgres('postgres://app@localhost/app') })
 */
export function postgres<const Extra extends string = never>(
  target: string | PostgresPool,
  { users: given, pooled = false, poolSize = 10 }: PostgresOptions<Extra> = {},
): Database<UserOf<Extra>> {
  if (!Number.isSafeInteger(poolSize) || poolSize < 1) {
    throw new ConfigurationError(`poolSize is ${poolSize}; it is a number of connections, 1 or more.`)
  }
  const table = sqlUserTable('postgres', given)
  const client = new PostgresClient(
    typeof target === 'string' ? ownedPool(target, poolSize) : givenPool(target),
    !pooled,
  )
  const users = new SqlUserStore(client, { table })
  return {
    ...sqlStores(client, users, table),
    // Its users have just the further columns that the table names.
    users: users as UserStore<User> as UserStore<UserOf<Extra>>,
    migrate: ({ permissions = [] } = {}) => migrate(client, POSTGRES_MIGRATIONS, { users: table, permissions }),
    inspect: (now) => inspectTables(client, table, POSTGRES_MIGRATIONS, now),
    hashSessionKeys: () => hashSessionKeys(client),
    close: () => client.close(),
  }
}
