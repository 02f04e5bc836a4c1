/** Processes on one SQLite file that are killed in the midst of it, at random times: what was announced stands. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { sqlite } from '../../src/sqlite.ts'
import { start } from '../support/child-process.ts'
import { tempFolder } from '../support/databases.ts'
import { KILLS, timeFor } from '../support/kills.ts'

test(`of ${KILLS} kills at random times none undoes a logout, or loses a session that nobody ended`, {
  timeout: timeFor(6000),
}, async (t) => {
  const path = join(tempFolder(t), 'db.sqlite3')
  const database = sqlite(path)
  t.after(() => database.close())
  await database.migrate()
  const fixture = fileURLToPath(new URL('../stores/fixtures/delete-until-killed.ts', import.meta.url))
  const now = Date.now()
  let from = 0
  let ended = 0
  for (let round = 0; round < KILLS; round++) {
    const { child, lines, stop, firstLine } = await start(t, [process.execPath, fixture, path, String(from)])
    let last = Number(firstLine)
    lines.on('line', (line) => {
      last = Number(line)
    })
    await wait(Math.random() * 100)
    child.kill('SIGKILL')
    await stop()
    assert.equal(child.signalCode, 'SIGKILL')
    for (let number = from; number <= last; number++) {
      const step = `round ${round}, ${number} of ${last}`
      assert.equal(await database.sessions.load(`ended ${number}`, now), null, step)
      assert.equal((await database.sessions.load(`kept ${number}`, now))?.data, `kept ${number}`, step)
      ended += 1
    }
    // What was under way when it was killed is alive or not; the next one does not meet it.
    from = last + 2
  }
  t.diagnostic(`${KILLS} kills: ${ended} logouts announced`)
  assert.ok(ended >= KILLS)
  assert.equal(await database.sessions.delete('kept 0'), true, 'the database is writable')
})
