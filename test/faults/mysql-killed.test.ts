/** A MariaDB that is killed, stopped and comes back: 503 while it is away, and what was ended stays so. */
import { mysql } from '../../src/mysql.ts'
import { mysqlPool } from '../support/mysql.ts'
import { noMysqlServer, OwnMysql } from '../support/own-mysql.ts'
import { site } from '../support/site.ts'
import { killedAtRandom, killedUnderLoad, type ServerFaults, stopped } from './server-faults.ts'

/** By an address, which names the package that opens it, or by a pool of the application's own. */
function by(driver: string, what: 'address' | 'pool'): ServerFaults {
  return {
    name: `MariaDB by ${what === 'address' ? 'its address and' : 'a pool of'} ${driver}`,
    skip: noMysqlServer(),
    start: (t) => OwnMysql.start(t),
    open: async (t, { url }, storeTimeout) => {
      const address = driver === 'mariadb' ? url.replace(/^mysql:/, 'mariadb:') : url
      const database = mysql(what === 'pool' ? mysqlPool(t, driver, url) : address)
      t.after(() => database.close())
      return site(t, { database, storeTimeout })
    },
  }
}

for (const driver of ['mysql2', 'mariadb']) {
  killedUnderLoad(by(driver, 'address'))
  killedUnderLoad(by(driver, 'pool'))
  stopped(by(driver, 'address'))
}
killedAtRandom(by('mysql2', 'address'))
