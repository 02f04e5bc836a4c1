/** The built-in views under Django's names. Mirrors django/contrib/auth/urls.py (5.2). */
import type { View } from '../auth/view.ts'
import { path, type UrlPattern } from '../kernel/urls.ts'
import type { User } from '../users/user.ts'
import { LoginView } from './login-view.ts'
import { LogoutView } from './logout-view.ts'
import { ReauthenticateView } from './reauthenticate-view.ts'

/** `login/`, `logout/` and `reauthenticate/`, for `include('accounts/', authUrls())`. */
export function authUrls<U extends User = User>(): readonly UrlPattern<View<U>>[] {
  return [
    path('login/', LoginView.asView<U>(), { name: 'login' }),
    path('logout/', LogoutView.asView<U>(), { name: 'logout' }),
    path('reauthenticate/', ReauthenticateView.asView<U>(), { name: 'reauthenticate' }),
  ]
}
