/** Postern on any fetch runtime: from a `Request` to a `Response`. */
import { type AuthRequest, REQUEST } from './auth/auth-request.ts'
import { joined, type Slot } from './auth/request-like.ts'
import { FetchRequest } from './fetch-request.ts'
import type { Answer, HeaderPair } from './kernel/answer.ts'
import { mergeVary, uncacheable } from './kernel/cache-control.ts'
import type { Postern } from './postern.ts'
import type { User } from './users/user.ts'

/** What goes with a request that a `Request` does not say. */
export interface HandleOptions<U extends User = User> {
  /** The client's address, as the runtime tells it. */
  readonly clientAddress?: string
  /** Where the runtime stops after the answer (workers): its `ctx.waitUntil`, so that mails are sent all the same. */
  readonly waitUntil?: (work: Promise<unknown>) => void
  /** Answers what none of the URL patterns does. @default a plain 404 */
  readonly otherwise?: (request: AuthRequest<U>) => Response | Promise<Response>
}

/**
 * Answers a request with the views in `urls` and Postern's own.
 * @throws what a view threw that is not Postern's own, for the runtime to report
 */
export async function handleRequest<U extends User>(
  postern: Postern<U>,
  fetchRequest: Request,
  options: HandleOptions<U>,
): Promise<Response> {
  const request = await postern.open(
    new FetchRequest(fetchRequest, postern.proxies, options.clientAddress, options.waitUntil),
  )
  const known = (fetchRequest as { readonly [REQUEST]?: Slot<U> })[REQUEST]
  Object.defineProperty(fetchRequest, REQUEST, { value: joined(known, request), configurable: true })
  const answer = await postern.respond(request)
  if (answer !== undefined) return toResponse(answer, request.method)
  let response: Response
  try {
    response = await (options.otherwise ?? notFound(postern))(request)
  } catch (error) {
    const refusal = postern.refuse(request, error)
    if (refusal === undefined) throw error
    return toResponse(await postern.finish(request, refusal), request.method)
  }
  try {
    const pairs = await postern.close(request, response.status)
    await postern.pending.of(request.incoming)
    const whole = withPairs(response, pairs)
    if (request.wasRead && whole.status >= 200) {
      postern.cachingNotice?.look(request, whole.headers.get('cache-control') ?? undefined)
    }
    return whole
  } catch (error) {
    const refusal = postern.refuse(request, error)
    if (refusal === undefined) throw error
    // Nothing that the handler prepared goes out.
    drop(response.body)
    return toResponse(refusal, request.method)
  }
}

function notFound<U extends User>(postern: Postern<U>): (request: AuthRequest<U>) => Response {
  return (request) => {
    const answer = postern.nothingHere(request)
    if (answer !== undefined) return toResponse(answer, request.method)
    return new Response('Not Found', { status: 404, headers: { 'Content-Type': 'text/plain; charset=utf-8' } })
  }
}

/** Statuses that have no body at all: a `Response` refuses one. */
const BODILESS: ReadonlySet<number> = new Set([101, 204, 205, 304])

function toResponse({ status, headers, body }: Answer, method: string): Response {
  const bodiless = method === 'HEAD' || BODILESS.has(status)
  if (bodiless && body instanceof ReadableStream) drop(body)
  return new Response(bodiless ? null : (body as string | Uint8Array<ArrayBuffer> | ReadableStream | undefined), {
    status,
    headers: headers.map(([name, value]): [string, string] => [name, value]),
  })
}

/** Ends a stream that nobody will read. What its source says to that, and when, is no part of the answer. */
function drop(body: ReadableStream | null): void {
  body?.cancel().catch(() => {})
}

function withPairs(response: Response, pairs: readonly HeaderPair[]): Response {
  // What the runtime makes to hand over the connection, or to break it off (`Response.error()`), has no copy and no cookies.
  if (pairs.length === 0 || response.status < 200) return response
  // The headers of a response that came from elsewhere (`fetch`) cannot be changed, and one may be kept for many visitors.
  const changed = new Response(response.body, response)
  for (const [name, value, rule] of pairs) {
    if (rule === 'append') changed.headers.append(name, value)
    else if (rule === 'merge') changed.headers.set(name, mergeVary(changed.headers.get(name) ?? undefined, value))
    else if (rule === 'private') changed.headers.set(name, uncacheable(changed.headers.get(name) ?? undefined))
    else if (!changed.headers.has(name)) changed.headers.set(name, value)
  }
  return changed
}
