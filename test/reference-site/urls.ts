/** The addresses of the reference site; those of `django.contrib.auth` come with Postern. */
import {
  LoginView,
  LogoutView,
  logoutThenLogin,
  PasswordResetConfirmView,
  type Postern,
  path,
  type UrlPattern,
  type View,
} from '../../src/index.ts'
import { controlView } from './control.ts'
import type { Engine } from './engines.ts'
import * as v from './views.ts'

const others = new Set(['other.example'])

export function urls(auth: () => Postern, engine: Engine): readonly UrlPattern<View>[] {
  return [
    path('', v.home),
    path('public/', v.publicPage),
    path('dashboard/', v.dashboard),
    path('whoami/', v.whoami),
    path('accounts/login-once/', LoginView.asView({ redirectAuthenticatedUser: true })),
    path('accounts/login-hosts/', LoginView.asView({ successUrlAllowedHosts: others })),
    path('accounts/login-next-page/', LoginView.asView({ nextPage: '/public/' })),
    path('accounts/login-then/', LoginView.asView({ redirectFieldName: 'then' })),
    path('accounts/logout-next-page/', LogoutView.asView({ nextPage: '/public/' })),
    path('accounts/logout-hosts/', LogoutView.asView({ successUrlAllowedHosts: others })),
    path('accounts/logout-then/', LogoutView.asView({ redirectFieldName: 'then' })),
    path('accounts/logout-then-login/', logoutThenLogin()),
    path('accounts/logout-tutorial/', v.tutorialLogout),
    path('accounts/logout-all/', v.logoutAll),
    path('accounts/logout-others/', v.logoutOthers),
    path(
      'accounts/reset-login/<uidb64>/<token>/',
      PasswordResetConfirmView.asView({
        postResetLogin: true,
        postResetLoginBackend: 'django.contrib.auth.backends.ModelBackend',
      }),
    ),
    path('api/logout/', v.apiLogout),
    path('api/csrf/', v.apiCsrf),
    path('api/exempt/', v.exemptPost),
    path('session/set/', v.sessionSet),
    path('session/get/', v.sessionGet),
    path('session/del/', v.sessionDel),
    path('session/flush/', v.sessionFlush),
    path('session/cycle/', v.sessionCycle),
    path('session/expiry/', v.sessionExpiry),
    path('session/slow-set/', v.sessionSlowSet),
    path('session/slow-get/', v.sessionSlowGet),
    path('session/boom/', v.sessionBoom),
    path('perm/redirect/', v.permRedirect),
    path('perm/raise/', v.permRaise),
    path('perm/login-then-raise/', v.permLoginThenRaise),
    path('only-bob/', v.onlyBob),
    path('private-then/', v.privatePage({ redirectFieldName: 'then' })),
    path('private-nofield/', v.privatePage({ redirectFieldName: null })),
    path('private-sso/', v.privatePage({ loginUrl: 'https://sso.example/login/?app=1' })),
    path('cbv/private/', v.CbvPrivate.asView()),
    path('cbv/perm/', v.CbvPerm.asView()),
    path('messages/add/', v.messageAdd),
    path('messages/json/', v.messageJson),
    path('__test__/<name>/', controlView(auth, engine)),
  ]
}
