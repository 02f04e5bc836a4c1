/** A MariaDB of a test's own: its own folder, its own port, no rights; to be killed, stopped and started again. */
import { spawn, spawnSync } from 'node:child_process'
import { chownSync, existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { createInterface } from 'node:readline'
import { tempFolder } from './databases.ts'
import { mysqlClient } from './mysql.ts'
import { freePort, NOBODY, type OwnServer } from './own-server.ts'
import { missing } from './requirements.ts'

type Hooks = { after(end: () => unknown): void }

const PROGRAMS = ['mariadb-install-db', 'mariadbd']

/** Why tests that start a MariaDB are skipped, if they are. @throws when there is none and `POSTERN_REQUIRE_SERVICES` is set */
export function noMysqlServer(): string | false {
  const lacking = PROGRAMS.find((name) => find(name) === undefined)
  return lacking === undefined ? false : missing('POSTERN_REQUIRE_SERVICES', `no ${lacking} was found`).skip
}

/** Debian keeps the server where only root looks. */
function find(name: string): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin']
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path))
}

export class OwnMysql implements OwnServer {
  readonly url: string
  readonly port: number
  readonly #folder: string
  readonly #settings: readonly string[]
  #child: ReturnType<typeof spawn> | undefined

  private constructor(folder: string, port: number, settings: readonly string[]) {
    this.#folder = folder
    this.port = port
    this.url = `mysql://root@127.0.0.1:${port}/site`
    this.#settings = settings
  }

  /** It has an empty database `site`. @param settings as on the command line: `['--max-connections=5']` */
  static async start(t: Hooks, settings: readonly string[] = []): Promise<OwnMysql> {
    const folder = tempFolder(t)
    if (process.getuid?.() === 0) chownSync(folder, NOBODY, NOBODY)
    const server = new OwnMysql(folder, await freePort(), settings)
    t.after(() => server.kill())
    const given = ['--no-defaults', `--datadir=${join(folder, 'data')}`, '--auth-root-authentication-method=normal']
    const made = spawnSync(find('mariadb-install-db') ?? '', [...given, '--skip-test-db'], {
      encoding: 'utf8',
      cwd: folder,
      ...rights(),
    })
    if (made.status !== 0) throw new Error(`mariadb-install-db: ${made.stdout}${made.stderr}`)
    await server.start()
    const client = await mysqlClient(t, server.url.replace(/\/site$/, ''))
    await client.query('CREATE DATABASE site CHARACTER SET utf8mb4')
    return server
  }

  /** Resolves when it takes connections. */
  async start(): Promise<void> {
    const given = [
      '--no-defaults',
      `--datadir=${join(this.#folder, 'data')}`,
      `--port=${this.port}`,
      '--bind-address=127.0.0.1',
      `--socket=${join(this.#folder, 'socket')}`,
      `--pid-file=${join(this.#folder, 'pid')}`,
      '--innodb-buffer-pool-size=32M',
      '--innodb-log-file-size=16M',
      ...this.#settings,
    ]
    const child = spawn(find('mariadbd') ?? '', given, {
      stdio: ['ignore', 'ignore', 'pipe'],
      cwd: this.#folder,
      ...rights(),
    })
    this.#child = child
    const said: string[] = []
    for await (const line of createInterface(child.stderr)) {
      said.push(line)
      if (line.includes('ready for connections')) {
        child.stderr.resume()
        return
      }
    }
    throw new Error(`mariadbd ended: ${said.slice(-5).join('\n')}`)
  }

  /** Ends it without a word to anybody. */
  async kill(): Promise<void> {
    const child = this.#child
    this.#child = undefined
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const ended = new Promise((resolve) => child.once('exit', resolve))
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
}

function rights(): { uid?: number; gid?: number } {
  return process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {}
}
