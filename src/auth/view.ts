/** A view: from a request to an answer. Mirrors Django's view functions (django/shortcuts.py, django/http/response.py, 5.2). */
import { NoReverseMatch } from '../errors.ts'
import type { Answer } from '../kernel/answer.ts'
import type { SafeHtml } from '../kernel/html.ts'
import type { UrlParams } from '../kernel/urls.ts'
import type { User } from '../users/user.ts'
import type { AuthRequest } from './auth-request.ts'
import { authRequest, type RequestLike } from './request-like.ts'

/** Under this key a view says what it is, for the checks at start. */
export const TRAITS: unique symbol = Symbol.for('postern.traits') as never

/** What the checks at start want to know of a view. */
export interface ViewTraits {
  readonly kind?: 'login' | 'logout'
  /** Lets in only the logged in, or only those who pass a test. */
  readonly guard?: 'login' | 'test'
  /** Users who are logged in and may not come in are sent to the login page all the same. */
  readonly sendsUsersToLogin?: boolean
  /** Sends those who are logged in away from the login page. */
  readonly redirectsUsers?: boolean
  /** URL names, paths and URLs, by the option that holds them. */
  readonly leadsTo?: Readonly<Record<string, string>>
  readonly allowedHosts?: readonly string[]
}

/** Takes a request and the parameters of its URL pattern. */
export interface View<U extends User = User> {
  (request: AuthRequest<U>, params: Readonly<Record<string, string>>): ViewAnswer | Promise<ViewAnswer>
  /** No CSRF check before this view: it has its own way to know that the request is meant. */
  readonly csrfExempt?: boolean
  /** A request whose Origin is exactly the own one, and that the browser calls same-origin, needs no fresh token. */
  readonly acceptsOwnOrigin?: boolean
  /** The view is of no use where no mail can be sent. */
  readonly needsMail?: boolean
  /** `false`: the anonymous may see the view where `loginRequiredMiddleware` guards everything; `loginNotRequired` says so. */
  readonly loginRequired?: boolean
  /** Where `loginRequiredMiddleware` sends the anonymous who want this view; a guard of the view's own says so. */
  readonly loginUrl?: string | undefined
  readonly redirectFieldName?: string | null | undefined
  /** @internal */
  readonly [TRAITS]?: ViewTraits
}

/** The traits of a view with more of them, for what is put around it. */
export function withTraits(view: unknown, more: ViewTraits): { readonly [TRAITS]: ViewTraits } {
  const traits = (view as { readonly [TRAITS]?: ViewTraits })[TRAITS]
  return { [TRAITS]: { ...traits, ...more, leadsTo: { ...traits?.leadsTo, ...more.leadsTo } } }
}

/** An answer, or a redirect whose target is yet to be looked up among the URL names. */
export type ViewAnswer = Answer | Redirect

/** A redirect to a URL name or a path; the name is resolved by the Postern that answers. */
export interface Redirect {
  readonly to: string
  readonly params?: UrlParams | undefined
  readonly status: number
  readonly headers: Answer['headers']
}

/**
 * A redirect. Mirrors django/shortcuts.py `redirect`.
 * @param to a URL name (`login`), a path or a URL
 * @param options.params the parameters of the named URL
 * @param options.permanent 301 instead of 302
 * @example redirect('post', { params: { id: 5 } })
 */
export function redirect(
  to: string,
  options: { readonly params?: UrlParams; readonly permanent?: boolean } = {},
): Redirect {
  return { to, params: options.params, status: options.permanent === true ? 301 : 302, headers: [] }
}

/**
 * The path of a URL name, mount prefix included. Mirrors django/urls/base.py `reverse`.
 * @throws {NoReverseMatch} when no pattern has this name with these parameters
 * @example reverse(request, 'post', { id: 5 })
 */
export function reverse<U extends User = User>(request: RequestLike<U>, name: string, params?: UrlParams): string {
  const { context, incoming } = authRequest<U>(request, 'reverse')
  const found = context.reverse(name, params, incoming.prefix)
  if (found !== undefined) return found
  throw new NoReverseMatch(`There is no URL named '${name}'${params === undefined ? '' : ' with these parameters'}.`)
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
