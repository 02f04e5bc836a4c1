/** One connection on which a test says exactly what it wants to, and sees every byte that comes back. */
import { connect, type Socket } from 'node:net'
import type { TestContext } from 'node:test'

export class RawConnection {
  readonly #socket: Socket
  #received = ''
  #closed = false
  #wake: () => void = () => {}

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.setEncoding('latin1')
    socket.on('data', (text: string) => {
      this.#received += text
      this.#wake()
    })
    socket.on('error', () => {})
    socket.on('close', () => {
      this.#closed = true
      this.#wake()
    })
  }

  /** @param base `http://127.0.0.1:PORT` */
  static async open(t: Pick<TestContext, 'after'>, base: string): Promise<RawConnection> {
    const { hostname, port } = new URL(base)
    const socket = connect(Number(port), hostname)
    await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject))
    t.after(() => socket.destroy())
    return new RawConnection(socket)
  }

  /** Everything that came back so far. */
  get received(): string {
    return this.#received
  }

  /** Sends a request; `head` is the request line and what headers there are beside Host. */
  ask(head: string, cookies: ReadonlyMap<string, string> = new Map()): void {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const [line, ...headers] = head.split('\n')
    this.write([`${line} HTTP/1.1`, 'Host: localhost', `Cookie: ${cookie}`, ...headers, '', ''].join('\r\n'))
  }

  write(text: string): void {
    this.#socket.write(text, 'latin1')
  }

  /** Waits until what came back looks like this. @throws when the connection ends first */
  async until(pattern: RegExp): Promise<string> {
    while (!pattern.test(this.#received)) {
      if (this.#closed) throw new Error(`The connection ended before ${pattern}: ${JSON.stringify(this.#received)}`)
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
    return this.#received
  }

  /** Waits until the server has ended the connection. */
  async ended(): Promise<string> {
    while (!this.#closed) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
    return this.#received
  }

  /** Reads nothing any more: what the server sends stays with it. */
  pause(): void {
    this.#socket.pause()
  }

  /** Goes away without a word. */
  vanish(): void {
    this.#socket.resetAndDestroy()
  }
}
