/** What vouches for users. Mirrors `BaseBackend` (django/contrib/auth/backends.py, 5.2). */
import type { User } from '../users/user.ts'
import type { AuthRequest } from './auth-request.ts'

/** What somebody shows to prove who they are: a username and a password, or whatever a backend asks for. */
export type Credentials = Readonly<Record<string, unknown>>

export interface Backend<U extends User = User> {
  /** What the session remembers the backend by; a dotted path, so that a Django site finds its own. */
  readonly path: string
  /**
   * The user with these credentials, or null, also for credentials of another kind.
   * @throws {PermissionDenied} to end the search: no later backend is asked
   */
  authenticate(request: AuthRequest<U> | null, credentials: Credentials): Promise<U | null>
  /**
   * The user of a session, at each request; null when there is none, or not any more.
   * @param known the user whom the store read along with the session, if it did
   */
  getUser(id: string, known: U | null | undefined): U | null | Promise<U | null>
}
