/** A store of groups and permissions under a deadline. */
import type { StoreDeadline } from './store-deadline.ts'
import type {
  Changed,
  Group,
  ListChange,
  Permission,
  PermissionHolders,
  PermissionStore,
  UserPermissions,
} from './users/permission-store.ts'

type MaybePromise<T> = T | Promise<T>

export class TimedPermissions implements PermissionStore {
  readonly #store: PermissionStore
  readonly #deadline: StoreDeadline

  constructor(store: PermissionStore, deadline: StoreDeadline) {
    this.#store = store
    this.#deadline = deadline
  }

  permissionsOf(userId: string): MaybePromise<UserPermissions> {
    return this.#deadline.inTime(() => this.#store.permissionsOf(userId))
  }
  groupsOf(userId: string): MaybePromise<readonly string[]> {
    return this.#deadline.inTime(() => this.#store.groupsOf(userId))
  }
  allPermissions(): MaybePromise<readonly Permission[]> {
    return this.#deadline.inTime(() => this.#store.allPermissions())
  }
  usersWithPermission(permission: string, holders: PermissionHolders): MaybePromise<readonly string[]> {
    return this.#deadline.inTime(() => this.#store.usersWithPermission(permission, holders))
  }
  listGroups(): MaybePromise<readonly Group[]> {
    return this.#deadline.inTime(() => this.#store.listGroups())
  }
  findGroup(name: string): MaybePromise<Group | null> {
    return this.#deadline.inTime(() => this.#store.findGroup(name))
  }
  createGroup(name: string, permissions: readonly string[]): MaybePromise<Group> {
    return this.#deadline.inTime(() => this.#store.createGroup(name, permissions))
  }
  renameGroup(name: string, to: string): MaybePromise<boolean> {
    return this.#deadline.inTime(() => this.#store.renameGroup(name, to))
  }
  deleteGroup(name: string): MaybePromise<boolean> {
    return this.#deadline.inTime(() => this.#store.deleteGroup(name))
  }
  usersInGroup(name: string): MaybePromise<readonly string[]> {
    return this.#deadline.inTime(() => this.#store.usersInGroup(name))
  }
  changeGroups(userId: string, change: ListChange, names: readonly string[]): MaybePromise<Changed> {
    return this.#deadline.inTime(() => this.#store.changeGroups(userId, change, names))
  }
  changeUserPermissions(userId: string, change: ListChange, permissions: readonly string[]): MaybePromise<Changed> {
    return this.#deadline.inTime(() => this.#store.changeUserPermissions(userId, change, permissions))
  }
  changeGroupPermissions(group: string, change: ListChange, permissions: readonly string[]): MaybePromise<Changed> {
    return this.#deadline.inTime(() => this.#store.changeGroupPermissions(group, change, permissions))
  }
  /** No request waits for this one, and it waits for a lock. */
  declare(permissions: readonly Permission[]): MaybePromise<readonly string[]> {
    return this.#store.declare(permissions)
  }
}
