/**
 * Sessions in a database whose transactions run at the same time: one call that writes and one that ends, in every order of their
 * statements, with the database's own locks. Told by who waits for whom.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SessionStore } from '../../src/sessions/session-store.ts'
import type { Scheduler } from './scheduler.ts'

const NOW = Date.UTC(2026, 0, 15, 12)
const HOUR = 3_600_000
const record = (data: string, userId: string | null = '7') => ({ data, expires: NOW + HOUR, userId })

type Hooks = { after(end: () => unknown): void }

/** What a database has to give. */
export interface Stage {
  /** A store whose statements pass the scheduler, each actor by a connection of its own. */
  readonly held: SessionStore
  /** The same sessions, not held. */
  readonly free: SessionStore
  readonly scheduler: Scheduler
}

type Act = (store: SessionStore) => Promise<unknown>

const WRITES: Readonly<Record<string, Act>> = {
  update: async (store) => store.update('key', record('late'), NOW),
  'update to nobody': async (store) => store.update('key', record('late', null), NOW),
  'update to another user': async (store) => store.update('key', record('late', '8'), NOW),
  touch: async (store) => store.touch('key', NOW + 2 * HOUR, NOW + 1),
  adopt: async (store) => store.adopt('key', '8', NOW),
  replace: async (store) => store.replace('key', 'new', record('late'), NOW),
}

const ENDS: Readonly<Record<string, (id: string | undefined) => Act>> = {
  'delete by key and id': (id) => async (store) => store.delete('key', id),
  'delete by key': () => async (store) => store.delete('key'),
  'deleteForUser of both users': () => async (store) =>
    (await store.deleteForUser('7')) + (await store.deleteForUser('8')),
}

/** What has another key, or is nobody's, before the end looks for it is not what it ends. */
const MAY_ESCAPE = /^(?:replace: delete by key$|update to nobody: deleteForUser)/

/** Registers all pairs for one database. @param open tables without rows */
export function statements(name: string, open: (t: Hooks) => Promise<Stage>): void {
  for (const [writing, write] of Object.entries(WRITES)) {
    for (const [ending, end] of Object.entries(ENDS)) {
      test(`${name}: ${writing} and ${ending}, in any order of their statements: it ends`, async (t) => {
        const { held, free, scheduler } = await open(t)
        let answers: unknown[] = []
        const begin = async () => {
          for (const key of ['key', 'new']) await free.delete(key)
          for (const user of ['7', '8']) await free.deleteForUser(user)
          await free.create('key', record('start'), NOW)
          const id = (await free.load('key', NOW))?.id
          answers = []
          return [write, end(id)].map((act, actor) => async () => {
            answers[actor] = await act(held)
          })
        }
        const played = await scheduler.playAll(begin, async (trace) => {
          const story = `${trace.join('\n')}\n${answers.join(', ')}`
          const alive = (await free.exists('key', NOW)) || (await free.exists('new', NOW))
          if (alive) {
            assert.match(`${writing}: ${ending}`, MAY_ESCAPE, story)
            assert.equal(Boolean(answers[1]), false, `who ended nothing says so\n${story}`)
          }
          const listed = [...(await free.listForUser('7', NOW)), ...(await free.listForUser('8', NOW))]
          assert.ok(alive || listed.length === 0, story)
        })
        t.diagnostic(`${name}: ${writing}, ${ending}: ${played} schedules`)
        assert.ok(played >= 3, `${played} schedules`)
      })
    }
  }

  test(`${name}: two changes of key, in any order of their statements: one of them finds the session`, async (t) => {
    const { held, free, scheduler } = await open(t)
    let answers: unknown[] = []
    const begin = async () => {
      for (const key of ['key', 'one', 'two']) await free.delete(key)
      await free.create('key', record('start'), NOW)
      answers = []
      return ['one', 'two'].map((key, actor) => async () => {
        answers[actor] = await held.replace('key', key, record(key), NOW)
      })
    }
    const played = await scheduler.playAll(begin, async (trace) => {
      const there = await Promise.all(['one', 'two'].map(async (key) => free.exists(key, NOW)))
      assert.deepEqual(there, answers, trace.join('\n'))
      assert.deepEqual([...answers].sort(), [false, true], trace.join('\n'))
      assert.equal((await free.listForUser('7', NOW)).length, 1, trace.join('\n'))
    })
    t.diagnostic(`${name}: two changes of key: ${played} schedules`)
    assert.ok(played >= 3, `${played} schedules`)
  })
}
