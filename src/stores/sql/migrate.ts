/**
 * Brings a database's tables up to date: numbered steps, each taken once, all under the database's migration lock, so that
 * ten processes may start at the same time. An interrupted run leaves nothing half done, or, where a database makes tables outside
 * of transactions, what the next run finishes.
 */

import type { Permission } from '../../users/permission-store.ts'
import { checkUserTable } from './check-user-table.ts'
import { declarePermissions } from './declare-permissions.ts'
import type { SqlClient } from './sql-client.ts'
import { type SqlUserTable, sqlUserTable } from './user-table.ts'

/**
 * What a step may use: statements inside the one transaction of the run; on MariaDB and MySQL, where a table that is made ends the
 * transaction, statements under the lock alone.
 */
export type MigrationClient = Pick<SqlClient, 'all' | 'one' | 'run'>

/** One numbered step; it is never changed after a release. */
export interface Migration {
  readonly id: number
  readonly name: string
  /**
   * Whether it has anything to make. A step that was begun is not asked.
   * @throws {ConfigurationError} when there is something of the same name @default it has
   */
  isNeeded?(client: MigrationClient, users: SqlUserTable): Promise<boolean>
  /**
   * @param now milliseconds since 1970
   * @param users where they are; a table of the application's own is never made
   * @param begun an earlier run was interrupted in this step: what is there of it stays
   */
  apply(client: MigrationClient, now: number, users: SqlUserTable, begun: boolean): Promise<void>
}

/** When a step was taken; 0 for one that was begun. */
const CREATE_LEDGER = `CREATE TABLE IF NOT EXISTS postern_migration
(id integer NOT NULL PRIMARY KEY, name varchar(100) NOT NULL, applied bigint NOT NULL)`
const BEGIN_STEP = 'INSERT INTO postern_migration (id, name, applied) VALUES (?, ?, 0)'
const END_STEP = 'UPDATE postern_migration SET applied = ? WHERE id = ?'

/**
 * Takes the steps that have not been taken yet, in order, and makes the application's permissions.
 * @param setUp.now milliseconds since 1970
 * @param setUp.users where they are. @default Django's `auth_user`
 * @param setUp.permissions the application's own. @default none
 * @returns the names of the steps taken, and `permission app.codename` for each that was made
 * @throws {ConfigurationError} when the table of users is not as the settings say
 */
export function migrate(
  client: SqlClient,
  migrations: readonly Migration[],
  setUp: { readonly now?: number; readonly users?: SqlUserTable; readonly permissions?: readonly Permission[] } = {},
): Promise<readonly string[]> {
  const { now = Date.now(), users = sqlUserTable(client.dialect), permissions = [] } = setUp
  return client.exclusive(async (transaction) => {
    await checkUserTable(transaction, users)
    await transaction.run(client.dialect === 'mysql' ? `${CREATE_LEDGER} ENGINE=InnoDB` : CREATE_LEDGER, [])
    const rows = await transaction.all('SELECT id, applied FROM postern_migration', [])
    const ledger = new Map(rows.map(([id, applied]) => [Number(id), Number(applied)]))
    const names: string[] = []
    for (const migration of migrations) {
      const applied = ledger.get(migration.id)
      if (applied !== undefined && applied !== 0) continue
      await take(transaction, migration, { now, users, begun: applied === 0 })
      names.push(migration.name)
    }
    const made = await declarePermissions(transaction, permissions)
    return [...names, ...made.map((name) => `permission ${name}`)]
  })
}

async function take(
  client: MigrationClient,
  migration: Migration,
  { now, users, begun }: { readonly now: number; readonly users: SqlUserTable; readonly begun: boolean },
): Promise<void> {
  const { id, name } = migration
  const isNeeded = begun || (await (migration.isNeeded?.(client, users) ?? true))
  if (!begun) await client.run(BEGIN_STEP, [id, name])
  if (isNeeded) await migration.apply(client, now, users, begun)
  await client.run(END_STEP, [now, id])
}
