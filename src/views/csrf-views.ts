/** What a view says about CSRF. Mirrors django/views/decorators/csrf.py (5.2). */
import type { AuthRequest } from '../auth/auth-request.ts'
import type { View } from '../auth/view.ts'
import type { User } from '../users/user.ts'

/**
 * A view that is not checked: it has its own way to know that a request is meant, such as a signature.
 * @example path('hooks/payment/', csrfExempt(paymentHook))
 */
export function csrfExempt<U extends User = User>(view: View<U>): View<U> {
  const exempt: View<U> = (request, params) => view(request, params)
  return Object.assign(exempt, view, { csrfExempt: true })
}

/** A view whose answer sets the CSRF cookie even though its page has no form: a page whose scripts will post. */
export function ensureCsrfCookie<U extends User = User>(view: View<U>): View<U> {
  const ensured: View<U> = (request: AuthRequest<U>, params) => {
    request.csrfSecret.token()
    request.used()
    return view(request, params)
  }
  return Object.assign(ensured, view)
}
