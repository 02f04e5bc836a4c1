/** The databases that need no server pass the suites that are exported for third parties. */
import { memory } from '../../src/memory.ts'
import { sqlite } from '../../src/sqlite.ts'
import { openSqlite } from '../support/databases.ts'
import { contracts } from './contracts.ts'

contracts('SQLite in a file', async (t) => {
  const database = openSqlite(t)
  await database.migrate()
  return database
})

contracts('SQLite in memory', async (t) => {
  const database = sqlite(':memory:')
  t.after(() => database.close())
  await database.migrate()
  return database
})

contracts('memory', () => memory())
