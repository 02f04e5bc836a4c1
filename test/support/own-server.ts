/** What tests have that start a server of their own. */
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'

/** A server that can be killed, stopped and started again. */
export interface OwnServer {
  readonly url: string
  readonly port: number
  /** Resolves when it takes connections. */
  start(): Promise<void>
  /** Ends it without a word to anybody. */
  kill(): Promise<void>
  /** It is there, takes connections, and does nothing until it goes on. */
  pause(): void
  goOn(): void
}

/** `nobody` of Debian, for a server that a test of root starts. */
export const NOBODY = 65_534

/** A port that nobody has at the moment. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
