/**
 * Who may see a page. Mirrors `login_required` and `redirect_to_login` (django/contrib/auth/decorators.py and
 * views.py, 5.2).
 */
import { PermissionDenied } from '../errors.ts'
import type { Answer } from '../kernel/answer.ts'
import { loginRedirectUrl } from '../kernel/redirects.ts'
import { wantsJson } from '../kernel/wants-json.ts'
import type { AnonymousUser, User } from '../users/user.ts'
import type { AuthRequest } from './auth-request.ts'
import { type Explanation, explain, toldOf } from './explain.ts'
import { type View, type ViewAnswer, withTraits } from './view.ts'

/** Where a guard sends those whom it does not let in. */
export interface LoginRequiredOptions {
  /** A URL name, a path or a URL. @default the setting `loginUrl` */
  readonly loginUrl?: string
  /** The query field for the way back; `null` for none. @default 'next' */
  readonly redirectFieldName?: string | null
}

/** A request whose user is known to be somebody. */
export type LoggedInRequest<U extends User = User> = AuthRequest<U> & { readonly user: U }

/**
 * Lets only the logged in reach a view; the anonymous are sent to the login page, with the way back as `next`.
 * @example path('dashboard/', loginRequired((request) => text(`Hello ${request.user.username}`)))
 */
export function loginRequired<U extends User = User>(
  view: (request: LoggedInRequest<U>, params: Readonly<Record<string, string>>) => ReturnType<View<U>>,
  options: LoginRequiredOptions = {},
): View<U> {
  const guarded: View<U> = (request, params) =>
    refuseAnonymous(request, options) ?? view(request as LoggedInRequest<U>, params)
  // What a view says of itself (csrfExempt) holds behind a guard too.
  return Object.assign(guarded, view, withTraits(view, { guard: 'login', leadsTo: loginTarget(options) }))
}

/**
 * Lets only those users reach a view who pass a test; the others, logged in or not, are sent to the login page. A program gets
 * 401, or 403 when it is logged in.
 * Mirrors `user_passes_test` (django/contrib/auth/decorators.py, 5.2).
 * @example path('beta/', userPassesTest((user) => user.isStaff, beta))
 */
export function userPassesTest<U extends User = User>(
  test: (user: U | AnonymousUser) => boolean | Promise<boolean>,
  view: View<U>,
  options: LoginRequiredOptions = {},
): View<U> {
  const guarded = async (request: AuthRequest<U>, params: Readonly<Record<string, string>>): Promise<ViewAnswer> => {
    if (await test(request.user)) return view(request, params)
    const { user, incoming } = request
    if (user.isAuthenticated && wantsJson(incoming)) throw new PermissionDenied()
    return user.isAuthenticated ? redirectToLogin(request, options) : askToLogIn(request, options)
  }
  const traits = { guard: 'test', sendsUsersToLogin: true, leadsTo: loginTarget(options) } as const
  return Object.assign(guarded, view, withTraits(view, traits))
}

function loginTarget({ loginUrl }: LoginRequiredOptions): Readonly<Record<string, string>> {
  return loginUrl === undefined ? {} : { loginUrl }
}

/** The redirect to the login page for an anonymous request, 401 for a program; null for a logged-in one. */
export function refuseAnonymous<U extends User>(
  request: AuthRequest<U>,
  options: LoginRequiredOptions,
): Answer | Promise<Answer> | null {
  return request.user.isAuthenticated ? null : askToLogIn(request, options)
}

/** What the anonymous get from a guard: the redirect to the login page, 401 for a program; in development that says why. */
export function askToLogIn<U extends User>(
  request: AuthRequest<U>,
  options: LoginRequiredOptions,
): Answer | Promise<Answer> {
  if (!wantsJson(request.incoming)) return redirectToLogin(request, options)
  return request.context.development ? explain(request).then(unauthorized) : unauthorized()
}

/** A program would follow the redirect and take the login page for an answer. */
function unauthorized(why?: Explanation): Answer {
  const error = {
    code: 'login_required',
    message: 'Log in first.',
    cure: 'Send the session cookie along (fetch: credentials), and log in again if the session has ended.',
    check: 'postern.E401',
    ...(why === undefined ? {} : { explanation: toldOf(why) }),
  }
  return { status: 401, headers: [['Content-Type', 'application/json']], body: JSON.stringify({ error }) }
}

/**
 * A redirect to the login page, with the way back in the query.
 * Mirrors `redirect_to_login` and `AccessMixin.handle_no_permission` (5.2).
 */
export function redirectToLogin<U extends User>(request: AuthRequest<U>, options: LoginRequiredOptions = {}): Answer {
  const { context, incoming } = request
  const loginUrl = context.resolveUrl(options.loginUrl ?? context.loginUrl, incoming.prefix)
  const field = options.redirectFieldName === undefined ? 'next' : options.redirectFieldName
  const next = isOwn(loginUrl, request) ? incoming.url : `${incoming.scheme}://${incoming.host}${incoming.url}`
  return { status: 302, headers: [['Location', loginRedirectUrl(next, loginUrl, field)]] }
}

/** Another site's login page needs to be told the whole address to come back to. */
function isOwn<U extends User>(loginUrl: string, request: AuthRequest<U>): boolean {
  const parts = /^(?:([^:/?#]+):)?(?:\/\/([^/?#]*))?/.exec(loginUrl)
  const scheme = parts?.[1]
  const host = parts?.[2]
  return (
    (scheme === undefined || scheme === request.incoming.scheme) &&
    (host === undefined || host === request.incoming.host)
  )
}
