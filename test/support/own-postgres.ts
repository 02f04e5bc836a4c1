/** A PostgreSQL of a test's own: its own folder, its own port, no rights; to be killed, stopped and started again. */
import { spawn, spawnSync } from 'node:child_process'
import { chownSync, existsSync, readdirSync, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { createInterface } from 'node:readline'
import { tempFolder } from './databases.ts'
import { freePort, NOBODY, type OwnServer } from './own-server.ts'
import { missing } from './requirements.ts'

type Hooks = { after(end: () => unknown): void }

/** Debian keeps the programs of each version in a folder that is not on the PATH. */
const DEBIAN = '/usr/lib/postgresql'

/** Where `initdb` and `postgres` are. */
function binaries(): string | undefined {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((one, other) => Number(other) - Number(one)) : []
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...versions.map((name) => join(DEBIAN, name, 'bin'))]
  return folders.find((folder) => ['initdb', 'postgres'].every((name) => existsSync(join(folder, name))))
}

/** Why tests that start a PostgreSQL are skipped, if they are. @throws when there is none and `POSTERN_REQUIRE_SERVICES` is set */
export function noPostgresServer(): string | false {
  return binaries() === undefined
    ? missing('POSTERN_REQUIRE_SERVICES', 'no initdb of PostgreSQL was found').skip
    : false
}

export class OwnPostgres implements OwnServer {
  readonly url: string
  readonly port: number
  readonly #folder: string
  readonly #settings: readonly string[]
  #child: ReturnType<typeof spawn> | undefined

  private constructor(folder: string, port: number, settings: readonly string[]) {
    this.#folder = folder
    this.port = port
    this.url = `postgres://postgres@127.0.0.1:${port}/postgres`
    this.#settings = settings
  }

  /** @param settings as in postgresql.conf: `['max_connections=20']` */
  static async start(t: Hooks, settings: readonly string[] = []): Promise<OwnPostgres> {
    const folder = tempFolder(t)
    if (process.getuid?.() === 0) chownSync(folder, NOBODY, NOBODY)
    const server = new OwnPostgres(folder, await freePort(), settings)
    t.after(() => server.kill())
    const given = ['-D', join(folder, 'data'), '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync']
    const made = spawnSync(join(binaries() ?? '', 'initdb'), given, { encoding: 'utf8', ...rights(), cwd: folder })
    if (made.status !== 0) throw new Error(`initdb: ${made.stderr}`)
    await server.start()
    return server
  }

  /** Resolves when it takes connections. */
  async start(): Promise<void> {
    const settings = [`port=${this.port}`, 'listen_addresses=127.0.0.1', `unix_socket_directories=${this.#folder}`]
    const given = [...settings, 'logging_collector=off', ...this.#settings].flatMap((setting) => ['-c', setting])
    const child = spawn(join(binaries() ?? '', 'postgres'), ['-D', join(this.#folder, 'data'), ...given], {
      stdio: ['ignore', 'ignore', 'pipe'],
      cwd: this.#folder,
      ...rights(),
    })
    this.#child = child
    const said: string[] = []
    for await (const line of createInterface(child.stderr)) {
      said.push(line)
      if (line.includes('ready to accept connections')) {
        child.stderr.resume()
        return
      }
    }
    throw new Error(`postgres ended: ${said.slice(-5).join('\n')}`)
  }

  /** Ends all of its processes without a word to anybody, as a crash would. */
  async kill(): Promise<void> {
    const child = this.#child
    this.#child = undefined
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const ended = new Promise((resolve) => child.once('exit', resolve))
    // The first process first, or it would start the others anew. They keep its memory until they have ended, too.
    const others = processesOf(child.pid)
    for (const pid of [child.pid ?? 0, ...others]) signal(pid, 'SIGKILL')
    await ended
    while (others.some((pid) => existsSync(`/proc/${pid}`))) await new Promise((resolve) => setTimeout(resolve, 5))
  }

  /** It is there, takes connections, and does nothing until it goes on. */
  pause(): void {
    for (const pid of this.#all()) signal(pid, 'SIGSTOP')
  }
  goOn(): void {
    for (const pid of this.#all()) signal(pid, 'SIGCONT')
  }

  #all(): number[] {
    const pid = this.#child?.pid
    return pid === undefined ? [] : [pid, ...processesOf(pid)]
  }
}

function rights(): { uid?: number; gid?: number } {
  return process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {}
}

/** The processes that a process has started and that are still there. */
function processesOf(pid: number | undefined): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number)
  } catch {
    return []
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch (error) {
    // It has ended by itself.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
