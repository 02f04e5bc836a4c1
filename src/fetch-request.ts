/** A fetch `Request` as Postern's `IncomingRequest`; its URL, headers and body are looked at when they are asked for. */
import { RequestError } from './errors.ts'
import { Fields, isUrlEncoded, parseUrlEncoded, readBody } from './kernel/forms.ts'
import { forwardedAddress, forwardedScheme } from './kernel/forwarded.ts'
import type { FormFields, IncomingRequest } from './kernel/incoming-request.ts'

export class FetchRequest implements IncomingRequest {
  readonly prefix = ''
  readonly #request: Request
  readonly #proxies: number
  readonly #address: string | undefined
  #url: URL | undefined
  #body: Promise<Buffer> | undefined
  #form: Promise<FormFields> | undefined

  /** @param address of the client as the runtime tells it; a `Request` does not know */
  constructor(request: Request, proxies: number, address: string | undefined) {
    this.#request = request
    this.#proxies = proxies
    this.#address = address
  }

  get method(): string {
    return this.#request.method
  }
  get url(): string {
    const { pathname, search } = this.#parsed()
    return pathname + search
  }
  get scheme(): 'http' | 'https' {
    const direct = this.#parsed().protocol === 'https:' ? 'https' : 'http'
    return forwardedScheme(this.header('x-forwarded-proto'), this.#proxies) ?? direct
  }
  get host(): string {
    return this.header('host') ?? this.#parsed().host
  }
  get clientAddress(): string | undefined {
    return forwardedAddress(this.header('x-forwarded-for'), this.#proxies) ?? this.#address
  }
  get signal(): AbortSignal {
    return this.#request.signal
  }

  header(name: string): string | undefined {
    return this.#request.headers.get(name) ?? undefined
  }

  form(): Promise<FormFields> {
    this.#form ??= this.#readForm()
    return this.#form
  }

  async json(): Promise<unknown> {
    const text = (await this.#read()).toString('utf8')
    try {
      return JSON.parse(text)
    } catch (error) {
      throw new RequestError(400, 'The body is not JSON.', error)
    }
  }

  async #readForm(): Promise<FormFields> {
    // A body that somebody else has read already cannot be read again.
    if (!isUrlEncoded(this.header('content-type')) || (this.#body === undefined && this.#request.bodyUsed)) {
      return new Fields()
    }
    return parseUrlEncoded(await this.#read())
  }

  #read(): Promise<Buffer> {
    const { body } = this.#request
    const declared = Number(this.header('content-length'))
    this.#body ??=
      body === null
        ? Promise.resolve(Buffer.alloc(0))
        : readBody(body, Number.isNaN(declared) ? {} : { declaredLength: declared })
    return this.#body
  }

  #parsed(): URL {
    this.#url ??= new URL(this.#request.url)
    return this.#url
  }
}
