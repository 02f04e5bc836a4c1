/**
 * Asking again for proof of who is there before something that matters, since a session may be hours old and its device in other
 * hands (ASVS 5.0, 7.5.1 and 7.5.3). Django's nearest is a page of one's own that logs in anew.
 */
import { SESSION_FRESH, SESSION_STARTED } from '../django/auth-keys.ts'
import type { Answer } from '../kernel/answer.ts'
import { wantsJson } from '../kernel/wants-json.ts'
import type { User } from '../users/user.ts'
import type { AuthRequest } from './auth-request.ts'
import { type LoggedInRequest, type LoginRequiredOptions, redirectToLogin, refuseAnonymous } from './guards.ts'
import { authRequest, type RequestLike } from './request-like.ts'
import { updateSessionAuthHash } from './update-session-auth-hash.ts'
import type { View } from './view.ts'

/** Where `requireFresh` sends those whose proof is too old, and the anonymous. */
export interface RequireFreshOptions extends LoginRequiredOptions {
  /** A URL name, a path or a URL. @default 'reauthenticate', the built-in page */
  readonly reauthenticateUrl?: string
}

/** Seconds that the clock of another node may be ahead. */
const SKEW = 60

/**
 * Lets only those reach a view who have shown who they are not long ago: by logging in, or by their password since. The others
 * are asked for it and come back; the anonymous are sent to the login page.
 * @param seconds how old the proof may be
 * @throws {TypeError} for seconds that are none
 * @example path('email/', requireFresh(600, changeEmail))
 */
export function requireFresh<U extends User = User>(
  seconds: number,
  view: (request: LoggedInRequest<U>, params: Readonly<Record<string, string>>) => ReturnType<View<U>>,
  options: RequireFreshOptions = {},
): View<U> {
  checkSeconds(seconds)
  const guarded: View<U> = (request, params) =>
    refuseStale(request, seconds, options) ?? view(request as LoggedInRequest<U>, params)
  // What a view says of itself (csrfExempt) holds behind a guard too.
  return Object.assign(guarded, view)
}

/** @throws {TypeError} */
export function checkSeconds(seconds: number): void {
  if (typeof seconds === 'number' && seconds > 0) return
  throw new TypeError(`requireFresh() needs seconds above 0, as in requireFresh(600, view); it got ${String(seconds)}.`)
}

/** What those get from `requireFresh` who are not let in; null for somebody whose proof is fresh. */
export function refuseStale<U extends User>(
  request: AuthRequest<U>,
  seconds: number,
  options: RequireFreshOptions,
): Answer | Promise<Answer> | null {
  const anonymous = refuseAnonymous(request, options)
  if (anonymous !== null) return anonymous
  if (isFresh(request, seconds)) return null
  const { context, incoming } = request
  const to = context.resolveUrl(options.reauthenticateUrl ?? 'reauthenticate', incoming.prefix)
  return wantsJson(incoming) ? reauthenticationRequired(to) : redirectToLogin(request, { ...options, loginUrl: to })
}

/** A program that followed the redirect would take the page for an answer. */
function reauthenticationRequired(to: string): Answer {
  const error = {
    code: 'reauthentication_required',
    message: 'Confirm with your password that it is still you.',
    cure: `Post the password to ${to}, as JSON or as a form, and send this request again.`,
  }
  return { status: 403, headers: [['Content-Type', 'application/json']], body: JSON.stringify({ error }) }
}

/**
 * Whether the visitor has shown who they are, by a login or since, at most so long ago. A session that Django made does not say
 * when, and is not fresh.
 * @throws {StoreUnavailable} when the store did not say
 */
export function isFresh<U extends User = User>(request: RequestLike<U>, seconds: number): boolean {
  const { context, session, user } = authRequest<U>(request, 'isFresh')
  if (!user.isAuthenticated) return false
  const now = context.sessions.now() / 1000
  return [SESSION_STARTED, SESSION_FRESH].some((key) => {
    const at = session.get(key)
    return typeof at === 'number' && at > now - seconds && at <= now + SKEW
  })
}

/**
 * Notes that the logged-in user has just shown who they are, by whatever means: the session gets a new key, and the old one is
 * worth nothing from then on (ASVS 5.0, 7.2.4).
 * @param user the same, as the store has them now; `authenticate` gives them
 * @throws {TypeError} for anybody else than the request's own user
 * @example if ((await authenticate(request, credentials))?.id === request.user.id) reauthenticated(request, request.user)
 */
export function reauthenticated<U extends User>(request: RequestLike<U>, user: U): void {
  const asked = authRequest<U>(request, 'reauthenticated')
  if (!asked.user.isAuthenticated || asked.user.id !== user.id) {
    throw new TypeError('reauthenticated(): this is not the user who is logged in; log them in with login().')
  }
  updateSessionAuthHash(asked, user)
  asked.session.set(SESSION_FRESH, Math.floor(asked.context.sessions.now() / 1000))
  asked.csrfSecret.rotate()
  asked.context.announce('user_reauthenticated', { user, incoming: asked.incoming })
}
