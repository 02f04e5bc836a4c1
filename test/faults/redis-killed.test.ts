/** A Redis that is killed and comes back: 503 while it is away, nothing has to be started anew, and what was ended stays so. */
import { memory } from '../../src/memory.ts'
import { redisSessions } from '../../src/redis.ts'
import { noRedisServer, OwnRedis } from '../support/own-redis.ts'
import { connectRedis, REDIS_CLIENTS } from '../support/redis.ts'
import { site } from '../support/site.ts'
import { killedAtRandom, killedUnderLoad, type ServerFaults } from './server-faults.ts'

/** Every change is on the disk before it is answered. */
const DURABLE = ['--appendonly', 'yes', '--appendfsync', 'always']

/** A site on Redis, by an address or by a client of the application's own. */
function by(client: string): ServerFaults {
  return {
    name: client,
    skip: noRedisServer(),
    start: (t) => OwnRedis.start(t, DURABLE),
    open: (t, { url }, storeTimeout) => {
      const connection = client === 'address' ? undefined : connectRedis(client, url)
      const sessions = redisSessions(connection?.client ?? url)
      t.after(() => connection?.close() ?? sessions.close?.())
      return site(t, { database: memory(), sessions, storeTimeout })
    },
  }
}

for (const client of ['address', ...REDIS_CLIENTS.keys()]) killedUnderLoad(by(client))
killedAtRandom(by('address'))
