/**
 * Logs in whom the web server in front has vouched for, and logs out whom it does not vouch for any more. Mirrors
 * `RemoteUserMiddleware` and `PersistentRemoteUserMiddleware` (django/contrib/auth/middleware.py, 5.2).
 */
import { SESSION_BACKEND } from '../django/auth-keys.ts'
import { Overloaded, StoreUnavailable } from '../errors.ts'
import type { IncomingRequest } from '../kernel/incoming-request.ts'
import type { User } from '../users/user.ts'
import type { AuthRequest } from './auth-request.ts'
import { authenticate } from './authenticate.ts'
import { REMOTE_USER } from './backend.ts'
import { login } from './login.ts'
import { logout } from './logout.ts'
import { RemoteUserBackend } from './remote-user-backend.ts'

/** Where the names of remote users come from. */
export type RemoteUserOptions = {
  /** Keeps users logged in where no name comes along: the server vouches at one address, and the session counts at all others. @default false */
  readonly persistent?: boolean
} & (
  | {
      /**
       * The header that your own proxy sets, as it is sent: `x-remote-user`. The proxy must take away what clients send under
       * this name. Believed only with `proxies: 1` or more.
       */
      readonly header: string
      readonly from?: never
    }
  | {
      /** Finds out the name; undefined where nobody is vouched for, and `''` for nobody in particular. */
      readonly from: (incoming: IncomingRequest) => string | undefined
      readonly header?: never
    }
)

export class RemoteUsers {
  readonly #nameOf: (incoming: IncomingRequest) => string | undefined
  readonly #persistent: boolean

  constructor(options: RemoteUserOptions) {
    const { header, from, persistent = false } = options
    this.#nameOf = from ?? nameInHeader(header)
    this.#persistent = persistent
  }

  /** Whether the request acts for somebody without any cookie: then another site's page could make it act. */
  vouchesFor(incoming: IncomingRequest): boolean {
    return Boolean(this.#nameOf(incoming))
  }

  /**
   * Brings the request's user into line with the name that came along; a promise only where there is something to do.
   * @throws {StoreUnavailable} where somebody was to be logged out and still is
   */
  enter<U extends User>(request: AuthRequest<U>): void | Promise<void> {
    // Nobody knows whose session it is: whoever asks for the user is told so.
    if (request.failure !== undefined) return undefined
    const name = this.#nameOf(request.incoming)
    const visitor = request.quietVisitor
    if (name === undefined) {
      const stays = !visitor.isAuthenticated || this.#persistent || remoteBackend(request) === undefined
      return stays ? undefined : logout(request)
    }
    if (!visitor.isAuthenticated) return name === '' ? undefined : signIn(request, name)
    const backend = remoteBackend(request)
    if (visitor.getUsername() === (backend?.cleanUsername(name) ?? name)) return undefined
    return change(request, name, backend !== undefined)
  }
}

/** @param leave the user was vouched for, too, and is not any more (CVE-2014-0482) */
async function change<U extends User>(request: AuthRequest<U>, name: string, leave: boolean): Promise<void> {
  if (leave) await logout(request)
  if (name !== '') await signIn(request, name)
}

async function signIn<U extends User>(request: AuthRequest<U>, name: string): Promise<void> {
  try {
    const user = await authenticate<U>(request, { [REMOTE_USER]: name })
    if (user !== null) await login(request, user)
  } catch (error) {
    // A page that asks for nobody is there all the same.
    if (!(error instanceof StoreUnavailable || error instanceof Overloaded)) throw error
    request.fail(error)
  }
}

/** The backend of the request's session, where it is one of those that believe a server in front. */
function remoteBackend<U extends User>(request: AuthRequest<U>): RemoteUserBackend<U> | undefined {
  const path = request.quietSession().peek(SESSION_BACKEND)
  const backend = request.context.backends.find((candidate) => candidate.path === path)
  return backend instanceof RemoteUserBackend ? backend : undefined
}

/**
 * One header, in the one spelling with dashes: `x_remote_user` is another header, which a proxy that takes away
 * `X-Remote-User` lets pass (CVE-2026-3902). A header that came twice, joined by Node with a comma, is from the proxy and
 * from somebody else, and nobody can say which name is whose: it names nobody.
 */
function nameInHeader(header: string): (incoming: IncomingRequest) => string | undefined {
  const lower = header.toLowerCase()
  return (incoming) => {
    const value = incoming.header(lower)
    return value?.includes(',') === true ? '' : value
  }
}
