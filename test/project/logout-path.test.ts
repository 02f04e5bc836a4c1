import assert from 'node:assert/strict'
import { test } from 'node:test'
import { read } from '../support/project-files.ts'

const rows = [...read('docs/architecture.md').matchAll(/^\| \d+ \| (src\/\S+) \| (\d+) \|/gm)]

test('the path of one logout is at most nine files and 1,500 lines', () => {
  assert.ok(rows.length > 0, 'the table is there')
  assert.ok(rows.length <= 9, `it has ${rows.length} files`)
  const lines = rows.reduce((sum, [, file = '']) => sum + linesOf(file), 0)
  assert.ok(lines <= 1500, `it has ${lines} lines`)
})

test('docs/architecture.md tells the true length of each file on it', () => {
  const told = rows.map(([, file, lines]) => `${file} ${lines}`)
  assert.deepEqual(
    told,
    rows.map(([, file = '']) => `${file} ${linesOf(file)}`),
  )
})

function linesOf(file: string): number {
  return read(file).split('\n').length - 1
}
