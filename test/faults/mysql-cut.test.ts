/** MariaDB whose answers are lost, and whose connections are few. */
import { mysql } from '../../src/mysql.ts'
import { DRIVERS, mysqlClient, mysqlUrl, noMysql } from '../support/mysql.ts'
import { crowdedPool } from './crowded-pool.ts'
import { lostAnswers } from './lost-answers.ts'

const skip = await noMysql()

for (const driver of DRIVERS) {
  lostAnswers({
    name: `MariaDB by ${driver}`,
    skip,
    commit: '\u0003COMMIT',
    place: async (t) => {
      const url = new URL(await mysqlUrl(t, driver))
      const target = { host: url.hostname, port: Number(url.port || 3306) }
      const open = (port: number) => {
        url.host = `127.0.0.1:${port}`
        const database = mysql(url.href)
        t.after(() => database.close())
        return database
      }
      return { target, open }
    },
  })

  crowdedPool({
    name: `MariaDB by ${driver}`,
    skip,
    open: async (t) => {
      const url = await mysqlUrl(t, driver)
      const database = mysql(url, { poolSize: 2 })
      t.after(() => database.close())
      const block = async () => {
        const blocker = await mysqlClient(t, url.replace(/^mariadb:/, 'mysql:'))
        await blocker.query('LOCK TABLES django_session WRITE, postern_session WRITE')
        return () => blocker.query('UNLOCK TABLES')
      }
      return { database, block }
    },
  })
}
