/** Redis for tests: the server of this machine, or at `REDIS_URL`, by each of the clients; every test has names of its own. */
import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import { Redis as Valkey } from 'iovalkey'
import { createClient } from 'redis'
import type { Database } from '../../src/database.ts'
import { memory } from '../../src/memory.ts'
import { type RedisClient, redisSessions } from '../../src/redis.ts'
import type { SessionStore } from '../../src/sessions/session-store.ts'
import { noService } from './service.ts'

type Hooks = { after(end: () => unknown): void }

/** A connection of a test's own. */
export interface RedisConnection {
  readonly client: RedisClient
  /** One command, past the client's own methods. */
  readonly send: (...command: string[]) => Promise<unknown>
  readonly close: () => void
}

export const REDIS_URL: string = process.env.REDIS_URL || 'redis://127.0.0.1:6379'

/** How each client is made; it connects by itself. */
export const REDIS_CLIENTS: ReadonlyMap<string, (url?: string) => RedisConnection> = new Map([
  [
    'redis',
    (url = REDIS_URL) => {
      const client = createClient({ url, socket: { reconnectStrategy: 20 } })
      client.on('error', () => {})
      client.connect().catch(() => {})
      return { client, send: (...command) => client.sendCommand(command), close: () => client.destroy() }
    },
  ],
  ['ioredis', (url = REDIS_URL) => io(new Redis(url, { retryStrategy: () => 20 }))],
  ['iovalkey', (url = REDIS_URL) => io(new Valkey(url, { retryStrategy: () => 20 }))],
])

function io(client: Redis | Valkey): RedisConnection {
  client.on('error', () => {})
  return {
    client,
    send: (name, ...args) => client.call(name ?? '', ...args),
    close: () => client.disconnect(),
  }
}

/** Why tests that need Redis are skipped, if they are. @throws when there is none and `POSTERN_REQUIRE_SERVICES` is set */
export function noRedis(): Promise<string | false> {
  return noService('Redis', REDIS_URL, 6379)
}

/** A name that no other test has in front of what it keeps; what begins with it goes when the test is over. */
export function redisPrefix(t: Hooks, { send, close }: RedisConnection): string {
  const prefix = `postern-test-${randomUUID()}:`
  t.after(async () => {
    const names = (await send('KEYS', `${prefix}*`)) as string[]
    if (names.length > 0) await send('DEL', ...names)
    close()
  })
  return prefix
}

/** An empty store of sessions. @param client a name of `REDIS_CLIENTS` */
export function openRedisSessions(t: Hooks, client = 'redis'): SessionStore {
  const connection = connectRedis(client)
  return redisSessions(connection.client, { prefix: redisPrefix(t, connection) })
}

/** @param client a name of `REDIS_CLIENTS` @param url of a server of the test's own. @default the one of this machine */
export function connectRedis(client = 'redis', url?: string): RedisConnection {
  const make = REDIS_CLIENTS.get(client)
  if (make === undefined) throw new Error(`There is no client ${client}.`)
  return make(url)
}

/** Users in memory, and their sessions in Redis. */
export function openRedis(t: Hooks, client = 'redis'): Database {
  return { ...memory(), sessions: openRedisSessions(t, client) }
}
