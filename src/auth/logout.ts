/**
 * Signing out, all of it. Mirrors `logout` (django/contrib/auth/__init__.py, 5.2), but the event follows the deletion
 * instead of announcing it.
 */
import { AnonymousUser, type User } from '../users/user.ts'
import { afterLogout } from './after-logout.ts'
import type { AuthRequest } from './auth-request.ts'
import { authRequest, type RequestLike } from './request-like.ts'

/**
 * Ends the visitor's session: when this resolves it is gone from the store, every node refuses it, and the answer
 * deletes the cookie. Logging out somebody who is not logged in is no error.
 * @throws {StoreUnavailable} when the store did not confirm: the visitor is still signed in, and the answer must say so (503)
 * @throws {TypeError} without a request, or with one that never passed the middleware
 * @example await logout(request); return redirect('login')
 */
export function logout<U extends User = User>(request: RequestLike<U>): Promise<void> {
  let asked: AuthRequest<U>
  try {
    asked = authRequest<U>(request, 'logout')
  } catch (error) {
    return Promise.reject(error)
  }
  const done = signOut(asked)
  // Where nobody awaits this the answer waits, and tells what became of it; the rejection must not end the process then.
  done.catch(() => {})
  return done
}

async function signOut<U extends User>(asked: AuthRequest<U>): Promise<void> {
  // Before anything can fail: from here on the answer has to say what became of it.
  asked.isLeaving = true
  asked.changed()
  const user = asked.user.isAuthenticated ? asked.user : null
  const { publicId } = asked.session
  asked.messages.forget({ added: true })
  await asked.session.flush()
  asked.become(new AnonymousUser())
  asked.context.announce('user_logged_out', { user, session: publicId, incoming: asked.incoming })
  if (user !== null) afterLogout(asked, user)
}
