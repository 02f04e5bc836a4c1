/** The process that loads the servers. The run tells it to prepare a case and then to send it. */
import type { Case } from '../cases.ts'
import { Connection } from './connection.ts'
import { isLoggedOut, type Plan, plan } from './plan.ts'

/** What the run says to the load: get ready, or go. */
export type LoadRequest =
  | { readonly prepare: Case; readonly port: number; readonly connections: number; readonly many: number }
  | { readonly milliseconds: number }

/** What the load answers. */
export type LoadReply = { readonly ready: true } | { readonly requests: number; readonly seconds: number }

interface Prepared {
  readonly plan: Plan
  readonly port: number
  readonly connections: readonly Connection[]
}

let prepared: Prepared | null = null

async function prepare(name: Case, port: number, count: number, many: number): Promise<LoadReply> {
  const connections = await Promise.all(Array.from({ length: count }, () => Connection.open(port)))
  prepared = { plan: await plan(name, port, connections, many), port, connections }
  return { ready: true }
}

/** Keeps every connection busy until the time is up or the requests are used; each answer is checked. */
function play({ plan, connections }: Prepared, milliseconds: number): Promise<number> {
  const { requests, once, status, holds } = plan
  const end = plan.once ? Number.POSITIVE_INFINITY : performance.now() + milliseconds
  let sent = 0
  let answers = 0
  let open = connections.length
  return new Promise((resolve, reject) => {
    for (const connection of connections) {
      const next = (): void => {
        const request = once ? requests[sent] : requests[sent % requests.length]
        if (request === undefined || performance.now() >= end) {
          open--
          if (open === 0) resolve(answers)
          return
        }
        sent++
        connection.send(request, answered, reject)
      }
      const answered = (answer: string): void => {
        if (!answer.startsWith(status) || !answer.includes(holds)) {
          reject(new Error(`This is not the right answer:\n${answer.slice(0, 1000)}`))
          return
        }
        answers++
        next()
      }
      next()
    }
  })
}

async function go(milliseconds: number): Promise<LoadReply> {
  if (prepared === null) throw new Error('Nothing is prepared.')
  const { plan, port, connections } = prepared
  const begin = performance.now()
  const requests = await play(prepared, milliseconds)
  const seconds = (performance.now() - begin) / 1000
  for (const connection of connections) connection.close()
  const last = plan.once ? plan.requests.at(-1) : undefined
  if (last !== undefined && !(await isLoggedOut(port, last))) throw new Error('A session outlived its logout.')
  prepared = null
  return { requests, seconds }
}

process.on('message', async (request: LoadRequest) => {
  const reply =
    'prepare' in request
      ? await prepare(request.prepare, request.port, request.connections, request.many)
      : await go(request.milliseconds)
  process.send?.(reply)
})
process.on('disconnect', () => process.exit())
