/** The built-in views under Django's names. Mirrors django/contrib/auth/urls.py (5.2). */
import type { View } from '../auth/view.ts'
import { path, type UrlPattern } from '../kernel/urls.ts'
import type { User } from '../users/user.ts'
import { LoginView } from './login-view.ts'
import { LogoutView } from './logout-view.ts'
import { PasswordChangeDoneView, PasswordChangeView } from './password-change-view.ts'
import { PasswordResetCompleteView, PasswordResetConfirmView } from './password-reset-confirm-view.ts'
import { PasswordResetDoneView, PasswordResetView } from './password-reset-view.ts'
import { ReauthenticateView } from './reauthenticate-view.ts'

/**
 * Logging in and out, showing the password once more, changing and resetting it, for `include('accounts/', authUrls())`. Asking
 * for a reset is left out where no mail can be sent; a link that a Django site has sent works all the same.
 */
export function authUrls<U extends User = User>(): readonly UrlPattern<View<U>>[] {
  const resetDone: View<U> = Object.assign(PasswordResetDoneView.asView<U>(), { needsMail: true })
  return [
    path('login/', LoginView.asView<U>(), { name: 'login' }),
    path('logout/', LogoutView.asView<U>(), { name: 'logout' }),
    path('password_change/', PasswordChangeView.asView<U>(), { name: 'password_change' }),
    path('password_change/done/', PasswordChangeDoneView.asView<U>(), { name: 'password_change_done' }),
    { ...path('password_reset/', PasswordResetView.asView<U>(), { name: 'password_reset' }), optional: true },
    { ...path('password_reset/done/', resetDone, { name: 'password_reset_done' }), optional: true },
    path('reset/<uidb64>/<token>/', PasswordResetConfirmView.asView<U>(), { name: 'password_reset_confirm' }),
    path('reset/done/', PasswordResetCompleteView.asView<U>(), { name: 'password_reset_complete' }),
    path('reauthenticate/', ReauthenticateView.asView<U>(), { name: 'reauthenticate' }),
  ]
}
