/** A view: from a request to an answer. Mirrors Django's view functions (django/shortcuts.py, django/http/response.py, 5.2). */
import type { Answer } from '../kernel/answer.ts'
import type { SafeHtml } from '../kernel/html.ts'
import type { User } from '../users/user.ts'
import type { AuthRequest } from './auth-request.ts'

/** Takes a request and the parameters of its URL pattern. */
export interface View<U extends User = User> {
  (request: AuthRequest<U>, params: Readonly<Record<string, string>>): ViewAnswer | Promise<ViewAnswer>
  /** No CSRF check before this view: it has its own way to know that the request is meant. */
  readonly csrfExempt?: boolean
  /** A request whose Origin is exactly the own one, and that the browser calls same-origin, needs no fresh token. */
  readonly acceptsOwnOrigin?: boolean
}

/** An answer, or a redirect whose target is yet to be looked up among the URL names. */
export type ViewAnswer = Answer | Redirect

/** A redirect to a URL name or a path; the name is resolved by the Postern that answers. */
export interface Redirect {
  readonly to: string
  readonly status: number
  readonly headers: Answer['headers']
}

/**
 * A redirect. Mirrors django/shortcuts.py `redirect`.
 * @param to a URL name (`login`), a path or a URL
 * @param options.permanent 301 instead of 302
 */
export function redirect(to: string, options: { readonly permanent?: boolean } = {}): Redirect {
  return { to, status: options.permanent === true ? 301 : 302, headers: [] }
}

/** A plain text answer. */
export function text(body: string, status = 200): Answer {
  return { status, headers: [['Content-Type', 'text/plain; charset=utf-8']], body }
}

/** An HTML answer. Text from outside belongs into the `html` tag, which escapes it. */
export function page(body: SafeHtml | string, status = 200): Answer {
  return { status, headers: [['Content-Type', 'text/html; charset=utf-8']], body: String(body) }
}

/** A JSON answer. */
export function json(body: unknown, status = 200): Answer {
  return { status, headers: [['Content-Type', 'application/json']], body: JSON.stringify(body) }
}
