/** A node:http request as Postern's `IncomingRequest`; Express's is one too. Nothing is copied or parsed before it is asked for. */
import type { IncomingMessage } from 'node:http'
import type { TLSSocket } from 'node:tls'
import { RequestError } from '../errors.ts'
import { Fields, fieldsFrom, isUrlEncoded, parseUrlEncoded, readBody } from '../kernel/forms.ts'
import { forwardedAddress, forwardedScheme } from '../kernel/forwarded.ts'
import type { FormFields, IncomingRequest } from '../kernel/incoming-request.ts'

/** What a framework's body parser leaves on the request. */
type Parsed = IncomingMessage & { body?: unknown; originalUrl?: string; baseUrl?: string }

export class NodeRequest implements IncomingRequest {
  /** Of the place where Postern is mounted; the `baseUrl` of Express follows the router that is at work. */
  readonly prefix: string
  readonly #message: Parsed
  /** How many proxies in front are believed. */
  readonly #proxies: number
  #body: Promise<Buffer> | undefined
  #form: Promise<FormFields> | undefined
  #signal: AbortSignal | undefined

  constructor(message: IncomingMessage, proxies: number) {
    this.#message = message
    this.prefix = this.#message.baseUrl ?? ''
    this.#proxies = proxies
  }

  get method(): string {
    return this.#message.method ?? 'GET'
  }
  get url(): string {
    return this.#message.originalUrl ?? this.#message.url ?? '/'
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
    if (this.#signal === undefined) {
      const controller = new AbortController()
      this.#message.once('close', () => controller.abort())
      this.#signal = controller.signal
    }
    return this.#signal
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
    const fields = parseUrlEncoded(await this.#read())
    // Whoever parses bodies behind us finds it done: the stream is empty.
    this.#message.body = plainFields(fields)
    return fields
  }

  /** Somebody else has read the stream and kept what was in it. */
  #wasTaken(): boolean {
    return this.#body === undefined && this.#message.readableDidRead
  }

  #read(): Promise<Buffer> {
    const declared = Number(this.header('content-length'))
    this.#body ??= readBody(this.#message, Number.isNaN(declared) ? {} : { declaredLength: declared })
    return this.#body
  }
}

/** As `express.urlencoded` would have it: text, or a list where a name is repeated. */
function plainFields(fields: Fields): Record<string, string | string[]> {
  const plain: Record<string, string | string[]> = Object.create(null)
  for (const [name] of fields) {
    const values = fields.getAll(name)
    plain[name] = values.length === 1 ? (values[0] ?? '') : values
  }
  return plain
}
