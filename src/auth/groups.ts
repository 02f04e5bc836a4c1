/**
 * Groups as data: who is in which, and what a group may do. What is changed counts at a user's next request, and is told to
 * everybody who listens. Mirrors `Group` and `user.groups` (django/contrib/auth/models.py, 5.2).
 */
import type { EventUser } from '../events.ts'
import type { Group, ListChange } from '../users/permission-store.ts'
import type { User } from '../users/user.ts'
import type { AuthContext } from './auth-context.ts'
import { changed } from './permissions.ts'
import { usersById } from './users-by-id.ts'

/** `auth_group.name` has room for as much. */
const LONGEST_NAME = 150

/** `auth.groups`. */
export class Groups<U extends User = User> {
  readonly #context: AuthContext<U>

  /** @internal */
  constructor(context: AuthContext<U>) {
    this.#context = context
  }

  /** All groups with their permissions, by name. */
  async list(): Promise<readonly Group[]> {
    return this.#context.permissionStore.listGroups()
  }
  /** The group of exactly this name, or null. */
  async find(name: string): Promise<Group | null> {
    return this.#context.permissionStore.findGroup(name)
  }
  /** The users in a group, by id; none where there is no such group. */
  async members(name: string): Promise<readonly U[]> {
    const { permissionStore, users } = this.#context
    return usersById(users, await permissionStore.usersInGroup(name))
  }
  /** The names of a user's groups, sorted; the same as `user.groups()`. */
  async of(user: EventUser): Promise<readonly string[]> {
    return this.#context.permissionStore.groupsOf(String(user.id))
  }

  /**
   * Makes a group.
   * @param permissions `app.codename`
   * @throws {GroupExists} when the name is taken @throws {NotFound} for a permission that is not there; no group is made then
   * @throws {TypeError} for an empty name, or one of more than 150 characters
   * @example await auth.groups.create('editors', ['blog.publish_post'])
   */
  async create(name: string, permissions: Iterable<string> = []): Promise<Group> {
    checkName(name)
    const group = await this.#context.permissionStore.createGroup(name, [...permissions])
    this.#tell(name, [inGroup(name), ...group.permissions], [])
    return group
  }
  /** Gives a group another name. @returns false when there is no such group @throws {GroupExists} @throws {TypeError} as `create` */
  async rename(name: string, to: string): Promise<boolean> {
    checkName(to)
    const renamed = await this.#context.permissionStore.renameGroup(name, to)
    if (renamed && name !== to) this.#tell(to, [inGroup(to)], [inGroup(name)])
    return renamed
  }
  /** Deletes a group: its users lose what it gave them. @returns false when there is no such group */
  async delete(name: string): Promise<boolean> {
    const group = await this.find(name)
    if (group === null || !(await this.#context.permissionStore.deleteGroup(name))) return false
    this.#tell(name, [], [inGroup(name), ...group.permissions])
    return true
  }

  /**
   * Puts a user into groups.
   * @throws {NotFound} for a group or a user that is not there; nothing is changed then
   * @throws {TypeError} when it is not given a user and names
   * @example await auth.groups.add(user, 'editors')
   */
  add(user: EventUser, ...names: readonly string[]): Promise<void> {
    return this.#changeUser(user, 'add', names)
  }
  /** Takes a user out of groups. @throws {NotFound} as `add` */
  remove(user: EventUser, ...names: readonly string[]): Promise<void> {
    return this.#changeUser(user, 'remove', names)
  }
  /** Puts a user into exactly these groups. @throws {NotFound} as `add` */
  set(user: EventUser, names: Iterable<string>): Promise<void> {
    return this.#changeUser(user, 'set', [...names])
  }

  /**
   * Gives permissions to a group.
   * @param permissions `app.codename`
   * @throws {NotFound} for a group or a permission that is not there; nothing is changed then
   */
  grant(name: string, ...permissions: readonly string[]): Promise<void> {
    return this.#changeGroup(name, 'add', permissions)
  }
  /** Takes permissions from a group. @throws {NotFound} as `grant` */
  revoke(name: string, ...permissions: readonly string[]): Promise<void> {
    return this.#changeGroup(name, 'remove', permissions)
  }
  /** Gives a group exactly these permissions. @throws {NotFound} as `grant` */
  setPermissions(name: string, permissions: Iterable<string>): Promise<void> {
    return this.#changeGroup(name, 'set', [...permissions])
  }

  async #changeUser(user: EventUser, change: ListChange, names: readonly string[]): Promise<void> {
    if (user?.id === undefined || names.some((name) => typeof name !== 'string')) {
      throw new TypeError("auth.groups takes a user and the names of groups, as in auth.groups.add(user, 'editors').")
    }
    const { added, removed } = await this.#context.permissionStore.changeGroups(String(user.id), change, names)
    changed(this.#context, { user, group: null, granted: added.map(inGroup), revoked: removed.map(inGroup) })
  }
  async #changeGroup(name: string, change: ListChange, permissions: readonly string[]): Promise<void> {
    const { added, removed } = await this.#context.permissionStore.changeGroupPermissions(name, change, permissions)
    this.#tell(name, added, removed)
  }
  #tell(group: string, granted: readonly string[], revoked: readonly string[]): void {
    changed(this.#context, { user: null, group, granted, revoked })
  }
}

/** How an event names that somebody is in a group. */
function inGroup(name: string): string {
  return `group:${name}`
}

function checkName(name: string): void {
  if (typeof name === 'string' && name !== '' && name.length <= LONGEST_NAME && !name.includes('\u0000')) return
  throw new TypeError(`A group needs a name of 1 to ${LONGEST_NAME} characters.`)
}
