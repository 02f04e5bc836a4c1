/**
 * `npm run bench`: how many requests a server answers in one second of its own CPU time, with Postern and without.
 * Every case has a server process of its own on one core, and the load comes from the other; rounds play all cases
 * in turn, so that a busy moment of the machine does not fall on one of them. Exits with 1 when a bar is missed.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Case, cases, comparedWith, type Framework, frameworks } from './cases.ts'
import type { LoadReply } from './load/load.ts'
import { Process } from './process.ts'
import { type Measurement, peersTable, report } from './report.ts'
import type { ServerReply } from './servers/serve.ts'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '2' },
    connections: { type: 'string', default: '48' },
    framework: { type: 'string', multiple: true, default: [...frameworks] },
    case: { type: 'string', multiple: true, default: [...cases] },
  },
})
const rounds = Number(values.rounds)
const seconds = Number(values.seconds)
const connections = Number(values.connections)
if (!(rounds >= 3)) throw new Error('--rounds: a median needs at least three.')
if (!(seconds > 0 && connections > 0)) throw new Error('--seconds and --connections are positive numbers.')

function chosen<Name extends string>(names: readonly Name[], given: readonly string[], what: string): Name[] {
  for (const one of given) if (!names.includes(one as Name)) throw new Error(`${what} ${one}: ${names.join(', ')}`)
  return names.filter((name) => given.includes(name))
}

interface Running {
  readonly name: Case
  readonly server: Process
  readonly port: number
}

/** One case for a while: the requests, and what they cost the server. */
async function measure(load: Process, { name, server, port }: Running, duration: number): Promise<Measurement> {
  const cpu = async (): Promise<number> => {
    const reply = await server.ask<ServerReply>({ ask: 'cpu' })
    return 'cpuMicroseconds' in reply ? reply.cpuMicroseconds / 1e6 : Number.NaN
  }
  await load.ask({ prepare: name, port, connections, many: Math.ceil(4000 * duration) })
  const before = await cpu()
  const reply = await load.ask<LoadReply>({ milliseconds: duration * 1000 })
  const used = (await cpu()) - before
  if ('ready' in reply) throw new Error('The load answered out of turn.')
  return { requests: reply.requests, seconds: reply.seconds, cpuSeconds: used }
}

async function start(framework: Framework, name: Case, folder: string, processes: Process[]): Promise<Running> {
  const server = new Process(`servers/${framework}.ts`, [name, join(folder, `${framework}-${name}.sqlite3`)], 0)
  processes.push(server)
  const reply = await server.ask<ServerReply>()
  if (!('port' in reply)) throw new Error('The server answered out of turn.')
  return { name, server, port: reply.port }
}

async function bench(framework: Framework, names: readonly Case[]): Promise<Map<Case, Measurement[]>> {
  const folder = mkdtempSync(join(tmpdir(), 'postern-bench-'))
  const processes: Process[] = []
  const measurements = new Map<Case, Measurement[]>()
  try {
    const load = new Process('load/load.ts', [], 1)
    processes.push(load)
    const running: Running[] = []
    for (const name of names) running.push(await start(framework, name, folder, processes))
    for (const one of running) await measure(load, one, Math.min(seconds, 1))
    for (let round = 0; round < rounds; round++) {
      for (const one of running) {
        const all = measurements.get(one.name) ?? []
        measurements.set(one.name, all)
        all.push(await measure(load, one, seconds))
      }
    }
  } finally {
    for (const one of processes) one.stop()
    rmSync(folder, { recursive: true, force: true })
  }
  return measurements
}

const wanted = chosen(cases, values.case, '--case')
const needed = new Set<Case>()
for (const name of wanted) needed.add(name).add(comparedWith[name]).add(comparedWith[comparedWith[name]])
const names = cases.filter((name) => needed.has(name))
let missed = false
for (const framework of chosen(frameworks, values.framework, '--framework')) {
  const { text, good } = report(await bench(framework, names))
  console.log(
    `\n${framework}, Node ${process.versions.node}, ${connections} connections, medians of ${rounds} rounds of ${seconds} s\n${text}`,
  )
  missed ||= !good
}
console.log(peersTable())
process.exitCode = missed ? 1 : 0
