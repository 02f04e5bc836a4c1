/** From whatever a handler has in its hands to the `AuthRequest` that belongs to it. */
import type { IncomingMessage } from 'node:http'
import type { User } from '../users/user.ts'
import type { AuthContext } from './auth-context.ts'
import { AuthRequest, REQUEST } from './auth-request.ts'

/**
 * What `login`, `logout` and their like take: Postern's own request, or the request object of Express, Fastify,
 * node:http, a fetch `Request`, or Hono's context. Nothing at all, `{}` and a `Response` do not compile.
 */
export type RequestLike<U extends User = User> =
  | AuthRequest<U>
  | IncomingMessage
  | { readonly method: string; readonly headers: object }
  | { readonly req: { readonly raw: object } }

/** What is kept under `REQUEST`: one request, or one for each Postern where several have seen it. */
export type Slot<U extends User = User> = AuthRequest<U> | readonly AuthRequest<U>[]

type Bound = { readonly [REQUEST]?: Slot; readonly raw?: Bound; readonly req?: Bound }

/**
 * @param caller the function that was called, for the message
 * @throws {TypeError} when there is no request, one that never passed Postern's middleware, or one that several Posterns know
 */
export function authRequest<U extends User = User>(request: RequestLike<U>, caller: string): AuthRequest<U> {
  if (request instanceof AuthRequest) return request
  if (typeof request !== 'object' || request === null) {
    throw new TypeError(
      `${caller}(request) needs the request: pass it the object that your handler got, as in ${caller}(req).`,
    )
  }
  const given = request as Bound
  const bound = given[REQUEST] ?? given.raw?.[REQUEST] ?? given.req?.raw?.[REQUEST]
  // Any choice would be the wrong one somewhere: to log out of the shop must not leave the admin logged in.
  if (Array.isArray(bound)) {
    throw new TypeError(
      `${caller}(request) got a request that passed several Posterns: say whose it is and pass that one's own request, ` +
        `as in ${caller}(req.admin) with postern(auth, { property: 'admin' }), or ${caller}(request(req)).`,
    )
  }
  if (bound !== undefined) return bound as unknown as AuthRequest<U>
  throw new TypeError(
    `${caller}(request) got a request that Postern does not know: let it pass the middleware first ` +
      '(app.use(middleware) before the route), and pass the request, not the response or a copy.',
  )
}

/**
 * The request of one Postern; what another has found out does not count.
 * @param context that Postern
 * @param caller the function that was called, for the message
 * @throws {TypeError} when the request never passed this Postern's middleware
 */
export function ownRequest<U extends User>(request: object, context: AuthContext<U>, caller: string): AuthRequest<U> {
  const slot = (request as { readonly [REQUEST]?: Slot<U> })[REQUEST]
  const own = isSeveral(slot) ? slot.find((one) => one.context === context) : slot
  if (own?.context === context) return own
  throw new TypeError(
    `${caller}() got a request that this Postern does not know: let it pass the middleware of the same ` +
      'postern(auth) first (app.use(middleware) before the route).',
  )
}

/** What is to be kept under `REQUEST` once this request is known. @param known what is there */
export function joined<U extends User>(known: Slot<U> | undefined, request: AuthRequest<U>): Slot<U> {
  if (known === undefined) return request
  const others = (isSeveral(known) ? known : [known]).filter((other) => other.context !== request.context)
  return others.length === 0 ? request : [...others, request]
}

function isSeveral<U extends User>(slot: Slot<U> | undefined): slot is readonly AuthRequest<U>[] {
  return Array.isArray(slot)
}
