/** A logout and other requests in sessions that are still under their former keys, in every order of their store calls. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
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
  visit,
  WORK,
} from './interleavings.ts'
import { Scheduler } from './scheduler.ts'

/** Puts a session back under its former key. @param listed whether the index goes on knowing it */
async function moveBack(
  sessions: SessionStore,
  [present, former]: readonly [StoredKey, StoredKey],
  key: string,
  now: number,
): Promise<void> {
  const stored = await sessions.load(present(key), now)
  assert.ok(stored)
  const { data, expires, userId = null } = stored
  assert.equal(await sessions.replace(present(key), former(key), { data, expires, userId }, now), true)
}

const HASHED_BEFORE: Partial<PosternOptions> = { interop: 'django', session: { keysBefore: 'hashed' } }
const RAW_BEFORE: Partial<PosternOptions> = { session: { keysBefore: 'raw' } }
const WAYS: readonly (readonly [string, Older])[] = [
  ['hashed keys become raw', older(HASHED_BEFORE, [rawKey, hashedKey])],
  ['raw keys become hashed', older(RAW_BEFORE, [hashedKey, rawKey])],
]

function older(options: Partial<PosternOptions>, keys: readonly [StoredKey, StoredKey]): Older {
  return { options, age: (sessions, key, now) => moveBack(sessions, keys, key, now) }
}

const STORES: readonly (readonly [string, OpenHeld])[] = [
  [
    'memory',
    (_t, scheduler) =>
      intercepted(memory(), ({ name, proceed }) => (isOfSessions(name) ? scheduler.hold(name, proceed) : proceed())),
  ],
  [
    'sqlite',
    (t, scheduler) => {
      const database = sqlite(join(tempFolder(t), 'db.sqlite3'))
      t.after(() => database.close())
      return intercepted(database, ({ name, proceed }) =>
        isOfSessions(name) ? scheduler.hold(name, proceed) : proceed(),
      )
    },
  ],
]

for (const [name, open] of STORES) {
  for (const [way, before] of WAYS) {
    interleavings(`${name}, ${way}`, open, 2, before)
    if (name === 'memory') elsewhere(`${name}, ${way}`, open, 2, before)
  }
}

/** While the processes of a site are restarted one after the other, some move sessions one way and some the other. */
for (const [what, works] of [
  ['a write', 'write'],
  ['a look', 'read'],
  ['a change of key', 'cycleKey'],
] as const satisfies readonly (readonly [string, Name])[]) {
  for (const [from, keys] of [
    ['hashed', [rawKey, hashedKey]],
    ['raw', [hashedKey, rawKey]],
  ] as const) {
    test(`${what} in a process that moves sessions the other way, from under ${from} keys: logged out`, async () => {
      const scheduler = new Scheduler()
      const inner = memory()
      const database = intercepted(inner, ({ name, proceed }) =>
        isOfSessions(name) ? scheduler.hold(name, proceed) : proceed(),
      )
      const one = await testPostern({ database, ...HASHED_BEFORE, storeTimeout: 60 })
      const other = await testPostern({ database, ...RAW_BEFORE, storeTimeout: 60, now: one.clock.now })
      const bob = await one.auth.createUser({ username: 'bob', password: 'builder-Of-27' })
      const stage = { ...one, bob }
      let [key, moved] = ['', '']
      const played = await scheduler.playAll(
        async () => {
          await inner.sessions.deleteForUser('1')
          const starter = from === 'raw' ? one : other
          key = await visit(starter.auth, '', WORK.loginAgain, { ...stage, ...starter, bob })
          return [
            async () => {
              const outcome = await outcomeOf(0, works, key, { ...stage, ...other, bob })
              moved = outcome.key
            },
            async () => void (await outcomeOf(1, 'logout', key, stage)),
          ]
        },
        async (trace) => {
          for (const form of keys)
            assert.equal(await inner.sessions.exists(form(key), one.clock.now()), false, trace.join('\n'))
          // A change of key that came before the logout stands: the logout came with a cookie that was dead by then.
          const alive = await inner.sessions.listForUser('1', one.clock.now())
          assert.equal(alive.length <= (works === 'cycleKey' && moved !== key ? 1 : 0), true, trace.join('\n'))
        },
      )
      assert.ok(played > 100, `${played} schedules`)
    })
  }
}
