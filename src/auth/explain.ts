/**
 * Why somebody is signed in, or is not: for the answers that refuse them in development, and for logs. It tells what was
 * found out when the request came in, also where the session was ended for it. No key, hash or token is ever in it.
 */
import type { SessionPayload } from '../django/session-payload.ts'
import { PosternError } from '../errors.ts'
import type { User } from '../users/user.ts'
import type { AuthContext } from './auth-context.ts'
import type { AuthRequest } from './auth-request.ts'
import { cookieTrouble } from './cookie-trouble.ts'
import { type ExplanationReason, WORDS } from './explanation-words.ts'
import type { Absence } from './get-user.ts'
import { authRequest, type RequestLike } from './request-like.ts'

/** What `explain` says; for developers and logs, since it names users. */
export interface Explanation {
  readonly signedIn: boolean
  /** A stable word. */
  readonly reason: ExplanationReason
  /** The same as a sentence. */
  readonly message: string
  /** What to do about it, where something can be done. */
  readonly cure?: string
  /** What the sentence is made of: ids, names, times (ISO 8601). */
  readonly details: Readonly<Record<string, string | number>>
}

/** What a reason is told with. */
type Details = Explanation['details']

/**
 * Why the request's visitor is signed in or not. Asking makes the answer private, as asking for the user does.
 * In development, and for a user who was refused, it may ask the store once more.
 * @throws {StoreUnavailable} when that question gets no answer
 * @throws {SessionClosed} when the answer has begun and nobody had asked for the user before
 * @example if (!request.user.isAuthenticated) log.info((await explain(request)).message)
 */
export async function explain<U extends User = User>(request: RequestLike<U>): Promise<Explanation> {
  const asked = authRequest<U>(request, 'explain')
  asked.used()
  const { reason, details } = finding(asked)
  if (reason === 'unknown_session' && asked.context.development) return explainUnknown(asked)
  if (reason === 'user_refused') return explainRefused(asked, details)
  return explanation(reason, details)
}

/** What an answer tells of it, in development. @internal */
export function toldOf({ reason, message, cure }: Explanation): Omit<Explanation, 'signedIn' | 'details'> {
  return { reason, message, ...(cure === undefined ? {} : { cure }) }
}

/** The same from what is known without a question: an unknown session may have expired, a refused user may be gone. @internal */
export function toldAtOnce<U extends User>(request: AuthRequest<U>): ReturnType<typeof toldOf> {
  const { reason, details } = finding(request)
  return toldOf(explanation(reason, details))
}

function finding<U extends User>(request: AuthRequest<U>): { reason: ExplanationReason; details: Details } {
  const { failure, context, sessionCookie } = request
  if (failure !== undefined) return { reason: 'store_unavailable', details: { error: nameOf(failure) } }
  const user = request.quietUser()
  if (user.isAuthenticated)
    return { reason: 'signed_in', details: { userId: String(user.id), username: user.username } }
  const { identity } = request
  const cookieName = context.sessionCookieName
  if (sessionCookie === undefined) return { reason: 'no_cookie', details: { cookieName, ...cookieTrouble(request) } }
  if (context.sessions.keyOf(sessionCookie) === null) {
    return { reason: 'malformed_cookie', details: { cookieName, length: sessionCookie.length } }
  }
  if (identity === undefined) return { reason: 'signed_out', details: {} }
  const { absence = 'unknown_session', payload = null } = identity
  if (absence === 'unknown_session') return { reason: absence, details: { cookieName } }
  return { reason: absence, details: ofSession(context, absence, payload) }
}

/** Of a session that names nobody who may come in. */
function ofSession(context: AuthContext, absence: Absence, payload: SessionPayload | null): Details {
  if (payload?.userId === undefined) return {}
  const { userId, backend = '', started } = payload
  if (absence === 'unknown_backend')
    return { userId, backend, backends: context.backends.map(({ path }) => path).join(', ') }
  if (absence !== 'absolute_age') return { userId, backend }
  const { absoluteAge } = context.sessions.ages
  return { userId, absoluteAge, ...(started === undefined ? {} : { startedAt: isoTime(started * 1000) }) }
}

/** What the store would have said before the session's end: it keeps expired ones until they are cleared away. */
async function explainUnknown<U extends User>({ context, sessionCookie = '' }: AuthRequest<U>): Promise<Explanation> {
  const { store, storedKey, payloads, ages, now } = context.sessions
  const expired = await store.load(storedKey(sessionCookie), 0)
  if (expired === null) return explanation('unknown_session', { cookieName: context.sessionCookieName })
  const { userId = '', started } = payloads.decode(expired.data) ?? {}
  const tooOld = started !== undefined && now() >= (started + ages.absoluteAge) * 1000
  const details = { userId, expiredAt: isoTime(expired.expires) }
  return tooOld
    ? explanation('absolute_age', { ...details, absoluteAge: ages.absoluteAge, startedAt: isoTime(started * 1000) })
    : explanation('expired', { ...details, cookieAge: ages.cookieAge })
}

async function explainRefused<U extends User>({ context }: AuthRequest<U>, details: Details): Promise<Explanation> {
  const user = await context.users.findById(String(details.userId))
  if (user === null) return explanation('user_gone', details)
  return explanation(user.isActive ? 'user_refused' : 'user_inactive', { ...details, username: user.username })
}

function explanation(reason: ExplanationReason, details: Details): Explanation {
  const { message, cure } = WORDS[reason](details)
  return { signedIn: reason === 'signed_in', reason, message, ...(cure === undefined ? {} : { cure }), details }
}

/** A driver's own text may have an address or a password in it. */
function nameOf(failure: Error): string {
  return failure instanceof PosternError ? failure.message : failure.name
}

function isoTime(time: number): string {
  return Number.isFinite(time) && Math.abs(time) < 8.64e15 ? new Date(time).toISOString() : String(time)
}
