/**
 * Signing out, all of it. Mirrors `logout` (django/contrib/auth/__init__.py, 5.2), but the event follows the deletion
 * instead of announcing it.
 */
import { announce } from '../events.ts'
import { AnonymousUser, type User } from '../users/user.ts'
import { authRequest, type RequestLike } from './request-like.ts'

/**
 * Ends the visitor's session: when this resolves it is gone from the store, every node refuses it, and the answer
 * deletes the cookie. Logging out somebody who is not logged in is no error.
 * @throws {StoreUnavailable} when the store did not confirm: the visitor is still signed in, and the answer must say so (503)
 * @throws {TypeError} without a request, or with one that never passed the middleware
 * @example await logout(request); return redirect('login')
 */
export async function logout<U extends User = User>(request: RequestLike<U>): Promise<void> {
  const asked = authRequest<U>(request, 'logout')
  const user = asked.user.isAuthenticated ? asked.user : null
  await asked.session.flush()
  asked.become(new AnonymousUser())
  announce('user_logged_out', { user, incoming: asked.incoming })
}
