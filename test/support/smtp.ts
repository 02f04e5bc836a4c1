/** A mail server in the test's own process: a real one that keeps what it is given, and one that says what it is told to. */
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'

type Ends = { after(end: () => unknown): void }

/** A mail as the server got it. */
export interface ReceivedMail {
  readonly from: string
  readonly to: readonly string[]
  /** The head, one line for each field. */
  readonly head: readonly string[]
  /** The body as it came over the wire. */
  readonly raw: string
  /** The body of a mail that is text alone, decoded. */
  readonly text: string
  readonly encrypted: boolean
}

export interface MailServer {
  readonly port: number
  readonly received: readonly ReceivedMail[]
}

/** @param options of smtp-server; nobody has to log in, and there is no TLS unless they say otherwise */
export async function mailServer(t: Ends, options: SMTPServerOptions = {}): Promise<MailServer> {
  const received: ReceivedMail[] = []
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    logger: false,
    onData: (stream, session, done) => {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope
        const from = mailFrom === false ? '' : mailFrom.address
        const to = rcptTo.map(({ address }) => address)
        received.push({ from, to, encrypted: session.secure, ...parse(Buffer.concat(chunks).toString('utf8')) })
        done()
      })
    },
    ...options,
  })
  const listening = server.listen(0, '127.0.0.1')
  await once(listening, 'listening')
  t.after(() => new Promise<void>((resolve) => server.close(() => resolve())))
  return { port: (listening.address() as AddressInfo).port, received }
}

/**
 * A server that answers each line as it is told; no answer where it is told nothing.
 * @param greeting what it says first, null for nothing at all
 * @returns its port, and the lines that it was sent
 */
export async function scriptedServer(
  t: Ends,
  greeting: string | null,
  answer: (line: string) => string | null,
): Promise<{ readonly port: number; readonly lines: readonly string[]; readonly closed: Promise<void> }> {
  const lines: string[] = []
  const sockets = new Set<Socket>()
  let closed = (): void => {}
  const isClosed = new Promise<void>((resolve) => {
    closed = resolve
  })
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {}).on('close', closed)
    if (greeting !== null) socket.write(`${greeting}\r\n`)
    socket.setEncoding('utf8').on('data', (text: string) => {
      for (const line of text.split('\r\n').filter((one) => one !== '')) {
        lines.push(line)
        const said = answer(line)
        if (said !== null) socket.write(`${said}\r\n`)
      }
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    for (const socket of sockets) socket.destroy()
    return new Promise((resolve) => server.close(resolve))
  })
  return { port: (server.address() as AddressInfo).port, lines, closed: isClosed }
}

/** A port on which nobody listens. */
export async function deadPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

function parse(mail: string): Pick<ReceivedMail, 'head' | 'raw' | 'text'> {
  const end = mail.indexOf('\r\n\r\n')
  const head = mail
    .slice(0, end)
    .replace(/\r\n[ \t]+/g, ' ')
    .split('\r\n')
  const raw = mail.slice(end + 4)
  const encoding = head.find((line) => /^content-transfer-encoding:/i.test(line))?.split(': ')[1]
  return { head, raw, text: decode(raw, encoding).replaceAll('\r\n', '\n').replace(/\n$/, '') }
}

/** RFC 2045, sections 6.7 and 6.8. */
function decode(body: string, encoding: string | undefined): string {
  if (encoding === 'base64') return Buffer.from(body, 'base64').toString('utf8')
  if (encoding !== 'quoted-printable') return body
  const joined = body.replace(/=\r\n/g, '')
  const bytes = joined.replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  return Buffer.from(bytes, 'latin1').toString('utf8')
}
