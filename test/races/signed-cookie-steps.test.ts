/**
 * Sessions in signed cookies: every order in which the questions of two requests to the database can come. There is no
 * session that they share: each request's answer may bring a cookie of its own, and a logout has to end all of them.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { memory } from '../../src/memory.ts'
import { openSqlite } from '../support/databases.ts'
import { intercepted } from '../support/intercepted-database.ts'
import { testPostern } from '../support/postern.ts'
import { inCookies } from '../support/signed-cookies.ts'
import { type Name, type Outcome, outcomeOf, PATIENCE, visit, WORK } from './interleavings.ts'
import { type Actor, Scheduler } from './scheduler.ts'

interface Play {
  readonly requests: readonly Name[]
  /** How many schedules there are at least. */
  readonly schedules: number
  /** Seconds between the login and the requests. */
  readonly later?: number
}

const WITH_LOGOUT: readonly Play[] = [
  { requests: ['write', 'logout'], schedules: 6 },
  { requests: ['cycleKey', 'logout'], schedules: 6 },
  { requests: ['read', 'logout'], schedules: 6, later: 1200 },
  { requests: ['logout', 'logout'], schedules: 6 },
  { requests: ['others', 'logout'], schedules: 20 },
  { requests: ['everywhere', 'logout'], schedules: 70 },
  { requests: ['everywhere', 'write'], schedules: 20 },
  { requests: ['loginAgain', 'logout'], schedules: 15 },
  { requests: ['loginBob', 'logout'], schedules: 13 },
]

/** What decides; the rest would only multiply the orders. */
const DECIDES = /^accounts\.(?:epoch|raiseEpoch)$/

for (const beside of ['memory', 'sqlite'] as const) {
  for (const { requests, schedules, later = 0 } of WITH_LOGOUT) {
    test(`beside ${beside}, in any order: ${requests.join(', ')}: no cookie from before the logout lives`, async (t) => {
      const scheduler = new Scheduler()
      const held = intercepted(beside === 'memory' ? memory() : openSqlite(t), ({ name, proceed }) =>
        DECIDES.test(name) ? scheduler.hold(name, proceed) : proceed(),
      )
      const parts = await testPostern({ database: inCookies(held), storeTimeout: PATIENCE })
      const { auth, clock } = parts
      const bob = await auth.createUser({ username: 'bob', password: 'builder-Of-27' })
      const stage = { ...parts, bob }
      let cookie = ''
      let outcomes: Outcome[] = []
      const begin = async (): Promise<Actor[]> => {
        outcomes = []
        cookie = await visit(auth, '', WORK.loginAgain, stage)
        clock.pass(later)
        return requests.map((name, actor) => async () => {
          outcomes.push(await outcomeOf(actor, name, cookie, stage))
        })
      }
      const { store, now } = auth.sessions
      const played = await scheduler.playAll(begin, async (trace) => {
        const story = [...trace, ...outcomes.map(({ name, result }) => `${name}: ${result}`)].join('\n')
        assert.equal(await store.load(cookie, now()), null, story)
        for (const { name, result, key } of outcomes) {
          if (/^(?:logout|everywhere|login|read)/.test(name)) assert.equal(result, 'done', story)
          if (name === 'logout' || name === 'everywhere') assert.equal(key, '', `the cookie goes\n${story}`)
          const found = key === '' ? null : await store.load(key, now())
          // A login is proof of its own: it may come after the logout, and bob has not logged out at all.
          if (name === 'loginBob') assert.equal(found?.userId, String(bob.id), story)
          if (name.startsWith('login') || typeof found?.userId !== 'string') continue
          // Where the others were ended first, the logout came with a cookie that was dead by then.
          assert.equal(name, 'others', story)
          assert.equal(trace.includes('1:accounts.raiseEpoch'), false, `it outlived the logout\n${story}`)
        }
      })
      t.diagnostic(`${played} schedules`)
      assert.ok(played >= schedules, `${played} schedules`)
    })
  }
}

test('in any order of two that end the others: at most one is left, and never a cookie from before', async () => {
  const scheduler = new Scheduler()
  const held = intercepted(memory(), ({ name, proceed }) =>
    DECIDES.test(name) ? scheduler.hold(name, proceed) : proceed(),
  )
  const parts = await testPostern({ database: inCookies(held), storeTimeout: PATIENCE })
  const { store, now } = parts.auth.sessions
  const stage = { ...parts, bob: parts.alice }
  const cookies: string[] = []
  let outcomes: Outcome[] = []
  const begin = async (): Promise<Actor[]> => {
    outcomes = []
    cookies.length = 0
    for (let device = 0; device < 2; device++) cookies.push(await visit(parts.auth, '', WORK.loginAgain, stage))
    return cookies.map((cookie, actor) => async () => {
      outcomes.push(await outcomeOf(actor, 'others', cookie, stage))
    })
  }
  let left = 0
  const played = await scheduler.playAll(begin, async (trace) => {
    for (const cookie of cookies) assert.equal(await store.load(cookie, now()), null, trace.join('\n'))
    const alive = await Promise.all(outcomes.map(async ({ key }) => key !== '' && store.exists(key, now())))
    assert.ok(alive.filter(Boolean).length <= 1, trace.join('\n'))
    left += alive.filter(Boolean).length
  })
  assert.ok(played >= 20, `${played} schedules`)
  assert.ok(left > 0, 'in some order one of them stays')
})
