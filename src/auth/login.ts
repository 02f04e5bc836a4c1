/** Signing in. Mirrors `login` (django/contrib/auth/__init__.py, 5.2). */
import { SESSION_BACKEND, SESSION_HASH, SESSION_STARTED, SESSION_USER_ID } from '../django/auth-keys.ts'
import { sessionAuthHash } from '../django/session-auth-hash.ts'
import { constantTimeEqual } from '../kernel/bytes.ts'
import type { Session } from '../sessions/session.ts'
import type { User } from '../users/user.ts'
import type { AuthContext } from './auth-context.ts'
import { backendOf } from './authenticate.ts'
import { refuseForeignLogin } from './csrf-evidence.ts'
import { deviceCookie } from './known-device.ts'
import { authRequest, type RequestLike } from './request-like.ts'
import { carriedEpoch, hasEnded } from './session-epoch.ts'

/**
 * Makes this user the one the visitor is signed in as, under a new session key. What an anonymous visitor had in the
 * session stays; another user's session is ended.
 * @param options.backend the path of the backend that vouches, where several are set up and `authenticate` was not asked
 * The session is stored when the answer begins, and only then is the login an event.
 * @throws {StoreUnavailable} when the store does not answer; nobody is signed in then
 * @throws {PermissionDenied} when another site's page sent the request to a route that nobody checked
 * @example const user = await authenticate(request, credentials); if (user) await login(request, user)
 */
export async function login<U extends User>(
  request: RequestLike<U>,
  user: U,
  options: { readonly backend?: string } = {},
): Promise<void> {
  const asked = authRequest<U>(request, 'login')
  refuseForeignLogin(asked)
  const { context, session } = asked
  const backend = chooseBackend(context, user, options.backend)
  const hash = sessionAuthHash(user.password, context.secretKey)
  const now = context.sessions.now()

  // First what may fail: a session that names the user is not left behind by a login that did not succeed.
  await context.users.update(String(user.id), { lastLogin: now })
  const isProof = asked.user !== user
  if (belongsToAnother(session, user, hash) || (isProof && (await hasEnded(context.sessions.store, session)))) {
    await session.flush()
    asked.messages.forget({ added: false })
  }
  // The session's own user is no new proof of who this is: such a login must not outlive a logout in another tab.
  if (!isProof) session.cycleKey()
  else {
    const carry = await carriedEpoch(context.sessions.store, String(user.id))
    session.beginLogin()
    carry(session)
  }
  session.set(SESSION_USER_ID, String(user.id))
  session.set(SESSION_BACKEND, backend)
  session.set(SESSION_HASH, hash)
  session.set(SESSION_STARTED, Math.floor(now / 1000))
  asked.become(user)
  asked.csrfSecret.rotate()
  // What could not be stored was no login.
  session.onceStored(() => {
    asked.deviceDue = deviceCookie(asked, user)
    context.announce('user_logged_in', { user, session: session.publicId, backend, incoming: asked.incoming })
  })
}

function belongsToAnother(session: Session, user: User, hash: string): boolean {
  if (!session.has(SESSION_USER_ID)) return false
  return session.get(SESSION_USER_ID) !== String(user.id) || !constantTimeEqual(String(session.get(SESSION_HASH)), hash)
}

function chooseBackend(context: AuthContext, user: User, given: string | undefined): string {
  if (given !== undefined && typeof given !== 'string') {
    throw new TypeError(`login(): backend is the path of a backend, such as '${context.backends[0].path}'.`)
  }
  const path = given ?? backendOf(user)
  if (path !== undefined) return path
  if (context.backends.length === 1) return context.backends[0].path
  throw new TypeError(
    'login(): several backends are set up; say which one vouches, as in login(request, user, { backend: ' +
      `'${context.backends[0].path}' }), or take the user from authenticate().`,
  )
}
