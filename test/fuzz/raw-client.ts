/** Sends requests byte by byte as they are given, which no HTTP client would, over a few connections that are kept. */
import { connect, type Socket } from 'node:net'

export interface RawReply {
  /** 0 when the server closed the connection without an answer. */
  readonly status: number
  readonly location: string | undefined
  readonly setCookies: readonly string[]
  readonly body: string
}

const NOTHING: RawReply = { status: 0, location: undefined, setCookies: [], body: '' }

export class RawClient {
  readonly #port: number
  #socket: Socket | undefined

  constructor(port: number) {
    this.#port = port
  }

  send(head: string, body: Buffer = Buffer.alloc(0)): Promise<RawReply> {
    const socket = this.#connected()
    return new Promise((resolve) => {
      let received = Buffer.alloc(0)
      const done = (reply: RawReply): void => {
        socket.removeAllListeners('data').removeAllListeners('close')
        if (reply.status === 0 || reply.status === 400 || reply.status === 413) this.close()
        resolve(reply)
      }
      socket.on('data', (chunk: Buffer) => {
        received = Buffer.concat([received, chunk])
        const reply = parse(received)
        if (reply !== undefined) done(reply)
      })
      socket.on('close', () => done(parse(received, true) ?? NOTHING))
      socket.write(Buffer.concat([Buffer.from(head, 'latin1'), body]))
    })
  }

  close(): void {
    this.#socket?.destroy()
    this.#socket = undefined
  }

  #connected(): Socket {
    if (this.#socket === undefined || this.#socket.destroyed) {
      this.#socket = connect(this.#port, '127.0.0.1')
      // Told by `close`, which follows.
      this.#socket.on('error', () => {})
    }
    return this.#socket
  }
}

function parse(received: Buffer, ended = false): RawReply | undefined {
  const end = received.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const [first = '', ...lines] = received.subarray(0, end).toString('latin1').split('\r\n')
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(':')
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
  })
  const get = (name: string): string | undefined => headers.find(([other]) => other === name)?.[1]
  const length = Number(get('content-length') ?? 0)
  const body = received.subarray(end + 4)
  if (body.length < length && !ended) return undefined
  return {
    status: Number(first.split(' ')[1]),
    location: get('location'),
    setCookies: headers.filter(([name]) => name === 'set-cookie').map(([, value]) => value),
    body: body.toString('utf8'),
  }
}
