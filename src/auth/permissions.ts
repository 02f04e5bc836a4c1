/**
 * Permissions as data: who has which, who gets one, who loses one. What is changed counts at the user's next request, and is
 * told to everybody who listens. Mirrors `user.user_permissions` and `UserManager.with_perm` (django/contrib/auth/models.py, 5.2).
 */
import type { EventUser } from '../events.ts'
import { type ListChange, type Permission, type PermissionHolders, splitPermission } from '../users/permission-store.ts'
import type { User } from '../users/user.ts'
import { Visitor } from '../users/visitor.ts'
import type { AuthContext } from './auth-context.ts'

/** Which of the users with a permission `withPerm` gives. */
export interface WithPermChoice extends Partial<PermissionHolders> {
  /** The path of the backend that is asked; needed where several are set up. */
  readonly backend?: string
  /** What the permission is about; the built-in backends know no permissions for single objects. */
  readonly object?: unknown
}

/** `auth.permissions`: what single users may do. Those of groups are in `auth.groups`. */
export class Permissions<U extends User = User> {
  readonly #context: AuthContext<U>

  /** @internal */
  constructor(context: AuthContext<U>) {
    this.#context = context
  }

  /** All that there are, Django's and the application's, by application, model and codename. */
  async list(): Promise<readonly Permission[]> {
    return this.#context.permissionStore.allPermissions()
  }

  /** What was given to this user alone, `app.codename`, sorted; `user.getAllPermissions()` has those of groups, too. */
  async of(user: EventUser): Promise<readonly string[]> {
    return (await this.#context.permissionStore.permissionsOf(String(user.id))).own
  }

  /**
   * Gives permissions to a user.
   * @param permissions `app.codename`
   * @throws {NotFound} for a permission or a user that is not there; nothing is changed then
   * @example await auth.permissions.grant(user, 'blog.publish_post')
   */
  grant(user: EventUser, ...permissions: readonly string[]): Promise<void> {
    return this.#change(user, 'add', permissions)
  }
  /** Takes permissions from a user; what groups give stays. @throws {NotFound} as `grant` */
  revoke(user: EventUser, ...permissions: readonly string[]): Promise<void> {
    return this.#change(user, 'remove', permissions)
  }
  /** Gives a user exactly these permissions. @throws {NotFound} as `grant` */
  set(user: EventUser, permissions: Iterable<string>): Promise<void> {
    return this.#change(user, 'set', [...permissions])
  }

  /**
   * The users who have a permission, by themselves or by a group; the active and superusers, unless it is said otherwise.
   * @param permission `app.codename`
   * @throws {TypeError} for what is no permission's name or no backend's path, and where several backends are set up and none is named
   * @example await auth.permissions.withPerm('blog.publish_post', { includeSuperusers: false })
   */
  async withPerm(permission: string, choice: WithPermChoice = {}): Promise<readonly U[]> {
    const backend = this.#backend(choice.backend)
    if (typeof permission !== 'string' || splitPermission(permission) === null) {
      throw new TypeError(
        "withPerm() needs the name of a permission, app.codename, as in withPerm('blog.publish_post').",
      )
    }
    const { isActive = true, includeSuperusers = true, object } = choice
    return (await backend.withPerm?.(permission, { isActive, includeSuperusers, object: object ?? undefined })) ?? []
  }

  async #change(user: EventUser, change: ListChange, permissions: readonly string[]): Promise<void> {
    const { permissionStore } = this.#context
    const { added, removed } = await permissionStore.changeUserPermissions(String(user.id), change, permissions)
    changed(this.#context, { user, group: null, granted: added, revoked: removed })
  }

  #backend(path: string | undefined): AuthContext<U>['backends'][number] {
    const { backends } = this.#context
    if (path === undefined && backends.length === 1) return backends[0]
    const found = backends.find((backend) => backend.path === path)
    if (found !== undefined) return found
    const paths = backends.map((backend) => `'${backend.path}'`).join(', ')
    throw new TypeError(`withPerm() needs the path of the backend to ask, as in { backend: … }. Backends: ${paths}.`)
  }
}

/** Tells of a change, where there was one; the user object that was given knows of it at once. @internal */
export function changed<U extends User>(
  context: AuthContext<U>,
  change: {
    readonly user: EventUser | null
    readonly group: string | null
    readonly granted: readonly string[]
    readonly revoked: readonly string[]
  },
): void {
  if (change.granted.length === 0 && change.revoked.length === 0) return
  if (change.user instanceof Visitor) change.user.attach(context.authority)
  context.announce('permission_changed', change)
}
