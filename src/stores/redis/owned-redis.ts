/**
 * A connection of Postern's own, by whichever client package is installed. It is made at the first command, comes back by itself
 * when the server does, and while the server is away commands fail at once instead of waiting in a queue.
 */
import { ConfigurationError } from '../../errors.ts'
import { isRefusal, RedisCommands, type SendCommand } from './redis-client.ts'

/** Milliseconds. */
const CONNECT_TIMEOUT = 2000
/** Milliseconds without a sign of life after which a connection counts as dead, and how often it is asked for one. */
const SILENCE = 5000
const PING_INTERVAL = 2000

/** Milliseconds until the next try: soon at first, then once a second, and not all processes at once. */
function retryDelay(tries: number): number {
  return Math.min(1000, 50 * 2 ** Math.min(tries, 5)) * (0.5 + Math.random() / 2)
}

/** A connection that is under way. */
interface Connection {
  readonly send: SendCommand
  /** The connection works now, or its last try failed. */
  readonly settled: Promise<void>
  /** Why the last try failed; undefined when it did not. */
  readonly trouble: () => unknown
  readonly close: () => void
}

/** What the clients have in common as sources of events. */
interface Source {
  on(event: 'error' | 'ready', listener: (error?: unknown) => void): unknown
}

/** Listens from before the connection is begun: an error that nobody hears would end the process. */
function watch(client: Source): Pick<Connection, 'settled' | 'trouble'> {
  let last: unknown
  const { promise: settled, resolve } = Promise.withResolvers<void>()
  client.on('error', (error) => {
    last = error
    resolve()
  })
  client.on('ready', () => {
    last = undefined
    resolve()
  })
  return { settled, trouble: () => last }
}

type Opener = (url: string) => Promise<Connection>

/** What an address is opened with: the first package of these that is installed. @internal */
export const PACKAGES = {
  redis: async (url) => {
    const { createClient } = await import('redis')
    const client = createClient({
      url,
      disableOfflineQueue: true,
      pingInterval: PING_INTERVAL,
      socket: { connectTimeout: CONNECT_TIMEOUT, socketTimeout: SILENCE, reconnectStrategy: retryDelay },
    })
    const state = watch(client)
    client.connect().catch(() => {})
    return { ...state, send: (command) => client.sendCommand(command), close: () => client.destroy() }
  },
  ioredis: async (url) => openIo((await import('ioredis')).Redis, url),
  iovalkey: async (url) => openIo((await import('iovalkey')).Redis, url),
} as const satisfies Readonly<Record<string, Opener>>

type IoRedis = new (
  url: string,
  options: object,
) => Source & { call(command: string, args: string[]): Promise<unknown>; disconnect(): void }

function openIo(Redis: IoRedis, url: string): Connection {
  const client = new Redis(url, {
    connectTimeout: CONNECT_TIMEOUT,
    socketTimeout: SILENCE,
    retryStrategy: retryDelay,
    enableOfflineQueue: false,
    // What was not answered may have been done: whoever asked decides whether to ask again.
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
  })
  const state = watch(client)
  return { ...state, send: ([name = '', ...args]) => client.call(name, args), close: () => client.disconnect() }
}

async function open(url: string, openers: readonly Opener[]): Promise<Connection> {
  for (const opener of openers) {
    try {
      return await opener(url)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error
    }
  }
  throw new ConfigurationError('An address of Redis needs a client package: run `npm install redis`.')
}

/**
 * Commands over a connection that Postern opens and closes itself.
 * @param url `redis://user:password@host:port/database`, or `rediss://` for TLS
 * @param openers tried in this order
 */
export function ownedRedis(url: string, openers: readonly Opener[] = Object.values(PACKAGES)): RedisCommands {
  let connection: Promise<Connection> | undefined
  const send: SendCommand = async (command) => {
    connection ??= open(url, openers)
    const { settled, send, trouble } = await connection
    await settled
    try {
      return await send(command)
    } catch (error) {
      throw explained(error, trouble())
    }
  }
  return new RedisCommands(send, async () => {
    const opened = await connection?.catch(() => undefined)
    opened?.close()
  })
}

/** That a client is not connected says less than why: a wrong password is not a server that is away. */
function explained(error: unknown, trouble: unknown): unknown {
  return isRefusal(trouble) && !(error instanceof Error && /^[A-Z]+ /.test(error.message)) ? trouble : error
}
