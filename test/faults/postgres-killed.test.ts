/** A PostgreSQL that is killed, stopped and comes back: 503 while it is away, and what was ended stays so. */
import { Pool } from 'pg'
import { postgres } from '../../src/postgres.ts'
import { noPostgresServer, OwnPostgres } from '../support/own-postgres.ts'
import { site } from '../support/site.ts'
import { killedAtRandom, killedUnderLoad, type ServerFaults, stopped } from './server-faults.ts'

/** By an address, or by a pool of the application's own. */
function by(what: 'address' | 'pool'): ServerFaults {
  return {
    name: `PostgreSQL by ${what === 'address' ? 'its address' : 'a pool'}`,
    skip: noPostgresServer(),
    start: (t) => OwnPostgres.start(t),
    open: async (t, { url }, storeTimeout) => {
      const pool = what === 'pool' ? new Pool({ connectionString: url }) : undefined
      const database = postgres(pool ?? url)
      t.after(() => database.close())
      t.after(() => pool?.end())
      return site(t, { database, storeTimeout })
    },
  }
}

killedUnderLoad(by('address'))
killedUnderLoad(by('pool'))
killedAtRandom(by('address'))
stopped(by('address'))
