/** URL patterns of views. Mirrors django/urls/conf.py `path` (5.2). */
import { type PathOptions, path as patternOf, type UrlPattern } from '../kernel/urls.ts'
import type { User } from '../users/user.ts'
import type { View } from './view.ts'

/** A name for a URL that the framework serves: `reverse` and `redirect` know it. */
export function path(route: string, options: PathOptions & { readonly name: string }): UrlPattern<never>
/**
 * A route with its view, written as Django writes it, without the leading slash.
 * @example path('posts/<int:id>/', (request, { id }) => text(`Post ${id}`), { name: 'post' })
 */
export function path<U extends User = User>(
  route: string,
  view: View<U> | undefined,
  options?: PathOptions,
): UrlPattern<View<U>>
export function path<U extends User = User>(
  route: string,
  second: View<U> | PathOptions | undefined,
  third?: PathOptions,
): UrlPattern<View<U>> {
  return patternOf<View<U>>(route, second as View<U>, third)
}
