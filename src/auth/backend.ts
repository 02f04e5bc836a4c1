/** What vouches for users, and knows what they may do. Mirrors `BaseBackend` (django/contrib/auth/backends.py, 5.2). */
import type { PermissionHolders } from '../users/permission-store.ts'
import type { AnonymousUser, User } from '../users/user.ts'
import type { AuthRequest } from './auth-request.ts'

/**
 * Under this key the credentials have the name that the web server in front has vouched for. It is a symbol so that no client
 * can send it: a JSON body that is passed on as credentials has no symbols in it.
 */
export const REMOTE_USER: unique symbol = Symbol.for('postern.remote-user') as never

/** What somebody shows to prove who they are: a username and a password, or whatever a backend asks for. */
export type Credentials = Readonly<Record<string, unknown>> & { readonly [REMOTE_USER]?: string }

type MaybePromise<T> = T | Promise<T>

/** Which of the users with a permission are asked for. */
export interface WithPermOptions extends PermissionHolders {
  /** What the permission is about; the built-in backends know no permissions for single objects. */
  readonly object: unknown
}

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

  /**
   * Whether somebody may do something; without this method the next backend is asked. `object` is undefined where the
   * permission is about nothing in particular.
   * @param permission `app.codename`
   * @throws {PermissionDenied} to end the search: nobody may, whatever later backends say
   */
  hasPerm?(user: U | AnonymousUser, permission: string, object: unknown): MaybePromise<boolean>
  /** Whether somebody may do anything in an application. @throws {PermissionDenied} to end the search */
  hasModulePerms?(user: U | AnonymousUser, app: string): MaybePromise<boolean>
  /** What was given to the user alone. */
  getUserPermissions?(user: U | AnonymousUser, object: unknown): MaybePromise<Iterable<string>>
  /** What the user's groups have. */
  getGroupPermissions?(user: U | AnonymousUser, object: unknown): MaybePromise<Iterable<string>>
  /** Both, and what a backend gives otherwise. */
  getAllPermissions?(user: U | AnonymousUser, object: unknown): MaybePromise<Iterable<string>>
  /** The users who have a permission. @param permission `app.codename` */
  withPerm?(permission: string, options: WithPermOptions): MaybePromise<readonly U[]>
}

/**
 * A backend that vouches for nobody, and whose permissions all follow from `getUserPermissions` and `getGroupPermissions`.
 * Mirrors `BaseBackend` (5.2).
 */
export abstract class BaseBackend<U extends User = User> implements Backend<U> {
  abstract readonly path: string

  async authenticate(_request: AuthRequest<U> | null, _credentials: Credentials): Promise<U | null> {
    return null
  }
  getUser(_id: string, _known: U | null | undefined): MaybePromise<U | null> {
    return null
  }
  getUserPermissions(_user: U | AnonymousUser, _object: unknown): MaybePromise<Iterable<string>> {
    return []
  }
  getGroupPermissions(_user: U | AnonymousUser, _object: unknown): MaybePromise<Iterable<string>> {
    return []
  }
  async getAllPermissions(user: U | AnonymousUser, object: unknown): Promise<ReadonlySet<string>> {
    const own = await this.getUserPermissions(user, object)
    return new Set([...own, ...(await this.getGroupPermissions(user, object))])
  }
  async hasPerm(user: U | AnonymousUser, permission: string, object: unknown): Promise<boolean> {
    return (await this.getAllPermissions(user, object)).has(permission)
  }
}
