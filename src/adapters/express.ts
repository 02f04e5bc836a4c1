/** Postern on Express 5. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { NextFunction, Request, RequestHandler, Response } from 'express'
import { type AuthRequest, REQUEST } from '../auth/auth-request.ts'
import { checkSeconds, type RequireFreshOptions, refuseStale } from '../auth/fresh.ts'
import {
  type LoggedInRequest,
  type LoginRequiredOptions,
  type PermissionRequiredOptions,
  permissionList,
  type RequiredPermissions,
  refuseAnonymous,
} from '../auth/guards.ts'
import { ownRequest } from '../auth/request-like.ts'
import { ConfigurationError } from '../errors.ts'
import type { Answer } from '../kernel/answer.ts'
import type { MessageStorage } from '../messages/message-storage.ts'
import type { Postern } from '../postern.ts'
import type { Session } from '../sessions/session.ts'
import type { AnonymousUser, User } from '../users/user.ts'
import { type BoundMessage, exchange } from './node-exchange.ts'
import { permissionRefusal } from './permission-refusal.ts'
import { reporter } from './reporter.ts'
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
export type ExpressHandler<P, Params = Request['params']> = (
  req: Request<Params> & P,
  res: Response,
  next: NextFunction,
) => unknown

/** A middleware that leaves the types of the handlers behind it alone: they know the parameters of their route. */
export type ExpressMiddleware = (req: IncomingMessage, res: ServerResponse, next: (error?: unknown) => void) => void

/** Postern for Express. `Anyone` and `Somebody`: what a handler's `req` has beside Express's own. */
export interface ExpressPostern<U extends User, Anyone = PosternProperties<U>, Somebody = LoggedInProperties<U>> {
  /** Answers Postern's own URLs, and gives every other request its user and session. Comes before the routes. */
  readonly middleware: ExpressMiddleware
  /**
   * Lets only the logged in reach a handler, and types its `req.user`; without a handler, a middleware.
   * @example app.get('/posts/:id', loginRequired<{ id: string }>((req, res) => { res.send(req.params.id) }))
   */
  readonly loginRequired: {
    <Params = Request['params']>(
      handler: ExpressHandler<Somebody, Params>,
      options?: LoginRequiredOptions,
    ): RequestHandler<Params>
    (options?: LoginRequiredOptions): ExpressMiddleware
  }
  /**
   * Lets only those reach a handler who have shown who they are at most so many seconds ago; without a handler, a middleware.
   * @example app.post('/email', requireFresh(600, (req, res) => { … }))
   */
  readonly requireFresh: {
    <Params = Request['params']>(
      seconds: number,
      handler: ExpressHandler<Somebody, Params>,
      options?: RequireFreshOptions,
    ): RequestHandler<Params>
    (seconds: number, options?: RequireFreshOptions): ExpressMiddleware
  }
  /**
   * Lets only the logged in with a permission, or all of several, reach a handler, and types its `req.user`; without a
   * handler, a middleware.
   * @example app.post('/posts', permissionRequired('blog.add_post', (req, res) => { res.send(req.user.username) }))
   */
  readonly permissionRequired: {
    <Params = Request['params']>(
      permission: RequiredPermissions,
      handler: ExpressHandler<Somebody, Params>,
      options?: PermissionRequiredOptions,
    ): RequestHandler<Params>
    (permission: RequiredPermissions, options?: PermissionRequiredOptions): ExpressMiddleware
  }
  /** Types `req.user` and `req.session` in a handler that the anonymous may reach too. */
  readonly withUser: <Params = Request['params']>(handler: ExpressHandler<Anyone, Params>) => RequestHandler<Params>
  /** The request as Postern sees it. @throws {TypeError} when it never passed the middleware */
  readonly request: (req: IncomingMessage) => AuthRequest<U>
}

/** How Postern behaves on Express. */
export interface ExpressOptions {
  /** Puts everything under one property of `req`, where `req.user` and `req.session` belong to somebody else already. @default none */
  readonly property?: string
  /**
   * Told of what a store did after a handler had begun its answer, so that the client got a 5xx instead; too late for
   * Express's own error handling. @default writes it to stderr
   */
  readonly onError?: (error: unknown, req: IncomingMessage) => void
}

const NAMES = ['user', 'session', 'messages', 'csrfToken'] as const
const OURS: unique symbol = Symbol.for('postern.properties') as never
/** Under this key `req` has the request whose user is `req.user`. */
const SHOWN: unique symbol = Symbol.for('postern.shown') as never

type Showing<U extends User = User> = { [SHOWN]?: AuthRequest<U>; readonly [OURS]?: true }

/**
 * Postern for Express.
 * @example const { middleware, loginRequired } = postern(auth); app.use(middleware)
 */
export function postern<U extends User>(
  auth: Postern<U>,
  options?: ExpressOptions & { readonly property?: never },
): ExpressPostern<U>
export function postern<U extends User, Name extends string>(
  auth: Postern<U>,
  options: ExpressOptions & { readonly property: Name },
): ExpressPostern<U, { readonly [name in Name]: AuthRequest<U> }, { readonly [name in Name]: LoggedInRequest<U> }>
export function postern<U extends User>(
  auth: Postern<U>,
  options: ExpressOptions = {},
): ExpressPostern<U, never, never> {
  const { property } = options
  const report = reporter(options.onError)

  const middleware: ExpressMiddleware = (message, res, next) => {
    const req = message as BoundMessage<U>
    const goOn = (request: AuthRequest<U>): void => {
      if (property === undefined) showProperties(req, request)
      else showUnder(property, req as unknown as Record<string, unknown>, request)
      next()
    }
    try {
      exchange(
        auth,
        req,
        res,
        goOn,
        (error) => next(error),
        (error) => report(error, req),
      )
    } catch (error) {
      next(error)
    }
  }

  /** @param caller whose guard it is @param refuse what it asks of a request, and answers to whom it does not let in */
  function guard<Options extends object>(
    caller: string,
    refuse: (request: AuthRequest<U>, options: Partial<Options>) => Answer | null | Promise<Answer | null>,
    first: unknown,
    second: Options | undefined,
  ): ExpressMiddleware {
    const handler = typeof first === 'function' ? (first as ExpressMiddleware) : undefined
    const options = (handler === undefined ? (first as Options | undefined) : second) ?? {}
    return (req, res, next) => {
      const goOn = (refusal: Answer | null): unknown => {
        if (refusal !== null) return writeAnswer(res, refusal)
        return handler === undefined ? next() : handler(req, res, next)
      }
      const asked = refuse(ownRequest<U>(req, auth, caller), options)
      if (!(asked instanceof Promise)) return goOn(asked)
      asked.then(goOn).catch(next)
      return undefined
    }
  }

  return {
    middleware,
    loginRequired: (first?: unknown, second?: LoginRequiredOptions) =>
      guard('loginRequired', refuseAnonymous<U>, first, second),
    requireFresh: (seconds: number, first?: unknown, second?: RequireFreshOptions) => {
      checkSeconds(seconds)
      return guard('requireFresh', (request, options) => refuseStale(request, seconds, options), first, second)
    },
    permissionRequired: (permission: RequiredPermissions, first?: unknown, second?: PermissionRequiredOptions) => {
      const permissions = permissionList(permission)
      const refuse = (request: AuthRequest<U>, options: PermissionRequiredOptions): Promise<Answer | null> =>
        permissionRefusal(auth, request, permissions, options)
      return guard('permissionRequired', refuse, first, second)
    },
    withUser:
      <Params>(handler: ExpressHandler<never, Params>): RequestHandler<Params> =>
      (req, res, next) => {
        ownRequest<U>(req, auth, 'withUser')
        return (handler as RequestHandler<Params>)(req, res, next)
      },
    request: (req) => ownRequest<U>(req, auth, 'request'),
  }
}

/** Getters on the application's own prototype of `req`: put there once, they cost a request nothing. */
function showProperties<U extends User>(req: IncomingMessage & Showing<U>, request: AuthRequest<U>): void {
  const shown = req[SHOWN]
  if (shown !== undefined && shown.context !== request.context) throw new ConfigurationError(SHOWN_ALREADY)
  if (req[OURS] !== true) define(req)
  req[SHOWN] = request
}

function showUnder<U extends User>(property: string, req: Record<string, unknown>, request: AuthRequest<U>): void {
  const shown = req[property] as { readonly [REQUEST]?: AuthRequest } | null | undefined
  const context = shown?.[REQUEST]?.context
  if (context !== undefined && context !== request.context) throw new ConfigurationError(SHOWN_ALREADY)
  req[property] = request
}

function define(req: IncomingMessage): void {
  for (const name of NAMES) if (name in req) throw taken(name)
  const prototype: object = Object.getPrototypeOf(req)
  // As Express has it. Elsewhere (connect, polka, no framework) the prototype is that of all servers in the process.
  const target = Object.hasOwn(prototype, 'app') ? prototype : req
  for (const name of NAMES) {
    Object.defineProperty(target, name, {
      configurable: true,
      get(this: Showing) {
        return this[SHOWN]?.[name]
      },
      // Without it an assignment would be an error that names nobody, or none at all.
      set() {
        throw taken(name)
      },
    })
  }
  Object.defineProperty(target, OURS, { value: true })
}

const SHOWN_ALREADY =
  "req.user (or the property of that name) is another Postern's already. Give one of them a property of its own, as in " +
  "postern(auth, { property: 'admin' }) and req.admin.user."

function taken(name: string): ConfigurationError {
  return new ConfigurationError(
    `req.${name} belongs to somebody else already (Passport, express-session?). Use postern(auth, { property: 'auth' }) and req.auth.${name}.`,
  )
}
