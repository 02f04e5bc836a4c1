/** Sessions in Redis pass the suite of all stores, by each of the clients. */
import { test } from 'node:test'
import { sessionStoreContract } from '../../src/testing.ts'
import { noRedis, openRedisSessions, REDIS_CLIENTS } from '../support/redis.ts'

const skip = await noRedis()

for (const client of REDIS_CLIENTS.keys()) {
  if (skip !== false) test(`Redis by ${client}: the contract of a session store`, { skip })
  else {
    sessionStoreContract({
      name: `Redis by ${client}`,
      create: async () => {
        const endings: (() => unknown)[] = []
        const store = openRedisSessions({ after: (ending) => void endings.push(ending) }, client)
        return {
          store,
          close: async () => {
            for (const ending of endings) await ending()
          },
        }
      },
    })
  }
}
