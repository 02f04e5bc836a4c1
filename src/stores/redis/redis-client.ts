/** One way to speak to Redis or Valkey, whichever of its clients the application has. */
import { ConfigurationError, PosternError, StoreUnavailable } from '../../errors.ts'
import type { RedisScript } from './redis-script.ts'

/** What Postern asks of a client of the package `redis` (node-redis): `await createClient(…).connect()`. */
export interface NodeRedisClient {
  sendCommand(command: string[]): Promise<unknown>
}

/** What Postern asks of a client of `ioredis` or `iovalkey`: `new Redis(…)`. */
export interface IoRedisClient {
  call(command: string, ...given: string[]): Promise<unknown>
}

/** A client that is connected, or connects by itself. It stays the application's: Postern does not close it. */
export type RedisClient = NodeRedisClient | IoRedisClient

/** Sends one command and gives its raw answer. */
export type SendCommand = (command: string[]) => Promise<unknown>

/** Commands to one server. */
export class RedisCommands {
  readonly #send: SendCommand
  readonly #close: () => Promise<void>

  /** @param close for a connection that is Postern's own. @default nothing is closed */
  constructor(send: SendCommand, close: () => Promise<void> = async () => {}) {
    this.#send = send
    this.#close = close
  }

  /**
   * @throws {StoreUnavailable} when the command was not answered, or refused
   * @throws {ConfigurationError} when Redis does not let us in
   */
  async send(...command: string[]): Promise<unknown> {
    try {
      return await this.#send(command)
    } catch (error) {
      throw redisError(error)
    }
  }

  /** Runs a script by its name; a server that does not know it (any more) gets its text. @param prefix `KEYS[1]` */
  async run({ sha, text }: RedisScript, prefix: string, ...args: string[]): Promise<unknown> {
    try {
      return await this.#send(['EVALSHA', sha, '1', prefix, ...args])
    } catch (error) {
      if (!/^NOSCRIPT\b/.test(said(error))) throw redisError(error)
    }
    return this.send('EVAL', text, '1', prefix, ...args)
  }

  close(): Promise<void> {
    return this.#close()
  }
}

/** @throws {ConfigurationError} when it is no client, or one of a cluster */
export function commandsOf(client: RedisClient): RedisCommands {
  const given: Partial<NodeRedisClient & IoRedisClient & { slots: unknown; isCluster: unknown }> | null = client
  if (given?.isCluster === true || given?.slots !== undefined) {
    throw new ConfigurationError(
      'Redis Cluster is not supported: a session and the list of its user are written in one step, and would be on two nodes. Give a client of one server (with its replicas, if you like).',
    )
  }
  // ioredis has a `sendCommand` too, of another kind.
  if (typeof given?.call === 'function') {
    return new RedisCommands(([command = '', ...args]) => (client as IoRedisClient).call(command, ...args))
  }
  if (typeof given?.sendCommand === 'function') {
    return new RedisCommands((command) => (client as NodeRedisClient).sendCommand(command))
  }
  throw new ConfigurationError(
    "This is no client of Redis: give one of the packages redis, ioredis or iovalkey, or an address such as 'redis://localhost:6379'.",
  )
}

/** Redis does not let us in, or not do this. */
export function isRefusal(error: unknown): boolean {
  return /^(?:NOAUTH|WRONGPASS|NOPERM)\b/.test(said(error))
}

/** Whatever it is: nobody's identity follows from it. */
function redisError(error: unknown): PosternError {
  if (error instanceof PosternError) return error
  if (!isRefusal(error)) return new StoreUnavailable(undefined, error)
  const cure = 'Give the client its user and password; docs/stores.md says which commands that user needs.'
  return new ConfigurationError(`Redis does not let Postern in: ${said(error)} ${cure}`, error)
}

function said(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
