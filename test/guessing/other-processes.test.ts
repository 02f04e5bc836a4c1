/** Guesses at one account through several processes on one SQLite file: all of them count. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { TooManyAttempts } from '../../src/errors.ts'
import { limitSettings } from '../../src/guessing/limit-settings.ts'
import { LoginLimits } from '../../src/guessing/login-limits.ts'
import { start } from '../support/child-process.ts'
import { openSqlite, tempFolder } from '../support/databases.ts'
import { SECRET_KEY } from '../support/postern.ts'

const PROCESSES = 4

test('what several processes let through at once all counts, and has to come back before the next guess', async (t) => {
  const path = join(tempFolder(t), 'db.sqlite3')
  const fixture = fileURLToPath(new URL('fixtures/guess.ts', import.meta.url))
  const database = openSqlite(t, path)
  await database.migrate()
  const processes = await Promise.all(
    Array.from({ length: PROCESSES }, () => start(t, [process.execPath, fixture, path, '50'])),
  )
  const counts = processes.map(async ({ child, lines }) => {
    child.stdin.write('go\n')
    const [line] = await once(lines, 'line')
    return Number(line)
  })
  const checked = (await Promise.all(counts)).reduce((sum, count) => sum + count, 0)
  t.diagnostic(`${checked} of ${PROCESSES * 50} guesses were looked at`)
  assert.ok(checked >= 10 && checked <= PROCESSES * 10, `${checked}`)

  // Each of them counts: so many shares of 90 seconds, less those of the bucket, have to pass.
  const now = Date.now()
  const limits = new LoginLimits(database.attempts, limitSettings(), SECRET_KEY, () => now)
  const guess = limits.attempt({ purpose: 'login', by: { accounts: ['alice'] }, work: async () => 'looked at' })
  await assert.rejects(guess, (error) => {
    assert.ok(error instanceof TooManyAttempts)
    const wait = (checked - 9) * 90
    assert.ok(error.retryAfter <= wait && error.retryAfter > wait - 60, `${error.retryAfter} of ${wait}`)
    return true
  })
})
