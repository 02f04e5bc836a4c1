/** A visitor over HTTP: one jar of cookies, no redirects followed, every header in one's own hands. */
import { type IncomingHttpHeaders, request } from 'node:http'

export interface Reply {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly setCookies: readonly string[]
  readonly body: string
}

export interface Sent {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly form?: Readonly<Record<string, string>>
  readonly body?: string
}

export class Browser {
  readonly cookies = new Map<string, string>()
  readonly #base: string

  /** @param base `http://localhost:PORT` */
  constructor(base: string) {
    this.#base = base
  }

  get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Reply> {
    return this.send(path, { headers })
  }

  /** Posts a form with the token of the CSRF cookie, as a page of the site would. */
  async post(
    path: string,
    form: Readonly<Record<string, string>> = {},
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Reply> {
    if (!this.cookies.has('csrftoken')) await this.get('/accounts/login/')
    const token = this.cookies.get('csrftoken') ?? ''
    return this.send(path, { method: 'POST', form: { csrfmiddlewaretoken: token, ...form }, headers })
  }

  login(username = 'alice', password = 'wonder-Land-42'): Promise<Reply> {
    return this.post('/accounts/login/', { username, password })
  }

  logout(): Promise<Reply> {
    return this.post('/accounts/logout/')
  }

  /** Another browser with the same cookies: a thief's, or another tab's. @param base another server of the same site */
  copy(base: string = this.#base): Browser {
    const copy = new Browser(base)
    for (const [name, value] of this.cookies) copy.cookies.set(name, value)
    return copy
  }

  send(path: string, { method = 'GET', headers = {}, form, body }: Sent = {}): Promise<Reply> {
    const payload = form === undefined ? body : new URLSearchParams(form).toString()
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const all = {
      ...(cookie === '' ? {} : { cookie }),
      ...(form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
      ...(payload === undefined ? {} : { 'content-length': String(Buffer.byteLength(payload)) }),
      ...headers,
    }
    return new Promise((resolve, reject) => {
      const sent = request(new URL(path, this.#base), { method, headers: all, agent: false }, (res) => {
        const chunks: Buffer[] = []
        res.on('data', (chunk: Buffer) => chunks.push(chunk))
        res.on('error', reject)
        res.on('end', () => {
          const setCookies = res.headers['set-cookie'] ?? []
          for (const line of setCookies) this.#keep(line)
          resolve({
            status: res.statusCode ?? 0,
            headers: res.headers,
            setCookies,
            body: Buffer.concat(chunks).toString('utf8'),
          })
        })
      })
      sent.on('error', reject)
      sent.end(payload)
    })
  }

  #keep(line: string): void {
    const [pair = ''] = line.split(';')
    const at = pair.indexOf('=')
    const name = pair.slice(0, at)
    if (/max-age=0\b/i.test(line)) this.cookies.delete(name)
    else this.cookies.set(name, pair.slice(at + 1).replace(/^"|"$/g, ''))
  }
}
