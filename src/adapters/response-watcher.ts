/**
 * The answer of node:http and Express, as far as Postern has a say in it: private headers as soon as somebody asked
 * who sent the request, and nothing on the wire before a changed session is stored. Only then is it known whether the
 * answer may say "you are logged out" or has to be a 503.
 *
 * The one response object is patched before the handler has it in its hands: in `res.end(page(request))` the function
 * `end` is looked up before `page` changes the session. What other middleware put there before is called through, and
 * what it puts on top later calls through here.
 */
import { type IncomingMessage, type OutgoingHttpHeader, ServerResponse } from 'node:http'
import type { AuthRequest, RequestWatcher } from '../auth/auth-request.ts'
import type { Answer, HeaderPair } from '../kernel/answer.ts'
import { mergeVary, PRIVATE_NO_STORE, uncacheable } from '../kernel/cache-control.ts'
import type { Postern } from '../postern.ts'
import type { User } from '../users/user.ts'
import { applyHead } from './response-head.ts'
import { writeAnswer } from './write-answer.ts'

type Response = ServerResponse<IncomingMessage>
/** `open`: nothing sent. `held`: the handler has begun, the session is being stored. `refused`: a refusal was sent instead. */
type State = 'open' | 'held' | 'passing' | 'refused'

/** So much of a held answer is taken in before its source is told to wait; more than any stream calls full by itself. */
const HELD_BYTES = 1024 * 1024

export class ResponseWatcher<U extends User> implements RequestWatcher {
  readonly #postern: Postern<U>
  readonly #request: AuthRequest<U>
  readonly #response: Response
  readonly #report: (error: unknown) => void
  readonly #writeHead: Response['writeHead']
  readonly #end: Response['end']
  #state: State = 'open'
  /** What the handler gave to `writeHead` before anything else. */
  #head: readonly unknown[] | undefined
  #sending = false
  #ended = false
  #heldBytes = 0
  #held: { readonly call: () => void; readonly given: readonly unknown[] }[] = []

  /** @param report told of what made an answer a 5xx after the handler had begun another */
  constructor(postern: Postern<U>, request: AuthRequest<U>, response: Response, report: (error: unknown) => void) {
    const { writeHead, write, end, flushHeaders } = response
    this.#postern = postern
    this.#request = request
    this.#response = response
    this.#report = report
    this.#writeHead = writeHead
    this.#end = end
    response.writeHead = (...head: unknown[]): Response => {
      if (this.#state === 'passing') return Reflect.apply(writeHead, response, head) as Response
      if (this.#state === 'open' && !this.#sending && !this.#request.wasRead) this.#putOff(head)
      else if (this.#state === 'open') this.#begin(this.#head ?? head)
      // Who looks at `_header` instead of `headersSent` calls for an empty head again and again.
      else if (this.#state === 'held' && (head.length > 1 || head[0] !== response.statusCode))
        throw alreadySent('write')
      return response
    }
    response.write = (...given: unknown[]): boolean => {
      if (this.#passes()) return this.#send(write, given) as boolean
      this.#hold(write, given)
      this.#heldBytes += (given[0] as string | Uint8Array | undefined)?.length ?? 0
      // True while little is held: compression that is yet to begin takes the `drain` of a pipe away and never sends one.
      return this.#state !== 'held' || this.#heldBytes < HELD_BYTES
    }
    response.end = (...given: unknown[]): Response => {
      // By far the most answers: a whole body for which nothing has to be stored.
      if (given.length === 1 && this.#passes()) {
        this.#sending = true
        return (end as (chunk: unknown) => Response).call(response, given[0])
      }
      if (this.#passes()) return this.#send(end, given) as Response
      this.#hold(end, given)
      this.#ended = true
      return response
    }
    response.flushHeaders = (): void => {
      if (this.#passes()) this.#send(flushHeaders, [])
      else this.#hold(flushHeaders, [])
    }
  }

  /** After the end nothing can be put on the answer any more: a log may say whose it was. */
  get isTooLate(): boolean {
    return this.#isOut() && !isOver(this.#response)
  }

  read(): void {
    const response = this.#response
    if (this.#isOut()) {
      this.#request.seal()
      return
    }
    // Early, so that a static-file helper sees that somebody has decided about caching already.
    if (!response.hasHeader('cache-control')) response.setHeader('Cache-Control', PRIVATE_NO_STORE)
    response.setHeader('Vary', mergeVary(headerText(response.getHeader('vary')), 'Cookie'))
  }

  changed(): void {
    // Nothing to do yet: the request knows it, and is asked when the answer begins.
  }

  #isOut(): boolean {
    return this.#state !== 'open' || native(this.#response, 'headersSent')
  }

  #passes(): boolean {
    return this.#state === 'passing' || (this.#state === 'open' && !this.#request.wasChanged)
  }

  /** Something goes out now: the native function asks for the head by itself. */
  #send(method: (...given: never[]) => unknown, given: readonly unknown[]): unknown {
    if (this.#state === 'passing') return Reflect.apply(method, this.#response, given)
    this.#sending = true
    return Reflect.apply(method, this.#response, given)
  }

  /**
   * A head alone is not sent: in `res.writeHead(200).end(page(request))` the page asks for the user after it, and the
   * head has yet to say that it is private.
   */
  #putOff(head: readonly unknown[]): void {
    if (this.#head !== undefined) throw alreadySent('write')
    this.#head = head
    this.#response.statusCode = head[0] as number
    const isPutOff = (): boolean => this.#state === 'open'
    Object.defineProperty(this.#response, 'headersSent', {
      configurable: true,
      get: () => isPutOff() || native(this.#response, 'headersSent'),
    })
  }

  #hold(method: (...given: never[]) => unknown, given: readonly unknown[]): void {
    const response = this.#response
    this.#sending = true
    // Through what others have put on top, as the native functions do: they add their headers there.
    if (this.#state === 'open') response.writeHead(response.statusCode)
    if (this.#state === 'open') this.#begin(this.#head ?? [response.statusCode])
    if (this.#state === 'passing') Reflect.apply(method, response, given)
    else if (this.#state === 'refused' || this.#ended) done(given)
    else this.#held.push({ call: () => Reflect.apply(method, response, given), given })
  }

  /** The handler begins its answer: what has to be stored is stored now, and the headers follow from that. */
  #begin(head: readonly unknown[]): void {
    const response = this.#response
    if (!this.#request.wasRead) {
      this.#state = 'passing'
      Reflect.apply(this.#writeHead, response, head)
      return
    }
    const status = applyHead(response, head)
    if (!this.#request.wasChanged) {
      this.#pass(this.#postern.close(this.#request, status) as readonly HeaderPair[])
      this.#writeHead.call(response, status)
      return
    }
    this.#state = 'held'
    this.#showAsSent()
    const reason = response.statusMessage
    Promise.resolve(this.#postern.close(this.#request, status))
      .then((pairs) => this.#release(pairs, status, reason))
      .catch((error) => this.#refuse(error))
  }

  /** While held the handler has answered as far as anybody can tell; who believes otherwise mixes two answers. */
  #showAsSent(): void {
    const response = this.#response
    const isHeld = (): boolean => this.#state === 'held'
    for (const [name, isTrue] of [
      ['headersSent', () => this.#state !== 'passing'],
      ['writableEnded', () => this.#state !== 'passing' && this.#ended],
    ] as const) {
      Object.defineProperty(response, name, {
        configurable: true,
        get: () => isTrue() || native(response, name),
      })
    }
    for (const name of ['setHeader', 'appendHeader', 'removeHeader'] as const) {
      const method = response[name] as (...given: unknown[]) => unknown
      Object.defineProperty(response, name, {
        configurable: true,
        writable: true,
        value: (...given: unknown[]) => {
          if (isHeld()) throw alreadySent(name === 'removeHeader' ? 'remove' : 'set')
          return Reflect.apply(method, response, given)
        },
      })
    }
  }

  #release(pairs: readonly HeaderPair[], status: number, reason: string): void {
    this.#pass(pairs)
    this.#response.statusCode = status
    this.#response.statusMessage = reason
    for (const { call } of this.#held.splice(0)) call()
    this.#goOn()
  }

  #pass(pairs: readonly HeaderPair[]): void {
    this.#state = 'passing'
    for (const [name, value, rule] of pairs) {
      if (rule === 'append') this.#response.appendHeader(name, value)
      else if (rule === 'merge')
        this.#response.setHeader(name, mergeVary(headerText(this.#response.getHeader(name)), value))
      else if (rule === 'private')
        this.#response.setHeader(name, uncacheable(headerText(this.#response.getHeader(name))))
      else if (!this.#response.hasHeader(name)) this.#response.setHeader(name, value)
    }
    this.#postern.cachingNotice?.look(this.#request, headerText(this.#response.getHeader('cache-control')))
  }

  /** Nothing that the handler prepared goes out: no Location, no cookie, no body. */
  #refuse(error: unknown): void {
    const response = this.#response
    const refusal = this.#postern.refuse(this.#request, error) ?? SERVER_ERROR
    if (native(response, 'headersSent')) response.destroy()
    else this.#answerInstead(refusal)
    if (refusal.status >= 500) this.#report(error)
  }

  #answerInstead(refusal: Answer): void {
    const response = this.#response
    this.#state = 'passing'
    for (const name of response.getHeaderNames()) response.removeHeader(name)
    // Past what others have put on top: it has the handler's answer in it.
    writeAnswer(response, refusal, this.#end)
    this.#state = 'refused'
    for (const { given } of this.#held.splice(0)) done(given)
    this.#goOn()
  }

  /** A source that was told to wait may have nothing else to wake it up. */
  #goOn(): void {
    if (this.#heldBytes >= HELD_BYTES && !this.#response.writableNeedDrain) this.#response.emit('drain')
  }
}

const SERVER_ERROR: Answer = {
  status: 500,
  headers: [
    ['Content-Type', 'text/plain'],
    ['Cache-Control', PRIVATE_NO_STORE],
  ],
  body: 'Internal Server Error',
}

function headerText(value: OutgoingHttpHeader | undefined): string | undefined {
  return Array.isArray(value) ? value.join(', ') : value === undefined ? undefined : String(value)
}

/** Whether the answer is whole, or has lost its client. */
export function isOver(response: ServerResponse): boolean {
  return response.writableEnded || response.destroyed
}

function native(response: Response, name: 'headersSent' | 'writableEnded'): boolean {
  return Reflect.get(ServerResponse.prototype, name, response) === true
}

/** As node:http has it. */
function alreadySent(verb: 'write' | 'set' | 'remove'): Error {
  const error = new Error(`Cannot ${verb} headers after they are sent to the client`)
  return Object.assign(error, { code: 'ERR_HTTP_HEADERS_SENT' })
}

/** A write that goes nowhere is done at once: whoever waits for it goes on. */
function done(given: readonly unknown[]): void {
  const callback = given.at(-1)
  if (typeof callback === 'function') process.nextTick(callback)
}
