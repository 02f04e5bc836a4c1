/** All interleavings with a logout: of store calls in memory, and of the calls to the database itself under the SQL store. */
import { join } from 'node:path'
import { memory } from '../../src/memory.ts'
import { migrate } from '../../src/stores/sql/migrate.ts'
import type { SqlClient } from '../../src/stores/sql/sql-client.ts'
import { sqlStores } from '../../src/stores/sql/sql-stores.ts'
import { SqlUserStore } from '../../src/stores/sql/sql-user-store.ts'
import { sqlUserTable } from '../../src/stores/sql/user-table.ts'
import { SQLITE_MIGRATIONS } from '../../src/stores/sqlite/migrations.ts'
import { SqliteClient } from '../../src/stores/sqlite/sqlite-client.ts'
import { tempFolder } from '../support/databases.ts'
import { intercepted } from '../support/intercepted-database.ts'
import { interleavings, isOfSessions } from './interleavings.ts'

interleavings('memory', (_t, scheduler) =>
  intercepted(memory(), ({ name, proceed }) => (isOfSessions(name) ? scheduler.hold(name, proceed) : proceed())),
)

interleavings('sqlite', (t, scheduler) => {
  const real = new SqliteClient(join(tempFolder(t), 'db.sqlite3'))
  t.after(() => real.close())
  const client: SqlClient = {
    dialect: real.dialect,
    all: (...given) => scheduler.hold('all', () => real.all(...given)) as ReturnType<SqlClient['all']>,
    one: (...given) => scheduler.hold('one', () => real.one(...given)) as ReturnType<SqlClient['one']>,
    run: (...given) => scheduler.hold('run', () => real.run(...given)) as ReturnType<SqlClient['run']>,
    batch: (...given) => scheduler.hold('batch', () => real.batch(...given)) as ReturnType<SqlClient['batch']>,
    exclusive: (work) => real.exclusive(work),
    close: () => real.close(),
  }
  const users = new SqlUserStore(client)
  const table = sqlUserTable('sqlite')
  return {
    ...sqlStores(real, users, table),
    sessions: sqlStores(client, users, table).sessions,
    users,
    migrate: () => migrate(real, SQLITE_MIGRATIONS),
    close: () => real.close(),
  }
})
