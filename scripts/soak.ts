/**
 * `npm run soak`: kills servers and processes 200 times per store (or `--kills 50`) while they end sessions, and looks whether every
 * logout that was acknowledged stays. `npm test` does the same ten times. Takes some minutes for each store.
 */
import { parseArgs } from 'node:util'
import { run } from './run.ts'

const { values } = parseArgs({ options: { kills: { type: 'string', default: '200' } } })
const kills = Number(values.kills)
if (!Number.isSafeInteger(kills) || kills < 1) throw new Error(`--kills is ${values.kills}; it is a number, 1 or more.`)
run(
  process.execPath,
  [
    '--test',
    '--test-concurrency=1',
    '--test-name-pattern=kill',
    '--test-reporter=./scripts/test-reporter.ts',
    '--test-reporter-destination=stdout',
    'test/faults/*killed*.test.ts',
  ],
  { POSTERN_KILLS: String(kills) },
)
