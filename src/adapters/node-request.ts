/** A node:http request as Postern's `IncomingRequest`; Express's is one too. Nothing is copied or parsed before it is asked for. */
import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { RequestError } from '../errors.ts'
import { Fields, fieldsFrom, isUrlEncoded, parseUrlEncoded } from '../kernel/forms.ts'
import { forwardedAddress, forwardedScheme } from '../kernel/forwarded.ts'
import type { FormFields, IncomingRequest } from '../kernel/incoming-request.ts'
import { peekBody } from './peek-body.ts'

const BODY: unique symbol = Symbol.for('postern.body') as never

/** What a framework and its body parser leave on the request, and what Postern does. */
type Parsed = IncomingMessage & {
  body?: unknown
  originalUrl?: string
  baseUrl?: string
  /** Kept with the request, for another Postern on the same one. */
  [BODY]?: Promise<Buffer>
}

export class NodeRequest implements IncomingRequest {
  /** Of the place where Postern is mounted; the `baseUrl` of Express follows the router that is at work. */
  readonly prefix: string
  readonly #message: Parsed
  /** How many proxies in front are believed. */
  readonly #proxies: number
  #form: Promise<FormFields> | undefined

  constructor(message: IncomingMessage, proxies: number) {
    this.#message = message
    this.prefix = this.#message.baseUrl ?? ''
    this.#proxies = proxies
  }

  get method(): string {
    return this.#message.method as string
  }
  get url(): string {
    return this.#message.originalUrl ?? (this.#message.url as string)
  }
  get scheme(): 'http' | 'https' {
    const direct = (this.#message.socket as TLSSocket).encrypted === true ? 'https' : 'http'
    return forwardedScheme(this.header('x-forwarded-proto'), this.#proxies) ?? direct
  }
  get host(): string {
    return this.#message.headers.host ?? ''
  }
  get clientAddress(): string | undefined {
    return forwardedAddress(this.header('x-forwarded-for'), this.#proxies) ?? this.#message.socket.remoteAddress
  }
  get signal(): AbortSignal {
    return signalOf(this.#message.socket)
  }

  header(name: string): string | undefined {
    const value = this.#message.headers[name]
    return Array.isArray(value) ? value.join(', ') : value
  }

  form(): Promise<FormFields> {
    this.#form ??= this.#readForm()
    return this.#form
  }

  async json(): Promise<unknown> {
    if (this.#message.body !== undefined) return this.#message.body
    const text = (await this.#read()).toString('utf8')
    try {
      return JSON.parse(text)
    } catch (error) {
      throw new RequestError(400, 'The body is not JSON.', error)
    }
  }

  async #readForm(): Promise<FormFields> {
    const parsed = fieldsFrom(this.#message.body)
    if (parsed !== null) return parsed
    if (!isUrlEncoded(this.header('content-type')) || this.#wasTaken()) return new Fields()
    return parseUrlEncoded(await this.#read())
  }

  /** Somebody else has read the stream and kept what was in it. */
  #wasTaken(): boolean {
    return this.#message[BODY] === undefined && this.#message.readableDidRead
  }

  #read(): Promise<Buffer> {
    const declared = Number(this.header('content-length'))
    this.#message[BODY] ??= peekBody(this.#message, Number.isNaN(declared) ? {} : { declaredLength: declared })
    return this.#message[BODY]
  }
}

const signals = new WeakMap<Socket, AbortSignal>()

/** The request's own `close` comes when its body was read; that the client went away only the connection knows. */
function signalOf(socket: Socket): AbortSignal {
  const known = signals.get(socket)
  if (known !== undefined) return known
  const controller = new AbortController()
  if (socket.destroyed) controller.abort()
  else socket.once('close', () => controller.abort())
  signals.set(socket, controller.signal)
  return controller.signal
}
