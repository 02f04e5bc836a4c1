/** What a server tells about itself that takes from what a logout promises: a setting of the whole server, not of a transaction. */
import type { StoreWarning } from '../../sessions/session-store.ts'
import type { SqlClient } from '../sql/sql-client.ts'

const FLUSH = 'SELECT @@innodb_flush_log_at_trx_commit'

/** @throws {StoreUnavailable} when the server does not answer */
export async function mysqlWarnings(client: Pick<SqlClient, 'one'>): Promise<readonly StoreWarning[]> {
  const flush = Number((await client.one(FLUSH, []))?.[0])
  // MariaDB's 3 does more than 1.
  if (flush !== 0 && flush !== 2) return []
  return [
    {
      topic: 'durability',
      message: `The database writes commits to the disk once a second (innodb_flush_log_at_trx_commit ${flush}): after a crash ${
        flush === 0 ? 'of the server or ' : ''
      }of its machine, a logout of the last second is undone.`,
      cure: 'Set innodb_flush_log_at_trx_commit = 1 on the server that keeps the sessions.',
    },
  ]
}
