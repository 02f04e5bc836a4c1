/**
 * Makes an application's permissions and the content types that they belong to, where they are not there yet; nothing is ever
 * changed or deleted. Mirrors `create_contenttypes` (django/contrib/contenttypes/management) and `create_permissions`
 * (django/contrib/auth/management, 5.2), so that Django's own migrate finds its rows.
 */
import { type Permission, permissionName } from '../../users/permission-store.ts'
import type { SqlClient, SqlRow, SqlValue } from './sql-client.ts'

/** Statements inside one transaction. */
type Transaction = Pick<SqlClient, 'one' | 'run'>

const CONTENT_TYPE = 'SELECT id FROM django_content_type WHERE app_label = ? AND model = ?'
const INSERT_CONTENT_TYPE = 'INSERT INTO django_content_type (app_label, model) VALUES (?, ?)'
const PERMISSION = 'SELECT 1 FROM auth_permission WHERE content_type_id = ? AND codename = ?'
const INSERT_PERMISSION = 'INSERT INTO auth_permission (content_type_id, codename, name) VALUES (?, ?, ?)'

/**
 * @param client of a transaction that nobody else writes during
 * @returns the names of the new permissions
 */
export async function declarePermissions(
  client: Transaction,
  permissions: readonly Permission[],
): Promise<readonly string[]> {
  const made: string[] = []
  for (const permission of permissions) {
    const { app, model, codename, name } = permission
    const contentType = await contentTypeOf(client, app, model)
    if ((await client.one(PERMISSION, [contentType, codename])) !== undefined) continue
    await client.run(INSERT_PERMISSION, [contentType, codename, name])
    made.push(permissionName(permission))
  }
  return made
}

async function contentTypeOf(client: Transaction, app: string, model: string): Promise<SqlValue> {
  const found = await client.one(CONTENT_TYPE, [app, model])
  if (found !== undefined) return found[0] as SqlValue
  await client.run(INSERT_CONTENT_TYPE, [app, model])
  const made = (await client.one(CONTENT_TYPE, [app, model])) as SqlRow
  return made[0] as SqlValue
}
