/** The exported contract is worth something: stores that can revive a session fail it. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

/** Runs a file of tests by itself. */
function run(fixture: string): { status: number | null; failed: string[]; passed: string[] } {
  const { NODE_TEST_CONTEXT: _, ...env } = process.env
  const path = fileURLToPath(new URL(`fixtures/${fixture}`, import.meta.url))
  const { status, stdout } = spawnSync(process.execPath, ['--test-reporter=tap', path], { encoding: 'utf8', env })
  const names = (result: string): string[] =>
    [...stdout.matchAll(new RegExp(`^ {4}${result} \\d+ - (.*)$`, 'gm'))].map(([, name]) => name ?? '')
  return { status, failed: names('not ok'), passed: names('ok') }
}

test('a store that saves whether or not the session is there fails the contract, in each test that is about that', () => {
  const { status, failed, passed } = run('upserting-store.ts')
  assert.notEqual(status, 0)
  assert.deepEqual(failed, [
    'update, replace and touch of what was never there say false and keep nothing',
    'update, replace and touch of what was deleted say false and keep nothing',
    'deleteForUser ends all sessions of one user but the one excepted',
    'no update in flight brings back a session that is deleted',
    'no write in flight brings back a session of a user whose sessions are all ended',
    'of a change of key and updates at once nothing is left under the old key',
  ])
  assert.ok(passed.includes('a session that was created is loaded as it was'))
})

test('a store that looks first and writes later fails the races of the contract, and nothing else', () => {
  const { status, failed, passed } = run('reviving-store.ts')
  assert.notEqual(status, 0)
  assert.ok(failed.includes('no update in flight brings back a session that is deleted'), failed.join('\n'))
  for (const name of failed) assert.match(name, /in flight|began before|at once/)
  assert.ok(passed.includes('update, replace and touch of what was deleted say false and keep nothing'))
})
