/**
 * Who may see a page. Mirrors django/contrib/auth/decorators.py and `redirect_to_login` (django/contrib/auth/views.py, 5.2).
 */
import { PermissionDenied } from '../errors.ts'
import type { Answer } from '../kernel/answer.ts'
import { loginRedirectUrl } from '../kernel/redirects.ts'
import { wantsJson } from '../kernel/wants-json.ts'
import type { AnonymousUser, User } from '../users/user.ts'
import type { AuthRequest } from './auth-request.ts'
import { type Explanation, explain, toldOf } from './explain.ts'
import { type View, type ViewTraits, withTraits } from './view.ts'

/** Where a guard sends those whom it does not let in. */
export interface LoginRequiredOptions {
  /** A URL name, a path or a URL. @default the setting `loginUrl` */
  readonly loginUrl?: string
  /** The query field for the way back; `null` for none. @default 'next' */
  readonly redirectFieldName?: string | null
}

/** As `LoginRequiredOptions`, and what is said to those who may not. */
export interface PermissionRequiredOptions extends LoginRequiredOptions {
  /** Refuses them (403) instead of sending them to the login page, the anonymous too. @default false */
  readonly raiseException?: boolean
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
  return saying(guarded, options, view, { guard: 'login' })
}

/** A view that the anonymous may see where the setting `loginRequiredMiddleware` guards everything. */
export function loginNotRequired<U extends User = User>(view: View<U>): View<U> {
  const open: View<U> = (request, params) => view(request, params)
  return Object.assign(open, view, { loginRequired: false })
}

/**
 * Lets only those users reach a view who have a permission, or all of several; the others, logged in or not, are sent to the
 * login page, as in Django. A program gets 401, or 403 when it is logged in. The anonymous never get through, whatever a
 * backend lets them do; that takes `userPassesTest((user) => user.hasPerm(…), view)`.
 * @param permission `app.codename`
 * @throws {TypeError} for what is neither a permission nor a list of them
 * @example path('new/', permissionRequired('blog.add_post', newPost, { raiseException: true }))
 */
export function permissionRequired<U extends User = User>(
  permission: RequiredPermissions,
  view: (request: LoggedInRequest<U>, params: Readonly<Record<string, string>>) => ReturnType<View<U>>,
  options: PermissionRequiredOptions = {},
): View<U> {
  const permissions = permissionList(permission)
  const guarded: View<U> = async (request, params) =>
    (await refuseUnpermitted(request, permissions, options)) ?? view(request as LoggedInRequest<U>, params)
  return saying(guarded, options, view, { guard: 'test', sendsUsersToLogin: options.raiseException !== true })
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
  const guarded: View<U> = async (request, params) =>
    (await test(request.user)) ? view(request, params) : sendAway(request, options)
  return saying(guarded, options, view, { guard: 'test', sendsUsersToLogin: true })
}

/** What a guard says for `loginRequiredMiddleware` and for checks, and what a view says of itself (csrfExempt), which holds behind a guard too. */
function saying<U extends User>(
  guarded: View<U>,
  options: LoginRequiredOptions,
  view: object,
  more: ViewTraits,
): View<U> {
  const { loginUrl, redirectFieldName } = options
  const leadsTo = loginUrl === undefined ? {} : { loginUrl }
  return Object.assign(guarded, { loginUrl, redirectFieldName }, view, withTraits(view, { ...more, leadsTo }))
}

/** What a guard may ask for: a permission, `app.codename`, or several. */
export type RequiredPermissions = string | readonly string[] | ReadonlySet<string>

/** One permission or several as a list. @throws {TypeError} for neither: it must not come out as no permission at all */
export function permissionList(required: RequiredPermissions): readonly string[] {
  const isList = Array.isArray(required) || required instanceof Set
  const list: readonly unknown[] = isList ? [...required] : [required]
  if (list.every((one) => typeof one === 'string')) return list
  throw new TypeError("A permission is required by its name, app.codename, or several in a list: ['blog.add_post', …].")
}

/**
 * The answer to those who are not logged in, or lack one of the permissions; null for who has them all.
 * @throws {PermissionDenied} for those who are refused and not sent to the login page
 */
export async function refuseUnpermitted<U extends User>(
  request: AuthRequest<U>,
  permissions: readonly string[],
  options: PermissionRequiredOptions,
): Promise<Answer | null> {
  const { user } = request
  if (user.isAuthenticated && (await user.hasPerms(permissions))) return null
  if (options.raiseException === true) throw new PermissionDenied()
  return sendAway(request, options)
}

/** To the login page, whoever it is; a program is told what is the matter. @throws {PermissionDenied} for a program that is logged in */
function sendAway<U extends User>(request: AuthRequest<U>, options: LoginRequiredOptions): Answer | Promise<Answer> {
  const { user, incoming } = request
  if (user.isAuthenticated && wantsJson(incoming)) throw new PermissionDenied()
  return user.isAuthenticated ? redirectToLogin(request, options) : askToLogIn(request, options)
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
