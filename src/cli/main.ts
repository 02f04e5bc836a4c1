/** From the words on the command line to a command and its exit code. Mirrors `ManagementUtility` (django/core/management, 5.2). */
import { readFileSync } from 'node:fs'
import { type ParseArgsConfig, parseArgs } from 'node:util'
import { nearestName } from '../kernel/nearest-name.ts'
import type { Postern } from '../postern.ts'
import { type Call, type Command, CommandError, type ExitCode, usageError } from './command.ts'
import { commands } from './commands.ts'
import { COMMON_OPTIONS, helpOf, helpOfAll } from './help.ts'
import { loadConfig } from './load-config.ts'
import { Terminal } from './terminal.ts'

/** Milliseconds that whatever else the settings file has opened gets to end by itself. */
const PATIENCE = 500

/** Runs what the process was called with, and sets its exit code. */
export async function runFromTerminal(): Promise<void> {
  const terminal = new Terminal()
  quietWarnings(terminal)
  const stopListening = terminal.onceAbandoned()
  process.exitCode = await main(process.argv.slice(2), terminal)
  stopListening()
  // A pool or a server of the application's own would keep the process for ever.
  setTimeout(() => process.exit(), PATIENCE).unref()
}

async function main(words: readonly string[], terminal: Terminal): Promise<ExitCode> {
  terminal.plain = words.includes('--no-color')
  const trace = words.includes('--traceback')
  try {
    return await dispatch(words, terminal)
  } catch (error) {
    terminal.error(trace && error instanceof Error ? (error.stack ?? error.message) : messageOf(error))
    return error instanceof CommandError ? error.exitCode : 1
  }
}

async function dispatch(words: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const at = words.findIndex((word) => !word.startsWith('-'))
  const [first, second] = at === -1 ? [] : words.slice(at)
  const wantsHelp = words.includes('--help') || words.includes('-h')
  if (first === undefined) {
    if (words.includes('--version') || words.includes('-V')) terminal.print(version())
    else if (wantsHelp) terminal.print(helpOfAll(terminal))
    else {
      terminal.note(helpOfAll(terminal))
      return 2
    }
    return 0
  }
  if (first === 'help') {
    terminal.print(
      second === undefined ? helpOfAll(terminal) : helpOf(commandOf(words.slice(at + 1)).command, terminal),
    )
    return 0
  }
  const { command, length } = commandOf(words.slice(at))
  if (wantsHelp) {
    terminal.print(helpOf(command, terminal))
    return 0
  }
  return run(command, words.toSpliced(at, length), terminal)
}

/** @param words from the command on @throws {CommandError} when there is no such command */
function commandOf(words: readonly string[]): { command: Command; length: number } {
  const [first = '', second = ''] = words
  for (const [name, length] of [
    [`${first} ${second}`, 2],
    [first, 1],
  ] as const) {
    const command = commands.find((candidate) => candidate.name === name)
    if (command !== undefined) return { command, length }
  }
  const names = commands.map(({ name }) => name)
  const family = names.filter((name) => name.startsWith(`${first} `))
  if (family.length > 0)
    throw usageError(`postern ${first} is one of: ${family.map((name) => `postern ${name}`).join(', ')}.`)
  const near = nearestName(`${first} ${second}`, names) ?? nearestName(first, names)
  const hint = near === undefined ? 'postern --help lists them.' : `Did you mean 'postern ${near}'?`
  throw usageError(`There is no command '${first}'. ${hint}`)
}

async function run(command: Command, words: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const { values, positionals } = parse(command, words)
  if (typeof values.env === 'string') loadEnvironment(values.env)
  if (command.takes === '' && positionals.length > 0) {
    throw usageError(
      `postern ${command.name} takes no '${positionals[0]}'. postern ${command.name} --help says what it takes.`,
    )
  }
  let opened: Postern | undefined
  const call: Call = {
    terminal,
    values,
    given: positionals,
    open: async () => {
      opened ??= await loadConfig(typeof values.config === 'string' ? values.config : undefined)
      return opened
    },
  }
  try {
    return await command.run(call)
  } finally {
    // Rows of the audit log are written beside the work that they tell of.
    await opened?.settled()
    await opened?.closeDatabase()
  }
}

function parse(command: Command, words: readonly string[]): { values: Call['values']; positionals: string[] } {
  const known = { ...COMMON_OPTIONS, ...command.options }
  const options: ParseArgsConfig['options'] = Object.fromEntries(
    Object.entries(known).map(([name, { type }]) => [name, { type }]),
  )
  try {
    const { values, positionals } = parseArgs({ args: [...words], options, allowPositionals: true, strict: true })
    return { values: values as Call['values'], positionals }
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    const [, given] = /^Unknown option '--?([^'=]+)'/.exec(error.message) ?? []
    if (given === undefined) throw usageError(error.message)
    const near = nearestName(given, Object.keys(known))
    const hint = near === undefined ? `postern ${command.name} --help lists them.` : `Did you mean --${near}?`
    throw usageError(`postern ${command.name} has no option '${given.length > 1 ? '--' : '-'}${given}'. ${hint}`)
  }
}

function loadEnvironment(file: string): void {
  try {
    process.loadEnvFile(file)
  } catch (error) {
    throw new CommandError(`${file} cannot be read: ${messageOf(error)}`)
  }
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error instanceof CommandError) return error.message
  // What the API says of itself is not what somebody at a terminal types.
  const message = error.message.replace(
    /Run `await auth\.migrate\(\)` once before serving requests\./,
    'Run `npx postern migrate`.',
  )
  return `Error: ${message}`
}

/** What Node tells of features that may change, Postern of the site's settings (`postern check` does), and Node of a file that is no module by its name. */
const UNTOLD = /^(?:ExperimentalWarning|PosternWarning|Warning: (?:Failed to load the ES module|Module type of))/

function quietWarnings(terminal: Terminal): void {
  process.removeAllListeners('warning')
  process.on('warning', ({ name, message }) => {
    const told = `${name}: ${message}`
    if (!UNTOLD.test(told)) terminal.error(told)
  })
}

function version(): string {
  const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(manifest) as { readonly version: string }).version
}
