/**
 * A TCP proxy that loses answers: it passes on what a client sends, and when the server answers a message that it was to look out
 * for, it cuts the connection instead of passing the answer on. What was asked for is done, and whoever asked does not know.
 */
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'

type Hooks = { after(end: () => unknown): void }

/** Where the server is. */
export interface ProxyTarget {
  readonly host?: string
  readonly port: number
}

interface Watch {
  readonly text: Buffer
  readonly cut: () => void
}

export class CuttingProxy {
  readonly port: number
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  #watch: Watch | undefined

  private constructor(server: Server, target: ProxyTarget) {
    this.#server = server
    this.port = (server.address() as AddressInfo).port
    server.on('connection', (client) => this.#join(client, target))
  }

  static async open(t: Hooks, target: ProxyTarget): Promise<CuttingProxy> {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const proxy = new CuttingProxy(server, target)
    t.after(() => proxy.close())
    return proxy
  }

  /** Loses the answer to the next message that has this text in it, and the connection with it. @returns when it is lost */
  loseAnswerTo(text: string | Buffer): Promise<void> {
    return new Promise((resolve) => {
      this.#watch = { text: Buffer.from(text), cut: resolve }
    })
  }

  /** Cuts all connections; new ones are taken. */
  cutAll(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy()
  }

  async close(): Promise<void> {
    this.cutAll()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #join(client: Socket, { host = '127.0.0.1', port }: ProxyTarget): void {
    const server = connect(port, host)
    let losing: Watch | undefined
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(one)
      one.on('error', () => {})
      one.on('close', () => {
        this.#sockets.delete(one)
        other.destroy()
      })
    }
    client.on('data', (bytes) => {
      if (this.#watch !== undefined && bytes.includes(this.#watch.text)) {
        losing = this.#watch
        this.#watch = undefined
      }
      server.write(bytes)
    })
    server.on('data', (bytes) => {
      if (losing === undefined) {
        client.write(bytes)
        return
      }
      client.resetAndDestroy()
      server.destroy()
      losing.cut()
      losing = undefined
    })
  }
}
