/** Cached sessions pass the suite of all stores: over SQLite, with a cache in memory and in Redis, by each of its clients. */
import { test } from 'node:test'
import type { SessionCache } from '../../src/cached.ts'
import { memoryCache } from '../../src/memory.ts'
import { sessionStoreContract } from '../../src/testing.ts'
import { openCached, openRedisCache } from '../support/cached.ts'
import { noRedis, REDIS_CLIENTS } from '../support/redis.ts'

type Hooks = { after(end: () => unknown): void }

const skip = await noRedis()
const caches = new Map<string, (t: Hooks) => SessionCache>([['memory', () => memoryCache()]])
for (const client of REDIS_CLIENTS.keys()) caches.set(client, (t) => openRedisCache(t, client))

for (const [name, open] of caches) {
  if (name !== 'memory' && skip !== false) {
    test(`SQLite behind ${name}: the contract of a session store`, { skip })
    continue
  }
  sessionStoreContract({
    name: `SQLite behind ${name}`,
    create: async () => {
      const endings: (() => unknown)[] = []
      const hooks: Hooks = { after: (ending) => void endings.unshift(ending) }
      const database = openCached(hooks, open(hooks))
      await database.migrate()
      return {
        store: database.sessions,
        close: async () => {
          for (const ending of endings) await ending()
        },
      }
    },
  })
}
