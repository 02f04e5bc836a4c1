/** Four processes that write to one SQLite file: each waits for the others in its event loop, not with it. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { sqlite } from '../../src/sqlite.ts'
import { start } from '../support/child-process.ts'
import { tempFolder } from '../support/databases.ts'

const WRITERS = 4
const SESSIONS = 320
/** Milliseconds for which SQLite itself waits for a lock. */
const BUSY_TIMEOUT = 20

type Hooks = { after(end: () => unknown): void }

/** Has the processes write at the same time. @returns for how long each stood still at most, in each round */
async function write(t: Hooks, paths: readonly string[]): Promise<number[][]> {
  const fixture = fileURLToPath(new URL('fixtures/write-sessions.ts', import.meta.url))
  const writers = await Promise.all(
    paths.map((path, number) => start(t, [process.execPath, fixture, path, `writer${number}`, String(SESSIONS)])),
  )
  const answers = writers.map(({ lines }) => once(lines, 'line'))
  for (const { child } of writers) child.stdin.write('go\n')
  return (await Promise.all(answers)).map(([line]) => JSON.parse(String(line)))
}

async function newDatabase(t: Hooks): Promise<string> {
  const path = join(tempFolder(t), 'db.sqlite3')
  const database = sqlite(path)
  await database.migrate()
  await database.close()
  return path
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

test('four writing processes lose nothing, and none stands still for longer than SQLite may wait for a lock', {
  timeout: 120_000,
}, async (t) => {
  const path = await newDatabase(t)
  const shared = await write(
    t,
    Array.from({ length: WRITERS }, () => path),
  )
  const raw = new DatabaseSync(path)
  t.after(() => raw.close())
  const kept = raw.prepare(
    'SELECT count(*) AS many, min(session_data) AS data, max(session_data) AS last FROM django_session',
  )
  assert.deepEqual({ ...kept.get() }, { many: (WRITERS * SESSIONS) / 2, data: 'changed', last: 'changed' })
  assert.deepEqual({ ...raw.prepare('PRAGMA integrity_check').get() }, { integrity_check: 'ok' })

  // How long a machine with so many processes keeps each of them waiting is seen where nobody shares a file.
  const alone = await write(t, await Promise.all(Array.from({ length: WRITERS }, () => newDatabase(t))))
  const [together, apart] = [shared, alone].map((pauses) => median(pauses.map(median)))
  const longest = Math.max(...shared.flat())
  t.diagnostic(
    `paused for ${together?.toFixed(1)} ms in a round on one file, ${apart?.toFixed(1)} ms on four; ${longest.toFixed(0)} ms once`,
  )
  assert.ok((together ?? 0) <= (apart ?? 0) + BUSY_TIMEOUT, `${together} ms on one file, ${apart} ms on four`)
})
