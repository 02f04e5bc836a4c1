/** What was promised survives the process: nothing is lost by kill -9, and no deleted session comes back. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { sqlite } from '../../src/sqlite.ts'
import { tempFile } from './fixtures/temp-file.ts'

test('after kill -9 every deletion that was announced stands, and so does every session that was kept', async (t) => {
  const path = tempFile(t)
  const database = sqlite(path)
  t.after(() => database.close())
  await database.migrate()
  const fixture = fileURLToPath(new URL('fixtures/delete-until-killed.ts', import.meta.url))
  const child = spawn(process.execPath, [fixture, path], { stdio: ['ignore', 'pipe', 'inherit'] })
  let announced = 0
  for await (const line of createInterface(child.stdout)) {
    announced = Number(line) + 1
    if (announced === 25) child.kill('SIGKILL')
  }
  if (child.signalCode === null) await once(child, 'exit')
  assert.equal(child.signalCode, 'SIGKILL')
  assert.ok(announced >= 25)
  const now = Date.now()
  for (let number = 0; number < announced; number++) {
    assert.equal(await database.sessions.load(`ended ${number}`, now), null, `ended ${number}`)
    assert.equal((await database.sessions.load(`kept ${number}`, now))?.data, `kept ${number}`)
  }
  assert.equal(await database.sessions.delete('kept 0'), true, 'the database is writable')
})
