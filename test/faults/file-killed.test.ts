/** A process with sessions in files that is killed in the midst of it: no logout is undone, and nothing is half or locked. */
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { fileSessions } from '../../src/file.ts'
import { start } from '../support/child-process.ts'
import { tempFolder } from '../support/databases.ts'
import { KILLS, timeFor } from '../support/kills.ts'

const NOW = Date.now()

/** The records that count, each as it is read by everybody. */
function records(folder: string): string[] {
  const found: string[] = []
  for (const place of readdirSync(join(folder, 'sessions'))) {
    const path = join(folder, 'sessions', place)
    const head = readdirSync(path).find((name) => name.startsWith('head_'))
    if (head === undefined) continue
    const record = join(path, `record_${head.split('_')[1]}`)
    assert.ok(existsSync(record), `${head} has its record`)
    found.push(readFileSync(record, 'utf8'))
  }
  return found
}

test(`of ${KILLS} kills at random times none undoes a logout, or leaves half a session or a lock`, {
  timeout: timeFor(6000),
}, async (t) => {
  const folder = tempFolder(t)
  const fixture = fileURLToPath(new URL('fixtures/end-sessions-until-killed.ts', import.meta.url))
  let from = 0
  let ended = 0
  for (let round = 0; round < KILLS; round++) {
    const { child, lines, stop } = await start(t, [process.execPath, fixture, folder, String(from)])
    let last = from - 1
    lines.on('line', (line) => {
      last = Number(line)
    })
    await wait(Math.random() * 150)
    child.kill('SIGKILL')
    await stop()
    assert.equal(child.signalCode, 'SIGKILL')
    const store = fileSessions(folder)
    for (const record of records(folder)) {
      const { data } = JSON.parse(record) as { data: string }
      assert.match(data, /^(?:(?:start ){2000}|(?:changed ){2000}|(?:moved ){2000}|(?:late ){2000})$/)
    }
    for (let number = 0; number <= last; number++) {
      const step = `round ${round}, ${number} of ${last}`
      assert.equal(await store.load(`ended ${number}`, NOW), null, step)
      if (number < from) continue
      ended += 1
      assert.match((await store.load(`kept ${number}`, NOW))?.data ?? '', /^changed /, step)
      assert.match((await store.load(`moved ${number}`, NOW))?.data ?? '', /^moved /, step)
    }
    // What was under way is alive or not, and whoever comes next can do with it what they like.
    for (const kind of ['kept', 'old', 'moved', 'ended']) {
      const key = `${kind} ${last + 1}`
      const alive = (await store.load(key, NOW)) !== null
      const record = { data: 'start ', expires: NOW + 3_600_000, userId: '1' }
      assert.equal(await store.update(key, { ...record, data: 'start '.repeat(2000) }, NOW), alive, key)
      assert.equal(await store.delete(key), alive, key)
      assert.equal(await store.load(key, NOW), null, key)
    }
    await store.clearExpired(NOW)
    const listed = await store.listForUser('1', NOW)
    assert.equal(listed.length, records(folder).length, 'each is on the list')
    from = last + 2
  }
  t.diagnostic(`${KILLS} kills, ${ended} logouts acknowledged`)
  assert.ok(ended > 0)
})
