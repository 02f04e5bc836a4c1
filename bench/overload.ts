/**
 * `npm run bench:overload`: 500 logins with real password hashes at once. Each has to end in a 200 or a 503 with Retry-After, and a
 * signed-in page that is asked for meanwhile must not get slower than five times its idle 99th percentile. Exits with 1 otherwise.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { Agent, type IncomingMessage, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { account } from './cases.ts'
import type { LoginsReply, LoginsRequest } from './load/many-logins.ts'
import { Process } from './process.ts'
import type { ServerReply } from './servers/serve.ts'

const LOGINS = 500
const TIMES_SLOWER = 5
/** Milliseconds between two looks at the page. */
const EVERY = 2

const pages = new Agent({ keepAlive: true, maxSockets: 4 })

function ask(
  port: number,
  options: { readonly path: string; readonly method?: string; readonly headers?: Record<string, string> },
  body?: string,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const asking = request({ agent: pages, port, host: '127.0.0.1', ...options }, (answer) =>
      answer.resume().on('end', () => resolve(answer)),
    )
    asking.on('error', reject)
    asking.end(body)
  })
}

function logIn(port: number): Promise<IncomingMessage> {
  const headers = { 'content-type': 'application/json' }
  return ask(port, { path: '/api/login/', method: 'POST', headers }, JSON.stringify(account))
}

/** Asks for the page every few milliseconds until told to stop. @returns milliseconds that the answers took */
async function watch(port: number, cookie: string, until: Promise<unknown>): Promise<number[]> {
  const times: number[] = []
  const running: Promise<void>[] = []
  let over = false
  const end = until.finally(() => {
    over = true
  })
  while (!over) {
    const began = performance.now()
    running.push(
      ask(port, { path: '/', headers: { cookie } }).then((answer) => {
        if (answer.statusCode !== 200) throw new Error(`The page answered ${answer.statusCode}.`)
        times.push(performance.now() - began)
      }),
    )
    await pause(EVERY)
  }
  await Promise.all([end, ...running])
  return times
}

function percentile(times: readonly number[], share: number): number {
  const sorted = [...times].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

const folder = mkdtempSync(join(tmpdir(), 'postern-overload-'))
const load = new Process('load/many-logins.ts', [], null)
const server = new Process('servers/real-hash.ts', [join(folder, 'site.sqlite3'), '1000000'], null)
let good = true
try {
  const reply = await server.ask<ServerReply>()
  if (!('port' in reply)) throw new Error('The server answered out of turn.')
  const { port } = reply
  const cookie = ((await logIn(port)).headers['set-cookie'] ?? []).map((line) => line.split(';')[0]).join('; ')
  // A server that has just started compiles while it answers: a first crowd goes before the one that counts, and opens the connections.
  await load.ask<LoginsReply>({ port, many: LOGINS } satisfies LoginsRequest)
  await watch(port, cookie, pause(1000))
  const idle = percentile(await watch(port, cookie, pause(4000)), 0.99)

  const answers = load.ask<LoginsReply>({ port, many: LOGINS } satisfies LoginsRequest)
  const times = await watch(port, cookie, answers)
  const busy = percentile(times, 0.99)
  const { statuses, withoutRetryAfter } = await answers
  good = withoutRetryAfter === 0 && Object.keys(statuses).every((status) => status === '200' || status === '503')
  const slower = busy / idle
  const told = Object.entries(statuses)
    .map(([status, count]) => `${count} x ${status}`)
    .join(', ')
  console.log(`${LOGINS} logins at once: ${told}  ${good ? 'pass' : 'FAIL'}: 200 and 503 with Retry-After only`)
  console.log(
    `signed-in page, 99th percentile of ${times.length}: ${busy.toFixed(1)} ms, idle ${idle.toFixed(1)} ms, ` +
      `${slower.toFixed(1)} times  ${slower <= TIMES_SLOWER ? 'pass' : 'FAIL'}: at most ${TIMES_SLOWER}`,
  )
  good &&= slower <= TIMES_SLOWER
} finally {
  pages.destroy()
  load.stop()
  server.stop()
  rmSync(folder, { recursive: true, force: true })
}
process.exitCode = good ? 0 : 1
