/** A site on `auth.handle(Request)` alone: Node's own fetch types, without a server. */
import type { HandleOptions } from '../../src/handle-request.ts'
import type { PosternOptions } from '../../src/options.ts'
import { type TestPostern, testPostern } from '../support/postern.ts'

export const ORIGIN = 'http://site.localhost'
export const FORM = 'application/x-www-form-urlencoded'

export type Otherwise = NonNullable<HandleOptions['otherwise']>

export interface FetchSite extends TestPostern {
  /** What the handler in `otherwise` is told of the client's address. */
  readonly address: string
  handle(request: Request): Promise<Response>
  /** A visitor with an empty jar of cookies. */
  visitor(): FetchVisitor
  /** A visitor who has just logged in. */
  loggedIn(): Promise<FetchVisitor>
}

/** @param otherwise may be exchanged for each request: the site asks for it anew */
export async function fetchSite(
  otherwise?: (request: Request) => Otherwise,
  options: Partial<PosternOptions> = {},
): Promise<FetchSite> {
  const world = await testPostern(options)
  const address = '203.0.113.9'
  const handle = (request: Request): Promise<Response> =>
    world.auth.handle(request, {
      clientAddress: address,
      ...(otherwise === undefined ? {} : { otherwise: otherwise(request) }),
    })
  const visitor = (): FetchVisitor => new FetchVisitor(handle)
  return {
    ...world,
    address,
    handle,
    visitor,
    loggedIn: async () => {
      const browser = visitor()
      const { status } = await browser.login()
      if (status !== 302) throw new Error(`The login was answered with ${status}.`)
      return browser
    },
  }
}

/** A browser's jar of cookies in front of `handle`. */
export class FetchVisitor {
  readonly cookies = new Map<string, string>()
  readonly #handle: (request: Request) => Promise<Response>

  constructor(handle: (request: Request) => Promise<Response>) {
    this.#handle = handle
  }

  get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
    return this.send(path, { headers })
  }

  /** A form with the token of the CSRF cookie, as a page of the site would post it. */
  async post(
    path: string,
    form: Readonly<Record<string, string>> = {},
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Response> {
    if (!this.cookies.has('csrftoken')) await this.get('/accounts/login/')
    const csrfmiddlewaretoken = this.cookies.get('csrftoken') ?? ''
    return this.send(path, { method: 'POST', body: new URLSearchParams({ csrfmiddlewaretoken, ...form }), headers })
  }

  login(): Promise<Response> {
    return this.post('/accounts/login/', { username: 'alice', password: 'wonder-Land-42' })
  }

  logout(): Promise<Response> {
    return this.post('/accounts/logout/')
  }

  copy(): FetchVisitor {
    const copy = new FetchVisitor(this.#handle)
    for (const [name, value] of this.cookies) copy.cookies.set(name, value)
    return copy
  }

  /** The request as it would be sent, with this visitor's cookies. */
  request(path: string, init: RequestInit & { duplex?: 'half' } = {}): Request {
    const headers = new Headers(init.headers)
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    if (cookie !== '') headers.set('cookie', cookie)
    return new Request(new URL(path, ORIGIN), { ...init, headers })
  }

  async send(path: string, init: RequestInit & { duplex?: 'half' } = {}): Promise<Response> {
    const response = await this.#handle(this.request(path, init))
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';')
      const at = pair.indexOf('=')
      if (/max-age=0\b/i.test(line)) this.cookies.delete(pair.slice(0, at))
      else this.cookies.set(pair.slice(0, at), pair.slice(at + 1))
    }
    return response
  }
}
