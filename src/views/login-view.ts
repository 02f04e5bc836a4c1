/** Shows the login form and logs in. Mirrors `LoginView` (django/contrib/auth/views.py, 5.2). */
import type { AuthRequest } from '../auth/auth-request.ts'
import { loginNotRequired } from '../auth/guards.ts'
import { login } from '../auth/login.ts'
import { translate } from '../auth/translate.ts'
import { TRAITS, type View, type ViewAnswer, type ViewTraits } from '../auth/view.ts'
import { TooManyAttempts } from '../errors.ts'
import { Fields } from '../kernel/forms.ts'
import type { FormFields } from '../kernel/incoming-request.ts'
import { redirectTarget } from '../kernel/redirects.ts'
import { sentence } from '../kernel/text.ts'
import type { User } from '../users/user.ts'
import { type ClassViewType, classView } from './class-view.ts'
import { AuthenticationForm } from './forms/authentication-form.ts'
import { answerLimited, onwards, refusalOfForm, sentFields } from './forms/form-answers.ts'
import { neverCached } from './never-cache.ts'
import { RedirectUrlView } from './redirect-url-view.ts'
import type { TemplateValues } from './render.ts'

/** What `LoginView.asView` takes. */
export interface LoginViewOptions<U extends User = User> {
  /** Where to go after a login without `next`. @default the setting `loginRedirectUrl` */
  readonly nextPage?: string | null
  /** @default 'next' */
  readonly redirectFieldName?: string
  readonly successUrlAllowedHosts?: ReadonlySet<string>
  /** Sends those who are logged in already on their way instead of showing the form. @default false */
  readonly redirectAuthenticatedUser?: boolean
  /** @default AuthenticationForm */
  readonly formClass?: AuthenticationFormType<U>
  /** Goes before `formClass`, as in Django. */
  readonly authenticationForm?: AuthenticationFormType<U> | null
  /** @default 'registration/login.html' */
  readonly templateName?: string
  /** More for the page. */
  readonly extraContext?: Readonly<Record<string, unknown>> | null
}

/** The constructor of a form to log in by. */
export type AuthenticationFormType<U extends User = User> = new (
  request: AuthRequest<U>,
  data: FormFields | null,
) => AuthenticationForm<U>

export class LoginView<U extends User = User> extends RedirectUrlView<U> {
  override templateName = 'registration/login.html'
  redirectAuthenticatedUser = false
  formClass: AuthenticationFormType<U> = AuthenticationForm
  authenticationForm: AuthenticationFormType<U> | null = null

  /** The view as a function, for `path()`. @throws {TypeError} for an unknown option */
  static override asView<U extends User = User>(
    this: ClassViewType<U, LoginView<U>>,
    options: LoginViewOptions<U> = {},
  ): View<U> {
    return loginNotRequired(classView(this, options))
  }

  /** @internal */
  override [TRAITS](): ViewTraits {
    return { ...super[TRAITS](), kind: 'login', redirectsUsers: this.redirectAuthenticatedUser }
  }

  override async dispatch(): Promise<ViewAnswer> {
    const answer = (await this.#alreadyIn()) ?? (await super.dispatch())
    return neverCached(answer, this.request.context.sessions.now())
  }

  get(): Promise<ViewAnswer> {
    return this.renderForm(this.getForm(null))
  }

  async post(): Promise<ViewAnswer> {
    const form = this.getForm(await sentFields(this.request))
    try {
      return (await form.isValid()) ? await this.formValid(form) : await this.formInvalid(form)
    } catch (error) {
      if (!(error instanceof TooManyAttempts)) throw error
      return this.formLimited(form, error)
    }
  }

  /** As Django's `ProcessFormView`: a form with nothing in it, since only a POST has fields. */
  async put(): Promise<ViewAnswer> {
    const form = this.getForm(new Fields())
    await form.isValid()
    return this.formInvalid(form)
  }

  /** The form, empty or with what was sent. */
  getForm(data: FormFields | null): AuthenticationForm<U> {
    return new (this.authenticationForm ?? this.formClass)(this.request, data)
  }

  /** The credentials are right: logs in and goes on. */
  async formValid(form: AuthenticationForm<U>): Promise<ViewAnswer> {
    // Before the login: a target that is no address logs nobody in.
    const answer = onwards(this.request, await this.getSuccessUrl())
    if (form.user !== null) await login(this.request, form.user)
    return answer
  }

  formInvalid(form: AuthenticationForm<U>): ViewAnswer | Promise<ViewAnswer> {
    return refusalOfForm(this.request, form) ?? this.renderForm(form)
  }

  /** Too many attempts have failed: nobody has looked at the password. */
  async formLimited(form: AuthenticationForm<U>, error: TooManyAttempts): Promise<ViewAnswer> {
    return answerLimited(form, error, async (status) => this.render(await this.getContextData({ form }), status))
  }

  getDefaultRedirectUrl(): string {
    return this.resolveUrl(this.nextPage ?? this.request.context.loginRedirectUrl)
  }

  protected async renderForm(form: AuthenticationForm<U>): Promise<ViewAnswer> {
    return this.render(await this.getContextData({ form }))
  }

  /** The form, and where to go after it under the name of `redirectFieldName`, besides what every such view gives. */
  override async getContextData(given: TemplateValues = {}): Promise<TemplateValues> {
    return super.getContextData({
      title: translate(this.request, sentence('Log in')),
      redirect_field_name: this.redirectFieldName,
      [this.redirectFieldName]: await this.getRedirectUrl(),
      ...given,
    })
  }

  /** A redirect that would lead here again shows the form instead of turning in a circle. */
  async #alreadyIn(): Promise<ViewAnswer | null> {
    if (!this.redirectAuthenticatedUser || !this.request.user.isAuthenticated) return null
    const target = await this.getSuccessUrl()
    return target === this.request.path ? null : { status: 302, headers: [['Location', redirectTarget(target)]] }
  }
}
