/** Views that answer some methods alone. Mirrors django/views/decorators/http.py (5.2). */
import type { View } from '../auth/view.ts'
import type { User } from '../users/user.ts'

/** A view that answers these methods; others are 405 with `Allow`. @param methods in capitals */
export function requireHttpMethods<U extends User = User>(methods: readonly string[], view: View<U>): View<U> {
  const allowed: View<U> = (request, params) =>
    methods.includes(request.method)
      ? view(request, params)
      : { status: 405, headers: [['Allow', methods.join(', ')]], body: '' }
  return Object.assign(allowed, view)
}

/** A view that answers POST alone, as everything that changes something should. */
export function requirePost<U extends User = User>(view: View<U>): View<U> {
  return requireHttpMethods(['POST'], view)
}
