/** What compiles of views and forms of passwords, and what must not. */
import {
  type AuthRequest,
  BaseForm,
  type FieldDeclarations,
  type FormFields,
  FormView,
  PasswordChangeForm,
  PasswordChangeView,
  PasswordResetConfirmView,
  PasswordResetForm,
  PasswordResetTokenGenerator,
  PasswordResetView,
  path,
  SetPasswordForm,
  sentence,
  translate,
} from 'postern'

class Mine extends PasswordResetForm {}
class MyChange extends PasswordChangeForm {}
class MySet extends SetPasswordForm {}

path('a/', PasswordResetView.asView({ formClass: Mine, fromEmail: null, htmlEmailTemplateName: 'x.html' }))
path('b/', PasswordChangeView.asView({ formClass: MyChange, title: sentence('Change') }))
path('c/<uidb64>/<token>/', PasswordResetConfirmView.asView({ formClass: MySet, postResetLogin: true }))
path('d/', PasswordResetView.asView({ tokenGenerator: new PasswordResetTokenGenerator({ secretKey: 'x' }) }))

// @ts-expect-error a form that takes no user is no form for a password
PasswordChangeView.asView({ formClass: Mine })
// @ts-expect-error an option that there is not
PasswordResetView.asView({ postResetLogin: true })
// @ts-expect-error seconds are the setting's
PasswordResetView.asView({ timeout: 600 })

class NickForm extends BaseForm {
  protected override declareFields(): FieldDeclarations {
    return { nick: { label: sentence('Nickname'), maxLength: 20, helpText: [sentence('Short.')] } }
  }
}

export class NickView extends FormView {
  override successUrl = 'home'
  getForm(data: FormFields | null): NickForm {
    return new NickForm(this.request, data)
  }
}

export class Wrong extends BaseForm {
  protected override declareFields(): FieldDeclarations {
    // @ts-expect-error a label is a sentence, which can be put into a language
    return { nick: { label: 'Nickname' } }
  }
}

export function greeting(request: AuthRequest): string {
  // @ts-expect-error a text is no sentence
  translate(request, 'Hello')
  return translate(request, sentence('Hello'))
}
