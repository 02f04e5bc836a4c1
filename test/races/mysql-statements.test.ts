/** All orders of the statements of two transactions on MariaDB. */
import { test } from 'node:test'
import { mysql } from '../../src/mysql.ts'
import type { MysqlConnection, MysqlPool } from '../../src/stores/mysql/mysql-pool.ts'
import { mysqlClient, mysqlPool, mysqlUrl, noMysql } from '../support/mysql.ts'
import { Scheduler } from './scheduler.ts'
import { type Stage, statements } from './statements.ts'

type Hooks = { after(end: () => unknown): void }

const skip = await noMysql()

async function open(t: Hooks): Promise<Stage> {
  const url = await mysqlUrl(t)
  const watcher = await mysqlClient(t)
  const threads = new Map<number, number>()
  const scheduler = new Scheduler(async (actor) => {
    // Not from information_schema.innodb_trx: it is not looked at anew as long as it is asked often.
    const [[status]] = (await watcher.query('SHOW ENGINE INNODB STATUS')) as unknown as [string[][]]
    const mine = new RegExp(`^(?:MariaDB|MySQL) thread id ${threads.get(actor)},`, 'm')
    const transaction = String(status?.[2])
      .split('---TRANSACTION')
      .find((text) => mine.test(text))
    return /^LOCK WAIT /m.test(transaction ?? '')
  })
  const free = mysql(url)
  t.after(() => free.close())
  await free.migrate()
  return {
    held: mysql(heldPool(mysqlPool(t, 'mysql2', url), scheduler, threads)).sessions,
    free: free.sessions,
    scheduler,
  }
}

/** @param threads notes which connection of the server works for which actor */
function heldPool(pool: MysqlPool, scheduler: Scheduler, threads: Map<number, number>): MysqlPool {
  return {
    getConnection: async () => {
      const real = (await (pool.getConnection as () => unknown)()) as MysqlConnection & {
        readonly connection: { readonly threadId: number }
      }
      const held = (sql: string, ask: () => unknown): Promise<unknown> => {
        const asked = (): unknown => {
          if (scheduler.actor !== undefined) threads.set(scheduler.actor, real.connection.threadId)
          return ask()
        }
        // Each statement has a snapshot of its own: when a transaction began matters to nobody.
        const isAside = /^(?:SET TRANSACTION|START|SELECT DATABASE)|postern_migration/.test(sql)
        return (isAside ? asked() : scheduler.hold(sql.trim().split('\n')[0] ?? '', asked)) as Promise<unknown>
      }
      return {
        execute: (query, values) => held(query.sql, () => real.execute(query, values)),
        query: (sql) => held(sql, () => real.query(sql)),
        release: () => real.release(),
        destroy: () => real.destroy(),
      } satisfies MysqlConnection
    },
  }
}

if (skip !== false) test('MariaDB: all orders of the statements of two transactions', { skip })
else statements('MariaDB', open)
