/**
 * The statements of the permission store, over Django's tables. What is inserted comes out of tables itself, so that a
 * row never points at something that is gone, and is there once however many insert it; every dialect knows these words.
 */
import { USER_COLUMNS } from './user-row.ts'

const PERMISSION = 'auth_permission p JOIN django_content_type c ON c.id = p.content_type_id'
/** Behind a table `l` that gives permissions to somebody. */
const GIVEN = 'JOIN auth_permission p ON p.id = l.permission_id JOIN django_content_type c ON c.id = p.content_type_id'

/** What a user may do: application, codename, and whether it comes from a group. The user's id is asked for twice. */
export const PERMISSIONS_OF: string = `
SELECT c.app_label, p.codename, 0 FROM auth_user_user_permissions l ${GIVEN} WHERE l.user_id = ?
UNION ALL
SELECT c.app_label, p.codename, 1 FROM auth_user_groups m JOIN auth_group_permissions l ON l.group_id = m.group_id ${GIVEN}
WHERE m.user_id = ?`

export const GROUPS_OF =
  'SELECT g.name FROM auth_user_groups m JOIN auth_group g ON g.id = m.group_id WHERE m.user_id = ?'

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
export const FIND_GROUP: string = `${GROUP_ROWS} WHERE g.name = ?`

export const CREATE_GROUP = 'INSERT INTO auth_group (name) VALUES (?)'
export const RENAME_GROUP = 'UPDATE auth_group SET name = ? WHERE name = ?'
/** In this order, in one transaction; each takes the group's name, and the last says whether there was one. */
export const DELETE_GROUP: readonly string[] = [
  'DELETE FROM auth_user_groups WHERE group_id IN (SELECT id FROM auth_group WHERE name = ?)',
  'DELETE FROM auth_group_permissions WHERE group_id IN (SELECT id FROM auth_group WHERE name = ?)',
  'DELETE FROM auth_group WHERE name = ?',
]

const USERS = `SELECT ${USER_COLUMNS.map((column) => `u.${column}`).join(', ')} FROM auth_user u`

export const USERS_IN_GROUP: string = `${USERS}
JOIN auth_user_groups m ON m.user_id = u.id JOIN auth_group g ON g.id = m.group_id WHERE g.name = ? ORDER BY u.id`

/** Application and codename are asked for twice. */
export function usersWithPermission(isActive: boolean | null, includeSuperusers: boolean): string {
  const active = isActive === null ? '' : `${isActive ? '' : 'NOT '}u.is_active AND `
  return `${USERS} WHERE ${active}(${includeSuperusers ? 'u.is_superuser OR ' : ''}EXISTS (
SELECT 1 FROM auth_user_user_permissions l ${GIVEN}
WHERE l.user_id = u.id AND c.app_label = ? AND p.codename = ?) OR EXISTS (
SELECT 1 FROM auth_user_groups m JOIN auth_group_permissions l ON l.group_id = m.group_id ${GIVEN}
WHERE m.user_id = u.id AND c.app_label = ? AND p.codename = ?)) ORDER BY u.id`
}

/** A table that joins owners to what they have. */
export interface Link {
  readonly table: string
  readonly owner: string
  readonly ownerTable: string
  /** The column that an owner is named by. */
  readonly ownerKey: 'id' | 'name'
  readonly target: string
  readonly targetTable: string
}

export const USER_GROUPS: Link = {
  table: 'auth_user_groups',
  owner: 'user_id',
  ownerTable: 'auth_user',
  ownerKey: 'id',
  target: 'group_id',
  targetTable: 'auth_group',
}
export const USER_PERMISSIONS: Link = {
  table: 'auth_user_user_permissions',
  owner: 'user_id',
  ownerTable: 'auth_user',
  ownerKey: 'id',
  target: 'permission_id',
  targetTable: 'auth_permission',
}
export const GROUP_PERMISSIONS: Link = {
  table: 'auth_group_permissions',
  owner: 'group_id',
  ownerTable: 'auth_group',
  ownerKey: 'name',
  target: 'permission_id',
  targetTable: 'auth_permission',
}

/** Takes the owner, for the question whether there is one. */
export function ownerExists({ ownerTable, ownerKey }: Link): string {
  return `SELECT 1 FROM ${ownerTable} WHERE ${ownerKey} = ?`
}

/** Takes the owner and the target's id. */
export function insertLink({ table, owner, ownerTable, ownerKey, target, targetTable }: Link): string {
  return `INSERT INTO ${table} (${owner}, ${target})
SELECT o.id, t.id FROM ${ownerTable} o, ${targetTable} t WHERE o.${ownerKey} = ? AND t.id = ?
AND NOT EXISTS (SELECT 1 FROM ${table} l WHERE l.${owner} = o.id AND l.${target} = t.id)`
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

function ofOwner({ owner, ownerTable, ownerKey }: Link): string {
  return ownerKey === 'id' ? `${owner} = ?` : `${owner} IN (SELECT id FROM ${ownerTable} WHERE ${ownerKey} = ?)`
}

function marks(count: number): string {
  return Array.from({ length: count }, () => '?').join(', ')
}
