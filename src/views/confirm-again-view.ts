/** Sends the link once more that confirms an address; the answer is the same for every address, in its time too. */
import { loginNotRequired } from '../auth/guards.ts'
import { messages } from '../auth/messages.ts'
import { translate } from '../auth/translate.ts'
import type { View, ViewAnswer } from '../auth/view.ts'
import type { FormFields } from '../kernel/incoming-request.ts'
import { sentence, type Text } from '../kernel/text.ts'
import type { User } from '../users/user.ts'
import { type ClassViewType, classView } from './class-view.ts'
import { FormView } from './form-view.ts'
import { ConfirmAgainForm } from './forms/confirm-again-form.ts'
import { onwards } from './forms/form-answers.ts'
import { CONFIRM_EMAIL, checkRegistrationMails, mailConfirmation } from './mails/registration-mail.ts'
import { neverCached } from './never-cache.ts'
import type { TemplateViewOptions } from './template-view.ts'

/** What `ConfirmAgainView.asView` takes. */
export interface ConfirmAgainViewOptions extends TemplateViewOptions {
  /** A URL name or a path. @default the login page */
  readonly successUrl?: string | null
}

const ON_ITS_WAY = sentence(
  'If an account is waiting for this address to be confirmed, an email with a new link is on its way.',
)

export class ConfirmAgainView<U extends User = User> extends FormView<U> {
  override templateName = 'registration/confirm_again.html'
  override title: Text | string = sentence('Send the link again')

  /** The view as a function, for `path()`. @throws {TypeError} for an unknown option */
  static override asView<U extends User = User>(
    this: ClassViewType<U, ConfirmAgainView<U>>,
    options: ConfirmAgainViewOptions = {},
  ): View<U> {
    return Object.assign(loginNotRequired(classView(this, options)), { needsMail: true })
  }

  override async dispatch(): Promise<ViewAnswer> {
    return neverCached(await super.dispatch(), this.request.context.sessions.now())
  }

  getForm(data: FormFields | null): ConfirmAgainForm<U> {
    return new ConfirmAgainForm<U>(this.request, data)
  }

  /** Who is meant is found out when the answer is on its way. */
  override async formValid(form: ConfirmAgainForm<U>): Promise<ViewAnswer> {
    const { request } = this
    const answer = onwards(request, this.getSuccessUrl())
    checkRegistrationMails(request)
    await this.limitRequests(form)
    // A store that is down is told now, by a question about nobody.
    await request.context.users.findById('0')
    request.context.postponed.begin(request.incoming, async () => {
      for (const user of await form.getUsers()) await mailConfirmation(request, user, CONFIRM_EMAIL, 'confirm_email')
    })
    messages.success(request, translate(request, ON_ITS_WAY))
    return answer
  }

  /** The place to refuse too many requests, by what was typed and where it comes from. */
  protected async limitRequests(_form: ConfirmAgainForm<U>): Promise<void> {}

  override getSuccessUrl(): string {
    const { context, incoming } = this.request
    return context.resolveUrl(this.successUrl ?? context.loginUrl, incoming.prefix)
  }
}
