/** Rows of groups and permissions as the store gives them on. */
import { type Group, permissionName } from '../../users/permission-store.ts'
import type { SqlRow } from './sql-client.ts'

/** Out of rows of id, name, application and codename. */
export function groupsIn(rows: readonly SqlRow[]): Group[] {
  const groups = new Map<string, { id: string | number; name: string; permissions: string[] }>()
  for (const row of rows) {
    const name = String(row[1])
    const group = groups.get(name) ?? { id: Number(row[0]), name, permissions: [] }
    groups.set(name, group)
    if (row[2] !== null) group.permissions.push(nameOf(row, 2))
  }
  const sorted = [...groups.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
  return sorted.map((group) => ({ ...group, permissions: unique(group.permissions) }))
}

export function nameOf(row: SqlRow, at: number): string {
  return permissionName({ app: String(row[at]), codename: String(row[at + 1]) })
}

/** Each once, sorted. */
export function unique(names: readonly string[]): string[] {
  return [...new Set(names)].sort()
}
