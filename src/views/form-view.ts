/**
 * A view that shows a form and takes it. Mirrors `FormView` (django/views/generic/edit.py, 5.2).
 */
import type { ViewAnswer } from '../auth/view.ts'
import { ConfigurationError, TooManyAttempts } from '../errors.ts'
import { Fields } from '../kernel/forms.ts'
import type { FormFields } from '../kernel/incoming-request.ts'
import type { Text } from '../kernel/text.ts'
import type { User } from '../users/user.ts'
import { ClassView } from './class-view.ts'
import type { BaseForm } from './forms/base-form.ts'
import { answerLimited, onwards, refusalOfForm, sentFields } from './forms/form-answers.ts'
import type { TemplateValues } from './render.ts'
import { titleContext } from './template-view.ts'

export abstract class FormView<U extends User = User> extends ClassView<U> {
  /** Where to go when the form was right: a URL name or a path. */
  successUrl: string | null = null
  /** The page's `title`, in the visitor's language where it is a sentence. */
  title: Text | string | null = null

  /** The form, empty or with what was sent. */
  abstract getForm(data: FormFields | null): BaseForm<U>

  get(): Promise<ViewAnswer> {
    return this.renderForm(this.getForm(null))
  }

  async post(): Promise<ViewAnswer> {
    return this.#take(await sentFields(this.request))
  }

  /** As Django's `ProcessFormView`: a form with nothing in it, since only a POST has fields. */
  put(): Promise<ViewAnswer> {
    return this.#take(new Fields())
  }

  /** The form is right: does what it is for and goes on. */
  formValid(_form: BaseForm<U>): ViewAnswer | Promise<ViewAnswer> {
    return onwards(this.request, this.getSuccessUrl())
  }

  /** The form is shown again, with what is wrong; a program is told so in JSON. */
  formInvalid(form: BaseForm<U>): ViewAnswer | Promise<ViewAnswer> {
    return refusalOfForm(this.request, form) ?? this.renderForm(form)
  }

  /** @throws {ConfigurationError} where no `successUrl` is set @throws {NoReverseMatch} */
  getSuccessUrl(): string {
    const { request, successUrl } = this
    if (successUrl !== null) return request.context.resolveUrl(successUrl, request.incoming.prefix)
    throw new ConfigurationError(`${this.constructor.name}: no URL to redirect to. Provide a successUrl.`)
  }

  override getContextData(given: TemplateValues = {}): Promise<TemplateValues> {
    return super.getContextData({ ...titleContext(this), ...given })
  }

  protected async renderForm(form: BaseForm<U>): Promise<ViewAnswer> {
    return this.render(await this.getContextData({ form }))
  }

  async #take(data: FormFields): Promise<ViewAnswer> {
    const form = this.getForm(data)
    try {
      return (await form.isValid()) ? await this.formValid(form) : await this.formInvalid(form)
    } catch (error) {
      if (!(error instanceof TooManyAttempts)) throw error
      return answerLimited(form, error, async (status) => this.render(await this.getContextData({ form }), status))
    }
  }
}
