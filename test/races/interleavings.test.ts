/** All interleavings with a logout: of store calls in memory, and of the calls to the database itself under the SQL store. */
import { basename, join } from 'node:path'
import { test } from 'node:test'
import type { Database } from '../../src/database.ts'
import { memory, memoryCache } from '../../src/memory.ts'
import { redisSessions } from '../../src/redis.ts'
import { MYSQL_MIGRATIONS } from '../../src/stores/mysql/migrations.ts'
import { MysqlClient } from '../../src/stores/mysql/mysql-client.ts'
import { givenPool as givenMysqlPool } from '../../src/stores/mysql/mysql-pool.ts'
import { POSTGRES_MIGRATIONS } from '../../src/stores/postgres/migrations.ts'
import { PostgresClient } from '../../src/stores/postgres/postgres-client.ts'
import { givenPool } from '../../src/stores/postgres/postgres-pool.ts'
import { ALL_SCRIPTS } from '../../src/stores/redis/redis-script.ts'
import { type Migration, migrate } from '../../src/stores/sql/migrate.ts'
import type { SqlClient } from '../../src/stores/sql/sql-client.ts'
import { sqlStores } from '../../src/stores/sql/sql-stores.ts'
import { SqlUserStore } from '../../src/stores/sql/sql-user-store.ts'
import { sqlUserTable } from '../../src/stores/sql/user-table.ts'
import { SQLITE_MIGRATIONS } from '../../src/stores/sqlite/migrations.ts'
import { SqliteClient } from '../../src/stores/sqlite/sqlite-client.ts'
import { openCachedHeld, openRedisCache } from '../support/cached.ts'
import { tempFolder } from '../support/databases.ts'
import { intercepted } from '../support/intercepted-database.ts'
import { lazyPool as lazyMysqlPool, noMysql } from '../support/mysql.ts'
import { lazyPool, noPostgres } from '../support/postgres.ts'
import { connectRedis, noRedis, REDIS_CLIENTS, redisPrefix } from '../support/redis.ts'
import { type DiskCall, openWatched } from '../support/watched-disk.ts'
import { elsewhere } from './elsewhere.ts'
import { interleavings, isOfSessions, type OpenHeld } from './interleavings.ts'
import type { Scheduler } from './scheduler.ts'

type Hooks = Parameters<OpenHeld>[0]

function all(name: string, open: OpenHeld, most?: number): void {
  interleavings(name, open, most)
  elsewhere(name, open, most)
}

all('memory', (_t, scheduler) =>
  intercepted(memory(), ({ name, proceed }) => (isOfSessions(name) ? scheduler.hold(name, proceed) : proceed())),
)

/** The calls to a database of SQL under the stores; what is not of sessions is not held. */
function heldSql(t: Hooks, scheduler: Scheduler, real: SqlClient, migrations: readonly Migration[]): Database {
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
  const table = sqlUserTable(real.dialect)
  return {
    ...sqlStores(real, users, table),
    sessions: sqlStores(client, users, table).sessions,
    users,
    migrate: () => migrate(real, migrations),
    close: () => real.close(),
  }
}

all('sqlite', (t, scheduler) => {
  return heldSql(t, scheduler, new SqliteClient(join(tempFolder(t), 'db.sqlite3')), SQLITE_MIGRATIONS)
})

const noServer = await noPostgres()
if (noServer !== false) test('postgres: in any order of their calls', { skip: noServer })
else {
  all('postgres', (t, scheduler) => {
    return heldSql(t, scheduler, new PostgresClient(givenPool(lazyPool(t)), true), POSTGRES_MIGRATIONS)
  })
}

const noMariadb = await noMysql()
if (noMariadb !== false) test('mysql: in any order of their calls', { skip: noMariadb })
else {
  all('mysql', (t, scheduler) => {
    return heldSql(t, scheduler, new MysqlClient(givenMysqlPool(lazyMysqlPool(t))), MYSQL_MIGRATIONS)
  })
}

/** What a session is looked at by, and what its change or end is decided by; the other calls to the disk prepare or tidy up. */
const DECIDES = /^(?:list .*\/sessions\/\w+|(?:rename|remove) .*\/head_[^/]*)$/

all(
  'files',
  (t, scheduler) => {
    const folder = tempFolder(t)
    // Names are random: a user's sessions are to be in the order in which they began, so that every order has the same calls.
    const begun: string[] = []
    const onCall = async ({ name, args, proceed }: DiskCall): Promise<unknown> => {
      const path = String(args[0])
      if (DECIDES.test(`${name} ${path}`)) return scheduler.hold(name, proceed)
      if (!path.includes('/users/')) return proceed()
      if (name === 'link') begun.push(basename(path))
      const answer = await proceed()
      if (Array.isArray(answer)) answer.sort((one, other) => begun.indexOf(one) - begun.indexOf(other))
      return answer
    }
    // Every call by a process of its own: nothing but the folder keeps them in order.
    const sessions = new Proxy(openWatched(folder, onCall), {
      get: (_, property) => {
        const store = openWatched(folder, onCall)
        const value: unknown = Reflect.get(store, property)
        return typeof value === 'function' ? value.bind(store) : value
      },
    })
    return { ...memory(), sessions }
  },
  2,
)

// Each request asks three or four times: the orders of two are some thousands, those of three millions.
all('sqlite behind memory', (t, scheduler) => openCachedHeld(t, memoryCache(), scheduler), 2)

const skip = await noRedis()
if (skip !== false) test('sqlite behind Redis: in any order of their calls', { skip })
else all('sqlite behind Redis', (t, scheduler) => openCachedHeld(t, openRedisCache(t), scheduler), 2)

for (const name of REDIS_CLIENTS.keys()) {
  if (skip !== false) {
    test(`${name}: in any order of their commands`, { skip })
    continue
  }
  all(name, (t, scheduler) => {
    const connection = connectRedis(name)
    const prefix = redisPrefix(t, connection)
    // The server knows all of them before the first order, so that every order has the same calls.
    const known = Promise.all(ALL_SCRIPTS.map(({ text }) => connection.send('SCRIPT', 'LOAD', text)))
    const sendCommand = (command: string[]): Promise<unknown> =>
      scheduler.hold(command[0] ?? '', () => known.then(() => connection.send(...command))) as Promise<unknown>
    const users = intercepted(memory(), ({ name: call, proceed }) =>
      call === 'users.update' ? scheduler.hold(call, proceed) : proceed(),
    )
    return { ...users, sessions: redisSessions({ sendCommand }, { prefix }) }
  })
}
