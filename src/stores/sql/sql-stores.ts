/** All stores of one SQL database, but for the users, whose table is the application's choice. */
import type { Database } from '../../database.ts'
import { SqlAccountStore } from './sql-account-store.ts'
import { SqlAttemptStore } from './sql-attempt-store.ts'
import type { SqlClient } from './sql-client.ts'
import { SqlEventStore } from './sql-event-store.ts'
import { SqlPermissionStore } from './sql-permission-store.ts'
import { SqlSessionStore } from './sql-session-store.ts'
import { SqlTokenStore } from './sql-token-store.ts'
import type { SqlUserStore } from './sql-user-store.ts'
import type { SqlUserTable } from './user-table.ts'

/** @param users the store that sessions bring their users along from @param table where these are */
export function sqlStores(
  client: SqlClient,
  users: SqlUserStore,
  table: SqlUserTable,
): Pick<Database, 'sessions' | 'permissions' | 'accounts' | 'tokens' | 'events' | 'attempts'> {
  return {
    sessions: new SqlSessionStore(client, users),
    permissions: new SqlPermissionStore(client, table),
    accounts: new SqlAccountStore(client),
    tokens: new SqlTokenStore(client),
    events: new SqlEventStore(client),
    attempts: new SqlAttemptStore(client),
  }
}
