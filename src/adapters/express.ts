/** Postern on Express 5. */
import { inspect } from 'node:util'
import type { NextFunction, Request, RequestHandler, Response } from 'express'
import { type AuthRequest, REQUEST } from '../auth/auth-request.ts'
import { type LoginRequiredOptions, refuseAnonymous } from '../auth/guards.ts'
import { authRequest } from '../auth/request-like.ts'
import { ConfigurationError } from '../errors.ts'
import type { MessageStorage } from '../messages/message-storage.ts'
import type { Postern } from '../postern.ts'
import type { Session } from '../sessions/session.ts'
import type { AnonymousUser, User } from '../users/user.ts'
import { type BoundMessage, exchange } from './node-exchange.ts'
import { writeAnswer } from './write-answer.ts'

/** What the middleware puts on `req`. */
export interface PosternProperties<U extends User> {
  readonly user: U | AnonymousUser
  readonly session: Session
  /** The messages for the visitor; looping over them uses them up. */
  readonly messages: MessageStorage
  /** A fresh token for a form's `csrfmiddlewaretoken`. */
  readonly csrfToken: string
}

/** The same behind a guard: the user is somebody. */
export type LoggedInProperties<U extends User> = PosternProperties<U> & { readonly user: U }

/** A handler whose `req` has what `P` says. */
export type ExpressHandler<P> = (req: Request & P, res: Response, next: NextFunction) => unknown

/** Postern for Express. */
export interface ExpressPostern<U extends User> {
  /** Answers Postern's own URLs, and gives every other request its user and session. Comes before the routes. */
  readonly middleware: RequestHandler
  /** Lets only the logged in reach a handler, and types its `req.user`; without a handler, a middleware. */
  readonly loginRequired: {
    (handler: ExpressHandler<LoggedInProperties<U>>, options?: LoginRequiredOptions): RequestHandler
    (options?: LoginRequiredOptions): RequestHandler
  }
  /** Types `req.user` and `req.session` in a handler that the anonymous may reach too. */
  readonly withUser: (handler: ExpressHandler<PosternProperties<U>>) => RequestHandler
  /** The request as Postern sees it. @throws {TypeError} when it never passed the middleware */
  readonly request: (req: Request) => AuthRequest<U>
}

/** How Postern behaves on Express. */
export interface ExpressOptions {
  /** Puts everything under one property of `req`, where `req.user` and `req.session` belong to somebody else already. @default none */
  readonly property?: string
  /**
   * Told of what a store did after a handler had begun its answer, so that the client got a 5xx instead; too late for
   * Express's own error handling. @default writes it to stderr
   */
  readonly onError?: (error: unknown, req: Request) => void
}

const NAMES = ['user', 'session', 'messages', 'csrfToken'] as const
const OURS: unique symbol = Symbol.for('postern.properties') as never

/**
 * Postern for Express.
 * @example const { middleware, loginRequired } = postern(auth); app.use(middleware)
 */
export function postern<U extends User>(auth: Postern<U>, options: ExpressOptions = {}): ExpressPostern<U> {
  const { property, onError = (error) => process.stderr.write(`${inspect(error)}\n`) } = options

  const middleware: RequestHandler = (req, res, next) => {
    const bound = req as unknown as BoundMessage<U>
    const goOn = (request: AuthRequest<U>): void => {
      if (property === undefined) showProperties(req)
      else (req as unknown as Record<string, unknown>)[property] = request
      next()
    }
    try {
      exchange(auth, bound, res, goOn, next, (error) => onError(error, req))
    } catch (error) {
      next(error)
    }
  }

  function loginRequired(first?: unknown, second?: LoginRequiredOptions): RequestHandler {
    const handler = typeof first === 'function' ? (first as RequestHandler) : undefined
    const guard = (handler === undefined ? (first as LoginRequiredOptions | undefined) : second) ?? {}
    return (req, res, next) => {
      const refusal = refuseAnonymous(authRequest<U>(req, 'loginRequired'), guard)
      if (refusal !== null) writeAnswer(res, refusal)
      else if (handler === undefined) next()
      else return handler(req, res, next)
      return undefined
    }
  }

  return {
    middleware,
    loginRequired,
    withUser: (handler) => handler as unknown as RequestHandler,
    request: (req) => authRequest<U>(req, 'request'),
  }
}

/** Getters on the application's own prototype of `req`: put there once, they cost a request nothing. */
function showProperties(req: Request): void {
  if ((req as { [OURS]?: true })[OURS] === true) return
  for (const name of NAMES) {
    if (name in req) {
      throw new ConfigurationError(
        `req.${name} belongs to somebody else already (Passport, express-session?). Use postern(auth, { property: 'auth' }) and req.auth.${name}.`,
      )
    }
  }
  const prototype: object = Object.getPrototypeOf(req)
  for (const name of NAMES) {
    Object.defineProperty(prototype, name, {
      configurable: true,
      get(this: { [REQUEST]?: AuthRequest }) {
        return this[REQUEST]?.[name]
      },
    })
  }
  Object.defineProperty(prototype, OURS, { value: true })
}
