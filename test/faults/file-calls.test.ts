/** Sessions in files: every call to the disk fails in turn, or is the last one that the process makes. */
import assert from 'node:assert/strict'
import { lutimesSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { StoreUnavailable } from '../../src/errors.ts'
import { fileSessions } from '../../src/file.ts'
import type { SessionStore } from '../../src/sessions/session-store.ts'
import { tempFolder } from '../support/databases.ts'
import { BeforeNth, openWatched } from '../support/watched-disk.ts'

const NOW = Date.now()
const HOUR = 3_600_000
const ID = '0123456789abcdef0123456789abcdef'
const record = (data: string, userId: string | null = 'alice') => ({ data, expires: NOW + HOUR, userId, id: ID })

const CODES = ['ENOSPC', 'EIO', 'EACCES', 'EMFILE']

type Act = (store: SessionStore) => unknown

const ACTS: Readonly<Record<string, Act>> = {
  load: (store) => store.load('key', NOW),
  create: (store) => store.create('other', { ...record('other'), id: undefined }, NOW),
  update: (store) => store.update('key', record('late'), NOW),
  'update to bob': (store) => store.update('key', record('late', 'bob'), NOW),
  'update to nobody': (store) => store.update('key', record('late', null), NOW),
  replace: (store) => store.replace('key', 'new', record('late'), NOW),
  touch: (store) => store.touch('key', NOW + 2 * HOUR, NOW),
  adopt: (store) => store.adopt('key', 'bob', NOW),
  exists: (store) => store.exists('key', NOW),
  delete: (store) => store.delete('key'),
  'delete by id': (store) => store.delete('gone', ID),
  deleteForUser: (store) => store.deleteForUser('alice'),
  listForUser: (store) => store.listForUser('alice', NOW),
  clearExpired: (store) => store.clearExpired(NOW),
}

const isEnding = (name: string): boolean => name.startsWith('delete')

function diskError(code: string): Error {
  return Object.assign(new Error(`${code}: the disk does not`), { code })
}

/** Everything in it, by its path, as it was two hours ago. */
function age(folder: string): string[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  const then = (Date.now() - 2 * HOUR) / 1000
  for (const name of names) lutimesSync(join(folder, name), then, then)
  return names.filter((name) => name.includes('/'))
}

/** Two sessions of alice's are there, one of them to be tried on. */
async function begin(folder: string): Promise<void> {
  const store = fileSessions(folder)
  await store.create('key', record('start'), NOW)
  await store.create('kept', { ...record('kept', 'carol'), id: undefined }, NOW)
}

/** Whole, or gone; can be changed, found by all ways, and ended; and nothing is left of it. */
async function assertSound(folder: string, step: string): Promise<void> {
  const store = fileSessions(folder)
  assert.equal((await store.load('kept', NOW))?.data, 'kept', step)
  for (const key of ['key', 'new', 'other']) {
    const session = await store.load(key, NOW)
    if (session === null) continue
    assert.match(session.data, /^(?:start|late|other)$/, step)
    assert.equal(await store.touch(key, NOW + HOUR, NOW), true, step)
    if (typeof session.userId === 'string') {
      assert.equal(
        (await store.listForUser(session.userId, NOW)).some(({ id }) => id === session.id),
        true,
        step,
      )
      assert.equal(await store.delete('gone', session.id), true, `by its id, ${step}`)
    } else assert.equal(await store.delete(key), true, step)
    assert.equal(await store.load(key, NOW), null, step)
  }
  assert.equal(await store.deleteForUser('carol'), 1, step)
  age(folder)
  await store.clearExpired(NOW)
  assert.deepEqual(age(folder), [], `nothing is left, ${step}`)
}

for (const [name, act] of Object.entries(ACTS)) {
  test(`${name}, while every call to the disk in turn fails: it is done, or unavailable`, async (t) => {
    for (let calls = 1; ; calls++) {
      const code = CODES[calls % CODES.length] ?? ''

      const folder = tempFolder(t)
      await begin(folder)
      let step = ''
      const fault = new BeforeNth(calls, (call) => {
        step = `call ${calls}, ${call.name} with ${code}`
        throw diskError(code)
      })
      const store = openWatched(folder, fault.onCall)
      const said = await Promise.resolve(act(store)).catch((error: unknown) => error)
      if (!fault.reached) break
      if (said instanceof Error) assert.ok(said instanceof StoreUnavailable, `${step}: ${said}`)
      // Pressing again works.
      if (isEnding(name)) {
        if (said instanceof Error) await act(store)
        assert.equal(await store.load('key', NOW), null, step)
      }
      if (name === 'create') assert.equal((await store.load('other', NOW)) !== null, said === true, step)
      await assertSound(folder, step)
    }
  })

  test(`${name}, by a process that dies at any call to the disk: nothing is half, and nothing is locked`, async (t) => {
    for (let calls = 1, dead = false; ; calls++, dead = false) {
      const folder = tempFolder(t)
      await begin(folder)
      let step = ''
      const death = new BeforeNth(calls, (call) => {
        step = `call ${calls}, ${call.name}`
        dead = true
        throw new Error('killed')
      })
      const store = openWatched(folder, (call) => {
        if (dead) throw new Error('killed')
        return death.onCall(call)
      })
      const said = await Promise.resolve(act(store)).catch((error: unknown) => error)
      if (!death.reached) break
      if (isEnding(name) && !(said instanceof Error)) {
        assert.equal(await fileSessions(folder).load('key', NOW), null, `acknowledged, ${step}`)
      }
      await assertSound(folder, step)
    }
  })
}
