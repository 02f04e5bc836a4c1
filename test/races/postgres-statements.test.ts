/** All orders of the statements of two transactions on PostgreSQL. */
import { test } from 'node:test'
import { Pool, type PoolClient } from 'pg'
import { postgres } from '../../src/postgres.ts'
import type { PostgresPool } from '../../src/stores/postgres/postgres-pool.ts'
import { noPostgres, postgresClient, postgresUrl } from '../support/postgres.ts'
import { Scheduler } from './scheduler.ts'
import { type Stage, statements } from './statements.ts'

type Hooks = { after(end: () => unknown): void }

const skip = await noPostgres()

async function open(t: Hooks): Promise<Stage> {
  // A deadlock is to be found before the test grows old.
  const url = await postgresUrl(t, { deadlock_timeout: '20ms' })
  const watcher = await postgresClient(t)
  const pool = new Pool({ connectionString: url })
  t.after(() => pool.end())
  const backends = new Map<number, number>()
  const scheduler = new Scheduler(async (actor) => {
    const { rows } = await watcher.query('SELECT cardinality(pg_blocking_pids($1)) AS others', [
      backends.get(actor) ?? 0,
    ])
    return rows[0].others > 0
  })
  const free = postgres(url)
  t.after(() => free.close())
  await free.migrate()
  return { held: postgres(heldPool(pool, scheduler, backends)).sessions, free: free.sessions, scheduler }
}

/** @param backends notes which process of the server works for which actor */
function heldPool(pool: Pool, scheduler: Scheduler, backends: Map<number, number>): PostgresPool {
  return {
    connect: async () => {
      const client: PoolClient & { processID?: number } = await pool.connect()
      const query = (...given: unknown[]): unknown => {
        const text = textOf(given[0])
        const ask = (): unknown => {
          if (scheduler.actor !== undefined) backends.set(scheduler.actor, client.processID ?? 0)
          return Reflect.apply(client.query, client, given)
        }
        // Each statement has a snapshot of its own: when a transaction began matters to nobody.
        return /^(?:BEGIN|SELECT true)/.test(text) ? ask() : scheduler.hold(text.trim().split('\n')[0] ?? '', ask)
      }
      return { query, release: (destroy?: boolean) => client.release(destroy) }
    },
  }
}

function textOf(query: unknown): string {
  return typeof query === 'string' ? query : (query as { text: string }).text
}

if (skip !== false) test('PostgreSQL: all orders of the statements of two transactions', { skip })
else statements('PostgreSQL', open)
