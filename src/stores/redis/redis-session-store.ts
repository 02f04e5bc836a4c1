/**
 * Sessions in Redis or Valkey: a hash for each, and for each user a sorted set of the keys of theirs. A session is read by one
 * plain command; whatever writes is one script that writes only what it finds alive.
 *
 * In place of django/contrib/sessions/backends/cache.py (5.2), whose check and write are two steps.
 */
import { newPublicId } from '../../sessions/public-id.ts'
import type {
  SessionClient,
  SessionInfo,
  SessionRecord,
  SessionStore,
  StoredSession,
  StoreWarning,
} from '../../sessions/session-store.ts'
import type { RedisCommands } from './redis-client.ts'
import type { RedisScript } from './redis-script.ts'
import { hasEvicted, redisWarnings } from './redis-warnings.ts'
import * as scripts from './session-scripts.ts'

/** Names that are looked at in one step. */
const PAGE = 1000
const ADDRESS_LENGTH = 45
const USER_AGENT_LENGTH = 255
/** Milliseconds; more than any clock will see, and less than what Redis cannot count. */
const LONGEST = 1e15

export class RedisSessionStore implements SessionStore {
  readonly revocable = true
  readonly listable = true
  readonly #redis: RedisCommands
  readonly #prefix: string

  /** @param prefix of all names in Redis */
  constructor(redis: RedisCommands, prefix: string) {
    this.#redis = redis
    this.#prefix = prefix
  }

  async load(key: string, now: number): Promise<StoredSession | null> {
    const line = await this.#redis.send('HMGET', this.#nameOf(key), 'data', 'expires', 'user', 'id', 'created')
    const [data, end, user, id, created] = line as (string | null)[]
    const expires = Number(end ?? 0)
    // The other way round, an end that cannot be read would never come.
    if (data == null || !(expires > now)) return null
    if (user == null) return { data: String(data), expires, userId: undefined }
    return { data: String(data), expires, userId: String(user), id: String(id), created: Number(created) }
  }

  create(key: string, record: SessionRecord, now: number): Promise<boolean> {
    return this.#done(scripts.CREATE, now, ...written(key, record, now))
  }

  update(key: string, record: SessionRecord, now: number): Promise<boolean> {
    return this.#done(scripts.UPDATE, now, ...written(key, record, now))
  }

  replace(key: string, newKey: string, record: SessionRecord, now: number): Promise<boolean> {
    return this.#done(scripts.REPLACE, now, key, ...written(newKey, record, now))
  }

  touch(key: string, expires: number, now: number): Promise<boolean> {
    return this.#done(scripts.TOUCH, now, key, String(expires), left(expires, now))
  }

  async delete(key: string, id = ''): Promise<boolean> {
    if (await this.#done(scripts.DELETE, 0, key, id)) return true
    // What was evicted may have been the way from the public id to the key that the session has now.
    if (id === '' || !(await hasEvicted(this.#redis))) return false
    return (await this.#allPages(scripts.SEARCH, 0, 'id', id, '')) > 0
  }

  async exists(key: string, now: number): Promise<boolean> {
    return Number(await this.#redis.send('HGET', this.#nameOf(key), 'expires')) > now
  }

  async adopt(key: string, userId: string, now: number, client?: SessionClient): Promise<void> {
    await this.#done(scripts.ADOPT, now, key, userId, newPublicId(), ...from(client))
  }

  /** By the user's list alone, unless Redis has evicted something: that may have been the list. */
  async deleteForUser(userId: string, except = ''): Promise<number> {
    const byList = async (): Promise<number> => Number(await this.#run(scripts.DELETE_FOR_USER, 0, userId, except))
    const listed = await byList()
    if (!(await hasEvicted(this.#redis))) return listed
    const found = await this.#allPages(scripts.SEARCH, 0, 'user', userId, except)
    // A session that changed its key meanwhile is on the list again.
    return listed + found + (await byList())
  }

  async listForUser(userId: string, now: number, current?: string): Promise<readonly SessionInfo[]> {
    const lines = (await this.#run(scripts.LIST_FOR_USER, now, userId)) as (string | null)[][]
    const list = lines.map(([key, id, created, seen, expires, address, agent]) => ({
      id: String(id),
      created: Number(created),
      lastSeen: Number(seen),
      expires: Number(expires),
      address: textOf(address),
      userAgent: textOf(agent),
      current: String(key) === current,
    }))
    return list.sort((a, b) => b.lastSeen - a.lastSeen || b.created - a.created || (a.id < b.id ? -1 : 1))
  }

  /** Redis removes sessions by itself, a minute after their end; this finds what is in a user's list and nowhere else. */
  clearExpired(now: number): Promise<number> {
    return this.#allPages(scripts.CLEAR, now)
  }

  warnings(): Promise<readonly StoreWarning[]> {
    return redisWarnings(this.#redis)
  }

  close(): Promise<void> {
    return this.#redis.close()
  }

  #nameOf(key: string): string {
    return `${this.#prefix}session:${key}`
  }

  #run(script: RedisScript, now: number, ...args: string[]): Promise<unknown> {
    return this.#redis.run(script, this.#prefix, String(now), ...args)
  }

  /** Runs a script that looks at all names, some at a time: requests are served in between. @returns the sum of what it counts */
  async #allPages(script: RedisScript, now: number, ...args: string[]): Promise<number> {
    let total = 0
    let cursor = '0'
    do {
      const answer = await this.#run(script, now, cursor, String(PAGE), ...args)
      const [next, count] = answer as [string, number]
      cursor = String(next)
      total += Number(count)
    } while (cursor !== '0')
    return total
  }

  async #done(script: RedisScript, now: number, ...args: string[]): Promise<boolean> {
    return Number(await this.#run(script, now, ...args)) === 1
  }
}

/** What the scripts that write take, from the key on. */
function written(key: string, { data, expires, userId, client, id }: SessionRecord, now: number): string[] {
  const args = [key, data, String(expires), left(expires, now)]
  return userId === null ? args : [...args, userId, id ?? newPublicId(), ...from(client)]
}

/** By the clock of whoever asks, which need not be that of Redis. @returns milliseconds, whole ones */
function left(expires: number, now: number): string {
  return String(Math.min(Math.max(1, Math.ceil(expires - now) + scripts.GRACE), LONGEST))
}

function from(client: SessionClient | undefined): [address: string, agent: string] {
  return [client?.address?.slice(0, ADDRESS_LENGTH) ?? '', client?.userAgent?.slice(0, USER_AGENT_LENGTH) ?? '']
}

function textOf(value: string | null | undefined): string | null {
  return value == null ? null : String(value)
}
