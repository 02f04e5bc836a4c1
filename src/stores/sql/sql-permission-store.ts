/**
 * Groups and permissions in Django's tables, on any `SqlClient`.
 *
 * Mirrors `Permission`, `Group` and `PermissionsMixin` (django/contrib/auth/models.py) and the queries of `ModelBackend`
 * (django/contrib/auth/backends.py, 5.2).
 */
import { ConfigurationError, GroupExists, type NotFound } from '../../errors.ts'
import {
  type Changed,
  type Group,
  type ListChange,
  type Permission,
  type PermissionHolders,
  type PermissionStore,
  splitPermission,
  type UserPermissions,
} from '../../users/permission-store.ts'
import { noGroup, noPermission, noUser } from '../permission-errors.ts'
import { declarePermissions } from './declare-permissions.ts'
import { allOf, byName, type Ids } from './permission-ids.ts'
import { groupsIn, nameOf, unique } from './permission-rows.ts'
import * as statements from './permission-statements.ts'
import type { SqlClient, SqlRow, SqlStatement, SqlValue } from './sql-client.ts'
import { isUniqueViolation } from './sql-errors.ts'
import { type SqlUserTable, sqlUserTable } from './user-table.ts'

const DURABLE = { durable: true } as const
/** How often a change is tried when another process wants the same row at the same time. */
const TRIES = 3

export class SqlPermissionStore implements PermissionStore {
  readonly #client: SqlClient
  readonly #users: SqlUserTable
  /** The same; null where users have neither groups nor permissions. */
  readonly #holders: statements.HoldersTable | null

  /** @param users where they are. @default Django's `auth_user` */
  constructor(client: SqlClient, users: SqlUserTable = sqlUserTable(client.dialect)) {
    this.#client = client
    this.#users = users
    const { groupsTable, permissionsTable } = users
    this.#holders =
      groupsTable === null || permissionsTable === null ? null : { ...users, groupsTable, permissionsTable }
  }

  async permissionsOf(userId: string): Promise<UserPermissions> {
    const key = this.#users.key.toColumn(userId)
    const none = key === null || this.#holders === null
    const rows = none ? [] : await this.#all(statements.permissionsOf(this.#holders), [key, key])
    const named = (fromGroup: boolean): string[] =>
      unique(rows.filter((row) => (Number(row[2]) === 1) === fromGroup).map((row) => nameOf(row, 0)))
    return { own: named(false), byGroups: named(true) }
  }

  async groupsOf(userId: string): Promise<readonly string[]> {
    const key = this.#users.key.toColumn(userId)
    const none = key === null || this.#holders === null
    const rows = none ? [] : await this.#all(statements.groupsOf(this.#holders), [key])
    return rows.map((row) => String(row[0])).sort()
  }

  async allPermissions(): Promise<readonly Permission[]> {
    const rows = await this.#all(statements.ALL_PERMISSIONS, [])
    return rows.map(([app, model, codename, name]) => ({
      app: String(app),
      model: String(model),
      codename: String(codename),
      name: String(name),
    }))
  }

  async usersWithPermission(permission: string, holders: PermissionHolders): Promise<readonly string[]> {
    if (this.#holders === null) return []
    // No permission is called '', and superusers have those too that do not exist.
    const [app, codename] = (isNoText(permission) ? null : splitPermission(permission)) ?? ['', '']
    const sql = statements.usersWithPermission(this.#holders, holders.isActive, holders.includeSuperusers)
    const rows = await this.#all(sql, [app, codename, app, codename])
    return rows.map(([id]) => String(this.#users.key.toId(id)))
  }

  async listGroups(): Promise<readonly Group[]> {
    return groupsIn(await this.#all(statements.LIST_GROUPS, []))
  }

  async findGroup(name: string): Promise<Group | null> {
    return groupsIn(await this.#all(statements.findGroup(this.#users), [name]))[0] ?? null
  }

  async createGroup(name: string, permissions: readonly string[]): Promise<Group> {
    const ids = await this.#permissionIds(permissions)
    const link = statements.insertLink(statements.groupPermissions(this.#users))
    const links = [...ids.values()].flat().map((id): SqlStatement => [link, [name, id]])
    const create: SqlStatement = [statements.CREATE_GROUP, [name]]
    await asGroupExists(this.#client.batch([create, ...links], DURABLE))
    return (await this.findGroup(name)) as Group
  }

  async renameGroup(name: string, to: string): Promise<boolean> {
    if (isNoText(name)) return false
    const [result] = await asGroupExists(
      this.#client.batch([[statements.renameGroup(this.#users), [to, name]]], DURABLE),
    )
    return result !== undefined && result.matched > 0
  }

  async deleteGroup(name: string): Promise<boolean> {
    if (isNoText(name)) return false
    const batch = statements.deleteGroup(this.#users).map((sql): SqlStatement => [sql, [name]])
    const deleted = (await this.#client.batch(batch, DURABLE)).at(-1)
    return deleted !== undefined && deleted.matched > 0
  }

  async usersInGroup(name: string): Promise<readonly string[]> {
    if (this.#holders === null) return []
    const rows = await this.#all(statements.usersInGroup(this.#holders), [name])
    return rows.map(([id]) => String(this.#users.key.toId(id)))
  }

  async changeGroups(userId: string, change: ListChange, names: readonly string[]): Promise<Changed> {
    const key = this.#users.key.toColumn(userId)
    const before = this.groupsOf(userId)
    return this.#change(
      statements.userGroups(this.#needHolders()),
      key,
      noUser(userId),
      change,
      this.#groupIds(names),
      before,
    )
  }

  async changeUserPermissions(userId: string, change: ListChange, permissions: readonly string[]): Promise<Changed> {
    const key = this.#users.key.toColumn(userId)
    const before = this.permissionsOf(userId).then(({ own }) => own)
    const ids = this.#permissionIds(permissions)
    return this.#change(statements.userPermissions(this.#needHolders()), key, noUser(userId), change, ids, before)
  }

  async changeGroupPermissions(group: string, change: ListChange, permissions: readonly string[]): Promise<Changed> {
    const before = this.findGroup(group).then((found) => found?.permissions ?? [])
    const ids = this.#permissionIds(permissions)
    return this.#change(statements.groupPermissions(this.#users), group, noGroup([group]), change, ids, before)
  }

  declare(permissions: readonly Permission[]): Promise<readonly string[]> {
    return this.#client.exclusive((transaction) => declarePermissions(transaction, permissions))
  }

  #needHolders(): statements.HoldersTable {
    if (this.#holders !== null) return this.#holders
    throw new ConfigurationError(
      `The users of ${this.#users.table} have neither groups nor permissions: users.groupsTable and users.permissionsTable name the tables.`,
    )
  }

  async #change(
    link: statements.Link,
    owner: SqlValue,
    missing: NotFound,
    change: ListChange,
    wanted: Promise<Ids>,
    current: Promise<readonly string[]>,
  ): Promise<Changed> {
    const [found, ids, before] = await Promise.all([
      owner === null ? undefined : this.#client.one(statements.ownerExists(link), [owner]),
      wanted,
      current,
    ])
    if (found === undefined) throw missing
    const batch = changing(link, owner, change, ids)
    if (batch.length > 0) await this.#batch(batch)
    const has = new Set(before)
    return {
      added: change === 'remove' ? [] : [...ids.keys()].filter((name) => !has.has(name)).sort(),
      removed: change === 'add' ? [] : before.filter((name) => ids.has(name) === (change === 'remove')),
    }
  }

  async #all(sql: string, params: readonly SqlValue[]): Promise<readonly SqlRow[]> {
    return params.some(isNoText) ? [] : this.#client.all(sql, params)
  }

  async #batch(statements: readonly SqlStatement[], tries: number = TRIES): Promise<void> {
    try {
      await this.#client.batch(statements, DURABLE)
    } catch (error) {
      if (tries === 1 || !isUniqueViolation(error)) throw error
      await this.#batch(statements, tries - 1)
    }
  }

  async #groupIds(names: readonly string[]): Promise<Ids> {
    if (names.length === 0) return new Map()
    const rows = await this.#all(statements.groupIds(names.length), names)
    const ids = byName(rows.map(([name, id]) => [String(name), id as SqlValue]))
    return allOf(names, ids, noGroup)
  }

  async #permissionIds(permissions: readonly string[]): Promise<Ids> {
    if (permissions.length === 0) return new Map()
    const halves = permissions.map((permission) => splitPermission(permission) ?? ['', ''])
    const apps = unique(halves.map(([app]) => app))
    const codenames = unique(halves.map(([, codename]) => codename))
    const sql = statements.permissionIds(apps.length, codenames.length)
    const rows = await this.#all(sql, [...apps, ...codenames])
    const ids = byName(rows.map((row) => [nameOf(row, 0), row[2] as SqlValue]))
    return allOf(permissions, ids, noPermission)
  }
}

function changing(link: statements.Link, owner: SqlValue, change: ListChange, ids: Ids): SqlStatement[] {
  const targets = [...ids.values()].flat()
  const each = change === 'remove' ? statements.deleteLink(link) : statements.insertLink(link)
  const batch = targets.map((id): SqlStatement => [each, [owner, id]])
  if (change === 'set') batch.unshift([statements.deleteOtherLinks(link, targets.length), [owner, ...targets]])
  return batch
}

/** What is in no text column; PostgreSQL does not even take it for a question. */
function isNoText(value: SqlValue): boolean {
  return typeof value === 'string' && value.includes('\u0000')
}

async function asGroupExists<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    throw isUniqueViolation(error) ? new GroupExists() : error
  }
}
