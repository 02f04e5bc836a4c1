/**
 * Mail through nodemailer: a deadline for every mail, TLS wherever the way leads over a network, and nothing of a message that
 * nodemailer could take for a file or an address to fetch. Mirrors django/core/mail/backends/smtp.py (5.2).
 */
import { createTransport } from 'nodemailer'
import { checkMail, type MailMessage, type SendMail } from '../kernel/mail.ts'

/** What Postern asks of a transport; what nodemailer's `createTransport` makes is one. */
export interface MailTransport {
  sendMail(mail: TransportMail): Promise<unknown>
}

/** A mail as a transport gets it. */
export interface TransportMail {
  readonly from: string | undefined
  readonly to: { readonly name: string; readonly address: string }
  readonly subject: string
  readonly text: string
  readonly html?: string
  readonly headers: Readonly<Record<string, string>>
  readonly textEncoding: 'quoted-printable'
  readonly disableFileAccess: true
  readonly disableUrlAccess: true
  readonly signal: AbortSignal
}

/** Where the mail server is, and how it is spoken to: the options of nodemailer's `createTransport`. */
export interface SmtpOptions {
  readonly host?: string | undefined
  /** @default 587, or 465 with `secure` */
  readonly port?: number | undefined
  /** TLS from the first byte. @default false */
  readonly secure?: boolean | undefined
  /** Sends nothing before STARTTLS has succeeded. @default true, but for a server on this machine and where `ignoreTLS` is set */
  readonly requireTLS?: boolean | undefined
  /** Speaks plain text even where the server offers STARTTLS. @default false */
  readonly ignoreTLS?: boolean | undefined
  readonly auth?: { readonly user: string; readonly pass: string } | undefined
  /** Whatever else nodemailer takes: `pool`, `tls`, `dkim`, `name`, … */
  readonly [option: string]: unknown
}

/** How `nodemailer` behaves. */
export interface NodemailerOptions {
  /** Seconds after which a mail that nobody has taken counts as failed. @default 10 */
  readonly timeout?: number
}

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[?::1\]?)$/i
/** Answering machines answer no machines (RFC 3834, section 5). */
const HEADERS = { 'Auto-Submitted': 'auto-generated' }

/**
 * Makes the setting `sendMail`.
 * @param server options of nodemailer's `createTransport`, a URL such as `smtps://user:password@mail.example`, or a transport
 * @throws {TypeError} when there is neither
 * @example createPostern({ …, sendMail: nodemailer('smtp://localhost:25'), mailFrom: 'Shop <mail@shop.example>' })
 */
export function nodemailer(
  server: MailTransport | SmtpOptions | string,
  { timeout = 10 }: NodemailerOptions = {},
): SendMail {
  if (!(timeout > 0)) throw new TypeError(`nodemailer(): timeout is ${timeout}; it is a number of seconds above 0.`)
  const transport = isTransport(server) ? server : createTransport(transportOptions(server, timeout))
  return async (message) => {
    checkMail(message)
    const { rejected } = ((await inTime(transport, message, timeout)) ?? {}) as { readonly rejected?: unknown }
    // Some transports say so instead of failing.
    if (Array.isArray(rejected) && rejected.length > 0) throw new Error('The mail server refused the recipient.')
  }
}

/** nodemailer's options with the deadlines and the demand for TLS filled in. @param timeout seconds */
export function transportOptions(server: SmtpOptions | string, timeout: number): SmtpOptions {
  if (server === '' || (typeof server !== 'string' && (typeof server !== 'object' || server === null))) {
    throw new TypeError("nodemailer() needs a mail server: nodemailer('smtps://user:password@mail.example').")
  }
  const given = typeof server === 'string' ? { url: server } : server
  const patience = timeout * 1000
  return {
    connectionTimeout: patience,
    greetingTimeout: patience,
    socketTimeout: patience,
    dnsTimeout: patience,
    ...given,
    ...(staysHere(given) || hasOwnWay(given) ? {} : { requireTLS: true }),
  }
}

/** Whether nobody but this machine sees what is sent. */
function staysHere({ url, host, service }: SmtpOptions): boolean {
  if (service !== undefined) return false
  const name = typeof url === 'string' ? new URL(url).hostname : (host ?? 'localhost')
  return LOOPBACK.test(name)
}

/** Whether it was said how the way is to be kept private, or that it is not. */
function hasOwnWay({ url, secure, requireTLS, ignoreTLS }: SmtpOptions): boolean {
  if (secure === true || requireTLS !== undefined || ignoreTLS !== undefined) return true
  if (typeof url !== 'string') return false
  const { protocol, searchParams } = new URL(url)
  return protocol === 'smtps:' || ['secure', 'requireTLS', 'ignoreTLS'].some((name) => searchParams.has(name))
}

async function inTime(transport: MailTransport, message: MailMessage, timeout: number): Promise<unknown> {
  const { to, from, subject, text, html } = message
  const patience = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`The mail server did not take the mail within ${timeout} s.`))
      patience.abort()
    }, timeout * 1000)
  })
  const sending = transport.sendMail({
    from,
    // As an object, so that no reader of addresses looks for a second one in it.
    to: { name: '', address: to },
    subject,
    text,
    ...(html === undefined ? {} : { html }),
    headers: HEADERS,
    // Nothing else keeps a long link in one piece everywhere.
    textEncoding: 'quoted-printable',
    disableFileAccess: true,
    disableUrlAccess: true,
    signal: patience.signal,
  })
  try {
    return await Promise.race([sending, late])
  } finally {
    clearTimeout(timer)
    // What it says after the deadline is nobody's any more.
    sending.catch(() => {})
  }
}

function isTransport(server: MailTransport | SmtpOptions | string): server is MailTransport {
  return typeof server === 'object' && server !== null && typeof server.sendMail === 'function'
}
