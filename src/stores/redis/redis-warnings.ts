/** What a Redis tells about itself that takes from what a logout promises. It may not tell: then nothing is said of it. */
import type { StoreWarning } from '../../sessions/session-store.ts'
import type { RedisCommands } from './redis-client.ts'

/** What of its settings matters; undefined where the server does not say. */
interface ServerSettings {
  readonly evictionPolicy: string | undefined
  readonly appends: boolean | undefined
  readonly appendFsync: string | undefined
}

/** @throws {StoreUnavailable} when the server does not answer at all */
export async function redisWarnings(redis: RedisCommands): Promise<readonly StoreWarning[]> {
  await redis.send('PING')
  const memory = infoOf(await allowed(redis, 'INFO', 'memory'))
  const persistence = infoOf(await allowed(redis, 'INFO', 'persistence'))
  const appends = persistence.get('aof_enabled')
  return warningsOf({
    evictionPolicy: memory.get('maxmemory_policy'),
    appends: appends === undefined ? undefined : appends === '1',
    appendFsync: settingOf(await allowed(redis, 'CONFIG', 'GET', 'appendfsync')),
  })
}

/** Whether the server has dropped anything for want of memory since it was started. @throws when it does not say */
export async function hasEvicted(redis: RedisCommands): Promise<boolean> {
  return infoOf(await redis.send('INFO', 'stats')).get('evicted_keys') !== '0'
}

function* eviction({ evictionPolicy: policy }: ServerSettings): Generator<StoreWarning> {
  if (policy === undefined || policy === 'noeviction') return
  yield {
    topic: 'eviction',
    message: `Redis evicts when its memory is full (maxmemory-policy ${policy}): whoever is evicted is logged out, and "log out everywhere" has to search all of it.`,
    cure: 'Set maxmemory-policy noeviction on the server that keeps the sessions.',
  }
}

function* durability({ appends, appendFsync: fsync }: ServerSettings): Generator<StoreWarning> {
  if (appends === undefined || (appends && (fsync === 'always' || fsync === undefined))) return
  const loss = appends
    ? `Redis writes to the disk once in a while (appendfsync ${fsync})`
    : 'Redis writes its memory to the disk once in a while or never (appendonly no)'
  yield {
    topic: 'durability',
    message: `${loss}: after a crash the sessions are those of some moment before, and a logout since then is undone.`,
    cure: 'Set appendonly yes and appendfsync always, or keep the sessions in a database.',
  }
}

function warningsOf(settings: ServerSettings): readonly StoreWarning[] {
  return [...eviction(settings), ...durability(settings)]
}

/** The answer to what an administrator may have forbidden; undefined where it was. */
async function allowed(redis: RedisCommands, ...command: string[]): Promise<unknown> {
  try {
    return await redis.send(...command)
  } catch {
    return undefined
  }
}

function infoOf(answer: unknown): ReadonlyMap<string, string> {
  const lines = String(answer ?? '').matchAll(/^(\w+):(.*?)\r?$/gm)
  return new Map(Array.from(lines, ([, name = '', value = '']) => [name, value]))
}

/** `CONFIG GET` gives a list of names and values, or with RESP3 a map, which is an object or a `Map` by client. */
function settingOf(answer: unknown): string | undefined {
  const flat = answer instanceof Map ? [...answer].flat() : Array.isArray(answer) ? answer : Object.values(answer ?? {})
  const value: unknown = flat.at(-1)
  return value === undefined ? undefined : String(value)
}
