/** A logout and other requests in sessions that are still under their former keys, in every order of their store calls. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Database } from '../../src/database.ts'
import { StoreUnavailable } from '../../src/errors.ts'
import { memory } from '../../src/memory.ts'
import type { PosternOptions } from '../../src/options.ts'
import { hashedKey, rawKey, type StoredKey } from '../../src/sessions/session-key.ts'
import type { SessionStore } from '../../src/sessions/session-store.ts'
import { sqlite } from '../../src/sqlite.ts'
import { tempFolder } from '../support/databases.ts'
import { intercepted } from '../support/intercepted-database.ts'
import { testPostern } from '../support/postern.ts'
import { elsewhere } from './elsewhere.ts'
import {
  interleavings,
  isOfSessions,
  type Name,
  type Older,
  type OpenHeld,
  outcomeOf,
  PATIENCE,
  visit,
  WORK,
} from './interleavings.ts'
import { Scheduler } from './scheduler.ts'

/** Puts a session back under its former key. @param listed whether the index goes on knowing it: not so if Django has made it */
async function moveBack(
  sessions: SessionStore,
  [present, former]: readonly [StoredKey, StoredKey],
  listed: boolean,
  key: string,
  now: number,
): Promise<void> {
  const stored = await sessions.load(present(key), now)
  assert.ok(stored)
  const { data, expires } = stored
  const userId = listed ? (stored.userId ?? null) : null
  assert.equal(await sessions.replace(present(key), former(key), { data, expires, userId }, now), true)
}

const HASHED_BEFORE: Partial<PosternOptions> = { interop: 'django', session: { keysBefore: 'hashed' } }
const RAW_BEFORE: Partial<PosternOptions> = { session: { keysBefore: 'raw' } }
const HASHED = older(HASHED_BEFORE, [rawKey, hashedKey])
const RAW = older(RAW_BEFORE, [hashedKey, rawKey])
const MADE_BY_DJANGO = older(RAW_BEFORE, [hashedKey, rawKey], false)

function older(options: Partial<PosternOptions>, keys: readonly [StoredKey, StoredKey], listed = true): Older {
  return { options, age: (sessions, key, now) => moveBack(sessions, keys, listed, key, now) }
}

const MEMORY: OpenHeld = (_t, scheduler) => held(memory(), scheduler)
const SQLITE: OpenHeld = (t, scheduler) => {
  const database = sqlite(join(tempFolder(t), 'db.sqlite3'))
  t.after(() => database.close())
  return held(database, scheduler)
}

function held(database: Database, scheduler: Scheduler): Database {
  return intercepted(database, ({ name, proceed }) => (isOfSessions(name) ? scheduler.hold(name, proceed) : proceed()))
}

interleavings('memory, hashed keys become raw', MEMORY, 2, HASHED)
interleavings('memory, raw keys become hashed', MEMORY, 2, RAW)
interleavings('sqlite, hashed keys become raw', SQLITE, 2, HASHED)
elsewhere('memory, raw keys that Django made become hashed', MEMORY, 2, MADE_BY_DJANGO)

/** While the processes of a site are restarted one after the other, some move sessions one way and some the other. */
for (const [what, works] of [
  ['a write', 'write'],
  ['a look', 'read'],
  ['a change of key', 'cycleKey'],
] as const satisfies readonly (readonly [string, Name])[]) {
  for (const from of ['hashed', 'raw'] as const) {
    test(`${what} in a process that moves sessions the other way, from under ${from} keys: logged out, or told that it is not`, async (t) => {
      const scheduler = new Scheduler()
      const inner = memory()
      const database = held(inner, scheduler)
      const one = await testPostern({ database, ...HASHED_BEFORE, storeTimeout: PATIENCE })
      const other = await testPostern({ database, ...RAW_BEFORE, storeTimeout: PATIENCE, now: one.clock.now })
      const bob = await one.auth.createUser({ username: 'bob', password: 'builder-Of-27' })
      const stages = { one: { ...one, bob }, other: { ...one, auth: other.auth, bob } }
      let [key, moved, refused, refusals] = ['', '', false, 0]
      const played = await scheduler.playAll(
        async () => {
          await inner.sessions.deleteForUser('1')
          const { auth } = from === 'raw' ? one : other
          key = await visit(auth, '', WORK.loginAgain, stages.one)
          refused = false
          return [
            async () => {
              const outcome = await outcomeOf(0, works, key, stages.other).catch(unavailable)
              moved = outcome?.key ?? key
            },
            async () => {
              refused = (await outcomeOf(1, 'logout', key, stages.one).catch(unavailable)) === undefined
            },
          ]
        },
        async (trace) => {
          const story = trace.join('\n')
          if (refused) refusals += 1
          const alive = (await inner.sessions.listForUser('1', one.clock.now())).length
          // A change of key that came before the logout stands: the logout came with a cookie that was dead by then.
          assert.ok(alive <= (refused || (works === 'cycleKey' && moved !== key) ? 1 : 0), story)
          if (refused) return
          for (const form of [rawKey, hashedKey]) {
            assert.equal(await inner.sessions.exists(form(key), one.clock.now()), false, story)
          }
        },
      )
      t.diagnostic(`${played} schedules, ${refusals} of them refused`)
      assert.ok(played > 100, `${played} schedules`)
      assert.ok(refusals < played / 20, `${refusals} refused of ${played}`)
    })
  }
}

function unavailable(error: unknown): undefined {
  if (!(error instanceof StoreUnavailable)) throw error
}
