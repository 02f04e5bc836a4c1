/** The site's Postern, from the settings file in the working directory. */
import { existsSync } from 'node:fs'
import { basename, extname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Postern } from '../postern.ts'
import { POSTERN } from '../site-context.ts'
import { CommandError } from './command.ts'
import { ConfigError } from './config-error.ts'

/** In the order in which they count. */
export const CONFIG_FILES = [
  'postern.config.ts',
  'postern.config.mts',
  'postern.config.js',
  'postern.config.mjs',
] as const

const HOW = "export const auth = createPostern({ secretKey: process.env.SECRET_KEY, database: sqlite('app.db') })"

/** @param given the path that `--config` named @throws {CommandError} when there is none, or none that can be used */
export async function loadConfig(given: string | undefined): Promise<Postern> {
  const file = findConfig(given)
  requireTypeScript(file)
  let exported: Readonly<Record<string, unknown>>
  try {
    exported = (await import(pathToFileURL(file).href)) as Record<string, unknown>
  } catch (error) {
    throw new ConfigError(error, file)
  }
  const candidates = [
    exported.auth,
    exported.default,
    (exported.default as { auth?: unknown } | null | undefined)?.auth,
  ]
  const found = candidates.find(isPostern)
  if (found !== undefined) return found
  const names = Object.keys(exported)
  throw new CommandError(
    `${basename(file)} exports no Postern: write\n  ${HOW}\n` +
      `It exports ${names.length === 0 ? 'nothing' : names.map((name) => (name === 'default' ? 'a default that is none' : name)).join(', ')}.`,
  )
}

function findConfig(given: string | undefined): string {
  if (given !== undefined) {
    const file = resolve(given)
    if (existsSync(file)) return file
    throw new CommandError(`There is no file ${given}.`)
  }
  const found = CONFIG_FILES.find((name) => existsSync(name))
  if (found !== undefined) return resolve(found)
  throw new CommandError(
    'There is no postern.config.ts (or .js, .mjs) in this folder. `npx postern init` writes one; `--config FILE` names another.',
  )
}

function requireTypeScript(file: string): void {
  if (!/^\.[mc]?ts$/.test(extname(file)) || process.features.typescript !== false) return
  throw new CommandError(
    `${basename(file)} is TypeScript, which Node imports as it is from 22.18 on, and this is Node ${process.versions.node}. ` +
      'Take a newer Node, or write postern.config.js.',
  )
}

/** Another copy of the package, or another version, makes objects of another class: they are known by a key of their own. */
function isPostern(value: unknown): value is Postern {
  if (typeof value !== 'object' || value === null) return false
  return (value as { readonly [POSTERN]?: unknown })[POSTERN] === value
}
