/** Sessions in files, two processes on one folder: between any two steps of the one on the disk comes all of what the other does. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileSessions } from '../../src/file.ts'
import type { SessionStore } from '../../src/sessions/session-store.ts'
import { tempFolder } from '../support/databases.ts'
import { BeforeNth, openWatched } from '../support/watched-disk.ts'

const NOW = Date.now()
const HOUR = 3_600_000
const record = (data: string, userId: string | null = 'alice') => ({ data, expires: NOW + HOUR, userId })

/** What the two said. */
interface Answers {
  readonly first: unknown
  readonly second: unknown
}

type Act = (store: SessionStore) => Promise<unknown>

const WRITES: Readonly<Record<string, Act>> = {
  update: async (store) => store.update('key', record('late'), NOW),
  'update to nobody': async (store) => store.update('key', record('late', null), NOW),
  'update to bob': async (store) => store.update('key', record('late', 'bob'), NOW),
  touch: async (store) => store.touch('key', NOW + 2 * HOUR, NOW + 1),
  adopt: async (store) => store.adopt('key', 'bob', NOW),
  replace: async (store) => store.replace('key', 'new', record('late'), NOW),
}

const ENDS: Readonly<Record<string, Act>> = {
  'delete by key and id': async (store) => store.delete('key', (await store.load('key', NOW))?.id),
  'deleteForUser of both': async (store) => {
    return (await store.deleteForUser('alice')) + (await store.deleteForUser('bob'))
  },
}

async function assertEnded(store: SessionStore, step: string): Promise<void> {
  for (const key of ['key', 'new']) {
    assert.equal(await store.load(key, NOW), null, `${key} is alive, ${step}`)
    assert.equal(await store.exists(key, NOW), false, step)
  }
  for (const user of ['alice', 'bob']) assert.deepEqual(await store.listForUser(user, NOW), [], step)
}

async function assertEndedOrWritten(store: SessionStore, step: string, { second }: Answers): Promise<void> {
  if (second === true || second === 1) return assertEnded(store, step)
  const [old, moved] = [await store.load('key', NOW), await store.load('new', NOW)]
  assert.equal((old ?? moved)?.data, 'late', step)
  assert.equal(old === null || moved === null, true, step)
  assert.equal((await store.listForUser('alice', NOW)).length, moved === null ? 0 : 1, step)
}

/** Plays `first` with `second` before its Nth step on the disk, for every N. @returns how many steps there were */
async function playSteps(
  t: { after(end: () => unknown): void },
  begin: (store: SessionStore) => Promise<unknown>,
  first: Act,
  second: Act,
  check: (store: SessionStore, step: string, answers: Answers) => Promise<void>,
): Promise<number> {
  for (let steps = 1; ; steps++) {
    const folder = tempFolder(t)
    const other = fileSessions(folder)
    await begin(other)
    let answer: unknown
    let name = ''
    const between = new BeforeNth(steps, async (call) => {
      name = call.name
      answer = await second(other)
    })
    const answers = { first: await first(openWatched(folder, between.onCall)), second: answer }
    if (!between.reached) return steps - 1
    await check(fileSessions(folder), `before step ${steps}, ${name}`, answers)
  }
}

const start: Act = async (store) => store.create('key', record('start'), NOW)

for (const [ending, end] of Object.entries(ENDS)) {
  for (const [writing, write] of Object.entries(WRITES)) {
    // What has moved, or is nobody's, before the end looks for it is not what it ends.
    const check = /replace.*key|nobody.*User/.test(`${writing}: ${ending}`) ? assertEndedOrWritten : assertEnded
    test(`${writing}, and between any two of its steps a ${ending}: it stays ended`, async (t) => {
      const steps = await playSteps(t, start, write, end, check)
      assert.ok(steps >= 4, `${steps} steps`)
    })
  }
}

for (const [writing, write] of Object.entries(WRITES)) {
  test(`delete by key and id, and between any two of its steps a whole ${writing}: it ends`, async (t) => {
    let id: string | undefined
    const begin: Act = async (store) => {
      await start(store)
      id = (await store.load('key', NOW))?.id
    }
    const end: Act = async (store) => store.delete('key', id)
    const steps = await playSteps(t, begin, end, write, (store, step) => assertEnded(store, step))
    assert.ok(steps >= 5, `${steps} steps`)
  })

  test(`deleteForUser, and between any two of its steps a whole ${writing}: what was alice's all along is ended`, async (t) => {
    const steps = await playSteps(
      t,
      start,
      async (store) => store.deleteForUser('alice'),
      write,
      async (store, step, { first }) => {
        assert.deepEqual(await store.listForUser('alice', NOW), [], step)
        if (first === 1) return assertEnded(store, step)
        assert.match(writing, /nobody|bob|adopt/, step)
      },
    )
    assert.ok(steps >= 4, `${steps} steps`)
  })

  test(`${writing}, and between any two of its steps an update: both are whole, and the last one wins`, async (t) => {
    await playSteps(
      t,
      start,
      write,
      async (store) => store.update('key', record('between'), NOW),
      async (store, step, answers) => {
        const key = writing === 'replace' ? 'new' : 'key'
        const session = await store.load(key, NOW)
        assert.notEqual(session, null, step)
        if (writing === 'touch') assert.equal(session?.data, answers.second === true ? 'between' : 'start', step)
        else assert.match(session?.data ?? '', /^(?:late|between)$/, step)
        const listed = await Promise.all(['alice', 'bob'].map(async (user) => store.listForUser(user, NOW)))
        assert.equal(listed.flat().length, session?.userId === undefined ? 0 : 1, step)
        assert.equal(listed.flat()[0]?.id, session?.id, step)
        assert.equal(await store.delete('none', session?.id), session?.id !== undefined, `by its id, ${step}`)
      },
    )
  })
}

test('two changes of key, the one between any two steps of the other: one of them finds the session', async (t) => {
  await playSteps(
    t,
    start,
    async (store) => store.replace('key', 'one', record('one'), NOW),
    async (store) => store.replace('key', 'two', record('two'), NOW),
    async (store, step, answers) => {
      const [one, two] = await Promise.all(['one', 'two'].map(async (key) => store.exists(key, NOW)))
      assert.deepEqual([one, two], [answers.first, answers.second], step)
      assert.equal(Number(one) + Number(two), 1, step)
      assert.equal((await store.listForUser('alice', NOW)).length, 1, step)
    },
  )
})

test('clearExpired, and between any two of its steps a login or a change of it: nothing that is alive is lost', async (t) => {
  for (const act of [
    async (store) => {
      await store.create('other', record('other'), NOW)
    },
    async (store) => void (await store.replace('key', 'other', record('other'), NOW)),
    async (store) => {
      await store.update('key', record('other', 'bob'), NOW)
      await store.replace('key', 'other', record('other'), NOW)
    },
  ] satisfies ((store: SessionStore) => Promise<void>)[]) {
    const steps = await playSteps(
      t,
      async (store) => {
        await start(store)
        await store.create('dead', { ...record('dead'), expires: NOW - 1 }, NOW)
      },
      async (store) => store.clearExpired(NOW),
      act,
      async (store, step, { first }) => {
        assert.equal(first, 1, step)
        const session = await store.load('other', NOW)
        assert.equal(session?.data, 'other', step)
        const before = (await store.listForUser('alice', NOW)).length
        assert.equal(await store.delete('none', session?.id), true, `by its id, ${step}`)
        assert.equal((await store.listForUser('alice', NOW)).length, before - 1, step)
      },
    )
    assert.ok(steps > 20, `${steps} steps`)
  }
})
