/** Runs all tests on the sources, also in the processes that they start, and prints what part of each room's lines they reach. */
import { run } from './run.ts'

const preload = `--import=${new URL('use-source.ts', import.meta.url).href}`

run(
  process.execPath,
  [
    '--test',
    '--test-timeout=300000',
    '--experimental-test-coverage',
    '--test-coverage-include=src/**',
    '--test-reporter=./scripts/coverage-reporter.ts',
    '--test-reporter-destination=stdout',
    ...process.argv.slice(2).filter((argument) => argument.startsWith('-')),
    'test/**/*.test.ts',
  ],
  { NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} ${preload}` },
)
