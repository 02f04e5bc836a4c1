/**
 * The answer of node:http and Express, as far as Postern has a say in it: private headers as soon as somebody asked
 * who sent the request, and nothing on the wire before a changed session is stored. Only then is it known whether the
 * answer may say "you are logged out" or has to be a 503.
 *
 * The one response object is patched before the handler runs: in `res.end(req.session.get('name'))` JavaScript looks up
 * `end` first and the session second, and a patch made by the second would come too late. What other middleware put
 * there before is called through, and what it puts on top later calls through here.
 */
import { type IncomingMessage, type OutgoingHttpHeader, type OutgoingHttpHeaders, ServerResponse } from 'node:http'
import type { AuthRequest, RequestWatcher } from '../auth/auth-request.ts'
import type { Answer, HeaderPair } from '../kernel/answer.ts'
import { mergeVary, PRIVATE_NO_STORE } from '../kernel/cache-control.ts'
import type { Postern } from '../postern.ts'
import type { User } from '../users/user.ts'
import { writeAnswer } from './write-answer.ts'

type Response = ServerResponse<IncomingMessage>
/** `open`: nothing sent. `held`: the handler has begun, the session is being stored. `refused`: a refusal was sent instead. */
type State = 'open' | 'held' | 'passing' | 'refused'

export class ResponseWatcher<U extends User> implements RequestWatcher {
  readonly #postern: Postern<U>
  readonly #request: AuthRequest<U>
  readonly #response: Response
  #state: State = 'open'
  readonly #writeHead: Response['writeHead']
  #held: { readonly call: () => void; readonly ignored: () => void }[] = []

  constructor(postern: Postern<U>, request: AuthRequest<U>, response: Response) {
    this.#postern = postern
    this.#request = request
    this.#response = response
    const { writeHead, write, end, flushHeaders } = response
    this.#writeHead = writeHead
    response.writeHead = (...head: unknown[]): Response => {
      if (this.#state === 'passing') return Reflect.apply(writeHead, response, head) as Response
      if (this.#state === 'open') this.#begin(head)
      return response
    }
    response.write = (...given: unknown[]): boolean => {
      if (this.#passes()) return Reflect.apply(write, response, given) as boolean
      this.#hold(
        () => Reflect.apply(write, response, given),
        () => done(given),
      )
      // Always true: a "false" would make a pipe wait for a `drain` that comes only after the release.
      return true
    }
    response.end = (...given: unknown[]): Response => {
      if (this.#passes()) return Reflect.apply(end, response, given) as Response
      this.#hold(
        () => Reflect.apply(end, response, given),
        () => done(given),
      )
      return response
    }
    response.flushHeaders = (): void => {
      if (this.#passes()) flushHeaders.call(response)
      else
        this.#hold(
          () => flushHeaders.call(response),
          () => {},
        )
    }
  }

  read(): void {
    const response = this.#response
    if (response.headersSent) return
    // Early, so that a static-file helper sees that somebody has decided about caching already.
    if (!response.hasHeader('cache-control')) response.setHeader('Cache-Control', PRIVATE_NO_STORE)
    response.setHeader('Vary', mergeVary(headerText(response.getHeader('vary')), 'Cookie'))
  }

  changed(): void {
    const response = this.#response
    if (response.headersSent) return
    // While held the handler has answered as far as anybody can tell; who believes otherwise mixes two answers.
    Object.defineProperty(response, 'headersSent', {
      configurable: true,
      get: () => this.#state !== 'open' && (this.#state !== 'passing' || nativeHeadersSent(response)),
    })
  }

  /** Whether nothing has to be stored before the next byte. */
  #passes(): boolean {
    return this.#state === 'passing' || (this.#state === 'open' && !this.#request.wasChanged)
  }

  #hold(call: () => void, ignored: () => void): void {
    if (this.#state === 'open') this.#begin([this.#response.statusCode])
    if (this.#state === 'held') this.#held.push({ call, ignored })
    else ignored()
  }

  /** The handler begins its answer: what has to be stored is stored now, and the headers follow from that. */
  #begin(head: readonly unknown[]): void {
    const response = this.#response
    if (!this.#request.wasRead) {
      Reflect.apply(this.#writeHead, response, head)
      this.#state = 'passing'
      return
    }
    const status = applyHead(response, head)
    if (!this.#request.wasChanged) {
      this.#pass(this.#postern.close(this.#request, status) as readonly HeaderPair[])
      this.#writeHead.call(response, status)
      return
    }
    this.#state = 'held'
    Promise.resolve(this.#postern.close(this.#request, status))
      .then((pairs) => this.#release(pairs, status))
      .catch((error) => this.#refuse(error))
  }

  #release(pairs: readonly HeaderPair[], status: number): void {
    this.#pass(pairs)
    if (!nativeHeadersSent(this.#response)) this.#response.statusCode = status
    for (const { call } of this.#held.splice(0)) call()
  }

  #pass(pairs: readonly HeaderPair[]): void {
    this.#state = 'passing'
    for (const [name, value, rule] of pairs) {
      if (rule === 'append') this.#response.appendHeader(name, value)
      else if (rule === 'merge')
        this.#response.setHeader(name, mergeVary(headerText(this.#response.getHeader(name)), value))
      else if (!this.#response.hasHeader(name)) this.#response.setHeader(name, value)
    }
  }

  /** Nothing that the handler prepared goes out: no Location, no cookie, no body. */
  #refuse(error: unknown): void {
    const response = this.#response
    if (nativeHeadersSent(response)) {
      response.destroy(error instanceof Error ? error : undefined)
      return
    }
    const refusal: Answer = this.#postern.refuse(this.#request, error) ?? {
      status: 500,
      headers: [],
      body: 'Internal Server Error',
    }
    for (const name of response.getHeaderNames()) response.removeHeader(name)
    this.#state = 'passing'
    writeAnswer(response, refusal)
    this.#state = 'refused'
    for (const { ignored } of this.#held.splice(0)) ignored()
  }
}

/** Applies what a handler gave to `writeHead` as ordinary headers, so that ours can still join them. @returns the status */
function applyHead(response: Response, head: readonly unknown[]): number {
  const [status, reason, headers] = head
  if (typeof reason === 'string') response.statusMessage = reason
  const given = typeof reason === 'string' ? headers : (headers ?? reason)
  if (Array.isArray(given)) applyList(response, given)
  else if (typeof given === 'object' && given !== null) {
    for (const [name, value] of Object.entries(given as OutgoingHttpHeaders)) {
      if (value !== undefined) response.setHeader(name, value)
    }
  }
  response.statusCode = status as number
  return status as number
}

/** A list of pairs, or of names and values in turn. */
function applyList(response: Response, given: readonly unknown[]): void {
  const flat = Array.isArray(given[0]) ? given.flat() : given
  const seen = new Set<string>()
  for (let at = 0; at + 1 < flat.length; at += 2) {
    const name = String(flat[at])
    const value = flat[at + 1] as OutgoingHttpHeader
    if (seen.has(name.toLowerCase())) response.appendHeader(name, Array.isArray(value) ? value : String(value))
    else response.setHeader(name, value)
    seen.add(name.toLowerCase())
  }
}

function headerText(value: OutgoingHttpHeader | undefined): string | undefined {
  return Array.isArray(value) ? value.join(', ') : value === undefined ? undefined : String(value)
}

function nativeHeadersSent(response: Response): boolean {
  return Reflect.get(ServerResponse.prototype, 'headersSent', response) === true
}

/** A write that goes nowhere is done at once: whoever waits for it goes on. */
function done(given: readonly unknown[]): void {
  const callback = given.at(-1)
  if (typeof callback === 'function') process.nextTick(callback)
}
