/**
 * Making an account of one's own. With an address for a name the answer is the same whether somebody has it already, in its time
 * too: the account is made, or its owner is told, when the answer is on its way.
 */
import { loginNotRequired } from '../auth/guards.ts'
import { login } from '../auth/login.ts'
import { type Registered, type Registrant, register, registerByEmail } from '../auth/registration.ts'
import type { View, ViewAnswer } from '../auth/view.ts'
import { UserExists } from '../errors.ts'
import type { FormFields } from '../kernel/incoming-request.ts'
import { sentence, type Text } from '../kernel/text.ts'
import type { User } from '../users/user.ts'
import { type ClassViewType, classView } from './class-view.ts'
import { FormView } from './form-view.ts'
import { onwards } from './forms/form-answers.ts'
import { UserCreationForm } from './forms/user-creation-form.ts'
import { ACCOUNT_EXISTS, CONFIRM_EMAIL, checkRegistrationMails, mailConfirmation } from './mails/registration-mail.ts'
import { neverCached } from './never-cache.ts'
import type { TemplateValues } from './render.ts'
import { TemplateView, type TemplateViewOptions } from './template-view.ts'

/** What `RegisterView.asView` takes. */
export interface RegisterViewOptions<U extends User = User> extends TemplateViewOptions {
  /** Where to go when nothing is to be confirmed and nobody is logged in. @default `redirectUrl` of the setting, else 'register_done' */
  readonly successUrl?: string
  /** @default UserCreationForm */
  readonly formClass?: UserCreationFormType<U>
  /** The path of the backend that vouches for the login after it, where several are set up. @default the only one */
  readonly loginBackend?: string | null
}

/** The constructor of a form that makes an account. */
export type UserCreationFormType<U extends User = User> = new (
  request: UserCreationForm<U>['request'],
  data: FormFields | null,
) => UserCreationForm<U>

export class RegisterView<U extends User = User> extends FormView<U> {
  override templateName = 'registration/register.html'
  override title: Text | string = sentence('Create an account')
  formClass: UserCreationFormType<U> = UserCreationForm
  loginBackend: string | null = null

  /** The view as a function, for `path()`. @throws {TypeError} for an unknown option */
  static override asView<U extends User = User>(
    this: ClassViewType<U, RegisterView<U>>,
    options: RegisterViewOptions<U> = {},
  ): View<U> {
    return loginNotRequired(classView(this, options))
  }

  override async dispatch(): Promise<ViewAnswer> {
    return neverCached(await super.dispatch(), this.request.context.sessions.now())
  }

  getForm(data: FormFields | null): UserCreationForm<U> {
    return new this.formClass(this.request, data)
  }

  override async formValid(form: UserCreationForm<U>): Promise<ViewAnswer> {
    const { identify, confirmEmail } = this.request.context.registration
    if (confirmEmail) checkRegistrationMails(this.request)
    await this.limitRequests(form)
    const registrant = await form.registrant()
    if (identify === 'email') return this.#registerByEmail(registrant)
    return confirmEmail ? this.#registerToConfirm(form, registrant) : this.#register(form, registrant)
  }

  /** The place to refuse too many requests, by what was typed and where it comes from: before anything is made. */
  protected async limitRequests(_form: UserCreationForm<U>): Promise<void> {}

  override getSuccessUrl(): string {
    const { request, successUrl } = this
    const { registration, loginRedirectUrl } = request.context
    const { confirmEmail, loginAfter, redirectUrl } = registration
    const usable = redirectUrl ?? (loginAfter ? loginRedirectUrl : 'register_done')
    return request.context.resolveUrl(successUrl ?? (confirmEmail ? 'register_done' : usable), request.incoming.prefix)
  }

  async #register(form: UserCreationForm<U>, registrant: Registrant): Promise<ViewAnswer> {
    const answer = onwards(this.request, this.getSuccessUrl())
    const user = await this.#make(form, registrant)
    if (user === null) return this.formInvalid(form)
    if (this.request.context.registration.loginAfter) {
      await login(this.request, user, this.loginBackend === null ? {} : { backend: this.loginBackend })
    }
    return answer
  }

  async #registerToConfirm(form: UserCreationForm<U>, registrant: Registrant): Promise<ViewAnswer> {
    const { request } = this
    const answer = onwards(request, this.getSuccessUrl())
    const made = Promise.withResolvers<U | null>()
    // First of all: where no more mails can wait, no account is made that could not be confirmed.
    request.context.postponed.begin(request.incoming, async () => {
      const user = await made.promise
      if (user !== null) await mailConfirmation(request, user, CONFIRM_EMAIL, 'confirm_email')
    })
    try {
      const user = await this.#make(form, registrant)
      made.resolve(user)
      return user === null ? await this.formInvalid(form) : answer
    } finally {
      made.resolve(null)
    }
  }

  async #make(form: UserCreationForm<U>, registrant: Registrant): Promise<U | null> {
    try {
      return await register(this.request, registrant)
    } catch (error) {
      if (!(error instanceof UserExists)) throw error
      form.addTaken()
      return null
    }
  }

  async #registerByEmail(registrant: Registrant): Promise<ViewAnswer> {
    const { request } = this
    const answer = onwards(request, this.getSuccessUrl())
    // A store that is down is told now, by a question about nobody: nothing may hang on what it says of the address.
    await request.context.users.findById('0')
    request.context.postponed.begin(request.incoming, async () => {
      const registered = await registerByEmail(request, registrant)
      if (registered !== null) await this.#tell(registered)
    })
    return answer
  }

  /** Whoever owns the address learns what was done with it, and nobody else. */
  async #tell({ user, account }: Registered<U>): Promise<void> {
    const { request } = this
    if (account === 'exists') await mailConfirmation(request, user, ACCOUNT_EXISTS, null)
    else await mailConfirmation(request, user, CONFIRM_EMAIL, account === 'new' ? 'confirm_email' : 'claim_account')
  }
}

export class RegisterDoneView<U extends User = User> extends TemplateView<U> {
  override templateName = 'registration/register_done.html'

  /** The view as a function, for `path()`. @throws {TypeError} for an unknown option */
  static override asView<U extends User = User>(
    this: ClassViewType<U, RegisterDoneView<U>>,
    options: TemplateViewOptions = {},
  ): View<U> {
    return loginNotRequired(classView(this, options))
  }

  override getContextData(given: TemplateValues = {}): Promise<TemplateValues> {
    const { context, incoming } = this.request
    return super.getContextData({
      must_confirm: context.registration.confirmEmail,
      login_url: context.resolveUrl(context.loginUrl, incoming.prefix),
      ...given,
    })
  }
}
