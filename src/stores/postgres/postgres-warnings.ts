/** What a server tells about itself that takes from what a logout promises: a setting of the whole server, not of a transaction. */
import type { StoreWarning } from '../../sessions/session-store.ts'
import type { SqlClient } from '../sql/sql-client.ts'

/** @throws {StoreUnavailable} when the server does not answer */
export async function postgresWarnings(client: Pick<SqlClient, 'one'>): Promise<readonly StoreWarning[]> {
  const [fsync] = (await client.one("SELECT current_setting('fsync')", [])) ?? []
  if (fsync === 'on') return []
  return [
    {
      topic: 'durability',
      message:
        'PostgreSQL does not wait for its disk (fsync off): after a crash of its machine, logouts may be undone, or all be lost.',
      cure: 'Set fsync = on on the server that keeps the sessions.',
    },
  ]
}
