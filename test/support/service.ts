/** Whether a server that tests need is there. */
import { connect } from 'node:net'
import { missing } from './requirements.ts'

/**
 * Why the tests of a server are skipped, if they are.
 * @param standard the port where its address names none
 * @throws when none answers and `POSTERN_REQUIRE_SERVICES` is set
 */
export async function noService(name: string, address: string, standard: number): Promise<string | false> {
  const { hostname, port } = new URL(address)
  const socket = connect(Number(port || standard), hostname)
  const answers = await new Promise<boolean>((resolve) => {
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.setTimeout(10_000, () => resolve(false))
  })
  socket.destroy()
  return answers ? false : missing('POSTERN_REQUIRE_SERVICES', `no ${name} answers at ${address}`).skip
}
