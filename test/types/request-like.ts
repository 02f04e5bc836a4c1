/** What `login`, `logout` and `getUser` take and refuse, as the compiler sees it; `npm run types` is the test. */
import type { IncomingMessage } from 'node:http'
import type { Request as ExpressRequest } from 'express'
import {
  type AnonymousUser,
  type AuthRequest,
  authenticate,
  createPostern,
  type Database,
  getUser,
  login,
  logout,
  User,
} from 'postern'

/** As Hono's context, which keeps the fetch Request as `raw`. */
interface HonoContext {
  readonly req: { readonly raw: Request; readonly path: string; header(name: string): string | undefined }
  readonly env: unknown
}

/** As Fastify's request, which keeps the one of node:http as `raw`. */
interface FastifyRequest {
  readonly method: string
  readonly headers: Record<string, string | string[] | undefined>
  readonly raw: IncomingMessage
}

class Member extends User {
  readonly plan: 'free' | 'paid' = 'free'
}

declare const node: IncomingMessage
declare const express: ExpressRequest<{ id: string }>
declare const fetched: Request
declare const fastify: FastifyRequest
declare const hono: HonoContext
declare const own: AuthRequest<Member>
declare const response: Response
declare const members: Database<Member>

/** Every kind of request goes in. */
export async function accepted(): Promise<void> {
  for (const request of [node, express, fetched, fastify, hono, own]) {
    await logout(request)
    const user = await authenticate(request, { username: 'alice', password: 'secret' })
    if (user !== null) await login(request, user)
  }
}

/** What is no request does not compile. */
export async function refused(): Promise<void> {
  // @ts-expect-error the request is missing
  await logout()
  // @ts-expect-error so it is here
  await logout(undefined)
  // @ts-expect-error and here
  await logout(null)
  // @ts-expect-error not every object is a request
  await logout({})
  // @ts-expect-error the response is the other one
  await logout(response)
  // @ts-expect-error a body is no request
  await logout({ username: 'alice' })
  // @ts-expect-error a name is no request
  await logout('alice')
  // @ts-expect-error what Hono gives is the context, and not what is in it
  await logout({ raw: fetched })
  // @ts-expect-error a user is no request
  await logout(own.user)
  // @ts-expect-error the user is missing
  await login(own)
  // @ts-expect-error nobody cannot be logged in
  await login(own, null)
}

/** The application's own users come out as such. */
export async function typed(): Promise<readonly string[]> {
  const auth = createPostern<Member>({ database: members })
  const created: Member = await auth.createUser({ username: 'alice' })
  const found: Member | null = await auth.users.findById('1')
  const user: Member | AnonymousUser = getUser(own)
  // @ts-expect-error who nobody has looked at may be anonymous
  const plan: string = own.user.plan
  if (user.isAuthenticated) return [user.plan, created.plan, plan]
  // @ts-expect-error the anonymous have no plan
  return [user.plan, found?.plan ?? '']
}
