/**
 * `npm run bench:stores`: what the stores cost beside their drivers, and whether logging out everywhere costs more where there are more
 * sessions. PostgreSQL, MariaDB and Redis are those of this machine (`POSTGRES_URL`, `MYSQL_URL`, `REDIS_URL`). Exits with 1 when a bar is missed.
 */
import { parseArgs } from 'node:util'
import { everywhereTimes } from './stores/everywhere.ts'
import { Ground } from './stores/grounds.ts'
import { readRatios } from './stores/reads.ts'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '40' },
    sizes: { type: 'string', default: '1000,100000,1000000' },
    only: { type: 'string', default: 'reads,everywhere' },
  },
})
const MOST_OF_A_READ = 1.3
const MOST_FROM_FEW_TO_MANY = 2
const MOST_OF_A_DELETE = 10

const ground = new Ground()
let good = true
const verdict = (passed: boolean, bar: string): string => {
  good &&= passed
  return `${passed ? 'pass' : 'FAIL'}: ${bar}`
}

try {
  if (values.only.includes('reads')) {
    console.log(
      "A signed-in request's read with its user, as often as the same read by the driver alone (median, 10 and 90 %)",
    )
    for (const { name, ofDriver, ofPlain, spread, microseconds } of await readRatios(ground, Number(values.rounds))) {
      const times = [microseconds.store, microseconds.driver, microseconds.plain].map((time) => time.toFixed(0))
      console.log(
        `${name.padEnd(18)} ${ofDriver.toFixed(2)}  (${spread.map((one) => one.toFixed(2)).join('-')})  ` +
          `${verdict(ofDriver <= MOST_OF_A_READ, `at most ${MOST_OF_A_READ}`)}; ` +
          `${ofPlain.toFixed(2)} of one row by its key (${times.join(', ')} us)`,
      )
    }
    await ground.leave()
  }
  if (values.only.includes('everywhere')) {
    const sizes = values.sizes.split(',').map(Number)
    console.log(
      `\nLogging out everywhere with ten sessions, among ${sizes.map((size) => size.toLocaleString('en')).join(', ')}`,
    )
    for (const { name, milliseconds, asDelete } of await everywhereTimes(ground, sizes)) {
      const times = [...milliseconds.values()]
      const growth = (times.at(-1) ?? Number.NaN) / (times[0] ?? Number.NaN)
      console.log(
        `${name.padEnd(12)} ${times.map((time) => `${time.toFixed(2)} ms`).join(', ')}: ${growth.toFixed(2)} times  ` +
          verdict(growth <= MOST_FROM_FEW_TO_MANY, `at most ${MOST_FROM_FEW_TO_MANY}`),
      )
      if (asDelete === undefined) continue
      console.log(
        `${''.padEnd(12)} ${asDelete.toFixed(1)} times the driver's DELETE of ten rows  ` +
          verdict(asDelete <= MOST_OF_A_DELETE, `at most ${MOST_OF_A_DELETE}`),
      )
    }
  }
} finally {
  await ground.leave()
}
process.exitCode = good ? 0 : 1
