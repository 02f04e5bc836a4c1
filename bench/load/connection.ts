/**
 * One kept-alive connection that sends requests made beforehand and reads just enough of the answers. An HTTP client
 * of the usual kind would cost more than the servers under test.
 */
import { connect, type Socket } from 'node:net'

/** Where the head of an answer ends and where the answer itself does; null while some of it is still to come. */
function endOf(text: string): number | null {
  const head = text.indexOf('\r\n\r\n')
  if (head < 0) return null
  const fields = text.slice(0, head)
  const length = /\r\ncontent-length: *(\d+)/i.exec(fields)?.[1]
  if (length !== undefined) {
    const end = head + 4 + Number(length)
    return text.length >= end ? end : null
  }
  if (/\r\ntransfer-encoding: *chunked/i.test(fields)) return text.endsWith('0\r\n\r\n') ? text.length : null
  return head + 4
}

/** A connection without pipelining: the next request goes out when the answer to the one before it is there. */
export class Connection {
  readonly #socket: Socket
  #received = ''
  #answered: ((answer: string) => void) | null = null
  #failed: (error: Error) => void

  private constructor(socket: Socket, failed: (error: Error) => void) {
    this.#socket = socket
    this.#failed = failed
    socket.setEncoding('latin1')
    socket.setNoDelay(true)
    socket.on('data', (text: unknown) => this.#read(text as string))
    socket.on('error', (error) => this.#failed(error))
    socket.on('close', () => this.#failed(new Error('The server closed a connection.')))
  }

  static open(port: number): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1')
      const connection = new Connection(socket, reject)
      socket.once('connect', () => resolve(connection))
    })
  }

  /** Sends a request; `answered` gets head and body as one text. */
  send(request: Buffer, answered: (answer: string) => void, failed: (error: Error) => void): void {
    this.#answered = answered
    this.#failed = failed
    this.#socket.write(request)
  }

  close(): void {
    this.#failed = () => {}
    this.#socket.destroy()
  }

  #read(text: string): void {
    this.#received = this.#received === '' ? text : this.#received + text
    const end = endOf(this.#received)
    if (end === null) return
    const answer = this.#received
    const answered = this.#answered
    this.#received = ''
    this.#answered = null
    if (answered === null || answer.length > end) this.#failed(new Error('The server answered more than was asked.'))
    else answered(answer)
  }
}
