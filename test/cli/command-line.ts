/** The command `postern` in a folder of a project of its own: as a child process, and on a terminal. */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, extname, join } from 'node:path'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { createPostern, Pbkdf2Hasher, type Postern } from 'postern'
import { sqlite } from 'postern/sqlite'
import { SQLITE_MIGRATIONS } from '../../src/stores/sqlite/migrations.ts'
import { tempFolder } from '../support/databases.ts'
import { root } from '../support/project-files.ts'
import type { Found } from '../support/requirements.ts'

export const KEY = 'a-secret-key-of-the-tests-0123456789-abcdefghijklmnop'
export const PASSWORD = 'wonder-Land-42'

/** What the package itself runs: `dist`, or `src` where its lines are counted. */
const entry = fileURLToPath(import.meta.resolve('postern'))
export const BIN: string = join(dirname(entry), 'cli', `postern${extname(entry)}`)

/** Whether the command is run from its sources. */
export const SOURCES: boolean = extname(entry) === '.ts'

/** A settings file: SQLite in the folder, and a hasher that costs nothing. */
export const CONFIG = `
import { createPostern, Pbkdf2Hasher } from 'postern'
import { sqlite } from 'postern/sqlite'
export const auth = createPostern({
  secretKey: '${KEY}',
  database: sqlite('app.db'),
  passwordHashers: [new Pbkdf2Hasher({ rounds: 1 })],
  loginRedirectUrl: '/',
})
`

/** The names of the steps that `migrate` takes on a new database. */
export const STEPS: readonly string[] = SQLITE_MIGRATIONS.map(({ name }) => name)

export interface Outcome {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

type Environment = Readonly<Record<string, string | undefined>>

export class CommandLine {
  readonly folder: string
  readonly #t: Pick<TestContext, 'after'>

  constructor(t: Pick<TestContext, 'after'>, config: string | null = CONFIG, name = 'postern.config.ts') {
    this.#t = t
    this.folder = tempFolder(t)
    mkdirSync(join(this.folder, 'node_modules'))
    symlinkSync(root, join(this.folder, 'node_modules', 'postern'))
    this.write('package.json', '{"type":"module"}')
    if (config !== null) this.write(name, config)
  }

  write(file: string, text: string): void {
    writeFileSync(join(this.folder, file), text)
  }
  read(file: string): string {
    return readFileSync(join(this.folder, file), 'utf8')
  }

  /** Runs the command without a terminal. @param output what reads it may be gone before anything is written */
  async run(args: readonly string[], env: Environment = {}, output: 'read' | 'closed' = 'read'): Promise<Outcome> {
    const child = spawn(process.execPath, [BIN, ...args], { cwd: this.folder, env: this.#environment(env) })
    child.stdin.end()
    if (output === 'closed') child.stdout.destroy()
    const [stdout, stderr] = [textOf(child.stdout), textOf(child.stderr)]
    await once(child, 'close')
    return { code: child.exitCode, stdout: stdout(), stderr: stderr() }
  }

  /** The same, which has to end well. @returns what it printed */
  async ok(args: readonly string[], env: Environment = {}): Promise<string> {
    const { code, stdout, stderr } = await this.run(args, env)
    assert.deepEqual([code, stderr], [0, ''], `postern ${args.join(' ')}: ${stdout}`)
    return stdout
  }

  /** Runs the command on a terminal of its own. */
  onTerminal(args: readonly string[], env: Environment = {}): TerminalSession {
    const command = [process.execPath, BIN, ...args].map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ')
    const child = spawn('script', ['-qec', `stty cols 100 rows 40; exec ${command}`, '/dev/null'], {
      cwd: this.folder,
      env: this.#environment({ TERM: 'xterm', ...env }),
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    this.#t.after(() => child.kill())
    return new TerminalSession(child)
  }

  /** The site's database, as the site itself would open it. */
  async site(): Promise<Postern> {
    const auth = createPostern({
      secretKey: KEY,
      database: sqlite(join(this.folder, 'app.db')),
      passwordHashers: [new Pbkdf2Hasher({ rounds: 1 })],
      loginRedirectUrl: '/',
    })
    this.#t.after(() => auth.closeDatabase())
    await auth.migrate()
    return auth
  }

  #environment(env: Environment): NodeJS.ProcessEnv {
    const { NODE_ENV: _env, NO_COLOR: _colour, FORCE_COLOR: _force, CI: _ci, ...mine } = process.env
    return { ...mine, ...env }
  }
}

/** A command that somebody sits in front of. */
export class TerminalSession {
  readonly #child: ChildProcess
  readonly #ended: Promise<unknown>
  #seen = ''
  #from = 0

  constructor(child: ChildProcess) {
    this.#child = child
    this.#ended = once(child, 'close')
    child.stdin?.on('error', () => {})
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#seen += text
    })
  }

  /** All that was shown, without the movements of the cursor and the colours. */
  get screen(): string {
    return plain(this.#seen)
  }
  /** The same with them. */
  get raw(): string {
    return this.#seen
  }

  /** Waits until this is shown, after what was waited for before. */
  async sees(text: string): Promise<this> {
    const deadline = AbortSignal.timeout(20_000)
    for (;;) {
      const at = this.screen.indexOf(text, this.#from)
      if (at !== -1) {
        this.#from = at + text.length
        return this
      }
      const more = once(this.#child.stdout as NodeJS.ReadableStream, 'data', { signal: deadline })
      const over = await Promise.race([more.then(() => false), this.#ended.then(() => true)]).catch(() => true)
      if (over && this.screen.indexOf(text, this.#from) === -1) {
        assert.fail(
          `'${text}' is not shown after:\n${this.screen.slice(0, this.#from)}\n---\n${this.screen.slice(this.#from)}`,
        )
      }
    }
  }

  /** Types this, and Enter. */
  types(text: string): this {
    return this.presses(`${text}\r`)
  }
  presses(keys: string): this {
    this.#child.stdin?.write(keys)
    return this
  }
  /** Waits for a question and answers it. */
  async answers(question: string, text: string): Promise<this> {
    return (await this.sees(question)).types(text)
  }

  /** Waits for the end. @returns the exit code */
  async ends(): Promise<number | null> {
    await this.#ended
    return this.#child.exitCode
  }
}

/** Whether `script` of util-linux, which gives a process a terminal, is there. */
export function script(): Found {
  const { status, stdout } = spawnSync('script', ['--version'], { encoding: 'utf8' })
  return status === 0 && /util-linux/.test(stdout) ? { path: 'script' } : { skip: 'no script of util-linux was found' }
}

function textOf(stream: NodeJS.ReadableStream): () => string {
  let text = ''
  stream.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk
  })
  return () => text
}

function plain(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what a terminal is told by
  return text.replace(/\u001b\[[0-9;?]*[A-Za-z]/g, '').replaceAll('\r', '')
}
