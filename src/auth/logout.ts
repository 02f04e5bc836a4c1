/**
 * Signing out, all of it. Mirrors `logout` (django/contrib/auth/__init__.py, 5.2), but the event follows the deletion
 * instead of announcing it.
 */
import { AnonymousUser, type User } from '../users/user.ts'
import { afterLogout } from './after-logout.ts'
import type { AuthRequest } from './auth-request.ts'
import { endSessions } from './end-sessions.ts'
import { authRequest, type RequestLike } from './request-like.ts'

/** Which sessions of the visitor a logout ends: this one, all others and not this one, or all of them. */
export type LogoutScope = 'this' | 'others' | 'everywhere'

/** What `logout` takes besides the request. */
export interface LogoutOptions {
  /** @default 'this' */
  readonly scope?: LogoutScope
}

const SCOPES: readonly unknown[] = ['this', 'others', 'everywhere'] satisfies LogoutScope[]

/**
 * Ends the visitor's session: when this resolves it is gone from the store, every node refuses it, and the answer
 * deletes the cookie. Logging out somebody who is not logged in is no error.
 * @param options.scope `others` ends the user's sessions on other devices and leaves this one, `everywhere` ends this one, too
 * @throws {StoreUnavailable} when the store did not confirm: the visitor is still signed in, and the answer must say so (503)
 * @throws {ConfigurationError} for others than this one where the store knows no user's sessions
 * @throws {TypeError} without a request, or with one that never passed the middleware
 * @example await logout(request); return redirect('login')
 */
export function logout<U extends User = User>(request: RequestLike<U>, options: LogoutOptions = {}): Promise<void> {
  let asked: AuthRequest<U>
  try {
    asked = authRequest<U>(request, 'logout')
    checkScope(options.scope)
  } catch (error) {
    return Promise.reject(error)
  }
  const done = signOut(asked, options.scope ?? 'this')
  // Where nobody awaits this the answer waits, and tells what became of it; the rejection must not end the process then.
  done.catch(() => {})
  return done
}

async function signOut<U extends User>(asked: AuthRequest<U>, scope: LogoutScope): Promise<void> {
  // Before anything can fail: from here on the answer has to say what became of it.
  asked.isLeaving = true
  asked.changed()
  // The others first: where that fails this one is still there, to try again from.
  if (scope !== 'this') await endOthers(asked)
  if (scope === 'others') return
  const user = asked.user.isAuthenticated ? asked.user : null
  const { publicId } = asked.session
  asked.messages.forget({ added: true })
  await asked.session.flush()
  asked.become(new AnonymousUser())
  asked.context.announce('user_logged_out', { user, session: publicId, incoming: asked.incoming })
  if (user !== null) afterLogout(asked, user)
}

async function endOthers<U extends User>({ context, user, session, incoming }: AuthRequest<U>): Promise<void> {
  if (!user.isAuthenticated) return
  const userId = String(user.id)
  await session.endOthers(() =>
    endSessions(context, userId, { reason: 'revoked', by: user as U, incoming, except: session }),
  )
}

function checkScope(scope: unknown): void {
  if (scope === undefined || SCOPES.includes(scope)) return
  throw new TypeError(`logout(): scope is 'this', 'others' or 'everywhere', not ${JSON.stringify(scope)}.`)
}
