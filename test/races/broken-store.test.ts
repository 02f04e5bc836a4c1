/** The races are worth something: a store that upserts, as many session packages do, fails them, and so does a refilled cache. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

/** Runs a file of races by itself. */
function run(
  file: string,
  name: string,
): { status: number | null; stdout: string; named: (result: string) => string[] } {
  // Without it the child would take itself for a part of this run.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env
  const fixture = fileURLToPath(new URL(`fixtures/${file}`, import.meta.url))
  const { status, stdout } = spawnSync(process.execPath, ['--test-reporter=tap', fixture], { encoding: 'utf8', env })
  const named = (result: string): string[] =>
    [...stdout.matchAll(new RegExp(`^${result} \\d+ - ${name}: (.*)$`, 'gm'))].map(([, title]) => title ?? '')
  return { status, stdout, named }
}

test('a cache that takes whatever it is brought fails where somebody reads while the session ends', () => {
  const { status, stdout, named } = run('refilling-cache.ts', 'refilling')
  assert.equal(status, 1, stdout)
  assert.deepEqual(named('not ok'), ['in any order of their store calls, read, logout: logged out'])
  assert.ok(named('ok').length > 0, 'and the others can pass')
})

test('a store that saves whether or not the session is still there fails each race in which something is saved', () => {
  const { status, stdout, named } = run('upserting-store.ts', 'upserting')
  assert.equal(status, 1, stdout)
  assert.deepEqual(named('not ok'), [
    'a slow request that writes after a logout is refused, and revives nothing',
    'a slow request that saves in its middle after a logout is refused, and revives nothing',
    'a slow request that changes the key after a logout is refused, and revives nothing',
    'a slow request that sets another end after a logout is refused, and revives nothing',
    'a slow login of the same user after a logout is a new session with nothing of the old one',
    'of 50 requests that save while a logout passes none revives the session',
    'in any order of their store calls, write, logout: logged out',
    'in any order of their store calls, cycleKey, logout: logged out',
    'in any order of their store calls, write, logout, of nobody: logged out',
    'in any order of their store calls, write, write, logout: logged out',
    'in any order of their store calls, write, cycleKey, logout: logged out',
    'in any order of their store calls, cycleKey, cycleKey, logout: logged out',
    'in any order of their store calls, write, logout, logout: logged out',
  ])
  assert.ok(named('ok').includes('two logouts at once both succeed'), 'and the others can pass')
})
