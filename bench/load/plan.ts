/** What is sent in each case, and what the answer has to be; what has to happen first happens here, unmeasured. */
import { account, type Case, greeting } from '../cases.ts'
import { Connection } from './connection.ts'
import { formToken, get, type Jar, keepCookies, post } from './requests.ts'

/** Requests, sent in turn; where each is good only once, the run ends with the last. */
export interface Plan {
  readonly requests: readonly Buffer[]
  readonly once: boolean
  /** How an answer must begin, and what it must hold. */
  readonly status: string
  readonly holds: string
}

const ok = { status: 'HTTP/1.1 200 ', holds: greeting } as const
const found = { status: 'HTTP/1.1 302 ' } as const

function ask(connection: Connection, request: Buffer): Promise<string> {
  return new Promise((resolve, reject) => connection.send(request, resolve, reject))
}

async function firstVisit(connection: Connection, port: number): Promise<Jar> {
  const jar = keepCookies({}, await ask(connection, get('/accounts/login/', port, {})))
  if (jar.csrftoken === undefined) throw new Error('The login page set no CSRF cookie.')
  return jar
}

function loginRequest(port: number, jar: Jar): Buffer {
  return post('/accounts/login/', port, jar, { csrfmiddlewaretoken: formToken(jar.csrftoken ?? ''), ...account })
}

async function signIn(connection: Connection, port: number, visitor: Jar): Promise<Jar> {
  const answer = await ask(connection, loginRequest(port, visitor))
  const jar = keepCookies(visitor, answer)
  if (jar.sessionid === undefined) throw new Error(`The login gave no session:\n${answer.slice(0, 500)}`)
  return jar
}

/** Signs in many times and makes a logout of each session. */
async function logouts(port: number, connections: readonly Connection[], many: number): Promise<Buffer[]> {
  const requests: Buffer[] = []
  await Promise.all(
    connections.map(async (connection) => {
      const visitor = await firstVisit(connection, port)
      while (requests.length < many) {
        const jar = await signIn(connection, port, visitor)
        requests.push(post('/accounts/logout/', port, jar, { csrfmiddlewaretoken: formToken(jar.csrftoken ?? '') }))
      }
    }),
  )
  return requests
}

/** Prepares a case. @param many how many requests to make where each is good only once */
export async function plan(name: Case, port: number, connections: readonly Connection[], many: number): Promise<Plan> {
  const [connection] = connections
  if (connection === undefined) throw new Error('There is no connection.')
  switch (name) {
    case 'hello': {
      // As many bytes as a signed-in browser sends: what is compared is the server's work, not Node's parser.
      const jar = { csrftoken: 'c'.repeat(32), sessionid: 's'.repeat(32) }
      return { ...ok, requests: [get('/', port, jar)], once: false }
    }
    case 'hello-empty-middleware':
    case 'anonymous':
      return { ...ok, requests: [get('/', port, {})], once: false }
    case 'signed-in': {
      const jar = await signIn(connection, port, await firstVisit(connection, port))
      return { ...ok, requests: [get('/', port, jar)], once: false }
    }
    case 'login': {
      const visitor = await firstVisit(connection, port)
      return { ...found, holds: 'sessionid=', requests: [loginRequest(port, visitor)], once: false }
    }
    case 'logout':
      return { ...found, holds: 'sessionid=', requests: await logouts(port, connections, many), once: true }
  }
}

/** Whether a page that only the logged in see is refused to whoever sent this logout. */
export async function isLoggedOut(port: number, logout: Buffer): Promise<boolean> {
  const sessionid = /sessionid=([^;\r]+)/.exec(logout.toString('latin1'))?.[1]
  if (sessionid === undefined) throw new Error('This is not the request of somebody logged in.')
  const connection = await Connection.open(port)
  try {
    return (await ask(connection, get('/', port, { sessionid }))).startsWith(found.status)
  } finally {
    connection.close()
  }
}
