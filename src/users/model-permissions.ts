/** The permissions that go with a model. Mirrors `_get_builtin_permissions` (django/contrib/auth/management/__init__.py, 5.2). */
import type { Permission } from './permission-store.ts'

/** What may be done with any model (Django's `default_permissions`). */
export const DJANGO_ACTIONS = ['add', 'change', 'delete', 'view'] as const

/**
 * `add_post`, `change_post`, `delete_post` and `view_post`.
 * @param model its name; content types have it in small letters
 * @param verboseName for people, as in `Can add post`
 */
export function modelPermissions(app: string, model: string, verboseName: string): readonly Permission[] {
  const name = model.toLowerCase()
  return DJANGO_ACTIONS.map((action) => ({
    app,
    model: name,
    codename: `${action}_${name}`,
    name: `Can ${action} ${verboseName}`,
  }))
}
