/**
 * What a request must pass, where the settings say so, before any view or route: whom the server in front vouches for is
 * logged in, and the anonymous are sent to log in. Mirrors `RemoteUserMiddleware` and `LoginRequiredMiddleware`
 * (django/contrib/auth/middleware.py, 5.2).
 */
import type { AuthRequest } from './auth/auth-request.ts'
import type { Backend } from './auth/backend.ts'
import { type LoginRequiredOptions, refuseAnonymous } from './auth/guards.ts'
import type { RemoteUsers } from './auth/remote-user.ts'
import { RemoteUserBackend } from './auth/remote-user-backend.ts'
import type { View } from './auth/view.ts'
import { ConfigurationError } from './errors.ts'
import type { Answer } from './kernel/answer.ts'
import type { PosternOptions } from './options.ts'
import { RouteList } from './route-list.ts'
import type { SiteUrls } from './site-urls.ts'
import type { User } from './users/user.ts'

export class Entrance {
  readonly #remoteUsers: RemoteUsers | undefined
  readonly #open: RouteList | undefined

  /**
   * @param remoteUsers undefined where nobody is vouched for
   * @param open the routes that the anonymous may see; undefined where they may see everything
   */
  constructor(remoteUsers: RemoteUsers | undefined, open: RouteList | undefined) {
    this.#remoteUsers = remoteUsers
    this.#open = open
  }

  /** @param view Postern's own view for the request, if there is one. @returns the refusal, or null to go on */
  pass<U extends User>(request: AuthRequest<U>, view: View<U> | undefined): Answer | null | Promise<Answer | null> {
    const entering = this.#remoteUsers?.enter(request)
    return entering === undefined ? this.#barred(request, view) : entering.then(() => this.#barred(request, view))
  }

  /** Whether the anonymous may see a page. @param view Postern's own view for the path, if there is one */
  isOpen<U extends User>(pathname: string, view: View<U> | undefined): boolean {
    return this.#open === undefined || view?.loginRequired === false || this.#open.hasPath(pathname)
  }

  #barred<U extends User>(request: AuthRequest<U>, view: View<U> | undefined): Answer | null | Promise<Answer> {
    if (this.#open === undefined || view?.loginRequired === false || this.#open.has(request)) return null
    return refuseAnonymous(request, optionsOf(view))
  }
}

function optionsOf<U extends User>(view: View<U> | undefined): LoginRequiredOptions {
  if (view === undefined) return {}
  const { loginUrl, redirectFieldName } = view
  return {
    ...(loginUrl === undefined ? {} : { loginUrl }),
    ...(redirectFieldName === undefined ? {} : { redirectFieldName }),
  }
}

/**
 * What the settings ask for, undefined where they ask for nothing.
 * @throws {ConfigurationError} where nobody believes the names that `remoteUser` finds
 */
export function entranceOf<U extends User>(
  { loginRequiredMiddleware: rule = false }: PosternOptions<U>,
  remoteUsers: RemoteUsers | undefined,
  backends: readonly Backend<U>[],
): Entrance | undefined {
  if (remoteUsers !== undefined && !backends.some((backend) => backend instanceof RemoteUserBackend)) {
    throw new ConfigurationError(
      'remoteUser names people whom no backend believes. Add one: backends: [(context) => new RemoteUserBackend(context), …].',
    )
  }
  const open = rule === false ? undefined : new RouteList(rule === true ? [] : rule.except)
  return remoteUsers === undefined && open === undefined ? undefined : new Entrance(remoteUsers, open)
}

/**
 * Who is sent to a login page that needs a login is sent in a circle.
 * @param warn told of a page that is none of Postern's own: where it is mounted nobody knows at start
 * @throws {ConfigurationError} for a page of Postern's own
 */
export function checkLoginPage<U extends User>(
  entrance: Entrance | undefined,
  urls: SiteUrls<U>,
  loginUrl: string,
  warn: (message: string) => void,
): void {
  const pathname = urls.resolve(loginUrl, '').replace(/[?#].*$/s, '')
  if (entrance === undefined || !/^\/(?!\/)/.test(pathname)) return
  const view = urls.match(pathname, '')?.view
  if (entrance.isOpen(pathname, view)) return
  const problem = `loginRequiredMiddleware guards the login page ${pathname}, too, and sends the anonymous in a circle.`
  if (view !== undefined) throw new ConfigurationError(`${problem} Wrap its view: loginNotRequired(view).`)
  warn(`${problem} Name its route: loginRequiredMiddleware: { except: ['${pathname.slice(1)}'] }.`)
}
