import assert from 'node:assert/strict'
import { type SpawnSyncReturns, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { root } from '../support/project-files.ts'

/** Runs the project's test script on one file with this text, as `npm test` does. */
function report(t: TestContext, text: string, pattern = '*.test.ts'): SpawnSyncReturns<string> {
  const folder = mkdtempSync(join(tmpdir(), 'postern-'))
  t.after(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'sample.test.ts'), `import { describe, test } from 'node:test'\n${text}`)
  const { NODE_TEST_CONTEXT: _, ...env } = process.env
  return spawnSync(process.execPath, [join(root, 'scripts', 'test.ts'), join(folder, pattern)], {
    encoding: 'utf8',
    env,
  })
}

const lastLine = (run: SpawnSyncReturns<string>): string | undefined => run.stdout.trimEnd().split('\n').at(-1)

test('the last line groups what was skipped by its reason', (t) => {
  const run = report(
    t,
    `test('a', { skip: 'no Chromium was found' }, () => {})
     test('b', (t) => t.skip('no strace was found'))
     describe('c', () => { test('d', (t) => t.skip('no Chromium was found')) })
     test.skip('e', () => {})
     test('f', () => {})`,
  )
  assert.equal(
    lastLine(run),
    'Skipped, with the number of tests: no Chromium was found (2); no strace was found (1); no reason given (1).',
  )
  assert.equal(run.status, 0)
})

test('the last line says that nothing was skipped', (t) => {
  const run = report(t, `test('a', () => {})`)
  assert.equal(lastLine(run), 'Nothing was skipped.')
  assert.equal(run.status, 0)
})

test('a failing test fails the run', (t) => {
  const run = report(t, `test('a', () => { throw new Error('wrong') })`)
  assert.equal(lastLine(run), 'Nothing was skipped.')
  assert.equal(run.status, 1)
})

test('a run without any test fails', (t) => {
  const run = report(t, '', 'nothing-*.test.ts')
  assert.match(run.stdout, /No test ran: no file matched\./)
  assert.equal(run.status, 1)
})
