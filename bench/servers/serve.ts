/** The part that is the same in every server: what to serve, where it listens, and how much CPU it has used. */
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Case, cases } from '../cases.ts'

/** What the run says to a server, and what a server answers. */
export type ServerRequest = { readonly ask: 'cpu' }
export type ServerReply = { readonly port: number } | { readonly cpuMicroseconds: number }

/** The case and the database file that this server was started for. */
export function task(): { readonly name: Case; readonly file: string } {
  const [name, file] = process.argv.slice(2)
  const known = cases.find((one) => one === name)
  if (known === undefined || file === undefined) throw new Error(`usage: <${cases.join('|')}> <database file>`)
  return { name: known, file }
}

/** Listens on a free port, says which, and reports the CPU time of the whole process whenever it is asked. */
export function serve(server: Server): void {
  const send = (reply: ServerReply): void => {
    process.send?.(reply)
  }
  server.listen(0, '127.0.0.1', () => send({ port: (server.address() as AddressInfo).port }))
  process.on('message', () => {
    const { user, system } = process.cpuUsage()
    send({ cpuMicroseconds: user + system })
  })
  process.on('disconnect', () => process.exit())
}
