/** The ready-made pages of making an account and confirming its address. */
import type { AuthRequest } from '../../auth/auth-request.ts'
import { translate } from '../../auth/translate.ts'
import type { Answer } from '../../kernel/answer.ts'
import { html, type SafeHtml } from '../../kernel/html.ts'
import { sentence, type Text } from '../../kernel/text.ts'
import type { User } from '../../users/user.ts'
import { type BuiltInPage, type PageValues, postForm } from './built-in-page.ts'
import { asideLink, button, page, paragraph } from './page-parts.ts'

const CREATE = sentence('Create an account')
const CONFIRM = sentence('Confirm your email address')
const AGAIN = sentence('Send the link again')
const LOG_IN = sentence('Log in')
export const LINK_USED: Text = sentence('This link has been used already. You can log in.')
export const LINK_INVALID: Text = sentence(
  'This link is not good, or not any more: it is too old, or your address has changed since.',
)

export const NOT_THE_PASSWORD: Text = sentence(
  'This is not the password that the account was made with. If somebody else made it, choose a password of your own.',
)

/** The pages by the names of their templates. */
export const REGISTRATION_PAGES: readonly (readonly [name: string, page: BuiltInPage])[] = [
  ['registration/register.html', registerPage],
  ['registration/register_done.html', registerDonePage],
  ['registration/confirm_email.html', confirmPage],
  ['registration/confirm_again.html', confirmAgainPage],
]

function registerPage<U extends User>(request: AuthRequest<U>, values: PageValues, status: number): Answer {
  const form = postForm(request, values.form, translate(request, CREATE))
  const known = asideLink(request, 'login', sentence('You have an account already? Log in'))
  return page(request, values, CREATE, html`${form}${known}`, status)
}

function registerDonePage<U extends User>(request: AuthRequest<U>, values: PageValues, status: number): Answer {
  const login = typeof values.login_url === 'string' ? button(request, values.login_url, LOG_IN) : ''
  if (values.must_confirm !== true) {
    const content = html`${paragraph(request, sentence('Your account has been made. You can log in now.'))}${login}`
    return page(request, values, sentence('Welcome'), content, status)
  }
  const sent = sentence(
    'We have sent an email to the address that you entered. Open the link in it to go on. It should arrive shortly.',
  )
  const otherwise = sentence('If there is none, please look into your spam folder.')
  const again = asideLink(request, 'confirm_again', AGAIN)
  const content = html`${paragraph(request, sent)}${paragraph(request, otherwise)}${again}`
  return page(request, values, sentence('Please look into your mailbox'), content, status)
}

function confirmPage<U extends User>(request: AuthRequest<U>, values: PageValues, status: number): Answer {
  const login = typeof values.login_url === 'string' ? values.login_url : ''
  if (values.used === true) {
    const content = html`${paragraph(request, LINK_USED)}${login === '' ? '' : button(request, login, LOG_IN)}`
    return page(request, values, CONFIRM, content, status)
  }
  if (values.validlink !== true) {
    const again = asideLink(request, 'confirm_again', AGAIN)
    return page(request, values, CONFIRM, html`${paragraph(request, LINK_INVALID)}${again}`, status)
  }
  const email = String(values.email)
  const ask =
    values.claims === true
      ? sentence(
          'Is %(email)s your address, and did you ask for an account? Confirm it, and choose your password then.',
          {
            email,
          },
        )
      : sentence('Is %(email)s your address, and did you ask for an account? If not, just close this page.', { email })
  const wrong = values.wrong_password === true ? paragraph(request, NOT_THE_PASSWORD) : ''
  const confirm = translate(request, sentence('Yes, confirm it'))
  const forms =
    values.claims === true
      ? postForm(request, undefined, confirm)
      : html`${postForm(request, undefined, confirm, passwordField(request))}${chooseForm(request)}`
  const content = html`${paragraph(request, ask)}${wrong}${forms}`
  return page(request, values, CONFIRM, content, status)
}

function passwordField<U extends User>(request: AuthRequest<U>): SafeHtml {
  const label = translate(request, sentence('The password that you chose for the account'))
  return html`<p>
<label for="id_password">${label}:</label>
<input type="password" name="password" id="id_password" autocomplete="current-password" required>
</p>`
}

function chooseForm<U extends User>(request: AuthRequest<U>): SafeHtml {
  const label = translate(request, sentence('Confirm it, and choose another password'))
  return postForm(request, undefined, label, html`<input type="hidden" name="choose" value="1">`)
}

function confirmAgainPage<U extends User>(request: AuthRequest<U>, values: PageValues, status: number): Answer {
  const intro = sentence('Enter the address of your account, and we will send the link that confirms it once more.')
  const form = postForm(request, values.form, translate(request, AGAIN))
  return page(request, values, AGAIN, html`${paragraph(request, intro)}${form}`, status)
}
