/**
 * Choosing a new password by a link. The token leaves the address at once, for the session, so that it is in no Referer and
 * no history. Mirrors `PasswordResetConfirmView` and `PasswordResetCompleteView` (django/contrib/auth/views.py, 5.2).
 */

import type { AuthRequest } from '../auth/auth-request.ts'
import { loginNotRequired } from '../auth/guards.ts'
import { renewDevice } from '../auth/known-device.ts'
import { login } from '../auth/login.ts'
import { translate } from '../auth/translate.ts'
import type { View, ViewAnswer } from '../auth/view.ts'
import { ConfigurationError } from '../errors.ts'
import { uid64Decode } from '../kernel/bytes.ts'
import type { FormFields } from '../kernel/incoming-request.ts'
import { redirectTarget } from '../kernel/redirects.ts'
import { sentence, type Text } from '../kernel/text.ts'
import { decodePath, encodePath } from '../kernel/url-path.ts'
import type { PasswordResetTokenGenerator } from '../tokens/reset-token.ts'
import type { User } from '../users/user.ts'
import { type ClassViewType, classView } from './class-view.ts'
import { FormView } from './form-view.ts'
import { onwards, refusalInJson } from './forms/form-answers.ts'
import { SetPasswordForm } from './forms/set-password-form.ts'
import { neverCached } from './never-cache.ts'
import type { TemplateValues } from './render.ts'
import { TemplateView, type TemplateViewOptions } from './template-view.ts'
import { withoutReferrer } from './without-referrer.ts'

/** What `PasswordResetConfirmView.asView` takes. */
export interface PasswordResetConfirmViewOptions<U extends User = User> extends TemplateViewOptions {
  /** A URL name or a path. @default 'password_reset_complete' */
  readonly successUrl?: string
  /** @default SetPasswordForm */
  readonly formClass?: SetPasswordFormType<U>
  /** Whether whoever has chosen a password is logged in at once. @default false */
  readonly postResetLogin?: boolean
  /** The path of the backend that vouches for that login, where several are set up. @default the only one */
  readonly postResetLoginBackend?: string | null
  /** What stands in the address instead of the token. @default 'set-password' */
  readonly resetUrlToken?: string
  /** @default the site's, with `passwordResetTimeout` */
  readonly tokenGenerator?: PasswordResetTokenGenerator | null
}

/** The constructor of a form that sets a password. */
export type SetPasswordFormType<U extends User = User> = new (
  request: AuthRequest<U>,
  user: U,
  data: FormFields | null,
) => SetPasswordForm<U>

/** Django's name for it in the session. */
const SESSION_TOKEN = '_password_reset_token'
const UNSUCCESSFUL = sentence('Password reset unsuccessful')
const INVALID_LINK = sentence(
  'The password reset link was invalid, possibly because it has already been used.  Please request a new password reset.',
)

export class PasswordResetConfirmView<U extends User = User> extends FormView<U> {
  override templateName = 'registration/password_reset_confirm.html'
  override title: Text | string = sentence('Enter new password')
  override successUrl = 'password_reset_complete'
  formClass: SetPasswordFormType<U> = SetPasswordForm
  postResetLogin = false
  postResetLoginBackend: string | null = null
  resetUrlToken = 'set-password'
  tokenGenerator: PasswordResetTokenGenerator | null = null
  #user: U | null = null
  #validLink = false

  /** The view as a function, for `path()`. @throws {TypeError} for an unknown option */
  static override asView<U extends User = User>(
    this: ClassViewType<U, PasswordResetConfirmView<U>>,
    options: PasswordResetConfirmViewOptions<U> = {},
  ): View<U> {
    return loginNotRequired(classView(this, options))
  }

  /** Whether the link is good; known in `getForm` and behind it. */
  get validLink(): boolean {
    return this.#validLink
  }

  /** @throws {ConfigurationError} where the URL pattern has other parameters */
  override async dispatch(): Promise<ViewAnswer> {
    const { uidb64, token } = this.params
    if (uidb64 === undefined || token === undefined) {
      throw new ConfigurationError(
        "The URL path must contain 'uidb64' and 'token' parameters, as in path('reset/<uidb64>/<token>/', …).",
      )
    }
    return neverCached(await this.#follow(uidb64, token), this.request.context.sessions.now())
  }

  /** The user whom a link names; null for nobody. @throws {StoreUnavailable} */
  async getUser(uidb64: string): Promise<U | null> {
    const id = uid64Decode(uidb64)
    return id === null ? null : this.request.context.users.findById(id)
  }

  getForm(data: FormFields | null): SetPasswordForm<U> {
    if (this.#user === null) throw new TypeError('getForm() is for a link that is good.')
    return new this.formClass(this.request, this.#user, data)
  }

  /** The password is set, unless the link has been used in the meantime. */
  override async formValid(form: SetPasswordForm<U>): Promise<ViewAnswer> {
    const answer = onwards(this.request, this.getSuccessUrl())
    const user = await form.save()
    this.request.session.pop(SESSION_TOKEN)
    if (user === null) return this.#unsuccessful()
    // Whoever opened the link has the user's mailbox: nobody's guesses keep them out now.
    renewDevice(this.request, user)
    if (this.postResetLogin && user.isActive) {
      const backend = this.postResetLoginBackend
      await login(this.request, user, backend === null ? {} : { backend })
    }
    return answer
  }

  override async getContextData(given: TemplateValues = {}): Promise<TemplateValues> {
    const context = await super.getContextData(given)
    if (this.#validLink) return { ...context, validlink: true }
    return { ...context, form: null, title: translate(this.request, UNSUCCESSFUL), validlink: false }
  }

  async #follow(uidb64: string, token: string): Promise<ViewAnswer> {
    const user = await this.getUser(uidb64)
    if (user === null) return this.#unsuccessful()
    const tokens = this.tokenGenerator ?? this.request.context.resetTokens
    if (token === this.resetUrlToken) {
      if (!tokens.checkToken(user, this.request.session.get(SESSION_TOKEN))) return this.#unsuccessful()
      this.#user = user
      this.#validLink = true
      return super.dispatch()
    }
    if (!tokens.checkToken(user, token)) return this.#unsuccessful()
    this.request.session.set(SESSION_TOKEN, token)
    const path = encodePath(decodePath(this.request.path).replaceAll(token, () => this.resetUrlToken))
    return withoutReferrer({ status: 302, headers: [['Location', redirectTarget(path)]] })
  }

  async #unsuccessful(): Promise<ViewAnswer> {
    this.#validLink = false
    const { request } = this
    const refusal = refusalInJson(request, 'invalid_link', INVALID_LINK)
    return withoutReferrer(refusal ?? (await this.render(await this.getContextData())))
  }
}

export class PasswordResetCompleteView<U extends User = User> extends TemplateView<U> {
  override templateName = 'registration/password_reset_complete.html'
  override title: Text | string = sentence('Password reset complete')

  /** The view as a function, for `path()`. @throws {TypeError} for an unknown option */
  static override asView<U extends User = User>(
    this: ClassViewType<U, PasswordResetCompleteView<U>>,
    options: TemplateViewOptions = {},
  ): View<U> {
    return loginNotRequired(classView(this, options))
  }

  override getContextData(given: TemplateValues = {}): Promise<TemplateValues> {
    const { context, incoming } = this.request
    return super.getContextData({ login_url: context.resolveUrl(context.loginUrl, incoming.prefix), ...given })
  }
}
