/**
 * `npm run bench:timing`: whether the time of a refused login tells what kind of account was asked for. Two kinds are asked for
 * in a random order, 2,000 times each; then every time is tried as a threshold ("faster than this is an unknown name").
 * A guess by the best of them has to be right less than 55 % of the time. A hash takes a hundredth of its real rounds, so that the run
 * ends, and hides a hundredth of what it hides on a site. Exits with 1 when it is right more often.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { account } from './cases.ts'
import { Process } from './process.ts'
import type { ServerReply } from './servers/serve.ts'

const { values } = parseArgs({
  options: { each: { type: 'string', default: '2000' }, rounds: { type: 'string', default: '10000' } },
})
const each = Number(values.each)
const bar = 55

const kinds: Readonly<Record<string, string>> = {
  'wrong password': account.username,
  inactive: 'inactive',
  unusable: 'unusable',
}

interface Sample {
  readonly unknown: boolean
  readonly microseconds: number
}

const agent = new Agent({ keepAlive: true, maxSockets: 1 })

/** One refused login. @returns microseconds */
function attempt(port: number, username: string): Promise<number> {
  const body = JSON.stringify({ username, password: 'not the password' })
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': body.length }
    const began = process.hrtime.bigint()
    const asking = request(
      { port, host: '127.0.0.1', path: '/api/login/', method: 'POST', headers, agent },
      (answer) => {
        const took = Number(process.hrtime.bigint() - began) / 1000
        answer.resume().on('end', () => {
          if (answer.statusCode === 401) resolve(took)
          else reject(new Error(`A login that has to be refused was answered with ${answer.statusCode}.`))
        })
      },
    )
    asking.on('error', reject)
    asking.end(body)
  })
}

/** The share of right guesses by the best threshold, in percent, whichever side is taken for the unknown names. */
function bestGuess(samples: readonly Sample[]): number {
  const sorted = [...samples].sort((a, b) => a.microseconds - b.microseconds)
  const known = sorted.filter(({ unknown }) => !unknown).length
  let right = known
  let best = Math.max(right, sorted.length - right)
  for (const { unknown } of sorted) {
    right += unknown ? 1 : -1
    best = Math.max(best, right, sorted.length - right)
  }
  return (100 * best) / sorted.length
}

async function compare(port: number, username: string): Promise<Sample[]> {
  const order = Array.from({ length: 2 * each }, (_, at) => at < each)
  for (let at = order.length - 1; at > 0; at--) {
    const other = Math.floor(Math.random() * (at + 1))
    const swapped = order[at] === true
    order[at] = order[other] === true
    order[other] = swapped
  }
  const samples: Sample[] = []
  for (const unknown of order) {
    const name = unknown ? `nobody${Math.random().toString(36).slice(2, 6)}`.slice(0, username.length) : username
    samples.push({ unknown, microseconds: await attempt(port, name) })
  }
  return samples
}

const folder = mkdtempSync(join(tmpdir(), 'postern-timing-'))
const server = new Process('servers/real-hash.ts', [join(folder, 'site.sqlite3'), values.rounds], 0)
let good = true
try {
  const reply = await server.ask<ServerReply>()
  if (!('port' in reply)) throw new Error('The server answered out of turn.')
  for (let warm = 0; warm < 200; warm++) await attempt(reply.port, 'somebody')
  console.log(
    `Refused logins, 2 x ${each} each, PBKDF2 with ${values.rounds} rounds (a hundredth of the default; fewer rounds hide less)`,
  )
  for (const [kind, username] of Object.entries(kinds)) {
    const best = bestGuess(await compare(reply.port, username))
    good &&= best < bar
    console.log(
      `unknown name or ${kind.padEnd(15)} best guess right ${best.toFixed(1)} %  ${best < bar ? 'pass' : 'FAIL'}: under ${bar} %`,
    )
  }
} finally {
  agent.destroy()
  server.stop()
  rmSync(folder, { recursive: true, force: true })
}
process.exitCode = good ? 0 : 1
