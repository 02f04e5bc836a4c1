/** The ready-made page that asks for the password once more. */
import type { AuthRequest } from '../../auth/auth-request.ts'
import { translate } from '../../auth/translate.ts'
import type { Answer } from '../../kernel/answer.ts'
import { html, type SafeHtml } from '../../kernel/html.ts'
import { sentence } from '../../kernel/text.ts'
import type { User } from '../../users/user.ts'
import { type PageValues, postForm, titleOf } from './built-in-page.ts'
import { messageList } from './message-list.ts'
import { nextField } from './next-field.ts'
import { sitePage } from './page-layout.ts'

export function reauthenticatePage<U extends User>(
  request: AuthRequest<U>,
  values: PageValues,
  status: number,
): Answer {
  const { form } = values
  const username = request.user.getUsername()
  const why =
    form === null
      ? sentence('You are logged in as %(username)s, without a password of this site. Log in again to go on.', {
          username,
        })
      : sentence('You are logged in as %(username)s. Enter your password once more to go on.', { username })
  const button = form === null ? sentence('Log in again') : sentence('Go on')
  const content = html`${messageList(request)}<p>${translate(request, why)}</p>
${postForm(request, form, translate(request, button), html`${nameFor(form, username)}${nextField(values)}`)}`
  return sitePage(request, titleOf(request, values, sentence('Confirm that it is you')), content, status)
}

/** Tells a password manager whose password is asked for; it is sent nowhere. */
function nameFor(form: unknown, username: string): SafeHtml | '' {
  return form === null ? '' : html`<input type="text" autocomplete="username" value="${username}" hidden readonly>\n`
}
