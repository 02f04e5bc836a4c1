/** What the coverage does not count says why. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sources } from '../support/project-files.ts'

const MARK = /\/\* node:coverage (ignore next|disable|enable)(?: \d+)? \*\//

/** Marks of a file without a reason, by line, and blocks that are never counted again. */
function unexplained(text: string): string[] {
  const found: string[] = []
  const lines = text.split('\n')
  let disabled = 0
  for (const [at, line] of lines.entries()) {
    const [mark, what] = MARK.exec(line) ?? []
    if (mark === undefined) {
      if (line.includes('node:coverage')) found.push(`${at + 1}: is no mark that Node knows`)
      continue
    }
    disabled += { 'ignore next': 0, disable: 1, enable: -1 }[what as 'disable']
    const beside = /\/\/\s*(.*)$/.exec(line.replace(mark, ''))?.[1]
    const above = /^\s*(?:\/\/|\/?\*+)\s*(.*?)(?:\*\/)?\s*$/.exec(lines[at - 1] ?? '')?.[1]
    const reason = beside ?? (MARK.test(lines[at - 1] ?? '') ? '' : above) ?? ''
    if (what !== 'enable' && reason.trim().split(/\s+/).length < 3) found.push(`${at + 1}: does not say why`)
  }
  if (disabled !== 0) found.push('a block that is disabled and not enabled again')
  return found
}

test('every line that the coverage is told to leave out has its reason beside or above it', () => {
  const found: string[] = []
  for (const [file, text] of sources()) found.push(...unexplained(text).map((line) => `${file}:${line}`))
  assert.deepEqual(found, [])
})

test('this guard sees what it is for', () => {
  const mark = '/* node:coverage ignore next */'
  assert.deepEqual(unexplained(`a()\n${mark}\nb()`), ['2: does not say why'])
  assert.deepEqual(unexplained(`// why\n${mark}\nb()`), ['2: does not say why'])
  assert.deepEqual(unexplained(`// Node 22 alone comes here.\n${mark}\n${mark}\nb()`), ['3: does not say why'])
  assert.deepEqual(unexplained('/* node:coverage skip */'), ['1: is no mark that Node knows'])
  assert.deepEqual(unexplained('// only for tests here\n/* node:coverage disable */\nb()'), [
    'a block that is disabled and not enabled again',
  ])
  for (const good of [
    `// Node 22 alone comes here.\n${mark}\nb()`,
    `${mark} // Node 22 alone comes here.\nb()`,
    `/** Node 22 alone comes here. */\n${mark}\nb()`,
    ' * Node 22 alone comes here.\n/* node:coverage ignore next 3 */',
    '// Node 22 alone comes here.\n/* node:coverage disable */\nb()\n/* node:coverage enable */',
    'b()',
  ]) {
    assert.deepEqual(unexplained(good), [], good)
  }
})
