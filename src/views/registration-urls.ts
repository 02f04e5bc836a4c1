/** The views of registering, under their names. */
import type { View } from '../auth/view.ts'
import { path, type UrlPattern } from '../kernel/urls.ts'
import type { User } from '../users/user.ts'
import { ConfirmAgainView } from './confirm-again-view.ts'
import { ConfirmEmailView } from './confirm-email-view.ts'
import { RegisterDoneView, RegisterView } from './register-view.ts'

/**
 * Making an account and confirming its address, for `include('accounts/', registrationUrls())`. The setting `registration` puts
 * them beside the other built-in views.
 * @param options.confirmEmail whether there are links to follow. @default true
 */
export function registrationUrls<U extends User = User>({
  confirmEmail = true,
}: {
  readonly confirmEmail?: boolean
} = {}): readonly UrlPattern<View<U>>[] {
  const confirming: readonly UrlPattern<View<U>>[] = [
    path('confirm/', ConfirmAgainView.asView<U>(), { name: 'confirm_again' }),
    path('confirm/<token>/', ConfirmEmailView.asView<U>(), { name: 'confirm_email' }),
  ]
  return [
    path('register/', RegisterView.asView<U>(), { name: 'register' }),
    path('register/done/', RegisterDoneView.asView<U>(), { name: 'register_done' }),
    ...(confirmEmail ? confirming : []),
  ]
}
