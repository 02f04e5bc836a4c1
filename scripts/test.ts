/**
 * Runs the tests: all of them, or the files named (`npm test -- test/kernel/cookies.test.ts`). Options of
 * `node --test` pass through (`npm test -- --test-name-pattern=logout`).
 */
import { run } from './run.ts'

const given = process.argv.slice(2)
const options = given.filter((argument) => argument.startsWith('-'))
const files = given.filter((argument) => !argument.startsWith('-'))

run(process.execPath, [
  '--test',
  '--test-timeout=300000',
  '--test-reporter=./scripts/test-reporter.ts',
  '--test-reporter-destination=stdout',
  ...options,
  ...(files.length > 0 ? files : ['test/**/*.test.ts']),
])
