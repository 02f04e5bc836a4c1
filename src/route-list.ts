/** Routes that a setting names, written as in `path()`, for which a rule does not hold. */
import type { AuthRequest } from './auth/auth-request.ts'
import { decodePath, encodePath } from './kernel/url-path.ts'
import { path, UrlPatterns } from './kernel/urls.ts'
import type { User } from './users/user.ts'

/** `.` and `..` on their way, also with the slash that only some servers take for one. */
const DOTS = /(?:^|[/\\])\.{1,2}(?:[/\\]|$)/

export class RouteList {
  readonly #patterns: UrlPatterns<true>

  /** @throws {ConfigurationError} when a route cannot be understood */
  constructor(routes: readonly string[]) {
    this.#patterns = new UrlPatterns(routes.map((route) => path(route, true)))
  }

  /** A path that is written in an odd way (`%2F`, `%68`, `/a/../b`) may be another route to the application than it is here. */
  has<U extends User>({ path: pathname, incoming: { prefix } }: AuthRequest<U>): boolean {
    return this.hasPath(pathname.startsWith(prefix) ? pathname.slice(prefix.length) : pathname)
  }
  hasPath(pathname: string): boolean {
    if (pathname.includes('%') && encodePath(decodePath(pathname)) !== pathname) return false
    if (pathname.includes('.') && DOTS.test(pathname)) return false
    return this.#patterns.match(pathname) !== undefined
  }
}
