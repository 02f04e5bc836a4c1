/**
 * Asking for a link to choose a new password. Mirrors `PasswordResetView` and `PasswordResetDoneView`
 * (django/contrib/auth/views.py, 5.2); the answer is the same for every address, in its time too.
 */

import type { AuthRequest } from '../auth/auth-request.ts'
import { loginNotRequired } from '../auth/guards.ts'
import { limitedAddress } from '../auth/limited-attempt.ts'
import type { View, ViewAnswer } from '../auth/view.ts'
import type { FormFields } from '../kernel/incoming-request.ts'
import { sentence, type Text } from '../kernel/text.ts'
import type { PasswordResetTokenGenerator } from '../tokens/reset-token.ts'
import type { User } from '../users/user.ts'
import { type ClassViewType, classView } from './class-view.ts'
import { FormView } from './form-view.ts'
import { onwards } from './forms/form-answers.ts'
import { PasswordResetForm } from './forms/password-reset-form.ts'
import { checkMails } from './mails/send-mail.ts'
import type { TemplateValues } from './render.ts'
import { TemplateView, type TemplateViewOptions } from './template-view.ts'

/** What `PasswordResetView.asView` takes. */
export interface PasswordResetViewOptions<U extends User = User> extends TemplateViewOptions {
  /** A URL name or a path. @default 'password_reset_done' */
  readonly successUrl?: string
  /** @default PasswordResetForm */
  readonly formClass?: PasswordResetFormType<U>
  /** @default 'registration/password_reset_email.html' */
  readonly emailTemplateName?: string
  /** A second part of the mail, in HTML. @default none */
  readonly htmlEmailTemplateName?: string | null
  /** @default 'registration/password_reset_subject.txt' */
  readonly subjectTemplateName?: string
  /** More for the mail's templates. */
  readonly extraEmailContext?: TemplateValues | null
  /** @default the sender's own */
  readonly fromEmail?: string | null
  /** @default the site's, with `passwordResetTimeout` */
  readonly tokenGenerator?: PasswordResetTokenGenerator | null
}

/** The constructor of a form that asks for a link. */
export type PasswordResetFormType<U extends User = User> = new (
  request: AuthRequest<U>,
  data: FormFields | null,
) => PasswordResetForm<U>

export class PasswordResetView<U extends User = User> extends FormView<U> {
  override templateName = 'registration/password_reset_form.html'
  override title: Text | string = sentence('Password reset')
  override successUrl = 'password_reset_done'
  formClass: PasswordResetFormType<U> = PasswordResetForm
  emailTemplateName = 'registration/password_reset_email.html'
  htmlEmailTemplateName: string | null = null
  subjectTemplateName = 'registration/password_reset_subject.txt'
  extraEmailContext: TemplateValues | null = null
  fromEmail: string | null = null
  tokenGenerator: PasswordResetTokenGenerator | null = null

  /** The view as a function, for `path()`. @throws {TypeError} for an unknown option */
  static override asView<U extends User = User>(
    this: ClassViewType<U, PasswordResetView<U>>,
    options: PasswordResetViewOptions<U> = {},
  ): View<U> {
    return Object.assign(loginNotRequired(classView(this, options)), { needsMail: true })
  }

  getForm(data: FormFields | null): PasswordResetForm<U> {
    return new this.formClass(this.request, data)
  }

  /** The answer is made first, and is about no account; who is meant is found out when it is on its way. */
  override async formValid(form: PasswordResetForm<U>): Promise<ViewAnswer> {
    const { context, incoming } = this.request
    const answer = onwards(this.request, this.getSuccessUrl())
    const { emailTemplateName, htmlEmailTemplateName, subjectTemplateName } = this
    const templates = { emailTemplateName, htmlEmailTemplateName, subjectTemplateName }
    checkMails(this.request, templates)
    await this.limitRequests(form)
    // A store that is down is told now, by a question about nobody: nothing may hang on what it says of the address.
    await context.users.findById('0')
    const mails = {
      ...templates,
      tokenGenerator: this.tokenGenerator ?? context.resetTokens,
      fromEmail: this.fromEmail ?? undefined,
      extraEmailContext: this.extraEmailContext ?? undefined,
    }
    context.postponed.begin(incoming, () => form.save(mails))
    return answer
  }

  /**
   * Refuses too many requests, by what was typed and where it comes from: before anybody is looked up, and so for made-up
   * addresses too.
   * @throws {TooManyAttempts} @throws {StoreUnavailable}
   */
  protected async limitRequests(form: PasswordResetForm<U>): Promise<void> {
    const { request } = this
    const email = form.cleanedData.get('email') ?? ''
    const by = { accounts: [email], address: limitedAddress(request) }
    await request.context.limits.attempt({ purpose: 'password_reset', by, work: async () => {} })
  }
}

export class PasswordResetDoneView<U extends User = User> extends TemplateView<U> {
  override templateName = 'registration/password_reset_done.html'
  override title: Text | string = sentence('Password reset sent')

  /** The view as a function, for `path()`. @throws {TypeError} for an unknown option */
  static override asView<U extends User = User>(
    this: ClassViewType<U, PasswordResetDoneView<U>>,
    options: TemplateViewOptions = {},
  ): View<U> {
    return loginNotRequired(classView(this, options))
  }
}
