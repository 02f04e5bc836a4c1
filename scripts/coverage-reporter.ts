/** The report of the tests, and a table of the lines that they reach, one row for each room of `src`. */
import { relative, sep } from 'node:path'
import type { EventData } from 'node:test'
import type { TestEvent } from 'node:test/reporters'
import testReporter from './test-reporter.ts'

/** The room of a file: its folder below `src`, or the top floor. */
function roomOf(file: string): string {
  const [, room = '', rest] = file.split(sep)
  return rest === undefined ? '(top)' : room
}

function percent(reached: number, all: number): string {
  return `${((100 * reached) / all).toFixed(1)} %`.padStart(8)
}

function table(coverage: EventData.TestCoverage): string {
  const { files, workingDirectory } = coverage.summary
  const rooms = new Map<string, { files: number; lines: number; reached: number }>()
  for (const { path, totalLineCount, coveredLineCount } of files) {
    const file = relative(workingDirectory, path)
    if (!file.startsWith(`src${sep}`)) continue
    for (const name of [roomOf(file), 'all']) {
      const room = rooms.get(name) ?? { files: 0, lines: 0, reached: 0 }
      rooms.set(name, {
        files: room.files + 1,
        lines: room.lines + totalLineCount,
        reached: room.reached + coveredLineCount,
      })
    }
  }
  const all = rooms.get('all')
  if (all === undefined) throw new Error('The coverage names no file of src.')
  rooms.delete('all')
  const rows = [...rooms, ['all', all] as const].map(
    ([name, room]) =>
      `${name.padEnd(12)}${String(room.files).padStart(6)}${String(room.lines).padStart(8)}  ${percent(room.reached, room.lines)}`,
  )
  return `\n${'room'.padEnd(12)}loaded   lines   reached\n${rows.join('\n')}\n`
}

// biome-ignore lint/style/noDefaultExport: the interface of a reporter of node --test
export default async function* coverageReporter(source: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  let coverage: EventData.TestCoverage | undefined

  async function* withoutCoverage(): AsyncGenerator<TestEvent> {
    for await (const event of source) {
      if (event.type === 'test:coverage') coverage = event.data
      else yield event
    }
  }

  yield* testReporter(withoutCoverage())
  if (coverage !== undefined) yield table(coverage)
}
