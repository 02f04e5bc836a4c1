/** Every order in which the store calls of a few requests can come, one of the requests a logout: one suite for all stores. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AuthRequest } from '../../src/auth/auth-request.ts'
import { login } from '../../src/auth/login.ts'
import { logout } from '../../src/auth/logout.ts'
import type { Database } from '../../src/database.ts'
import { SessionInterrupted } from '../../src/errors.ts'
import type { IncomingRequest } from '../../src/kernel/incoming-request.ts'
import type { PosternOptions } from '../../src/options.ts'
import type { Postern } from '../../src/postern.ts'
import type { SessionStore } from '../../src/sessions/session-store.ts'
import type { User } from '../../src/users/user.ts'
import { type Clock, testPostern } from '../support/postern.ts'
import { type Actor, Scheduler } from './scheduler.ts'

/** Opens a database whose calls pass the scheduler. */
export type OpenHeld = (t: { after: (done: () => unknown) => void }, scheduler: Scheduler) => Database

/** Sessions that are older than the settings under which the requests come. */
export interface Older {
  readonly options: Partial<PosternOptions>
  /** Makes a session, which has just begun, one of before. */
  readonly age: (sessions: SessionStore, key: string, now: number) => Promise<void>
}

export interface Stage {
  readonly auth: Postern
  readonly clock: Clock
  readonly alice: User
  readonly bob: User
}

/** What a request does once its session is loaded. */
type Work = (request: AuthRequest, stage: Stage) => void | Promise<void>

/** What a request does, by name. */
export const WORK = {
  read: ({ user }) => void user.isAuthenticated,
  write: ({ session }) => session.set('cart', 'late'),
  cycleKey: ({ session }) => session.cycleKey(),
  logout: (request) => logout(request),
  others: (request) => logout(request, { scope: 'others' }),
  everywhere: (request) => logout(request, { scope: 'everywhere' }),
  loginAgain: (request, { alice }) => login(request, alice),
  loginBob: (request, { bob }) => login(request, bob),
} as const satisfies Record<string, Work>

export type Name = keyof typeof WORK

interface Play {
  readonly requests: readonly Name[]
  /** How many schedules there are at least: a scheduler that does not branch has shown nothing. */
  readonly schedules: number
  /** Seconds between the login and the requests. */
  readonly later?: number
  /**
   * Sessions that may be alive at the end, for alice and for bob: at least and at most. @default none. A change of key that
   * came before the logout stands: the logout came with a cookie that was dead by then.
   */
  readonly alice?: readonly [number, number]
  readonly bob?: readonly [number, number]
  /** The session is one that nobody has signed in to. */
  readonly anonymous?: boolean
}

/** Seconds for a store call: the machine may be slow, and a schedule holds calls on purpose. */
export const PATIENCE = 60

const PLAYS: readonly Play[] = [
  { requests: ['write', 'logout'], schedules: 6 },
  { requests: ['cycleKey', 'logout'], schedules: 6, alice: [0, 1] },
  { requests: ['read', 'logout'], schedules: 3 },
  { requests: ['read', 'logout'], schedules: 6, later: 1200 },
  { requests: ['logout', 'logout'], schedules: 6 },
  { requests: ['loginAgain', 'logout'], schedules: 10, alice: [0, 1] },
  { requests: ['loginBob', 'logout'], schedules: 14, bob: [1, 1] },
  { requests: ['write', 'logout'], schedules: 6, anonymous: true },
  { requests: ['write', 'write', 'logout'], schedules: 90 },
  { requests: ['write', 'cycleKey', 'logout'], schedules: 80, alice: [0, 1] },
  { requests: ['cycleKey', 'cycleKey', 'logout'], schedules: 80, alice: [0, 1] },
  { requests: ['write', 'logout', 'logout'], schedules: 80 },
]

/** What is noted beside them, events and last logouts, changes no session, and would only multiply the orders. */
export function isOfSessions(name: string): boolean {
  return /^(?:sessions|users)\./.test(name)
}

/** Registers the plays for one store. @param most requests of a play: the orders of many calls are too many */
export function interleavings(name: string, open: OpenHeld, most = 3, older?: Older): void {
  for (const play of PLAYS.filter(({ requests }) => requests.length <= most)) {
    const of = play.anonymous === true ? ', of nobody' : play.later === undefined ? '' : ', due for renewal'
    test(`${name}: in any order of their store calls, ${play.requests.join(', ')}${of}: logged out`, async (t) => {
      const scheduler = new Scheduler()
      const database = open(t, scheduler)
      const parts = await testPostern({ database, storeTimeout: PATIENCE, ...older?.options })
      const bob = await parts.auth.createUser({ username: 'bob', password: 'builder-Of-27' })
      const age = async (key: string): Promise<void> => older?.age(database.sessions, key, parts.clock.now())
      const played = await playAll(play, scheduler, { ...parts, bob }, age)
      t.diagnostic(`${name}: ${play.requests.join(', ')}${of}: ${played} schedules`)
      assert.ok(played >= play.schedules, `${played} schedules`)
    })
  }
}

/** What one request came to, and the session key that its browser has after it. */
export interface Outcome {
  readonly actor: number
  readonly name: Name
  readonly result: 'done' | 'interrupted'
  readonly key: string
}

function playAll(play: Play, scheduler: Scheduler, stage: Stage, age: (key: string) => Promise<void>): Promise<number> {
  const { auth, clock, alice, bob } = stage
  let key = ''
  let outcomes: Outcome[] = []
  const begin = async (): Promise<Actor[]> => {
    for (const user of [alice, bob]) await auth.sessions.store.deleteForUser(String(user.id))
    outcomes = []
    key = await visit(auth, '', play.anonymous === true ? WORK.write : WORK.loginAgain, stage)
    await age(key)
    clock.pass(play.later ?? 0)
    return play.requests.map((name, actor) => async () => {
      outcomes.push(await outcomeOf(actor, name, key, stage))
    })
  }
  return scheduler.playAll(begin, async (trace) => {
    const story = [...trace, ...outcomes.map(({ name, result }) => `${name}: ${result}`)].join('\n')
    const { store, storedKey, now } = auth.sessions
    // What decides is asked of the store; its cache hears of it before and after.
    const lastCall = (actor: number): number =>
      trace.findLastIndex((call) => call.startsWith(`${actor}:`) && !call.startsWith(`${actor}:cache.`))
    assert.equal(await store.exists(storedKey(key), now()), false, story)
    assert.equal(await store.load(storedKey(key), now()), null, story)
    let alive = 0
    for (const [user, [least, most]] of [
      [alice, play.alice ?? [0, 0]],
      [bob, play.bob ?? [0, 0]],
    ] as const) {
      const sessions = (await store.listForUser(String(user.id), now())).length
      assert.ok(sessions >= least && sessions <= most, `${user} has ${sessions} sessions\n${story}`)
      alive += sessions
    }
    let named = 0
    for (const { actor, name, result, key: after } of outcomes) {
      if (/^(?:logout|login|read)/.test(name)) assert.equal(result, 'done', story)
      if (name === 'logout') assert.equal(after, '', `the cookie goes\n${story}`)
      const stored = after === '' ? null : await store.load(storedKey(after), now())
      if (typeof stored?.userId !== 'string') continue
      named += 1
      if (name.startsWith('login')) continue
      for (const { actor: other, name: what } of outcomes) {
        if (what === 'logout') assert.ok(lastCall(actor) < lastCall(other), `${name} outlived the logout\n${story}`)
      }
    }
    assert.equal(named, alive, `a session is alive that no answer named\n${story}`)
  })
}

export async function outcomeOf(actor: number, name: Name, key: string, stage: Stage): Promise<Outcome> {
  try {
    return { actor, name, result: 'done', key: await visit(stage.auth, key, WORK[name], stage) }
  } catch (error) {
    if (!(error instanceof SessionInterrupted)) throw error
    return { actor, name, result: 'interrupted', key }
  }
}

/** One request from beginning to end, without a server. @returns the key that the session's cookie has after it */
export async function visit(auth: Postern, key: string, work: Work, stage: Stage): Promise<string> {
  const request = await auth.open(incoming(key))
  await work(request, stage)
  const pairs = await auth.close(request, 200)
  const cookie = pairs.findLast(([name, value]) => name === 'Set-Cookie' && value.startsWith('sessionid='))?.[1]
  return cookie === undefined ? key : (/^sessionid=("?)([^";]*)\1;/.exec(cookie)?.[2] ?? '')
}

function incoming(key: string): IncomingRequest {
  return {
    method: 'GET',
    url: '/',
    prefix: '',
    scheme: 'http',
    host: 'localhost',
    header: (name) => (name === 'cookie' && key !== '' ? `sessionid=${key}` : undefined),
    form: () => Promise.reject(new Error('there is no form')),
    json: () => Promise.reject(new Error('there is no body')),
  }
}
