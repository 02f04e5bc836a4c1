/**
 * Brings a database's tables up to date: numbered steps, each taken once, all under the database's migration lock, so that
 * ten processes may start at the same time and an interrupted run leaves nothing half done.
 */

import type { Permission } from '../../users/permission-store.ts'
import { checkUserTable } from './check-user-table.ts'
import { declarePermissions } from './declare-permissions.ts'
import type { SqlClient } from './sql-client.ts'
import { type SqlUserTable, sqlUserTable } from './user-table.ts'

/** What a step may use: statements inside the one transaction of the run. */
export type MigrationClient = Pick<SqlClient, 'all' | 'one' | 'run'>

/** One numbered step; it is never changed after a release. */
export interface Migration {
  readonly id: number
  readonly name: string
  /** @param now milliseconds since 1970 @param users where they are; a table of the application's own is never made */
  apply(client: MigrationClient, now: number, users: SqlUserTable): Promise<void>
}

const CREATE_LEDGER = `CREATE TABLE IF NOT EXISTS postern_migration
(id integer NOT NULL PRIMARY KEY, name varchar(100) NOT NULL, applied bigint NOT NULL)`

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
    await transaction.run(CREATE_LEDGER, [])
    const rows = await transaction.all('SELECT id FROM postern_migration', [])
    const taken = new Set(rows.map((row) => Number(row[0])))
    const names: string[] = []
    for (const migration of migrations) {
      if (taken.has(migration.id)) continue
      await migration.apply(transaction, now, users)
      await transaction.run('INSERT INTO postern_migration (id, name, applied) VALUES (?, ?, ?)', [
        migration.id,
        migration.name,
        now,
      ])
      names.push(migration.name)
    }
    const made = await declarePermissions(transaction, permissions)
    return [...names, ...made.map((name) => `permission ${name}`)]
  })
}
