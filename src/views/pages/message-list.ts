/** The messages on a built-in page, in Django's class names; a page without messages has no empty list. */
import type { AuthRequest } from '../../auth/auth-request.ts'
import { html, type SafeHtml } from '../../kernel/html.ts'
import type { User } from '../../users/user.ts'

/** The messages for the visitor, which are used up by it. @throws {StoreUnavailable} when they are in the session and the store did not say */
export function messageList<U extends User>(request: AuthRequest<U>): SafeHtml | '' {
  const { messages } = request
  if (messages.length === 0) return ''
  return html`<ul class="messages" role="status">${[...messages].map((one) => html`<li class="${one.tags}">${one.message}</li>`)}</ul>
`
}
