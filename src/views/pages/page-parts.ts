/** What ready-made pages are put together from. */
import type { AuthRequest } from '../../auth/auth-request.ts'
import { translate } from '../../auth/translate.ts'
import type { Answer } from '../../kernel/answer.ts'
import { html, type SafeHtml } from '../../kernel/html.ts'
import type { Text } from '../../kernel/text.ts'
import type { User } from '../../users/user.ts'
import { type PageValues, titleOf } from './built-in-page.ts'
import { messageList } from './message-list.ts'
import { sitePage } from './page-layout.ts'

/** A whole page with the visitor's messages on top. @param title its own, where the view gave none */
export function page<U extends User>(
  request: AuthRequest<U>,
  values: PageValues,
  title: Text,
  content: SafeHtml,
  status: number,
): Answer {
  return sitePage(request, titleOf(request, values, title), html`${messageList(request)}${content}`, status)
}

export function paragraph<U extends User>(request: AuthRequest<U>, text: Text): SafeHtml {
  return html`<p>${translate(request, text)}</p>\n`
}

/** A link that looks like a button. */
export function button<U extends User>(request: AuthRequest<U>, href: string, text: Text): SafeHtml {
  return html`<p><a class="button" href="${href}">${translate(request, text)}</a></p>\n`
}

/** A link below a form, to the page of a URL name; nothing where there is none. */
export function asideLink<U extends User>(request: AuthRequest<U>, name: string, text: Text): SafeHtml | '' {
  const to = request.context.reverse(name, undefined, request.incoming.prefix)
  if (to === undefined) return ''
  return html`<p class="aside"><a href="${to}">${translate(request, text)}</a></p>\n`
}
