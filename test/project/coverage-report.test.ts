/** The table of a coverage run: what it counts, what it calls too little, and that a file which no test loads is not overlooked. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { type CoverageReport, coverageReport } from '../../scripts/coverage-report.ts'
import { root } from '../support/project-files.ts'

type Summary = Parameters<typeof coverageReport>[0]

/** A file of ten lines, all reached, with branches and functions at the lines given; missed ones are negative. */
function file(name: string, branches: readonly number[], functions: readonly number[] = [1]) {
  const counted = (line: number) => ({ line: Math.abs(line), count: line > 0 ? 1 : 0 })
  return {
    path: join(root, name),
    totalLineCount: 10,
    coveredLineCount: 9,
    totalBranchCount: branches.length,
    coveredBranchCount: branches.filter((line) => line > 0).length,
    branches: branches.map(counted),
    functions: functions.map((line) => ({ name: '', ...counted(line) })),
    lines: [],
  }
}

function report(files: readonly ReturnType<typeof file>[], built: Record<string, string> = {}): CoverageReport {
  return coverageReport({ workingDirectory: root, files } as unknown as Summary, new Map(Object.entries(built)))
}

const nineteenOfTwenty = [...Array(19).keys()].map((line) => line + 1).concat(-20)

test('where accounts hang on a room, one branch that is not taken is too much, and it is named', () => {
  for (const room of ['kernel', 'passwords', 'users', 'sessions', 'csrf', 'auth']) {
    const { text, problems } = report([file(`src/${room}/a.ts`, nineteenOfTwenty)])
    assert.deepEqual(problems, [`${room}: 95.0 % of the branches are taken, and 100 % have to be.`])
    assert.match(text, new RegExp(`Branches that no test takes:\n {2}src/${room}/a\\.ts:20\n`))
  }
})

test('elsewhere 95 % are enough, and less is not', () => {
  assert.deepEqual(report([file('src/views/a.ts', nineteenOfTwenty)]).problems, [])
  assert.deepEqual(report([file('src/index.ts', nineteenOfTwenty)]).problems, [])
  const { text, problems } = report([file('src/views/a.ts', nineteenOfTwenty.slice(1))])
  assert.deepEqual(problems, ['views: 94.7 % of the branches are taken, and 95 % have to be.'])
  assert.match(text, /\n {2}src\/views\/a\.ts:20\n/)
})

test('a function that is never called counts as a branch that is not taken', () => {
  const { text, problems } = report([file('src/auth/a.ts', [1, 2], [1, -7])])
  assert.deepEqual(problems, ['auth: 66.6 % of the branches are taken, and 100 % have to be.'])
  assert.match(text, /src\/auth\/a\.ts:7\n/)
})

test('lines are named once, in order, and only those of rooms with too little', () => {
  const { text } = report([
    file('src/auth/b.ts', [-9, -3, -9, 4]),
    file('src/views/a.ts', nineteenOfTwenty),
    file('test/a.test.ts', [-1]),
  ])
  assert.match(text, /takes:\n {2}src\/auth\/b\.ts:3\n {2}src\/auth\/b\.ts:9\n\nauth: 25\.0 %/)
})

test('the table has a row for each room and one for all', () => {
  const { text } = report([
    file('src/views/a.ts', nineteenOfTwenty),
    file('src/views/b.ts', [1]),
    file('src/auth/a.ts', [1, 2]),
    file('src/index.ts', []),
  ])
  assert.deepEqual(text.trim().split('\n'), [
    'room            loaded     lines   reached  branches     taken',
    '(top)                1        10    90.0 %         0   100.0 %',
    'auth                 1        10    90.0 %         2   100.0 %',
    'views                2        20    90.0 %        21    95.2 %',
    'all                  4        40    90.0 %        23    95.6 %',
  ])
})

test('a file with code that no test loads is found, one of types is not', () => {
  const only = file('src/auth/a.ts', [1])
  const { text, problems } = report([only], {
    'src/auth/a.ts': 'export const a = 1;',
    'src/auth/b.ts': '/** What it is. */\nexport function b() {\n    return 1;\n}\n//# sourceMappingURL=b.js.map',
  })
  assert.deepEqual(problems, ['auth: 50.0 % of the branches are taken, and 100 % have to be.'])
  assert.match(text, /src\/auth\/b\.ts \(no test loads it\)/)
  const types = {
    'src/auth/types.ts': '/** Types. */\nexport {};\n//# sourceMappingURL=types.js.map',
    'src/entry.ts':
      "/** An entry. */\nexport { a } from './auth/a.js';\nimport './effect.js';\nimport { b } from \"./b.js\";\n",
  }
  assert.deepEqual(report([only], types).problems, [])
})

test('a run that saw nothing of src is an error', () => {
  assert.throws(() => report([file('test/a.test.ts', [1])]), /names no file of src/)
})
