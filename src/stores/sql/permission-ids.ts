/** The ids of groups and permissions, by the names that they were asked for with. */
import type { NotFound } from '../../errors.ts'
import { unique } from './permission-rows.ts'
import type { SqlValue } from './sql-client.ts'

/** The ids behind each name; two models of one application may have permissions of one name. */
export type Ids = ReadonlyMap<string, readonly SqlValue[]>

export function byName(pairs: readonly (readonly [name: string, id: SqlValue])[]): Ids {
  const ids = new Map<string, SqlValue[]>()
  for (const [name, id] of pairs) ids.set(name, [...(ids.get(name) ?? []), id])
  return ids
}

/** @throws {NotFound} for a name that has none */
export function allOf(names: readonly string[], ids: Ids, missing: (names: readonly string[]) => NotFound): Ids {
  const found = new Map<string, readonly SqlValue[]>()
  const lacking: string[] = []
  for (const name of unique(names)) {
    const own = ids.get(name)
    if (own === undefined) lacking.push(name)
    else found.set(name, own)
  }
  if (lacking.length > 0) throw missing(lacking)
  return found
}
