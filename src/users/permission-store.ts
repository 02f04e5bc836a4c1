/**
 * Where groups and permissions are kept: Django's `auth_group`, `auth_permission` and the tables that join them to users, or
 * whatever an application has. A permission is named `app.codename`; every store runs the contract suite in `postern/testing`.
 *
 * Mirrors `Permission`, `Group` and `PermissionsMixin` (django/contrib/auth/models.py, 5.2).
 */
type MaybePromise<T> = T | Promise<T>

/** A permission as Django's `auth_permission` has it; `blog.publish_post` is its name everywhere else. */
export interface Permission {
  /** The application, as in Django's `app_label`: `blog`. */
  readonly app: string
  /** What it is about, in small letters: `post`. */
  readonly model: string
  /** `publish_post` */
  readonly codename: string
  /** For people: `Can publish posts`. */
  readonly name: string
}

/** A group and what it may do. */
export interface Group {
  readonly id: string | number
  readonly name: string
  /** `app.codename`, sorted. */
  readonly permissions: readonly string[]
}

/** What a user may do, `app.codename`: given to the user alone, and to groups that the user is in. */
export interface UserPermissions {
  readonly own: readonly string[]
  readonly byGroups: readonly string[]
}

/** What is done with names: added to those that are there, taken away from them, or put in their place. */
export type ListChange = 'add' | 'remove' | 'set'

/** What a change came to: names that were not there before, and names that are not there any more. */
export interface Changed {
  readonly added: readonly string[]
  readonly removed: readonly string[]
}

/** Which of the users with a permission are meant. */
export interface PermissionHolders {
  /** Only the active, or only the inactive; `null` for both. */
  readonly isActive: boolean | null
  /** Superusers too, who have every permission. */
  readonly includeSuperusers: boolean
}

/** A store of groups and permissions. Users are named by their ids as text. Every method may throw `StoreUnavailable`. */
export interface PermissionStore {
  /** In one round trip; nothing for an id that is nobody's. */
  permissionsOf(userId: string): MaybePromise<UserPermissions>
  /** The names of a user's groups, sorted; none for an id that is nobody's. */
  groupsOf(userId: string): MaybePromise<readonly string[]>
  /** All permissions that there are, by application, model and codename. */
  allPermissions(): MaybePromise<readonly Permission[]>
  /** The ids of the users with a permission, their own or by a group, in order. */
  usersWithPermission(permission: string, holders: PermissionHolders): MaybePromise<readonly string[]>

  /** All groups, by name. */
  listGroups(): MaybePromise<readonly Group[]>
  /** The group of exactly this name. */
  findGroup(name: string): MaybePromise<Group | null>
  /** @throws {GroupExists} when the name is taken @throws {NotFound} for a permission that is not there; no group is made then */
  createGroup(name: string, permissions: readonly string[]): MaybePromise<Group>
  /** @returns false when there is no such group @throws {GroupExists} when the new name is taken */
  renameGroup(name: string, to: string): MaybePromise<boolean>
  /** Users leave it, and lose what it gave them. @returns false when there is no such group */
  deleteGroup(name: string): MaybePromise<boolean>
  /** The ids of the users in a group, in order; none where there is no such group. */
  usersInGroup(name: string): MaybePromise<readonly string[]>

  /** @param names of groups @throws {NotFound} for a user or a group that is not there; nothing is changed then */
  changeGroups(userId: string, change: ListChange, names: readonly string[]): MaybePromise<Changed>
  /** @param permissions `app.codename` @throws {NotFound} for a user or a permission that is not there; nothing is changed then */
  changeUserPermissions(userId: string, change: ListChange, permissions: readonly string[]): MaybePromise<Changed>
  /** @param permissions `app.codename` @throws {NotFound} for a group or a permission that is not there; nothing is changed then */
  changeGroupPermissions(group: string, change: ListChange, permissions: readonly string[]): MaybePromise<Changed>

  /**
   * Makes the permissions that are not there yet, and leaves alone those that are; safe from several processes at once.
   * @returns the names of the new ones
   */
  declare(permissions: readonly Permission[]): MaybePromise<readonly string[]>
}

/** `app.codename` */
export function permissionName({ app, codename }: Pick<Permission, 'app' | 'codename'>): string {
  return `${app}.${codename}`
}

/** The two halves of `app.codename`; null for a text that is no permission's name. */
export function splitPermission(permission: string): readonly [app: string, codename: string] | null {
  const dot = permission.indexOf('.')
  return dot <= 0 || dot === permission.length - 1 ? null : [permission.slice(0, dot), permission.slice(dot + 1)]
}
