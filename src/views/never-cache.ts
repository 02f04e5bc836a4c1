/** Pages that no cache may keep. Mirrors django/views/decorators/cache.py (5.2). */
import type { AuthRequest } from '../auth/auth-request.ts'
import type { View, ViewAnswer } from '../auth/view.ts'
import { neverCacheControl } from '../kernel/cache-control.ts'
import { httpDate } from '../kernel/cookies.ts'
import type { User } from '../users/user.ts'

/**
 * A view whose answers no cache keeps, `Cache-Control: max-age=0, no-cache, no-store, must-revalidate, private`.
 * @example path('dashboard/', neverCache(loginRequired(dashboard)), { name: 'dashboard' })
 */
export function neverCache<U extends User = User>(view: View<U>): View<U> {
  const uncached = async (request: AuthRequest<U>, params: Readonly<Record<string, string>>): Promise<ViewAnswer> =>
    neverCached(await view(request, params), request.context.sessions.now())
  return Object.assign(uncached, view)
}

/** The same answer with the headers of `neverCache`. @param now milliseconds */
export function neverCached<A extends ViewAnswer>(answer: A, now: number): A {
  // A view that forgot to answer is told so by whoever asked it.
  if (answer === undefined) return answer
  const others = answer.headers.filter(([name]) => !/^(?:cache-control|expires)$/i.test(name))
  const before = answer.headers.filter(([name]) => /^cache-control$/i.test(name)).map(([, value]) => value)
  const cacheControl = neverCacheControl(before.join(', '))
  return { ...answer, headers: [...others, ['Expires', httpDate(now)], ['Cache-Control', cacheControl]] }
}
