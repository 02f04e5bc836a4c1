/** What is measured, what it is compared with, and what others reached. */

/** The frameworks that the cases run on; each has a file in `bench/servers`. */
export const frameworks = ['node', 'express'] as const
export type Framework = (typeof frameworks)[number]

/** The cases, in the order in which a round plays them. */
export const cases = ['hello', 'hello-empty-middleware', 'anonymous', 'signed-in', 'login', 'logout'] as const
export type Case = (typeof cases)[number]

/** The case that a case is a share of: the bare server with the very same request. */
export const comparedWith: Readonly<Record<Case, Case>> = {
  hello: 'hello',
  'hello-empty-middleware': 'hello',
  anonymous: 'hello-empty-middleware',
  'signed-in': 'hello',
  login: 'hello',
  logout: 'hello',
}

/** The least share, in percent, that counts as good. */
export const bars: Readonly<Partial<Record<Case, number>>> = { anonymous: 95, 'signed-in': 60 }

/** The account that signs in. */
export const account = { username: 'demo', password: 'correct horse battery staple' } as const

/** What every page says, so that all answers are of one length. */
export const greeting: string = `Hello ${account.username}`

/**
 * Other libraries, in thousands of requests per server CPU-second; small sample apps with documented defaults.
 * Measured in November 2026 on one core of a two-core EPYC shared with other jobs, Debian 12, Node 24.21.0. The rows
 * with Redis leave Redis's own CPU out and are not durable.
 */
export const peers: readonly {
  readonly name: string
  readonly signedIn: number
  readonly share: number
  readonly login: number | null
  readonly logout: number
}[] = [
  { name: 'Fastify, @fastify/session 11.1.3, Redis', signedIn: 28.7, share: 41, login: 6.7, logout: 13.0 },
  { name: 'Express, express-session 1.19, Redis', signedIn: 12.4, share: 23, login: 4.5, logout: 5.4 },
  { name: 'Hono, hono-sessions 0.8.1, memory', signedIn: 29.2, share: 41, login: 5.9, logout: 15.0 },
  { name: 'Auth.js 0.12.3, database session, SQLite', signedIn: 10.1, share: 19, login: null, logout: 4.3 },
  { name: 'Better Auth 1.7.7, SQLite', signedIn: 3.1, share: 4.3, login: 0.8, logout: 1.0 },
  { name: 'Django 5.2.18, SQLite', signedIn: 1.1, share: 23, login: 0.6, logout: 0.75 },
]
