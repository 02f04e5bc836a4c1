/** A fetch `Request` as Postern's `IncomingRequest`; its URL, headers and body are looked at when they are asked for. */
import { RequestError } from './errors.ts'
import { Fields, isUrlEncoded, parseUrlEncoded, readBody } from './kernel/forms.ts'
import { forwardedAddress, forwardedScheme } from './kernel/forwarded.ts'
import type { FormFields, IncomingRequest } from './kernel/incoming-request.ts'

export class FetchRequest implements IncomingRequest {
  readonly prefix = ''
  readonly waitUntil?: (work: Promise<unknown>) => void
  readonly #request: Request
  readonly #proxies: number
  readonly #address: string | undefined
  #url: URL | undefined
  #body: Promise<Buffer> | undefined
  #form: Promise<FormFields> | undefined

  /**
   * @param address of the client as the runtime tells it; a `Request` does not know
   * @param waitUntil what the runtime keeps alive, where it stops after the answer
   */
  constructor(
    request: Request,
    proxies: number,
    address: string | undefined,
    waitUntil?: (work: Promise<unknown>) => void,
  ) {
    this.#request = request
    this.#proxies = proxies
    this.#address = address
    if (waitUntil !== undefined) this.waitUntil = waitUntil
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
    const declared = Number(this.header('content-length'))
    this.#body ??= readBody(copyOf(this.#request), Number.isNaN(declared) ? {} : { declaredLength: declared })
    return this.#body
  }

  #parsed(): URL {
    this.#url ??= new URL(this.#request.url)
    return this.#url
  }
}

/** The body itself stays for the handler, who may want it as a stream or in the runtime's own way. */
async function* copyOf(request: Request): AsyncGenerator<Uint8Array, void, undefined> {
  if (request.body === null) return
  const reader = cloned(request).getReader()
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) yield read.value
  } finally {
    // Not waited for: it is only done when the handler's half is given up as well. Left open, this half would keep all
    // that the handler reads.
    reader.cancel().catch(() => {})
  }
}

function cloned(request: Request): ReadableStream<Uint8Array> {
  try {
    return request.clone().body as ReadableStream<Uint8Array>
  } catch (error) {
    throw new RequestError(400, 'The body could not be read: somebody else has read it already.', error)
  }
}
