/**
 * A page by the name of its template: the application's own where its engine has one, else the ready-made page of that name.
 * Mirrors `render` (django/shortcuts.py, 5.2), `select_template` (django/template/loader.py) and the context processors
 * of auth, messages and csrf.
 */
import type { AuthRequest } from '../auth/auth-request.ts'
import { Perms } from '../auth/perms.ts'
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
 * @param context what the template sees besides `request`, `user`, `perms`, `messages` and `csrf_token`
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
    const page = fill(templates, name, request, values)
    return page instanceof Promise
      ? page.then((whole) => ({ status, headers, body: whole }))
      : { status, headers, body: page }
  }
  throw missing(names, templates)
}

/** What came of finding out what the visitor may do; undefined where it was not found out. */
type FoundPerms = Perms | { readonly failure: unknown } | undefined

/** Once, since messages are used up by it: what a template cannot wait for is found out before, where it is mentioned. */
function fill<U extends User>(
  templates: TemplateEngine,
  name: string,
  request: AuthRequest<U>,
  values: TemplateValues,
): string | Promise<string> {
  const permissions = Object.hasOwn(values, 'perms') ? undefined : templates.mentions?.(name, 'perms')
  const groups = templates.mentions?.(name, 'user')?.some((asked) => /^(?:\*|groups(?:\..*)?)$/.test(asked)) === true
  if (permissions === undefined && !groups) return templates.render(name, templateContext(request, values, undefined))
  return findOut(request, permissions, groups).then((perms) =>
    templates.render(name, templateContext(request, values, perms)),
  )
}

/** Nobody has looked yet: the page is private when the template looks, and a store that is away is its business then. */
async function findOut<U extends User>(
  request: AuthRequest<U>,
  permissions: readonly string[] | undefined,
  groups: boolean,
): Promise<FoundPerms> {
  if (request.failure !== undefined) return undefined
  const visitor = request.quietVisitor
  const [perms] = await Promise.all([
    permissions === undefined
      ? undefined
      : Perms.load(visitor, permissions.filter(isName)).catch((failure: unknown) => ({ failure })),
    groups ? visitor.groups() : undefined,
  ])
  return perms
}

/** Not `*`, which stands for whatever a value may name. */
function isName(asked: string): boolean {
  return asked !== '*'
}

/** What a template sees: what the view gave, and behind it what Django's context processors give, found out when asked for. */
function templateContext<U extends User>(
  request: AuthRequest<U>,
  values: TemplateValues,
  perms: FoundPerms,
): TemplateContext {
  const context = new RequestContext(request, perms)
  for (const [name, value] of Object.entries(values)) {
    // Assigning would fail at a getter of the same name, or set the prototype.
    Object.defineProperty(context, name, { value, enumerable: true, writable: true, configurable: true })
  }
  return context as unknown as TemplateContext
}

class RequestContext<U extends User> {
  readonly #request: AuthRequest<U>
  readonly #perms: FoundPerms

  constructor(request: AuthRequest<U>, perms: FoundPerms) {
    this.#request = request
    this.#perms = perms
  }

  get request(): AuthRequest<U> {
    return this.#request
  }
  get user(): AuthRequest<U>['user'] {
    return this.#request.user
  }
  /** @throws {TemplateError} for an engine that does not say what its templates mention */
  get perms(): Perms {
    // Whoever looks here looks at the user.
    this.#request.user
    if (this.#perms instanceof Perms) return this.#perms
    if (this.#perms !== undefined) throw this.#perms.failure
    throw new TemplateError(
      'perms is found out before a page is made, for templates that mention it; give the engine the method mentions(), or ' +
        'await user.hasPerm(…) in the view.',
    )
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
