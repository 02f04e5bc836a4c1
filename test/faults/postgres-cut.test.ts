/** PostgreSQL whose answers are lost, and whose connections are few. */
import { Pool } from 'pg'
import { postgres } from '../../src/postgres.ts'
import { noPostgres, postgresClient, postgresUrl } from '../support/postgres.ts'
import { crowdedPool } from './crowded-pool.ts'
import { lostAnswers } from './lost-answers.ts'

const skip = await noPostgres()

for (const by of ['its address', 'a pool'] as const) {
  lostAnswers({
    name: `PostgreSQL by ${by}`,
    skip,
    // The end of the message: the word is also in the name of an isolation level.
    commit: 'COMMIT\0',
    place: async (t) => {
      const url = new URL(await postgresUrl(t))
      const target = { host: url.hostname, port: Number(url.port || 5432) }
      const open = (port: number) => {
        url.host = `127.0.0.1:${port}`
        const pool = by === 'a pool' ? new Pool({ connectionString: url.href }) : undefined
        const database = postgres(pool ?? url.href)
        t.after(() => database.close())
        t.after(() => pool?.end())
        return database
      }
      return { target, open }
    },
  })
}

crowdedPool({
  name: 'PostgreSQL',
  skip,
  open: async (t) => {
    const url = await postgresUrl(t)
    const database = postgres(url, { poolSize: 2 })
    t.after(() => database.close())
    const block = async () => {
      const blocker = await postgresClient(t, url)
      await blocker.query('BEGIN; LOCK TABLE django_session IN ACCESS EXCLUSIVE MODE')
      return () => blocker.query('ROLLBACK')
    }
    return { database, block }
  },
})
