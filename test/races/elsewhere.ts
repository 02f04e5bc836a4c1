/** Every order of the store calls of a logout of all sessions and of requests in another session of the user: one suite for all stores. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testPostern } from '../support/postern.ts'
import {
  type Name,
  type Older,
  type OpenHeld,
  type Outcome,
  outcomeOf,
  PATIENCE,
  type Stage,
  visit,
  WORK,
} from './interleavings.ts'
import { type Actor, Scheduler } from './scheduler.ts'

/** The last comes from one session of alice, the others from her second one. */
const PLAYS: readonly { readonly requests: readonly Name[]; readonly schedules: number }[] = [
  { requests: ['write', 'others'], schedules: 6 },
  { requests: ['cycleKey', 'others'], schedules: 6 },
  { requests: ['loginAgain', 'others'], schedules: 6 },
  { requests: ['logout', 'others'], schedules: 6 },
  { requests: ['write', 'everywhere'], schedules: 6 },
  { requests: ['cycleKey', 'everywhere'], schedules: 6 },
  { requests: ['loginAgain', 'everywhere'], schedules: 6 },
  { requests: ['cycleKey', 'write', 'others'], schedules: 60 },
]

/** Registers the plays for one store. @param most requests of a play */
export function elsewhere(name: string, open: OpenHeld, most = 3, older?: Older): void {
  for (const { requests, schedules } of PLAYS.filter(({ requests: all }) => all.length <= most)) {
    test(`${name}: in any order of their store calls, ${requests.join(', ')} from another device: none escapes`, async (t) => {
      const scheduler = new Scheduler()
      const database = open(t, scheduler)
      const parts = await testPostern({ database, storeTimeout: PATIENCE, ...older?.options })
      const bob = await parts.auth.createUser({ username: 'bob', password: 'builder-Of-27' })
      const age = async (key: string): Promise<void> => older?.age(database.sessions, key, parts.clock.now())
      const played = await playAll(requests, scheduler, { ...parts, bob }, age)
      t.diagnostic(`${name}: ${requests.join(', ')}, elsewhere: ${played} schedules`)
      assert.ok(played >= schedules, `${played} schedules`)
    })
  }
}

function playAll(
  requests: readonly Name[],
  scheduler: Scheduler,
  stage: Stage,
  age: (key: string) => Promise<void>,
): Promise<number> {
  const { auth, alice } = stage
  const ender = requests.length - 1
  let [here, there] = ['', '']
  let outcomes: Outcome[] = []
  const begin = async (): Promise<Actor[]> => {
    await auth.sessions.store.deleteForUser(String(alice.id))
    outcomes = []
    here = await visit(auth, '', WORK.loginAgain, stage)
    there = await visit(auth, '', WORK.loginAgain, stage)
    for (const key of [here, there]) await age(key)
    return requests.map((name, actor) => async () => {
      outcomes.push(await outcomeOf(actor, name, actor === ender ? here : there, stage))
    })
  }
  return scheduler.playAll(begin, async (trace) => {
    const story = [...trace, ...outcomes.map(({ name, result }) => `${name}: ${result}`)].join('\n')
    const { store, storedKey, now } = auth.sessions
    const callsOf = (actor: number): number[] =>
      trace.flatMap((call, at) => (call.startsWith(`${actor}:`) && !call.startsWith(`${actor}:cache.`) ? [at] : []))
    // The first call of the one who ends them loads their own session, the next one ends the others.
    const ended = callsOf(ender)[1] ?? Number.NaN
    assert.equal(await store.load(storedKey(there), now()), null, story)
    const stays = requests[ender] === 'others'
    assert.equal(await store.exists(storedKey(here), now()), stays, story)
    let later = 0
    for (const { actor, name, key } of outcomes) {
      if (actor === ender || (await store.load(storedKey(key), now()))?.userId == null) continue
      assert.equal(name, 'loginAgain', `only who shows a password again comes back\n${story}`)
      assert.ok((callsOf(actor).at(-1) ?? 0) > ended, `a login that was stored before has escaped\n${story}`)
      later += 1
    }
    const alive = (await store.listForUser(String(alice.id), now())).length
    assert.equal(alive, later + (stays ? 1 : 0), `a session is alive that no answer named\n${story}`)
    // Sessions of nobody that were begun by whoever was logged out would all be looked through the next time.
    for (const { key } of outcomes) await store.delete(storedKey(key))
  })
}
