/** A Redis of a test's own: its own folder, its own port, no rights; to be killed, stopped and started again. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chownSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { tempFolder } from './databases.ts'
import { freePort, NOBODY, type OwnServer } from './own-server.ts'
import { connectRedis } from './redis.ts'
import { program } from './requirements.ts'

type Hooks = { after(end: () => unknown): void }

/** Why tests that start a Redis are skipped, if they are. @throws when there is none and `POSTERN_REQUIRE_SERVICES` is set */
export function noRedisServer(): string | false {
  return program('redis-server', 'POSTERN_REQUIRE_SERVICES').skip ?? false
}

export class OwnRedis implements OwnServer {
  readonly url: string
  readonly port: number
  readonly #folder: string
  readonly #settings: readonly string[]
  #child: ReturnType<typeof spawn> | undefined

  private constructor(folder: string, port: number, settings: readonly string[]) {
    this.#folder = folder
    this.port = port
    this.url = `redis://127.0.0.1:${port}`
    this.#settings = settings
  }

  /** @param settings as on the command line: `['--appendonly', 'yes']` */
  static async start(t: Hooks, settings: readonly string[] = []): Promise<OwnRedis> {
    const folder = tempFolder(t)
    if (process.getuid?.() === 0) chownSync(folder, NOBODY, NOBODY)
    const redis = new OwnRedis(folder, await freePort(), settings)
    t.after(() => redis.kill())
    await redis.start()
    return redis
  }

  /** Resolves when it takes connections. */
  async start(): Promise<void> {
    const given = [
      '--port',
      `${this.port}`,
      '--bind',
      '127.0.0.1',
      '--dir',
      this.#folder,
      '--save',
      '',
      ...this.#settings,
    ]
    const rights = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {}
    const child = spawn('redis-server', given, { stdio: ['ignore', 'pipe', 'inherit'], ...rights })
    this.#child = child
    const said: string[] = []
    for await (const line of createInterface(child.stdout)) {
      said.push(line)
      if (line.includes('Ready to accept connections')) {
        child.stdout.resume()
        return
      }
    }
    throw new Error(`redis-server ended: ${said.slice(-5).join('\n')}`)
  }

  /** Ends it without a word to anybody. */
  async kill(): Promise<void> {
    const child = this.#child
    this.#child = undefined
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
  }

  /** It is there, takes connections, and does nothing until it goes on. */
  pause(): void {
    this.#child?.kill('SIGSTOP')
  }
  goOn(): void {
    this.#child?.kill('SIGCONT')
  }

  /** Sends one command, by a connection for it alone. */
  async send(...command: string[]): Promise<unknown> {
    const { send, close } = connectRedis('redis', this.url)
    try {
      return await send(...command)
    } finally {
      close()
    }
  }
}
