/** The process that signs in many times at once, so that the one that watches a page is not slowed down by it. */
import { Agent, request } from 'node:http'
import { setPriority } from 'node:os'
import { account } from '../cases.ts'

/** What the run says: how many, and where. */
export interface LoginsRequest {
  readonly port: number
  readonly many: number
}

/** How often each status came, and how many refusals (503) did not say when to come back. */
export interface LoginsReply {
  readonly statuses: Readonly<Record<number, number>>
  readonly withoutRetryAfter: number
}

/** A second crowd comes over the connections of the first, as browsers behind a proxy do: opening them costs Node more than a refusal. */
const agent = new Agent({ keepAlive: true })
const body = JSON.stringify(account)

interface Asked {
  readonly status: number
  readonly retryAfter: string | undefined
}

function logIn(port: number): Promise<Asked> {
  const headers = { 'content-type': 'application/json', 'content-length': body.length }
  return new Promise((resolve, reject) => {
    const asking = request({ agent, port, host: '127.0.0.1', path: '/api/login/', method: 'POST', headers }, (answer) =>
      answer
        .resume()
        .on('end', () => resolve({ status: answer.statusCode ?? 0, retryAfter: answer.headers['retry-after'] })),
    )
    asking.on('error', reject)
    asking.end(body)
  })
}

async function logins({ port, many }: LoginsRequest): Promise<LoginsReply> {
  const statuses: Record<number, number> = {}
  let withoutRetryAfter = 0
  const answers = await Promise.all(Array.from({ length: many }, () => logIn(port)))
  for (const { status, retryAfter } of answers) {
    statuses[status] = (statuses[status] ?? 0) + 1
    if (status === 503 && !(Number(retryAfter) > 0)) withoutRetryAfter++
  }
  return { statuses, withoutRetryAfter }
}

// Real clients do not take the server's processor from it.
setPriority(19)

process.on('message', async (request: LoginsRequest) => {
  process.send?.(await logins(request))
})
process.on('disconnect', () => process.exit())
