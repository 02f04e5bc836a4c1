/** PostgreSQL passes the suites of all stores. */
import { after, test } from 'node:test'
import { postgres } from '../../src/postgres.ts'
import { emptyTables, noPostgres, postgresClient, postgresUrl } from '../support/postgres.ts'
import { contracts } from './contracts.ts'

const skip = await noPostgres()

if (skip !== false) test('PostgreSQL: the contracts of all stores', { skip })
else {
  // Tables are made once: that takes a hundred times as long as a test.
  const endings: (() => unknown)[] = []
  const hooks = { after: (ending: () => unknown) => void endings.unshift(ending) }
  const url = await postgresUrl(hooks)
  const client = await postgresClient(hooks, url)
  const first = postgres(url)
  await first.migrate()
  await first.close()
  after(async () => {
    for (const ending of endings) await ending()
  })
  contracts('PostgreSQL', async (t) => {
    const database = postgres(url)
    t.after(() => emptyTables(client))
    t.after(() => database.close())
    return database
  })
}
