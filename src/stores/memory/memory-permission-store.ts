/** Groups and permissions in this process's memory, with the behaviour of the SQL store: for tests and for trying Postern out. */
import { GroupExists, type NotFound } from '../../errors.ts'
import {
  type Changed,
  type Group,
  type ListChange,
  type Permission,
  type PermissionHolders,
  type PermissionStore,
  permissionName,
  type UserPermissions,
} from '../../users/permission-store.ts'
import { djangoPermissions } from '../django-permissions.ts'
import { noGroup, noPermission, noUser } from '../permission-errors.ts'
import type { MemoryUserStore } from './memory-user-store.ts'

interface StoredGroup {
  readonly id: number
  readonly permissions: Set<string>
  /** Ids of users. */
  readonly members: Set<string>
}

export class MemoryPermissionStore implements PermissionStore {
  readonly #users: MemoryUserStore
  readonly #permissions: Permission[] = [...djangoPermissions()]
  readonly #groups = new Map<string, StoredGroup>()
  /** What users have by themselves, by their ids. */
  readonly #own = new Map<string, Set<string>>()
  #lastId = 0

  constructor(users: MemoryUserStore) {
    this.#users = users
  }

  permissionsOf(userId: string): UserPermissions {
    const byGroups = this.#groupsWith(userId).flatMap(([, { permissions }]) => [...permissions])
    return { own: [...(this.#own.get(userId) ?? [])].sort(), byGroups: [...new Set(byGroups)].sort() }
  }

  groupsOf(userId: string): readonly string[] {
    return this.#groupsWith(userId).map(([name]) => name)
  }

  allPermissions(): readonly Permission[] {
    const key = ({ app, model, codename }: Permission): string => `${app}\0${model}\0${codename}`
    return this.#permissions.toSorted((a, b) => (key(a) < key(b) ? -1 : 1))
  }

  usersWithPermission(permission: string, { isActive, includeSuperusers }: PermissionHolders): readonly string[] {
    const holders = this.#users.everybody().filter((user) => {
      if (isActive !== null && user.isActive !== isActive) return false
      if (includeSuperusers && user.isSuperuser) return true
      const { own, byGroups } = this.permissionsOf(String(user.id))
      return own.includes(permission) || byGroups.includes(permission)
    })
    return holders.map(({ id }) => String(id))
  }

  listGroups(): readonly Group[] {
    return [...this.#groups].map(([name, group]) => shown(name, group)).sort((a, b) => (a.name < b.name ? -1 : 1))
  }

  findGroup(name: string): Group | null {
    const group = this.#groups.get(name)
    return group === undefined ? null : shown(name, group)
  }

  createGroup(name: string, permissions: readonly string[]): Group {
    this.#needPermissions(permissions)
    if (this.#groups.has(name)) throw new GroupExists()
    this.#lastId += 1
    const group = { id: this.#lastId, permissions: new Set(permissions), members: new Set<string>() }
    this.#groups.set(name, group)
    return shown(name, group)
  }

  renameGroup(name: string, to: string): boolean {
    const group = this.#groups.get(name)
    if (group === undefined) return false
    if (to !== name && this.#groups.has(to)) throw new GroupExists()
    this.#groups.delete(name)
    this.#groups.set(to, group)
    return true
  }

  deleteGroup(name: string): boolean {
    return this.#groups.delete(name)
  }

  usersInGroup(name: string): readonly string[] {
    const members = this.#groups.get(name)?.members
    const ids = this.#users.everybody().map(({ id }) => String(id))
    return ids.filter((id) => members?.has(id) === true)
  }

  changeGroups(userId: string, change: ListChange, names: readonly string[]): Changed {
    this.#needUser(userId)
    need(names, (name) => this.#groups.has(name), noGroup)
    const groups = new Set(this.groupsOf(userId))
    const changed = apply(groups, change, names)
    for (const name of changed.added) this.#groups.get(name)?.members.add(userId)
    for (const name of changed.removed) this.#groups.get(name)?.members.delete(userId)
    return changed
  }

  changeUserPermissions(userId: string, change: ListChange, permissions: readonly string[]): Changed {
    this.#needUser(userId)
    this.#needPermissions(permissions)
    const own = this.#own.get(userId) ?? new Set()
    this.#own.set(userId, own)
    return apply(own, change, permissions)
  }

  changeGroupPermissions(name: string, change: ListChange, permissions: readonly string[]): Changed {
    const group = this.#groups.get(name)
    if (group === undefined) throw noGroup([name])
    this.#needPermissions(permissions)
    return apply(group.permissions, change, permissions)
  }

  declare(permissions: readonly Permission[]): readonly string[] {
    const made: string[] = []
    for (const permission of permissions) {
      const { app, model, codename, name } = permission
      const known = this.#permissions.some((one) => one.app === app && one.model === model && one.codename === codename)
      if (known) continue
      this.#permissions.push({ app, model, codename, name })
      made.push(permissionName(permission))
    }
    return made
  }

  /** By name. */
  #groupsWith(userId: string): [string, StoredGroup][] {
    const found = [...this.#groups].filter(([, { members }]) => members.has(userId))
    return found.sort(([a], [b]) => (a < b ? -1 : 1))
  }

  #needUser(userId: string): void {
    if (this.#users.findById(userId) === null) throw noUser(userId)
  }

  #needPermissions(permissions: readonly string[]): void {
    const known = new Set(this.#permissions.map(permissionName))
    need(permissions, (permission) => known.has(permission), noPermission)
  }
}

/** @throws {NotFound} */
function need(
  names: readonly string[],
  isThere: (name: string) => boolean,
  missing: (names: readonly string[]) => NotFound,
): void {
  const lacking = names.filter((name) => !isThere(name))
  if (lacking.length > 0) throw missing(lacking)
}

function apply(has: Set<string>, change: ListChange, names: readonly string[]): Changed {
  const given = new Set(names)
  const added = change === 'remove' ? [] : [...given].filter((name) => !has.has(name)).sort()
  const removed = change === 'add' ? [] : [...has].filter((name) => given.has(name) === (change === 'remove')).sort()
  for (const name of added) has.add(name)
  for (const name of removed) has.delete(name)
  return { added, removed }
}

function shown(name: string, { id, permissions }: StoredGroup): Group {
  return { id, name, permissions: [...permissions].sort() }
}
