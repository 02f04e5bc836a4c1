/** What stores of groups and permissions say of names that are nobody's. */
import { NotFound } from '../errors.ts'

export function noUser(userId: string): NotFound {
  return new NotFound(`There is no user with the id '${userId}'.`)
}

export function noGroup(names: readonly string[]): NotFound {
  return new NotFound(`There is no group ${quoted(names)}. Make it first: auth.groups.create(…).`)
}

export function noPermission(permissions: readonly string[]): NotFound {
  return new NotFound(
    `There is no permission ${quoted(permissions)}. Name it in the setting models, or in permissions, ` +
      "as in [{ app: 'blog', codename: 'publish_post', name: 'Can publish posts' }], and run auth.migrate(); " +
      'a permission is written as app.codename.',
  )
}

function quoted(names: readonly string[]): string {
  return names.map((name) => `'${name}'`).join(', ')
}
