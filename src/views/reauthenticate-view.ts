/**
 * Asks whoever is logged in for their password once more, and goes on to where `requireFresh` stopped them. Who has no password
 * here is asked to log in again. Its shape is that of `LoginView` (django/contrib/auth/views.py, 5.2).
 */
import { reauthenticated } from '../auth/fresh.ts'
import { askToLogIn } from '../auth/guards.ts'
import { logout } from '../auth/logout.ts'
import { translate } from '../auth/translate.ts'
import type { View, ViewAnswer } from '../auth/view.ts'
import { TooManyAttempts } from '../errors.ts'
import type { FormFields } from '../kernel/incoming-request.ts'
import { loginRedirectUrl } from '../kernel/redirects.ts'
import { sentence } from '../kernel/text.ts'
import { isPasswordUsable } from '../passwords/passwords.ts'
import type { User } from '../users/user.ts'
import { type ClassViewType, classView } from './class-view.ts'
import { answerLimited, onwards, refusalOfForm, sentFields } from './forms/form-answers.ts'
import { ReauthenticationForm } from './forms/reauthentication-form.ts'
import { neverCached } from './never-cache.ts'
import { RedirectUrlView } from './redirect-url-view.ts'
import type { TemplateValues } from './render.ts'

/** What `ReauthenticateView.asView` takes. */
export interface ReauthenticateViewOptions {
  /** Where to go without `next`. @default the setting `loginRedirectUrl` */
  readonly nextPage?: string | null
  /** @default 'next' */
  readonly redirectFieldName?: string
  readonly successUrlAllowedHosts?: ReadonlySet<string>
  /** @default 'registration/reauthenticate.html' */
  readonly templateName?: string
  /** More for the page. */
  readonly extraContext?: Readonly<Record<string, unknown>> | null
}

export class ReauthenticateView<U extends User = User> extends RedirectUrlView<U> {
  override httpMethodNames: readonly string[] = ['get', 'head', 'post', 'options']
  override templateName = 'registration/reauthenticate.html'

  /** The view as a function, for `path()`. @throws {TypeError} for an unknown option */
  static override asView<U extends User = User>(
    this: ClassViewType<U, ReauthenticateView<U>>,
    options: ReauthenticateViewOptions = {},
  ): View<U> {
    return classView(this, options)
  }

  override async dispatch(): Promise<ViewAnswer> {
    const { request } = this
    const answer = request.user.isAuthenticated ? await super.dispatch() : await askToLogIn(request, {})
    return neverCached(answer, request.context.sessions.now())
  }

  async get(): Promise<ViewAnswer> {
    return this.#page(this.#hasPassword() ? this.getForm(null) : null)
  }

  async post(): Promise<ViewAnswer> {
    if (!this.#hasPassword()) return this.#logInAgain()
    const form = this.getForm(await sentFields(this.request))
    try {
      return (await form.isValid()) ? await this.formValid(form) : await this.formInvalid(form)
    } catch (error) {
      if (!(error instanceof TooManyAttempts)) throw error
      return answerLimited(form, error, (status) => this.#page(form, status))
    }
  }

  /** The form, empty or with what was sent. */
  getForm(data: FormFields | null): ReauthenticationForm<U> {
    return new ReauthenticationForm<U>(this.request, data)
  }

  /** The password is right: notes it and goes on. */
  async formValid(form: ReauthenticationForm<U>): Promise<ViewAnswer> {
    const answer = onwards(this.request, await this.getSuccessUrl())
    if (form.user !== null) reauthenticated(this.request, form.user)
    return answer
  }

  formInvalid(form: ReauthenticationForm<U>): ViewAnswer | Promise<ViewAnswer> {
    return refusalOfForm(this.request, form) ?? this.#page(form)
  }

  getDefaultRedirectUrl(): string {
    return this.resolveUrl(this.nextPage ?? this.request.context.loginRedirectUrl)
  }

  /** The form, or null for somebody without a password, and where to go after it under the name of `redirectFieldName`. */
  override async getContextData(given: TemplateValues = {}): Promise<TemplateValues> {
    return super.getContextData({
      title: translate(this.request, sentence('Confirm that it is you')),
      redirect_field_name: this.redirectFieldName,
      [this.redirectFieldName]: await this.getRedirectUrl(),
      ...given,
    })
  }

  async #page(form: ReauthenticationForm<U> | null, status = 200): Promise<ViewAnswer> {
    return this.render(await this.getContextData({ form }), status)
  }

  #hasPassword(): boolean {
    const { user } = this.request
    return user.isAuthenticated && isPasswordUsable(user.password)
  }

  /** By way of a logout: a login page may send on whoever is logged in already, and they would come in a circle. */
  async #logInAgain(): Promise<ViewAnswer> {
    const { request } = this
    const next = await this.getSuccessUrl()
    const login = this.resolveUrl(request.context.loginUrl)
    await logout(request)
    return onwards(request, loginRedirectUrl(next, login, this.redirectFieldName))
  }
}
