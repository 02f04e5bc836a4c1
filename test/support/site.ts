/** A small site on node:http with Postern in front: for tests that speak HTTP. */

import type { AuthRequest } from '../../src/auth/auth-request.ts'
import { type EventName, on, type PosternEvents } from '../../src/events.ts'
import { type NodeHandler, postern } from '../../src/node.ts'
import type { PosternOptions } from '../../src/options.ts'
import type { StoredSession } from '../../src/sessions/session-store.ts'
import { Browser } from './browser.ts'
import { type TestPostern, testPostern } from './postern.ts'
import { serve } from './serve.ts'

/** Answers to paths, without the query; the longest way to say 404 is to leave one out. */
export type Routes = Readonly<Record<string, NodeHandler<AuthRequest>>>

export interface Site extends TestPostern {
  readonly base: string
  /** What handlers threw and nobody caught. */
  readonly errors: unknown[]
  /** A visitor with an empty jar of cookies. */
  visitor(): Browser
  /** A visitor who has just logged in. */
  loggedIn(username?: string, password?: string): Promise<Browser>
}

type Ends = { after(end: () => unknown): void }

/**
 * Besides `routes`: `/me` says who is asked for, `/public` reads nothing, `/set?name=value` and `/get` write and show the
 * session, `/csrf` hands out a token, `/write` is an unsafe route of the application's own.
 */
export async function site(t: Ends, options: Partial<PosternOptions> = {}, routes: Routes = {}): Promise<Site> {
  const world = await testPostern(options)
  return { ...world, ...(await open(t, world, routes)) }
}

/** Another process of the same site: the same settings and stores, its own memory. */
export async function open(
  t: Ends,
  { auth }: Pick<TestPostern, 'auth'>,
  routes: Routes = {},
): Promise<Omit<Site, keyof TestPostern>> {
  const errors: unknown[] = []
  const { handler } = postern(auth, { onError: (error) => errors.push(error) })
  const all: Routes = { ...USUAL, ...routes }
  const base = await serve(
    t,
    handler((req, res, request) => {
      const route = all[request.path]
      if (route !== undefined) return route(req, res, request)
      res.statusCode = 404
      return res.end('not found')
    }),
  )
  const visitor = (): Browser => new Browser(base)
  return {
    base,
    errors,
    visitor,
    loggedIn: async (username, password) => {
      const browser = visitor()
      const reply = await browser.login(username, password)
      if (reply.status !== 302) throw new Error(`The login was answered with ${reply.status}: ${reply.body}`)
      return browser
    },
  }
}

const USUAL: Routes = {
  '/me': (_req, res, request) => res.end(String(request.user)),
  '/public': (_req, res) => res.end('public'),
  '/set': (_req, res, request) => {
    for (const [name, value] of request.query) request.session.set(name, value)
    res.end('set')
  },
  '/get': (_req, res, request) =>
    res.end(JSON.stringify(Object.fromEntries(request.session.entries().filter(([name]) => !name.startsWith('_'))))),
  '/csrf': (_req, res, request) => res.end(request.csrfToken),
  '/write': (req, res) => res.end(`${req.method} was let in`),
}

/** Collects the events of one name until the test ends; of this Postern alone. */
export function listen<E extends EventName>(t: Ends, event: E): PosternEvents[E][] {
  const heard: PosternEvents[E][] = []
  t.after(on(event, (message) => heard.push(message)))
  return heard
}

/** The session that the store has under a cookie's key. */
export async function stored({ auth, clock }: TestPostern, key: string | undefined): Promise<StoredSession | null> {
  return auth.sessions.store.load(auth.sessions.storedKey(key ?? ''), clock.now())
}

/** The values in it, as another process would read them. */
export async function values(world: TestPostern, key: string | undefined): Promise<Record<string, unknown> | null> {
  const session = await stored(world, key)
  return session === null
    ? null
    : (JSON.parse(world.auth.sessions.payloads.decode(session.data)?.json ?? '{}') as never)
}

/** How many live sessions a user has. */
export async function sessionsOf(
  { auth, clock }: TestPostern,
  user: { readonly id: string | number },
): Promise<number> {
  return (await auth.sessions.store.listForUser(String(user.id), clock.now())).length
}
