/** An error of the settings file, with the place in it and without our own stack. */
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ConfigurationError } from '../errors.ts'
import { CommandError } from './command.ts'

/** The settings file failed while it was read. */
export class ConfigError extends CommandError {
  /** What `createPostern` refused, one sentence each; none for any other error. */
  readonly problems: readonly string[]
  /** `postern.config.ts:12:9` */
  readonly place: string

  /** @param file the settings file, absolute */
  constructor(error: unknown, file: string) {
    const place = placeOf(error, file)
    const said = messageOf(error)
    super(`${place}\n${said}`)
    this.name = 'ConfigError'
    this.cause = error
    this.place = place
    this.problems = isConfigurationError(error) ? error.message.split('\n') : []
  }
}

/** Another copy of the package has a class of its own, and the same code. */
function isConfigurationError(error: unknown): error is ConfigurationError {
  return error instanceof Error && 'code' in error && error.code === new ConfigurationError('').code
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return `The settings threw ${String(error)}`
  if (isMissing(error)) {
    const [, name] = /^Cannot find package '([^']+)'/.exec(error.message) ?? []
    if (name !== undefined) return `The package ${name} is not installed: npm install ${name}`
  }
  return `${error.name}: ${error.message}${NO_MODULE.test(error.message) ? `\n${MODULE_HINT}` : ''}`
}

/** What V8 says of a module that Node took for CommonJS. */
const NO_MODULE = /^(?:Cannot use import statement outside a module|Unexpected token 'export')/
const MODULE_HINT =
  'The package.json above it says "type": "commonjs". Run `npm pkg set type=module`, or let the name end in .mts or .mjs.'

function isMissing(error: Error): boolean {
  return 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND'
}

/** The first place in the error's stack that is neither Node's nor a package's: the file itself, or what it imports. */
function placeOf(error: unknown, file: string): string {
  // Of an import that fails the message says where it is.
  const stack = error instanceof Error && !isMissing(error) ? (error.stack ?? '') : ''
  for (const [, url = '', line = '', column] of stack.matchAll(/(file:\/\/[^\s)]+?):(\d+)(?::(\d+))?(?=[\s)]|$)/g)) {
    if (url.includes('/node_modules/') || url.startsWith(OWN)) continue
    const path = relative(process.cwd(), fileURLToPath(url.replace(/\?.*$/, '')))
    return [path, line, column].filter((part) => part !== undefined).join(':')
  }
  return relative(process.cwd(), file)
}

/** The package's own folder, which in a clone is in no `node_modules`. */
const OWN = new URL('..', import.meta.url).href
