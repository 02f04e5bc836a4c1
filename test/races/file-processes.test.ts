/** Two processes on one folder of sessions: the one writes as fast as it can, the other logs out in the midst of it. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type TestContext, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { fileSessions } from '../../src/file.ts'
import type { SessionStore } from '../../src/sessions/session-store.ts'
import { type ReadyProcess, start } from '../support/child-process.ts'
import { tempFolder } from '../support/databases.ts'

const ROUNDS = 150
const NOW = Date.now()
const record = { data: 'start', expires: NOW + 3_600_000, userId: 'alice' }

async function writerOn(t: TestContext, folder: string): Promise<ReadyProcess> {
  const fixture = fileURLToPath(new URL('fixtures/write-sessions.ts', import.meta.url))
  return start(t, [process.execPath, fixture, folder])
}

/** Lets the other process write until it finds nothing more, and ends the session meanwhile. @returns how often it wrote */
async function play(
  store: SessionStore,
  writer: ReadyProcess,
  what: 'change' | 'move',
  key: string,
  end: (id: string) => Promise<unknown>,
): Promise<number> {
  assert.equal(await store.create(key, record, NOW), true)
  const id = (await store.load(key, NOW))?.id ?? ''
  const answered = once(writer.lines, 'line')
  writer.child.stdin.write(`${what} ${key}\n`)
  await wait(Math.random() * 10)
  assert.ok(await end(id), `${key} was ended`)
  assert.deepEqual(await store.listForUser('alice', NOW), [], 'it is gone when the end resolves')
  const [times] = await answered
  for (let number = Number(times); number >= -1; number--) {
    const moved = number < 0 ? key : `${key} moved ${number}`
    assert.equal(await store.load(moved, NOW), null, moved)
  }
  assert.deepEqual(await store.listForUser('alice', NOW), [], 'and stays so')
  return Number(times)
}

for (const what of ['change', 'move'] as const) {
  test(`no ${what} by another process brings back what a logout has ended, ${ROUNDS} times`, {
    timeout: 120_000,
  }, async (t) => {
    const folder = tempFolder(t)
    const store = fileSessions(folder)
    const writer = await writerOn(t, folder)
    let written = 0
    for (let round = 0; round < ROUNDS; round++) {
      const end = async (id: string): Promise<unknown> =>
        round % 2 === 0 ? store.delete(`key${round}`, id) : store.deleteForUser('alice')
      written += await play(store, writer, what, `key${round}`, end)
    }
    t.diagnostic(`${written} writes in ${ROUNDS} rounds`)
    assert.ok(written > ROUNDS, `${written} writes: the two were at work at once`)
    assert.equal(await writer.stop(), 0)
  })
}

test('of two processes that change one session at once each change is whole, and none is refused', {
  timeout: 60_000,
}, async (t) => {
  const folder = tempFolder(t)
  const store = fileSessions(folder)
  const writer = await writerOn(t, folder)
  await store.create('key', record, NOW)
  const answered = once(writer.lines, 'line')
  writer.child.stdin.write('change key\n')
  for (let number = 0; number < 300; number++) {
    assert.equal(await store.update('key', { ...record, data: `${number}` }, NOW), true)
    assert.match((await store.load('key', NOW))?.data ?? '', new RegExp(`^(?:late|${number})$`))
  }
  assert.equal(await store.delete('key'), true)
  const [times] = await answered
  t.diagnostic(`300 changes here, ${times} there`)
  assert.ok(Number(times) > 10)
  assert.equal(await writer.stop(), 0)
})
