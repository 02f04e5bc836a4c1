/** The ready-made pages of changing and resetting a password, in the words of Django's own (contrib/admin/templates/registration, 5.2). */
import type { AuthRequest } from '../../auth/auth-request.ts'
import { translate } from '../../auth/translate.ts'
import type { Answer } from '../../kernel/answer.ts'
import { html, type SafeHtml } from '../../kernel/html.ts'
import { sentence } from '../../kernel/text.ts'
import type { User } from '../../users/user.ts'
import { SetPasswordForm } from '../forms/set-password-form.ts'
import { type BuiltInPage, type PageValues, postForm } from './built-in-page.ts'
import { button, page, paragraph } from './page-parts.ts'

const CHANGE_MY_PASSWORD = sentence('Change my password')

/** The pages by the names of Django's templates. */
export const PASSWORD_PAGES: readonly (readonly [name: string, page: BuiltInPage])[] = [
  ['registration/password_change_form.html', changePage],
  ['registration/password_change_done.html', changeDonePage],
  ['registration/password_reset_form.html', resetPage],
  ['registration/password_reset_done.html', resetDonePage],
  ['registration/password_reset_confirm.html', resetConfirmPage],
  ['registration/password_reset_complete.html', resetCompletePage],
]

function changePage<U extends User>(request: AuthRequest<U>, values: PageValues, status: number): Answer {
  const intro = sentence(
    'Please enter your old password, for security’s sake, and then enter your new password twice so we can verify you typed it in correctly.',
  )
  const content = html`${paragraph(request, intro)}${passwordForm(request, values.form)}`
  return page(request, values, sentence('Password change'), content, status)
}

function changeDonePage<U extends User>(request: AuthRequest<U>, values: PageValues, status: number): Answer {
  const content = html`${paragraph(request, sentence('Your password was changed.'))}${button(request, '/', sentence('To the home page'))}`
  return page(request, values, sentence('Password change successful'), content, status)
}

function resetPage<U extends User>(request: AuthRequest<U>, values: PageValues, status: number): Answer {
  const intro = sentence(
    'Forgotten your password? Enter your email address below, and we’ll email instructions for setting a new one.',
  )
  const form = postForm(request, values.form, translate(request, sentence('Reset my password')))
  return page(request, values, sentence('Password reset'), html`${paragraph(request, intro)}${form}`, status)
}

function resetDonePage<U extends User>(request: AuthRequest<U>, values: PageValues, status: number): Answer {
  const sent = sentence(
    'We’ve emailed you instructions for setting your password, if an account exists with the email you entered. You should receive them shortly.',
  )
  const otherwise = sentence(
    'If you don’t receive an email, please make sure you’ve entered the address you registered with, and check your spam folder.',
  )
  const content = html`${paragraph(request, sent)}${paragraph(request, otherwise)}`
  return page(request, values, sentence('Password reset sent'), content, status)
}

function resetConfirmPage<U extends User>(request: AuthRequest<U>, values: PageValues, status: number): Answer {
  if (values.validlink !== true) return invalidLinkPage(request, values, status)
  const intro = sentence('Please enter your new password twice so we can verify you typed it in correctly.')
  const content = html`${paragraph(request, intro)}${passwordForm(request, values.form)}`
  return page(request, values, sentence('Enter new password'), content, status)
}

function invalidLinkPage<U extends User>(request: AuthRequest<U>, values: PageValues, status: number): Answer {
  const invalid = sentence(
    'The password reset link was invalid, possibly because it has already been used.  Please request a new password reset.',
  )
  const again = request.context.reverse('password_reset', undefined, request.incoming.prefix)
  const content = html`${paragraph(request, invalid)}${again === undefined ? '' : button(request, again, sentence('Request a new link'))}`
  return page(request, values, sentence('Password reset unsuccessful'), content, status)
}

function resetCompletePage<U extends User>(request: AuthRequest<U>, values: PageValues, status: number): Answer {
  const done = sentence('Your password has been set.  You may go ahead and log in now.')
  const { login_url: login } = values
  const link = typeof login === 'string' ? button(request, login, sentence('Log in')) : ''
  return page(request, values, sentence('Password reset complete'), html`${paragraph(request, done)}${link}`, status)
}

/** A form for a new password, with the name that a password manager keeps it under. */
function passwordForm<U extends User>(request: AuthRequest<U>, form: unknown): SafeHtml {
  const name =
    form instanceof SetPasswordForm
      ? html`<input type="text" autocomplete="username" value="${form.user.getUsername()}" readonly hidden>`
      : ''
  return postForm(request, form, translate(request, CHANGE_MY_PASSWORD), name)
}
