/** What a request must pass before anybody answers it: a host that is ours, and no forgery across sites. */
import type { AuthContext } from './auth/auth-context.ts'
import type { AuthRequest } from './auth/auth-request.ts'
import { csrfEvidence } from './auth/csrf-evidence.ts'
import type { RemoteUsers } from './auth/remote-user.ts'
import type { View, ViewAnswer } from './auth/view.ts'
import { isOwnOrigin, isSafeMethod, sourceError, tokenError } from './csrf/csrf-check.ts'
import type { Answer } from './kernel/answer.ts'
import { isMultipart, isUrlEncoded } from './kernel/forms.ts'
import { hostIsAllowed, splitHost } from './kernel/hosts.ts'
import { RouteList } from './route-list.ts'
import type { CsrfSettings } from './settings.ts'
import type { User } from './users/user.ts'
import { refuse } from './views/refusal.ts'

const TOKEN_FIELD = 'csrfmiddlewaretoken'
/** Where Django, too, answers without being told: this machine. */
const DEVELOPMENT_HOSTS = ['.localhost', '127.0.0.1', '[::1]']
/** A flood of made-up hosts must not fill the memory. */
const HOSTS_REMEMBERED = 256

type Refused = ViewAnswer | null

export class RequestGate {
  readonly #context: AuthContext
  readonly #allowedHosts: readonly string[]
  readonly #exempt: RouteList
  readonly #failureView: CsrfSettings['failureView']
  readonly #remoteUsers: RemoteUsers | undefined
  readonly #readableCookie: string | undefined
  readonly #hosts = new Map<string, boolean>()

  /** @throws {ConfigurationError} when an exempt route cannot be understood */
  constructor(
    context: AuthContext,
    allowedHosts: readonly string[],
    { exempt, failureView, cookieHttpOnly }: Pick<CsrfSettings, 'exempt' | 'failureView' | 'cookieHttpOnly'>,
    remoteUsers?: RemoteUsers,
  ) {
    this.#remoteUsers = remoteUsers
    this.#context = context
    this.#allowedHosts = allowedHosts.length === 0 && context.development ? DEVELOPMENT_HOSTS : allowedHosts
    this.#exempt = new RouteList(exempt)
    this.#failureView = failureView
    this.#readableCookie = cookieHttpOnly || context.csrfUseSessions ? undefined : context.csrfCookieName
  }

  /** @param view Postern's own view for the request, if there is one. @returns the refusal, or null to go on */
  check<U extends User>(request: AuthRequest<U>, view: View<U> | undefined): Refused | Promise<Refused> {
    if (!this.#isOurs(request.incoming.host)) return this.#wrongHost(request)
    if (isSafeMethod(request.method)) return null
    const exempt = view === undefined ? this.#exempt.has(request) : view.csrfExempt === true
    // Without the session's cookie a request to the application has nothing of the visitor's to misuse, unless a server in
    // front vouches for the visitor without one; `login` looks itself.
    const acts = request.sessionCookie !== undefined || this.#remoteUsers?.vouchesFor(request.incoming) === true
    if (view === undefined && !exempt && !acts) return null
    request.sourceIsJudged = true
    return exempt ? null : this.#checkForgery(request, view)
  }

  async #checkForgery<U extends User>(request: AuthRequest<U>, view: View<U> | undefined): Promise<Refused> {
    const { incoming } = request
    const evidence = csrfEvidence(request)
    const source = sourceError(evidence, this.#context.trustedOrigins)
    if (source !== null) return this.#forged(request, source)
    // Such a request can only come from a page of this very site, however old that page is.
    if (view?.acceptsOwnOrigin === true && isOwnOrigin(evidence) && incoming.header('sec-fetch-site') === 'same-origin')
      return null
    const wrong = tokenError(evidence, await tokenField(request, view))
    return wrong === null ? null : this.#forged(request, wrong)
  }

  #isOurs(host: string): boolean {
    const known = this.#hosts.get(host)
    if (known !== undefined) return known
    const ours = hostIsAllowed(host, this.#allowedHosts)
    if (this.#hosts.size >= HOSTS_REMEMBERED) this.#hosts.clear()
    this.#hosts.set(host, ours)
    return ours
  }

  #wrongHost<U extends User>(request: AuthRequest<U>): Answer {
    const refusal = {
      status: 400,
      code: 'host',
      title: 'Bad request',
      message: 'This site does not answer to that host name.',
      check: 'postern.E406',
      cure: `If it should, add '${splitHost(request.incoming.host)?.domain ?? 'its name'}' to allowedHosts.`,
    }
    return refuse(request.incoming, refusal, this.#context.development)
  }

  #forged<U extends User>(request: AuthRequest<U>, reason: string): ViewAnswer | Promise<ViewAnswer> {
    request.refused()
    if (this.#failureView !== undefined) return this.#failureView(request, reason)
    const refusal = {
      status: 403,
      code: 'csrf',
      title: 'Forbidden',
      message: 'CSRF verification failed. Request aborted.',
      reason,
      ...cureOf(reason, this.#readableCookie),
    }
    return refuse(request.incoming, refusal, this.#context.development)
  }
}

/** A form's token. An application's own body is read only when no header answers for it, and one with files only where somebody has parsed it before. */
async function tokenField<U extends User>({ incoming }: AuthRequest<U>, view: View<U> | undefined): Promise<string> {
  const type = incoming.header('content-type')
  if (incoming.method !== 'POST' || !(isUrlEncoded(type) || isMultipart(type))) return ''
  if (view === undefined && incoming.header('x-csrftoken') !== undefined) return ''
  return (await incoming.form()).get(TOKEN_FIELD) ?? ''
}

const FOREIGN =
  "If that page is yours, add its origin to csrf.trustedOrigins, as in 'https://shop.example'; behind a proxy, set proxies so that the scheme is known."
const NO_COOKIE =
  'Show the page with the form first, with its request.csrfToken in it; and see that the client sends cookies (fetch: credentials).'
const IN_FORM = `put <input type="hidden" name="${TOKEN_FIELD}" value="…request.csrfToken…"> into the form ({% csrf_token %} in a template)`
const STALE = 'A token from before a login is no longer good: reload the page.'

/** @param readable the name of the cookie that scripts can read the token from; undefined where there is none */
function cureOf(reason: string, readable: string | undefined): { check: string; cure: string } {
  if (reason.startsWith('Origin') || reason.startsWith('Referer') || reason.startsWith('Fetch')) {
    return { check: 'postern.E301', cure: FOREIGN }
  }
  if (reason.includes('cookie')) return { check: 'postern.E302', cure: NO_COOKIE }
  const from =
    readable === undefined
      ? 'request.csrfToken, handed to the page: no script can read it from a cookie here'
      : `the ${readable} cookie has it`
  return { check: 'postern.E303', cure: `Send the token as the X-CSRFToken header (${from}), or ${IN_FORM}. ${STALE}` }
}
