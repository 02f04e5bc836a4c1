import assert from 'node:assert/strict'
import { test } from 'node:test'
import { codeLines, sources } from '../support/project-files.ts'

const longest = 250

/** Files that may be longer, and why. */
const mayBeLonger: ReadonlyMap<string, string> = new Map([
  ['src/adapters/response-watcher.ts', 'the states of one held answer, each with the calls that lead to the next'],
  ['src/sessions/session.ts', 'the whole life of a session, from load to end, is to be read in one place'],
  ['src/auth/auth-request.ts', 'one property after the other of one object, half of it comments'],
  ['src/site-context.ts', 'one property after the other, from its setting to what is made of it'],
])

/** Where a pattern occurs in the code of the sources, outside comments. */
function occurrences(pattern: RegExp, files: ReadonlyMap<string, string> = sources()): string[] {
  const found: string[] = []
  for (const [file, text] of files) {
    for (const [line, number] of codeLines(text))
      if (pattern.test(line)) found.push(`${file}:${number}: ${line.trim()}`)
  }
  return found
}

const anyType = /(?:[:<,|&(=]|\bas|=>|\bextends|\bkeyof)\s*any\b(?!\s*[:(.'])|\bany\[\]/
const exportAll = /^export\s+(?:type\s+)?\*/
const consoleCall = /\bconsole\s*[.[]/

test('nothing is passed on wholesale', () => {
  assert.deepEqual(occurrences(exportAll), [])
})

test('nothing is typed any', () => {
  assert.deepEqual(occurrences(anyType), [])
})

test('only the command line prints', () => {
  const found = occurrences(consoleCall).filter((line) => !line.startsWith('src/cli/'))
  assert.deepEqual(found, [])
})

test(`no file has more than ${longest} lines without a reason`, () => {
  const long: string[] = []
  for (const [file, text] of sources()) {
    const lines = text.trimEnd().split('\n').length
    if (lines > longest && !mayBeLonger.has(file)) long.push(`${file}: ${lines} lines`)
    if (lines <= longest && mayBeLonger.has(file)) long.push(`${file} needs no exception any more`)
  }
  assert.deepEqual(long, [])
})

test('these guards see what they are for', () => {
  const bad = [
    'let a: any',
    'f(b as any)',
    'const c: Map<string, any>',
    'type D = any[]',
    'function f(x: unknown): any {',
    "export * from './a.ts'",
    "export * as b from './b.ts'",
    "export type * from './c.ts'",
    "  console.log('x')",
    '',
  ].join('\n')
  const good = [
    '/** any: console.log, let a: any */',
    '/*',
    ' * export * from any[]',
    ' */',
    '// console.log()',
    "const text = 'at any time'",
    "throw new Error('is not any of these')",
    'const consoleWidth = 1',
    '',
  ].join('\n')
  const files = new Map([
    ['bad.ts', bad],
    ['good.ts', good],
  ])
  const lines = (pattern: RegExp): string[] => occurrences(pattern, files).map((found) => found.split(': ')[0] ?? '')
  assert.deepEqual(lines(anyType), ['bad.ts:1', 'bad.ts:2', 'bad.ts:3', 'bad.ts:4', 'bad.ts:5'])
  assert.deepEqual(lines(exportAll), ['bad.ts:6', 'bad.ts:7', 'bad.ts:8'])
  assert.deepEqual(lines(consoleCall), ['bad.ts:9'])
})
