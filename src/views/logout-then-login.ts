/** Logs out and goes to the login page. Mirrors `logout_then_login` (django/contrib/auth/views.py, 5.2). */
import { type View, withTraits } from '../auth/view.ts'
import type { User } from '../users/user.ts'
import { LogoutView } from './logout-view.ts'

/** A `LogoutView` that leads to the login page. @param loginUrl a URL name, a path or a URL; the setting `loginUrl` otherwise */
export function logoutThenLogin<U extends User = User>(loginUrl?: string): View<U> {
  const view: View<U> = (request, params) =>
    LogoutView.asView<U>({ nextPage: loginUrl ?? request.context.loginUrl })(request, params)
  const leadsTo = loginUrl === undefined ? {} : { nextPage: loginUrl }
  return Object.assign(
    view,
    { acceptsOwnOrigin: true, loginRequired: false },
    withTraits(view, { kind: 'logout', leadsTo }),
  )
}
