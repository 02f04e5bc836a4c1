/** A database on MariaDB or MySQL: Django's tables and Postern's index beside them. */
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
import { MYSQL_MIGRATIONS } from './migrations.ts'
import { MysqlClient } from './mysql-client.ts'
import { givenPool, type MysqlPool, ownedPool } from './mysql-pool.ts'

/** What `mysql` may be told. */
export interface MysqlOptions<Extra extends string = never> {
  /** The table of users, where it is not Django's `auth_user`: docs/users.md. @default Django's */
  readonly users?: UserTable<Extra>
  /** Connections at most, of the pool that Postern opens for an address. @default 10 */
  readonly poolSize?: number
}

/**
 * Opens a database on MariaDB (10.6 or newer) or MySQL (8.0 or newer); `await auth.migrate()` makes its tables.
 * @param target `mysql://user:password@host:port/database`, opened by the package `mysql2`, else `mariadb`, with the first query
 * (`mariadb://…`: the other way round); or a pool of the application's own of either
 * @throws {ConfigurationError} when `target` is neither, or `users` names what cannot be a table or a column
 * @example createPostern({ secretKey, database: mysql('mysql://app@localhost/app') })
 */
export function mysql<const Extra extends string = never>(
  target: string | MysqlPool,
  { users: given, poolSize = 10 }: MysqlOptions<Extra> = {},
): Database<UserOf<Extra>> {
  if (!Number.isSafeInteger(poolSize) || poolSize < 1) {
    throw new ConfigurationError(`poolSize is ${poolSize}; it is a number of connections, 1 or more.`)
  }
  const table = sqlUserTable('mysql', given)
  const client = new MysqlClient(typeof target === 'string' ? ownedPool(target, poolSize) : givenPool(target))
  const users = new SqlUserStore(client, { table })
  return {
    ...sqlStores(client, users, table),
    // Its users have just the further columns that the table names.
    users: users as UserStore<User> as UserStore<UserOf<Extra>>,
    migrate: ({ permissions = [] } = {}) => migrate(client, MYSQL_MIGRATIONS, { users: table, permissions }),
    inspect: (now) => inspectTables(client, table, MYSQL_MIGRATIONS, now),
    hashSessionKeys: () => hashSessionKeys(client),
    close: () => client.close(),
  }
}
