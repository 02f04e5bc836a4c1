/** A Redis that takes what it is asked and does not answer: the deadline, and no harm from what it does when it goes on. */
import { memory } from '../../src/memory.ts'
import { redisSessions } from '../../src/redis.ts'
import { noRedisServer, OwnRedis } from '../support/own-redis.ts'
import { site } from '../support/site.ts'
import { stopped } from './server-faults.ts'

stopped({
  name: 'Redis',
  skip: noRedisServer(),
  start: (t) => OwnRedis.start(t),
  open: (t, { url }, storeTimeout) => {
    const sessions = redisSessions(url)
    t.after(() => sessions.close?.())
    return site(t, { database: memory(), sessions, storeTimeout })
  },
})
