/** The report of the tests, and behind it what they reach of each room of `src`; too little of one fails the run. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { EventData } from 'node:test'
import type { TestEvent } from 'node:test/reporters'
import { coverageReport } from './coverage-report.ts'
import testReporter from './test-reporter.ts'

const root = join(import.meta.dirname, '..')

/** Of a part of the tests nobody expects that they reach everything. */
const ofSomeTests = process.env.COVERAGE_OF_SOME_TESTS === '1'

/** What the build has made of `src`, by the names of the sources. */
function built(): Map<string, string> {
  const names = readdirSync(join(root, 'dist'), { recursive: true, encoding: 'utf8' })
  const files = names.filter((name) => name.endsWith('.js')).map((name) => name.replaceAll('\\', '/'))
  return new Map(files.map((name) => [`src/${name.slice(0, -3)}.ts`, readFileSync(join(root, 'dist', name), 'utf8')]))
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
  if (coverage === undefined) throw new Error('The run has no coverage.')
  const { text, problems } = coverageReport(coverage.summary, ofSomeTests ? new Map() : built())
  yield text
  if (problems.length > 0 && !ofSomeTests) process.exitCode = 1
}
