/** Changing one's own password. Mirrors `PasswordChangeView` and `PasswordChangeDoneView` (django/contrib/auth/views.py, 5.2). */
import type { AuthRequest } from '../auth/auth-request.ts'
import { refuseAnonymous } from '../auth/guards.ts'
import { renewDevice } from '../auth/known-device.ts'
import { updateSessionAuthHash } from '../auth/update-session-auth-hash.ts'
import type { View, ViewAnswer } from '../auth/view.ts'
import type { FormFields } from '../kernel/incoming-request.ts'
import { sentence, type Text } from '../kernel/text.ts'
import type { User } from '../users/user.ts'
import { type ClassViewType, classView } from './class-view.ts'
import { FormView } from './form-view.ts'
import { onwards } from './forms/form-answers.ts'
import { PasswordChangeForm } from './forms/password-change-form.ts'
import { TemplateView, type TemplateViewOptions } from './template-view.ts'

/** What `PasswordChangeView.asView` takes. */
export interface PasswordChangeViewOptions<U extends User = User> extends TemplateViewOptions {
  /** A URL name or a path. @default 'password_change_done' */
  readonly successUrl?: string
  /** @default PasswordChangeForm */
  readonly formClass?: PasswordChangeFormType<U>
}

/** The constructor of a form that changes a password. */
export type PasswordChangeFormType<U extends User = User> = new (
  request: AuthRequest<U>,
  user: U,
  data: FormFields | null,
) => PasswordChangeForm<U>

export class PasswordChangeView<U extends User = User> extends FormView<U> {
  override templateName = 'registration/password_change_form.html'
  override title: Text | string = sentence('Password change')
  override successUrl = 'password_change_done'
  formClass: PasswordChangeFormType<U> = PasswordChangeForm

  /** The view as a function, for `path()`. @throws {TypeError} for an unknown option */
  static override asView<U extends User = User>(
    this: ClassViewType<U, PasswordChangeView<U>>,
    options: PasswordChangeViewOptions<U> = {},
  ): View<U> {
    return classView(this, options)
  }

  override dispatch(): ViewAnswer | Promise<ViewAnswer> {
    return refuseAnonymous(this.request, {}) ?? super.dispatch()
  }

  getForm(data: FormFields | null): PasswordChangeForm<U> {
    // Nobody else comes here: `dispatch` has sent the anonymous away.
    return new this.formClass(this.request, this.request.user as U, data)
  }

  /** The password is changed: this session goes on under a new key, all others of the user are ended. */
  override async formValid(form: PasswordChangeForm<U>): Promise<ViewAnswer> {
    const answer = onwards(this.request, this.getSuccessUrl())
    const user = await form.save()
    if (user === null) return this.formInvalid(form)
    updateSessionAuthHash(this.request, user)
    renewDevice(this.request, user)
    return answer
  }
}

export class PasswordChangeDoneView<U extends User = User> extends TemplateView<U> {
  override templateName = 'registration/password_change_done.html'
  override title: Text | string = sentence('Password change successful')

  /** The view as a function, for `path()`. @throws {TypeError} for an unknown option */
  static override asView<U extends User = User>(
    this: ClassViewType<U, PasswordChangeDoneView<U>>,
    options: TemplateViewOptions = {},
  ): View<U> {
    return classView(this, options)
  }

  override dispatch(): ViewAnswer | Promise<ViewAnswer> {
    return refuseAnonymous(this.request, {}) ?? super.dispatch()
  }
}
