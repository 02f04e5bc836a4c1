/** Every question to a store is under the deadline, and is asked as it is. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { memory } from '../../src/memory.ts'
import { StoreDeadline, TimedSessions, TimedUsers } from '../../src/store-deadline.ts'

const RECORD = { data: 'x', expires: 2, userId: '7' }
const SESSIONS = {
  load: ['key', 1],
  create: ['key', RECORD, 1],
  update: ['key', RECORD, 1],
  replace: ['key', 'new', RECORD, 1],
  touch: ['key', 2, 1],
  delete: ['key', 'id'],
  exists: ['key', 1],
  adopt: ['key', '7', 1, { address: '192.0.2.7' }],
  deleteForUser: ['7', 'key'],
  listForUser: ['7', 1, 'key'],
} as const
const USERS = {
  findById: ['7'],
  findByUsername: ['ada'],
  findByEmail: ['ada@site.example'],
  list: [{ search: 'ada', limit: 10 }],
  create: [{ username: 'ada', password: 'x' }],
  update: ['7', { firstName: 'Ada' }],
  replacePassword: ['7', 'from', 'to'],
} as const

/** A store whose every method hands its arguments to `answer`. */
function answering(answer: (name: string, given: unknown[]) => unknown): never {
  return new Proxy(
    {},
    {
      get:
        (_, name) =>
        (...given: unknown[]) =>
          answer(String(name), given),
    },
  ) as never
}

for (const [what, calls, timed] of [
  ['sessions', SESSIONS, (store: never) => new TimedSessions(store, memory().users, new StoreDeadline(2))],
  [
    'users',
    USERS,
    (store: never) => new TimedUsers(store, new StoreDeadline(2), {} as never, {} as never, async () => {}),
  ],
] as const) {
  for (const [name, given] of Object.entries(calls)) {
    test(`${what}.${name} is asked as it is, and is a 503 when the answer is late`, async (t) => {
      const seen: unknown[][] = []
      const ask = (answer: unknown): unknown => {
        const store = answering((method, args) => {
          seen.push([method, ...args])
          // Asked when the deadline is set up: a store that has no users of its own.
          return method === 'withoutUsers' ? store : answer
        })
        const asked = timed(store)
        return Reflect.apply(Reflect.get(asked, name), asked, given)
      }
      assert.equal(ask(null), null)
      assert.deepEqual(seen.at(-1), [name, ...given])
      t.mock.timers.enable({ apis: ['setTimeout'] })
      const hanging = ask(new Promise(() => {}))
      t.mock.timers.tick(2000)
      await assert.rejects(hanging as Promise<unknown>, { code: 'ERR_STORE_UNAVAILABLE', message: /within 2 s/ })
    })
  }
}

test('clearing out what has expired may take its time', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const { promise, resolve } = Promise.withResolvers<number>()
  const { sessions, users } = memory()
  t.mock.method(sessions, 'clearExpired', () => promise)
  const clearing = new TimedSessions(sessions, users, new StoreDeadline(2)).clearExpired(1)
  t.mock.timers.tick(60_000)
  resolve(3)
  assert.equal(await clearing, 3)
})

test('what a store says of itself it says through the deadline, too', () => {
  const { sessions, users } = memory()
  const timed = new TimedSessions(sessions, users, new StoreDeadline(2))
  assert.deepEqual([timed.revocable, timed.listable], [true, true])
  const weak = Object.assign(Object.create(sessions), { revocable: false, listable: false })
  const other = new TimedSessions(weak, users, new StoreDeadline(2))
  assert.deepEqual([other.revocable, other.listable], [false, false])
})
