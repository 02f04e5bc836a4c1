/**
 * What some tests need of the machine. Where it is missing they skip with the reason; where the environment says that
 * it has to be there (`POSTERN_REQUIRE_BROWSER`, `POSTERN_REQUIRE_STRACE`, `POSTERN_REQUIRE_DJANGO`, `POSTERN_REQUIRE_SERVICES`), a missing one is an error.
 */
import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync, statSync } from 'node:fs'
import { delimiter, isAbsolute, join } from 'node:path'

/** A program that was found, or why the test is skipped; `t.skip(reason)` and `{ skip: reason }` take it as it is. */
export type Found = { readonly path: string; readonly skip?: undefined } | { readonly skip: string }

const chromiumNames = [
  '/usr/bin/chromium',
  'chromium',
  'chromium-browser',
  'google-chrome-stable',
  'google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
]

function executable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}

function find(names: readonly string[]): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '')
  for (const name of names) {
    const paths = isAbsolute(name) ? [name] : folders.map((folder) => join(folder, name))
    const path = paths.find(executable)
    if (path !== undefined) return path
  }
  return undefined
}

function required(variable: string): boolean {
  const value = process.env[variable] ?? ''
  return value !== '' && value !== '0'
}

/** @throws where the variable says that it has to be there */
export function missing(variable: string, reason: string): { readonly skip: string } {
  if (required(variable)) throw new Error(`${reason}, and ${variable} says that it has to be there.`)
  return { skip: reason }
}

/**
 * The Chromium of this machine: `CHROMIUM_PATH`, or where it usually is.
 * @throws when there is none and `POSTERN_REQUIRE_BROWSER` is set, or when `CHROMIUM_PATH` names none
 */
export function chromium(): Found {
  const given = process.env.CHROMIUM_PATH ?? ''
  if (given !== '' && !executable(given)) throw new Error(`CHROMIUM_PATH is ${given}, which is not a program.`)
  const path = given === '' ? find(chromiumNames) : given
  return path === undefined ? missing('POSTERN_REQUIRE_BROWSER', 'no Chromium was found') : { path }
}

/** A program on the PATH. @param variable says that it has to be there @throws where it is not there and has to be */
export function program(name: string, variable: string): Found {
  const path = find([name])
  return path === undefined ? missing(variable, `no ${name} was found`) : { path }
}

/**
 * The system call tracer of this machine.
 * @throws when there is none, or it may not trace, and `POSTERN_REQUIRE_STRACE` is set
 */
export function strace(): Found {
  const path = find(['strace'])
  if (path === undefined) return missing('POSTERN_REQUIRE_STRACE', 'no strace was found')
  const { status } = spawnSync(path, ['-o', '/dev/null', process.execPath, '--version'], { stdio: 'ignore' })
  return status === 0 ? { path } : missing('POSTERN_REQUIRE_STRACE', 'strace may not trace processes here')
}

/**
 * Another runtime than Node: what `BUN_PATH` or `DENO_PATH` names, or what is on the PATH.
 * @throws when the variable names no program
 */
export function otherRuntime(name: 'bun' | 'deno'): Found {
  const variable = `${name.toUpperCase()}_PATH`
  const given = process.env[variable] ?? ''
  if (given !== '' && !executable(given)) throw new Error(`${variable} is ${given}, which is not a program.`)
  const path = given === '' ? find([name]) : given
  return path === undefined ? { skip: `no ${name} was found (${variable} names one)` } : { path }
}

/**
 * A real Django: `DJANGO_PATH` is the folder that holds the package, as `PYTHONPATH` would have it.
 * @returns the folder, for whoever starts `python3` with it
 * @throws when the variable names no Django, or there is none and `POSTERN_REQUIRE_DJANGO` is set
 */
export function django(): Found {
  const path = process.env.DJANGO_PATH ?? ''
  if (path === '') return missing('POSTERN_REQUIRE_DJANGO', 'no Django was found (DJANGO_PATH names one)')
  if (!existsSync(join(path, 'django', '__init__.py'))) {
    throw new Error(`DJANGO_PATH is ${path}, which holds no django.`)
  }
  return find(['python3']) === undefined ? missing('POSTERN_REQUIRE_DJANGO', 'no python3 was found') : { path }
}

/** As `django`, with a module that it needs for a database. @throws also where `POSTERN_REQUIRE_DJANGO` is set and it is not there */
export function djangoWith(module: string): Found {
  const found = django()
  if (found.skip !== undefined) return found
  const { status } = spawnSync('python3', ['-c', `import ${module}`], {
    env: { ...process.env, PYTHONPATH: found.path, PYTHONDONTWRITEBYTECODE: '1' },
    stdio: 'ignore',
  })
  if (status === 0) return found
  return missing('POSTERN_REQUIRE_DJANGO', `python3 has no ${module}, by which Django opens its database`)
}
