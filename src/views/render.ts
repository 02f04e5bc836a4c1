/**
 * A page by the name of its template: the application's own where its engine has one, else the ready-made page of that name.
 * Mirrors `render` (django/shortcuts.py, 5.2), `select_template` (django/template/loader.py) and the context processors
 * of auth, messages and csrf.
 */
import type { AuthRequest } from '../auth/auth-request.ts'
import { authRequest, type RequestLike } from '../auth/request-like.ts'
import type { TemplateContext, TemplateEngine } from '../auth/template-engine.ts'
import { TemplateError } from '../errors.ts'
import type { Answer } from '../kernel/answer.ts'
import { DEFAULT_LEVELS } from '../messages/message.ts'
import type { MessageStorage } from '../messages/message-storage.ts'
import type { User } from '../users/user.ts'
import { BUILT_IN_PAGES, builtInPage } from './pages/built-in-pages.ts'

/** What a view gives to a template, by name. */
export type TemplateValues = Readonly<Record<string, unknown>>

const HTML: Answer['headers'] = [['Content-Type', 'text/html; charset=utf-8']]

/**
 * A page made of a template, for a view to answer with.
 * @param template a name below the template folders, or several, of which the first that exists counts
 * @param context what the template sees besides `request`, `user`, `messages` and `csrf_token`
 * @throws {TemplateError} when there is no such template (it lists where it was looked for), or when it fails
 * @example path('goodbye/', async (request) => { await logout(request); return render(request, 'goodbye.html') })
 */
export function render<U extends User = User>(
  request: RequestLike<U>,
  template: string | readonly string[],
  context: TemplateValues = {},
  status = 200,
): Answer | Promise<Answer> {
  return renderTemplate(authRequest<U>(request, 'render'), template, context, status, HTML)
}

/** The same with headers of the caller's choice for the application's own templates; a ready-made page brings its own. */
export function renderTemplate<U extends User>(
  request: AuthRequest<U>,
  template: string | readonly string[],
  values: TemplateValues,
  status: number,
  headers: Answer['headers'],
): Answer | Promise<Answer> {
  const names = typeof template === 'string' ? [template] : template
  const { templates } = request.context
  for (const name of names) {
    if (templates?.has(name) !== true) {
      const page = builtInPage(name, request, values, status)
      if (page !== undefined) return page
      continue
    }
    const body = templates.render(name, templateContext(request, values))
    return body instanceof Promise
      ? body.then((whole) => ({ status, headers, body: whole }))
      : { status, headers, body }
  }
  throw missing(names, templates)
}

/** What a template sees: what the view gave, and behind it what Django's context processors give, found out when asked for. */
function templateContext<U extends User>(request: AuthRequest<U>, values: TemplateValues): TemplateContext {
  const context = new RequestContext(request)
  for (const [name, value] of Object.entries(values)) {
    // Assigning would fail at a getter of the same name, or set the prototype.
    Object.defineProperty(context, name, { value, enumerable: true, writable: true, configurable: true })
  }
  return context as unknown as TemplateContext
}

class RequestContext<U extends User> {
  readonly #request: AuthRequest<U>

  constructor(request: AuthRequest<U>) {
    this.#request = request
  }

  get request(): AuthRequest<U> {
    return this.#request
  }
  get user(): AuthRequest<U>['user'] {
    return this.#request.user
  }
  get messages(): MessageStorage {
    return this.#request.messages
  }
  get csrf_token(): string {
    return this.#request.csrfToken
  }
  get DEFAULT_MESSAGE_LEVELS(): typeof DEFAULT_LEVELS {
    return DEFAULT_LEVELS
  }
}

function missing(names: readonly string[], templates: TemplateEngine | undefined): TemplateError {
  const wanted = names.map((name) => `'${name}'`).join(' or ')
  const places =
    templates === undefined
      ? "Templates of your own need an engine: templates: nunjucks('templates') from 'postern/nunjucks'."
      : `Looked for in: ${templates.lookedIn.join(', ') || 'no folder at all'}.`
  return new TemplateError(
    `There is no template ${wanted || 'without a name'}. Built-in pages: ${BUILT_IN_PAGES.join(', ')}. ${places}`,
  )
}
