/** Postern on plain node:http. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AuthRequest } from '../auth/auth-request.ts'
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
import type { Answer } from '../kernel/answer.ts'
import type { Postern } from '../postern.ts'
import type { User } from '../users/user.ts'
import { exchange } from './node-exchange.ts'
import { permissionRefusal } from './permission-refusal.ts'
import { reporter } from './reporter.ts'
import { writeAnswer } from './write-answer.ts'

/** A handler of node:http that also gets the request as Postern sees it. */
export type NodeHandler<R> = (req: IncomingMessage, res: ServerResponse, request: R) => unknown

/** Postern for node:http. */
export interface NodePostern<U extends User> {
  /**
   * Puts Postern in front of a handler: its own URLs are answered, everything else goes on with `request.user` and
   * `request.session`.
   */
  readonly handler: (handle: NodeHandler<AuthRequest<U>>) => (req: IncomingMessage, res: ServerResponse) => void
  /** Lets only the logged in reach a handler; the others are sent to the login page. */
  readonly loginRequired: (
    handle: NodeHandler<LoggedInRequest<U>>,
    options?: LoginRequiredOptions,
  ) => NodeHandler<AuthRequest<U>>
  /** Lets only those reach a handler who have shown who they are at most so many seconds ago; the others are asked for their password. */
  readonly requireFresh: (
    seconds: number,
    handle: NodeHandler<LoggedInRequest<U>>,
    options?: RequireFreshOptions,
  ) => NodeHandler<AuthRequest<U>>
  /** Lets only the logged in with a permission, or all of several, reach a handler. */
  readonly permissionRequired: (
    permission: RequiredPermissions,
    handle: NodeHandler<LoggedInRequest<U>>,
    options?: PermissionRequiredOptions,
  ) => NodeHandler<AuthRequest<U>>
}

/** How Postern behaves on node:http. */
export interface NodeOptions {
  /** Told of what a handler threw and of what a store did, where the client was answered with a 5xx. @default writes it to stderr */
  readonly onError?: (error: unknown, req: IncomingMessage) => void
}

/**
 * Postern for node:http.
 * @example const { handler, loginRequired } = postern(auth); createServer(handler((req, res, request) => res.end(`${request.user}`)))
 */
export function postern<U extends User>(auth: Postern<U>, options: NodeOptions = {}): NodePostern<U> {
  const report = reporter(options.onError)

  function fail(error: unknown, req: IncomingMessage, res: ServerResponse, request: AuthRequest<U> | undefined): void {
    const refusal = request === undefined ? undefined : auth.refuse(request, error)
    // A whole answer is on its way; half of one is cut off, so that nobody takes it for whole.
    if (res.headersSent) {
      if (!res.writableEnded) res.destroy()
    } else {
      answerInstead(
        res,
        refusal ??
          (request && auth.mistake(request, error)) ?? {
            status: 500,
            headers: [['Content-Type', 'text/plain']],
            body: 'Internal Server Error',
          },
      )
    }
    // The client comes first: a logger may take its time.
    if (refusal === undefined || refusal.status >= 500) report(error, req)
  }

  /** @param caller whose guard it is @param refuse what it answers to whom it does not let in */
  function guarded(
    caller: string,
    handle: NodeHandler<LoggedInRequest<U>>,
    refuse: (request: AuthRequest<U>) => Answer | null | Promise<Answer>,
  ): NodeHandler<AuthRequest<U>> {
    return (req, res, request) => {
      const own = ownOf(request, req, caller)
      const refusal = refuse(own)
      if (refusal === null) return handle(req, res, own as LoggedInRequest<U>)
      if (refusal instanceof Promise) return refusal.then((answer) => writeAnswer(res, answer))
      return writeAnswer(res, refusal)
    }
  }

  /** Within another Postern's handler the request is that one's. */
  function ownOf(request: AuthRequest<U>, req: IncomingMessage, caller: string): AuthRequest<U> {
    return request.context === auth ? request : ownRequest<U>(req, auth, caller)
  }

  return {
    handler: (handle) => (req, res) => {
      let known: AuthRequest<U> | undefined
      const goOn = (request: AuthRequest<U>): void => {
        known = request
        try {
          const result = handle(req, res, request)
          if (result instanceof Promise) result.catch((error) => fail(error, req, res, request))
        } catch (error) {
          fail(error, req, res, request)
        }
      }
      exchange(
        auth,
        req,
        res,
        goOn,
        (error, request) => fail(error, req, res, known ?? request),
        (error) => report(error, req),
      )
    },
    loginRequired: (handle, options = {}) =>
      guarded('loginRequired', handle, (request) => refuseAnonymous(request, options)),
    requireFresh: (seconds, handle, options = {}) => {
      checkSeconds(seconds)
      return guarded('requireFresh', handle, (request) => refuseStale(request, seconds, options))
    },
    permissionRequired: (permission, handle, guard = {}) => {
      const permissions = permissionList(permission)
      return async (req, res, request) => {
        // Caught here: who calls this may not wait for it, and a store that is away must not end the process.
        try {
          const own = ownOf(request, req, 'permissionRequired')
          const refusal = await permissionRefusal(auth, own, permissions, guard)
          if (refusal === null) await handle(req, res, own as LoggedInRequest<U>)
          else writeAnswer(res, refusal)
        } catch (error) {
          fail(error, req, res, request)
        }
      }
    },
  }
}

/** Drops what the handler had prepared: a failed answer sets no cookie and leads nowhere. */
function answerInstead(res: ServerResponse, answer: Answer): void {
  for (const name of res.getHeaderNames()) res.removeHeader(name)
  writeAnswer(res, answer)
}
