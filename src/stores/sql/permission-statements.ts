/**
 * The statements of the permission store, over Django's tables. What is inserted comes out of tables itself, so that a
 * row never points at something that is gone, and is there once however many insert it; every dialect knows these words.
 */
import { exactly } from './exactly.ts'
import type { UserKey } from './user-key.ts'
import type { SqlUserTable } from './user-table.ts'

const PERMISSION = 'auth_permission p JOIN django_content_type c ON c.id = p.content_type_id'
/** Behind a table `l` that gives permissions to somebody. */
const GIVEN = 'JOIN auth_permission p ON p.id = l.permission_id JOIN django_content_type c ON c.id = p.content_type_id'

/** Where users have groups and permissions of their own. */
export interface HoldersTable extends SqlUserTable {
  readonly groupsTable: string
  readonly permissionsTable: string
}

/** What a user may do: application, codename, and whether it comes from a group. The user's key is asked for twice. */
export function permissionsOf({ groupsTable, permissionsTable, userColumn, key }: HoldersTable): string {
  return `
SELECT c.app_label, p.codename, 0 FROM ${permissionsTable} l ${GIVEN} WHERE l.${userColumn} = ${key.mark}
UNION ALL
SELECT c.app_label, p.codename, 1 FROM ${groupsTable} m JOIN auth_group_permissions l ON l.group_id = m.group_id ${GIVEN}
WHERE m.${userColumn} = ${key.mark}`
}

export function groupsOf({ groupsTable, userColumn, key }: HoldersTable): string {
  return `SELECT g.name FROM ${groupsTable} m JOIN auth_group g ON g.id = m.group_id WHERE m.${userColumn} = ${key.mark}`
}

export const ALL_PERMISSIONS: string = `
SELECT c.app_label, c.model, p.codename, p.name FROM ${PERMISSION} ORDER BY c.app_label, c.model, p.codename`

/** The ids of permissions by the two halves of their names; more than were asked for may come. */
export function permissionIds(apps: number, codenames: number): string {
  return `SELECT c.app_label, p.codename, p.id FROM ${PERMISSION}
WHERE c.app_label IN (${marks(apps)}) AND p.codename IN (${marks(codenames)})`
}

export function groupIds(names: number): string {
  return `SELECT name, id FROM auth_group WHERE name IN (${marks(names)})`
}

const GROUP_ROWS = `SELECT g.id, g.name, c.app_label, p.codename FROM auth_group g
LEFT JOIN auth_group_permissions l ON l.group_id = g.id
LEFT JOIN auth_permission p ON p.id = l.permission_id
LEFT JOIN django_content_type c ON c.id = p.content_type_id`

/** A row for each permission of each group, and one for a group without any. */
export const LIST_GROUPS: string = GROUP_ROWS
export function findGroup({ dialect }: SqlUserTable): string {
  return `${GROUP_ROWS} WHERE ${exactly(dialect, 'g.name')}`
}

export const CREATE_GROUP = 'INSERT INTO auth_group (name) VALUES (?)'
export function renameGroup({ dialect }: SqlUserTable): string {
  return `UPDATE auth_group SET name = ? WHERE ${exactly(dialect, 'name')}`
}
/** In this order, in one transaction; each takes the group's name, and the last says whether there was one. */
export function deleteGroup({ dialect, groupsTable }: SqlUserTable): readonly string[] {
  const membersOf = groupsTable === null ? [] : [groupsTable]
  const named = exactly(dialect, 'name')
  return [
    ...[...membersOf, 'auth_group_permissions'].map(
      (table) => `DELETE FROM ${table} WHERE group_id IN (SELECT id FROM auth_group WHERE ${named})`,
    ),
    `DELETE FROM auth_group WHERE ${named}`,
  ]
}

export function usersInGroup({ dialect, table, id, groupsTable, userColumn }: HoldersTable): string {
  return `SELECT u.${id} FROM ${table} u
JOIN ${groupsTable} m ON m.${userColumn} = u.${id} JOIN auth_group g ON g.id = m.group_id
WHERE ${exactly(dialect, 'g.name')} ORDER BY u.${id}`
}

/** Application and codename are asked for twice. */
export function usersWithPermission(users: HoldersTable, isActive: boolean | null, includeSuperusers: boolean): string {
  const { dialect, table, id, groupsTable, permissionsTable, userColumn } = users
  const isIt = `${exactly(dialect, 'c.app_label')} AND ${exactly(dialect, 'p.codename')}`
  const active = isActive === null ? '' : `${isActive ? '' : 'NOT '}${flag(users, 'isActive')} AND `
  return `SELECT u.${id} FROM ${table} u WHERE ${active}(${includeSuperusers ? `${flag(users, 'isSuperuser')} OR ` : ''}EXISTS (
SELECT 1 FROM ${permissionsTable} l ${GIVEN}
WHERE l.${userColumn} = u.${id} AND ${isIt}) OR EXISTS (
SELECT 1 FROM ${groupsTable} m JOIN auth_group_permissions l ON l.group_id = m.group_id ${GIVEN}
WHERE m.${userColumn} = u.${id} AND ${isIt})) ORDER BY u.${id}`
}

/** A column of the users that may not exist: everybody is active then, and nobody a superuser. */
function flag({ columns }: SqlUserTable, field: 'isActive' | 'isSuperuser'): string {
  const column = columns[field]
  if (column !== null) return `u.${column}`
  return field === 'isActive' ? '1 = 1' : '1 = 0'
}

/** A table that joins owners to what they have. */
export interface Link {
  readonly table: string
  readonly owner: string
  readonly ownerTable: string
  /** The owner's primary key, as SQL. */
  readonly ownerId: string
  /** The column that an owner is named by. */
  readonly ownerKey: string
  /** Whether this column, as SQL, has the owner's value. */
  is(column: string): string
  readonly target: string
  readonly targetTable: string
}

export function userGroups({ table, id, groupsTable, userColumn, key }: HoldersTable): Link {
  const groups = { is: isKey(key), target: 'group_id', targetTable: 'auth_group' }
  return { table: groupsTable, owner: userColumn, ownerTable: table, ownerId: id, ownerKey: id, ...groups }
}
export function userPermissions({ table, id, permissionsTable, userColumn, key }: HoldersTable): Link {
  const permissions = { is: isKey(key), target: 'permission_id', targetTable: 'auth_permission' }
  return { table: permissionsTable, owner: userColumn, ownerTable: table, ownerId: id, ownerKey: id, ...permissions }
}
export function groupPermissions({ dialect }: SqlUserTable): Link {
  const group = { owner: 'group_id', ownerTable: 'auth_group', ownerId: 'id', ownerKey: 'name' }
  const permissions = { target: 'permission_id', targetTable: 'auth_permission' }
  return { table: 'auth_group_permissions', ...group, is: (column) => exactly(dialect, column), ...permissions }
}

function isKey({ mark }: UserKey): Link['is'] {
  return (column) => `${column} = ${mark}`
}

/** Takes the owner, for the question whether there is one. */
export function ownerExists({ ownerTable, ownerKey, is }: Link): string {
  return `SELECT 1 FROM ${ownerTable} WHERE ${is(ownerKey)}`
}

/** Takes the owner and the target's id. */
export function insertLink({ table, owner, ownerTable, ownerId, ownerKey, is, target, targetTable }: Link): string {
  return `INSERT INTO ${table} (${owner}, ${target})
SELECT o.${ownerId}, t.id FROM ${ownerTable} o, ${targetTable} t WHERE ${is(`o.${ownerKey}`)} AND t.id = ?
AND NOT EXISTS (SELECT 1 FROM ${table} l WHERE l.${owner} = o.${ownerId} AND l.${target} = t.id)`
}

/** Takes the owner and the target's id. */
export function deleteLink(link: Link): string {
  return `DELETE FROM ${link.table} WHERE ${ofOwner(link)} AND ${link.target} = ?`
}

/** Takes the owner and the ids of what is to stay. */
export function deleteOtherLinks(link: Link, staying: number): string {
  const others = staying === 0 ? '' : ` AND ${link.target} NOT IN (${marks(staying)})`
  return `DELETE FROM ${link.table} WHERE ${ofOwner(link)}${others}`
}

function ofOwner({ owner, ownerTable, ownerId, ownerKey, is }: Link): string {
  if (ownerKey === ownerId) return is(owner)
  return `${owner} IN (SELECT ${ownerId} FROM ${ownerTable} WHERE ${is(ownerKey)})`
}

function marks(count: number): string {
  return Array.from({ length: count }, () => '?').join(', ')
}
