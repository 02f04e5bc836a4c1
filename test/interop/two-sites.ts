/** A site of Postern's and a real Django on one database, and visitors who go to both with one jar of cookies, as on one host. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { messages } from '../../src/auth/messages.ts'
import type { Database } from '../../src/database.ts'
import { mysql } from '../../src/mysql.ts'
import type { PosternOptions } from '../../src/options.ts'
import { postgres } from '../../src/postgres.ts'
import type { User } from '../../src/users/user.ts'
import { Browser } from '../support/browser.ts'
import { start } from '../support/child-process.ts'
import { openSqlite, tempFolder } from '../support/databases.ts'
import { mysqlUrl } from '../support/mysql.ts'
import { SECRET_KEY, type TestPostern } from '../support/postern.ts'
import { postgresUrl } from '../support/postgres.ts'
import { open, type Routes, type Site, site } from '../support/site.ts'

export const PASSWORD = 'wonder-Land-42'

type Hooks = Pick<TestContext, 'after'>

/** One database, as either of the two opens it. */
export interface Place {
  /** Postern's connection to it, another one each time. */
  readonly open: () => Database
  /** Where Django finds it. */
  readonly env: Readonly<Record<string, string>>
}

/** A new database of some kind. */
export type SharedDatabase = (t: Hooks) => Promise<Place>

export const onSqlite: SharedDatabase = async (t) => {
  const path = join(tempFolder(t), 'db.sqlite3')
  return { open: () => openSqlite(t, path), env: { DB_PATH: path } }
}

export const onPostgres: SharedDatabase = async (t) => {
  const url = await postgresUrl(t)
  const open = (): Database => {
    const database = postgres(url)
    t.after(() => database.close())
    return database
  }
  return { open, env: { DB_URL: url } }
}

export const onMysql: SharedDatabase = async (t) => {
  const url = await mysqlUrl(t)
  const open = (): Database => {
    const database = mysql(url)
    t.after(() => database.close())
    return database
  }
  return { open, env: { DB_URL: url } }
}

/** Somebody with one browser: `here` asks Postern, `there` Django, with the same cookies. */
export interface Visitor {
  readonly here: Browser
  readonly there: Browser
}

/** A Django process. */
export interface Django {
  readonly base: string
  readonly version: string
  /** Has it do something beside its pages. @returns what came of it */
  readonly tell: (what: string, given?: Readonly<Record<string, unknown>>) => Promise<unknown>
}

export interface TwoSites extends Django {
  /** Postern's site, on Django's clock. */
  readonly world: Site
  readonly place: Place
  visitor(): Visitor
  /** A new user of both. */
  newUser(): Promise<User>
  /** A visitor who has logged in at one of the two. */
  loggedIn(user: User, where: 'here' | 'there'): Promise<Visitor>
}

/** Postern's page that waits. */
let [entered, mayGo] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]

/** As Django's command `slow_page`. */
export async function slowPage(step: 'begin' | 'entered' | 'go'): Promise<void> {
  if (step === 'begin') [entered, mayGo] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  else if (step === 'entered') await entered.promise
  else mayGo.resolve()
}

/** Postern's pages; Django's of the same path are in django-site/site.py. */
const routes: Routes = {
  '/may': async (_req, res, { user, query }) => {
    res.end((await user.hasPerm(query.get('what') ?? '')) ? 'yes' : 'no')
  },
  '/put': (_req, res, { session, query }) => {
    for (const [name, value] of query) session.set(name, value)
    res.end('put')
  },
  '/values': (_req, res, { session }) => {
    const kept = session.entries().filter(([name]) => !name.startsWith('_'))
    res.end(JSON.stringify(Object.fromEntries(kept.sort())))
  },
  '/slow': async (_req, res, { session }) => {
    session.set('cart', 'late')
    entered.resolve()
    await mayGo.promise
    res.end('saved')
  },
  '/expire': (_req, res, { session, query }) => {
    session.setExpiry(Number(query.get('seconds')))
    res.end('set')
  },
  '/age': (_req, res, { session }) => {
    res.end(`${session.getExpiryAge()} ${session.getExpireAtBrowserClose()}`)
  },
  '/cycle': (_req, res, { session }) => {
    session.cycleKey()
    res.end('cycled')
  },
  '/say': (_req, res, request) => {
    messages.warning(request, request.query.get('text') ?? '', { extraTags: 'loud' })
    res.end('said')
  },
  '/heard': (_req, res, request) => {
    res.end([...request.messages].map((message) => `${message.tags}: ${message}`).join('|'))
  },
}

/** Starts Django on a database. @param keys the secret key and its fallbacks */
export async function startDjango(
  t: Hooks,
  django: string,
  place: Pick<Place, 'env'>,
  keys = [SECRET_KEY],
): Promise<Django> {
  const script = fileURLToPath(new URL('django-site/site.py', import.meta.url))
  const [SECRET = '', ...fallbacks] = keys
  const env = {
    PYTHONPATH: django,
    PYTHONDONTWRITEBYTECODE: '1',
    ...place.env,
    SECRET_KEY: SECRET,
    SECRET_KEY_FALLBACKS: fallbacks.join(','),
  }
  const { child, lines, firstLine } = await start(t, ['python3', script], { env })
  const { base, django: version } = JSON.parse(firstLine) as { base: string; django: string }
  const tell: Django['tell'] = async (what, given = {}) => {
    child.stdin.write(`${JSON.stringify({ do: what, ...given })}\n`)
    const [line] = await Promise.race([once(lines, 'line'), once(child, 'exit').then(() => [])])
    assert.equal(typeof line, 'string', `Django did not answer to '${what}'`)
    return JSON.parse(line as string)
  }
  return { base, version, tell }
}

/** Both sites on a new database. @param django the folder that holds the package @param settings of Postern's */
export async function twoSites(
  t: Hooks,
  django: string,
  database: SharedDatabase = onSqlite,
  settings: Partial<PosternOptions> = { interop: 'django' },
): Promise<TwoSites> {
  const place = await database(t)
  const options = { database: place.open(), now: Date.now, loginLimits: false, ...settings } as const
  const world = await site(t, options, routes)
  const there = await startDjango(t, django, place)
  let users = 0
  const visitor = (): Visitor => visitorOf(world.base, there.base)
  return {
    ...there,
    world,
    place,
    visitor,
    newUser: async () => {
      users += 1
      const username = `user${users}`
      return world.auth.createUser({ username, password: PASSWORD, email: `${username}@site.example` })
    },
    loggedIn: async (user, where) => {
      const visits = visitor()
      const { status, body } = await visits[where].login(user.username, PASSWORD)
      assert.equal(status, 302, body)
      return visits
    },
  }
}

/** A visitor of any two sites. */
export function visitorOf(here: string, there: string): Visitor {
  const [one, other] = [new Browser(here), new Browser(there)]
  return { here: one, there: Object.assign(other, { cookies: one.cookies }) }
}

/** The site of another Postern on the same database. */
export function openSite(t: Hooks, world: Pick<TestPostern, 'auth'>): ReturnType<typeof open> {
  return open(t, world, routes)
}
