/** The permissions that Django's own applications have, on every new database. Mirrors `create_permissions` (django/contrib/auth/management, 5.2). */
import { modelPermissions } from '../users/model-permissions.ts'
import type { Permission } from '../users/permission-store.ts'

/** Rows of `django_content_type`, numbered from 1, with the name that the permissions of the model use. */
export const DJANGO_CONTENT_TYPES: readonly (readonly [app: string, model: string, verboseName: string])[] = [
  ['auth', 'permission', 'permission'],
  ['auth', 'group', 'group'],
  ['auth', 'user', 'user'],
  ['contenttypes', 'contenttype', 'content type'],
  ['sessions', 'session', 'session'],
]

/** The permissions of Django's own models. */
export function djangoPermissions(): readonly Permission[] {
  return DJANGO_CONTENT_TYPES.flatMap(([app, model, verboseName]) => modelPermissions(app, model, verboseName))
}
