/** The ready-made pages of logging in and out. */
import type { AuthRequest } from '../../auth/auth-request.ts'
import { translate } from '../../auth/translate.ts'
import type { Answer } from '../../kernel/answer.ts'
import { html } from '../../kernel/html.ts'
import { sentence } from '../../kernel/text.ts'
import type { User } from '../../users/user.ts'
import { type PageValues, postForm, titleOf } from './built-in-page.ts'
import { messageList } from './message-list.ts'
import { nextField } from './next-field.ts'
import { sitePage } from './page-layout.ts'
import { asideLink } from './page-parts.ts'

const LOG_IN = sentence('Log in')
const LOGGED_OUT = sentence(
  'You are logged out on this device. This session has ended on the server, so no copy of its cookie works any more.',
)

export function loginPage<U extends User>(request: AuthRequest<U>, values: PageValues, status: number): Answer {
  const aside = [
    asideLink(request, 'password_reset', sentence('Forgotten your password?')),
    asideLink(request, 'register', sentence('Create an account')),
    asideLink(request, 'confirm_again', sentence('No email to confirm your address? Send it again')),
  ]
  const content = html`${messageList(request)}${postForm(request, values.form, translate(request, LOG_IN), nextField(values))}${aside}`
  return sitePage(request, titleOf(request, values, LOG_IN), content, status)
}

export function loggedOutPage<U extends User>(request: AuthRequest<U>, values: PageValues, status: number): Answer {
  const login = request.context.resolveUrl(request.context.loginUrl, request.incoming.prefix)
  const content = html`${messageList(request)}<p>${translate(request, LOGGED_OUT)}</p>
<p><a class="button" href="${login}">${translate(request, sentence('Log in again'))}</a></p>
`
  return sitePage(request, titleOf(request, values, sentence('Logged out')), content, status)
}
