/** The races of a logout with other requests, on every store in the box. */
import { test } from 'node:test'
import { memoryCache } from '../../src/memory.ts'
import { openCached, openRedisCache } from '../support/cached.ts'
import { DATABASES, openSqlite } from '../support/databases.ts'
import { noRedis, openRedis, REDIS_CLIENTS } from '../support/redis.ts'
import { inCookies } from '../support/signed-cookies.ts'
import { logoutRaces } from './logout-races.ts'

for (const [name, open] of DATABASES) logoutRaces(name, open)

logoutRaces('sqlite behind memory', (t) => openCached(t, memoryCache()))

logoutRaces('signed cookies', () => inCookies())
logoutRaces('signed cookies beside sqlite', (t) => inCookies(openSqlite(t)))

const skip = await noRedis()
if (skip !== false) test('sqlite behind Redis: the races of a logout', { skip })
else logoutRaces('sqlite behind Redis', (t) => openCached(t, openRedisCache(t)))
for (const client of REDIS_CLIENTS.keys()) {
  if (DATABASES.has(client)) continue
  if (skip !== false) test(`${client}: the races of a logout`, { skip })
  else logoutRaces(client, (t) => openRedis(t, client))
}
