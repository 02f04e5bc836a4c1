/**
 * Runs the tests on the sources, also in the processes that they start, and prints what they reach of each room. All of them
 * have to reach enough; of those that are named (`npm run coverage -- "test/kernel/*.test.ts"`) nobody expects it.
 */
import { run } from './run.ts'

const preload = `--import=${new URL('use-source.ts', import.meta.url).href}`
const given = process.argv.slice(2)
const files = given.filter((argument) => !argument.startsWith('-'))

run(
  process.execPath,
  [
    '--test',
    '--test-timeout=300000',
    '--experimental-test-coverage',
    '--test-coverage-include=src/**',
    '--test-reporter=./scripts/coverage-reporter.ts',
    '--test-reporter-destination=stdout',
    ...given.filter((argument) => argument.startsWith('-')),
    ...(files.length > 0 ? files : ['test/**/*.test.ts']),
  ],
  {
    NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} ${preload}`,
    ...(files.length > 0 ? { COVERAGE_OF_SOME_TESTS: '1' } : {}),
  },
)
