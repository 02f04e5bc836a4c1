/**
 * Plays a folder of scenarios (runner.mjs, get_django.sh, django_site/) against this site in every profile and on every
 * adapter, and against a real Django, so that the scenarios are known to be Django's. What fails here must be named in
 * differences.json, with its number in docs/differences.md, and what is named there must fail.
 *
 * node test/reference-site/play.ts FOLDER [--only REGEXP] [--adapter node] [--profile 'cache, csrf in sessions'] [--every] [--no-django]
 *
 * A profile is one of PROFILES or several of them with commas in between; --every plays each engine with each of the others.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { differences, knownDifference } from './differences.ts'

type Environment = Readonly<Record<string, string>>

interface Result {
  readonly id: string
  readonly state: 'pass' | 'fail' | 'skip'
  readonly error?: string
}

/** Session engines; cached_db and cache are over Redis where it answers. */
const ENGINES: Readonly<Record<string, Environment>> = {
  db: {},
  cached_db: { SESSION_ENGINE: 'cached_db' },
  cache: { SESSION_ENGINE: 'cache' },
  file: { SESSION_ENGINE: 'file' },
  signed_cookies: { SESSION_ENGINE: 'signed_cookies' },
}
const FLAGS: Readonly<Record<string, Environment>> = {
  'csrf in sessions': { CSRF_USE_SESSIONS: '1' },
  'save every request': { SESSION_SAVE_EVERY_REQUEST: '1' },
  'browser close': { SESSION_EXPIRE_AT_BROWSER_CLOSE: '1' },
  'cookie messages': { MESSAGE_STORAGE: 'cookie.CookieStorage' },
  'session messages': { MESSAGE_STORAGE: 'session.SessionStorage' },
  'logout redirect': { LOGOUT_REDIRECT_URL: '/public/' },
}
const PROFILES = { ...ENGINES, ...FLAGS }
/** Each of them by itself, the plain one and the one that changes most in front. */
const EACH = [...new Set(['db', 'csrf in sessions', ...Object.keys(PROFILES)])]
const EVERY = Object.keys(ENGINES).flatMap((engine) => [
  engine,
  ...Object.keys(FLAGS).map((flag) => `${engine}, ${flag}`),
])

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: 'string', default: '' },
    adapter: { type: 'string', multiple: true, default: ['node', 'express', 'fetch'] },
    profile: { type: 'string', multiple: true, default: [] },
    every: { type: 'boolean', default: false },
    'no-django': { type: 'boolean', default: false },
  },
})
const [folder] = positionals
if (folder === undefined) throw new Error('usage: play.ts FOLDER')

const everything = values.every ? EVERY : EACH
const chosen = values.profile.length > 0 ? values.profile : everything

const here = import.meta.dirname
const work = mkdtempSync(join(tmpdir(), 'parity-'))
const differing = new Set<string>()
let django: string | undefined
let failures = 0
let played = 0

try {
  for (const adapter of values.adapter) {
    // The adapters share everything but the way in and out: all profiles on one of them, two on the others.
    const profiles = adapter === values.adapter[0] ? chosen : chosen.slice(0, 2)
    for (const profile of profiles) await playPostern(adapter, profile)
  }
  if (!values['no-django']) for (const profile of chosen) await playDjango(profile)
  const all = values.only === '' && chosen === everything
  for (const { scenario } of differences) {
    if (all && !differing.has(scenario)) fail(`${scenario} is in differences.json and does not differ any more.`)
  }
} finally {
  rmSync(work, { recursive: true, force: true })
}
console.log(`parity: ${played} scenarios played, ${failures} failures, ${differing.size} known differences`)
process.exit(failures > 0 || played === 0 ? 1 : 0)

async function playPostern(adapter: string, profile: string): Promise<void> {
  const port = await freePort()
  const env: Environment = {
    ...environment(profile),
    ADAPTER: adapter,
    PORT: String(port),
    DB_PATH: join(work, `${port}.sqlite3`),
  }
  const results = await play(
    process.execPath,
    [join(here, 'server.ts')],
    env,
    port,
    `postern on ${adapter}, ${profile}`,
  )
  for (const { id, error } of results.filter(({ state }) => state === 'fail')) {
    const known = knownDifference(id, env.SESSION_ENGINE ?? 'db')
    if (known === undefined) fail(`${adapter}, ${profile}: ${id}: ${error}`)
    else differing.add(known.scenario)
  }
}

async function playDjango(profile: string): Promise<void> {
  const django = djangoFolder()
  const port = await freePort()
  const env = { ...environment(profile), DJANGO_PATH: django, DB_PATH: join(work, `${port}.sqlite3`) }
  const results = await play(
    'sh',
    [join(folder ?? '', 'django_site/run.sh'), String(port)],
    env,
    port,
    `django, ${profile}`,
  )
  for (const { id, error } of results.filter(({ state }) => state === 'fail'))
    fail(`django, ${profile}: ${id}: ${error}`)
}

/** @throws when there is no such profile */
function environment(profile: string): Environment {
  const parts = profile.split(',').map((name) => {
    const part = (PROFILES as Readonly<Record<string, Environment>>)[name.trim()]
    if (part === undefined) throw new Error(`--profile ${profile}: one or more of ${Object.keys(PROFILES).join(', ')}`)
    return part
  })
  return Object.assign({}, ...parts)
}

function djangoFolder(): string {
  if (process.env.DJANGO_PATH !== undefined) return process.env.DJANGO_PATH
  if (django === undefined) {
    const got = spawnSync('sh', [join(folder ?? '', 'get_django.sh'), join(work, 'django')], { encoding: 'utf8' })
    django = got.stdout.trim().split('\n').at(-1) ?? ''
    if (got.status !== 0 || django === '') throw new Error(`No Django: ${got.stderr}`)
  }
  return django
}

/** Starts a site, plays the scenarios whose subject it has, and stops it. */
async function play(command: string, args: string[], env: Environment, port: number, what: string): Promise<Result[]> {
  const site = spawn(command, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  })
  const base = `http://127.0.0.1:${port}`
  try {
    await answering(`${base}/__test__/info/`, site)
    const out = join(work, `${port}.json`)
    const only = values.only === '' ? [] : ['--only', values.only]
    await new Promise((done) =>
      spawn(process.execPath, [join(folder ?? '', 'scenarios/runner.mjs'), base, '--json', out, ...only], {
        stdio: 'ignore',
      }).on('close', done),
    )
    const { info, results } = JSON.parse(readFileSync(out, 'utf8')) as {
      info: { impl: string; version: string; sessions_in?: string }
      results: Result[]
    }
    const held = results.filter(({ state }) => state === 'pass').length
    const failed = results.filter(({ state }) => state === 'fail').length
    played += held + failed
    const place = info.sessions_in === undefined ? '' : `, sessions in ${info.sessions_in}`
    console.log(
      `${what} (${info.impl} ${info.version}${place}): ${held} hold, ${failed} fail, ${results.length - held - failed} do not apply`,
    )
    return results
  } finally {
    if (site.pid !== undefined) process.kill(-site.pid, 'SIGTERM')
  }
}

async function answering(url: string, site: ChildProcess): Promise<void> {
  let complaint = ''
  site.stderr?.on('data', (chunk: Buffer) => {
    complaint = (complaint + chunk).slice(-4000)
  })
  for (let left = 300; left > 0; left--) {
    if (site.exitCode !== null) break
    const ok = await fetch(url).then(
      (reply) => reply.ok,
      () => false,
    )
    if (ok) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`The site at ${url} does not answer. ${complaint}`)
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number }
      probe.close(() => resolve(port))
    })
  })
}

function fail(message: string): void {
  failures++
  console.log(`FAIL ${message}`)
}
