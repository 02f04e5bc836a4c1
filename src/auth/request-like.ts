/** From whatever a handler has in its hands to the `AuthRequest` that belongs to it. */
import type { IncomingMessage } from 'node:http'
import type { User } from '../users/user.ts'
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

type Bound = { readonly [REQUEST]?: AuthRequest<never>; readonly raw?: Bound; readonly req?: Bound }

/**
 * @param caller the function that was called, for the message
 * @throws {TypeError} when there is no request, or one that never passed Postern's middleware
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
  if (bound !== undefined) return bound as unknown as AuthRequest<U>
  throw new TypeError(
    `${caller}(request) got a request that Postern does not know: let it pass the middleware first ` +
      '(app.use(middleware) before the route), and pass the request, not the response or a copy.',
  )
}
