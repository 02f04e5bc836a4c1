/** MariaDB passes the suites of all stores, by the packages `mysql2` and `mariadb`: with pools of Postern's own, and of the application's. */
import { after, test } from 'node:test'
import { mysql } from '../../src/mysql.ts'
import { DRIVERS, emptyTables, mysqlClient, mysqlPool, mysqlUrl, noMysql } from '../support/mysql.ts'
import { contracts } from './contracts.ts'

const skip = await noMysql()

for (const driver of DRIVERS) {
  if (skip !== false) {
    test(`MariaDB by ${driver}: the contracts of all stores`, { skip })
    continue
  }
  // Tables are made once: that takes a hundred times as long as a test.
  const endings: (() => unknown)[] = []
  const hooks = { after: (ending: () => unknown) => void endings.unshift(ending) }
  const url = await mysqlUrl(hooks, driver)
  const client = await mysqlClient(hooks, url)
  const first = mysql(url)
  await first.migrate()
  await first.close()
  const pool = mysqlPool(hooks, driver, url)
  after(async () => {
    for (const ending of endings) await ending()
  })
  contracts(
    `MariaDB by ${driver}`,
    async (t) => {
      const database = mysql(url)
      t.after(() => emptyTables(client))
      t.after(() => database.close())
      return database
    },
    true,
  )
  contracts(
    `MariaDB by a pool of ${driver}`,
    async (t) => {
      t.after(() => emptyTables(client))
      return mysql(pool)
    },
    true,
  )
}
