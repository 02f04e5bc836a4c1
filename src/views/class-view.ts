/**
 * A view as a class: one method for each HTTP method, options as properties, open to subclassing. A new instance
 * answers each request. Mirrors `View` and `TemplateResponseMixin` (django/views/generic/base.py, 5.2).
 */
import type { AuthRequest } from '../auth/auth-request.ts'
import { TRAITS, type View, type ViewAnswer, type ViewTraits } from '../auth/view.ts'
import type { Answer } from '../kernel/answer.ts'
import type { User } from '../users/user.ts'
import { renderTemplate, type TemplateValues } from './render.ts'

/** What Django's default middleware says of every page; a ready-made page says more. */
const PAGE_HEADERS: Answer['headers'] = [
  ['Content-Type', 'text/html; charset=utf-8'],
  ['X-Content-Type-Options', 'nosniff'],
  ['X-Frame-Options', 'DENY'],
  ['Referrer-Policy', 'same-origin'],
  ['Cross-Origin-Opener-Policy', 'same-origin'],
]

/** A method of a class view, as `get` or `post`. */
type Handler = () => ViewAnswer | Promise<ViewAnswer>

export abstract class ClassView<U extends User = User> {
  /** The methods that the view answers, in lower case. */
  httpMethodNames: readonly string[] = ['get', 'post', 'put', 'patch', 'delete', 'head', 'options', 'trace']
  /** The template of the page, if the view shows one. */
  templateName: string | null = null
  /** More for the template; it goes before what the view itself gives. */
  extraContext: TemplateValues | null = null
  readonly #request: AuthRequest<U>
  readonly #params: Readonly<Record<string, string>>

  constructor(request: AuthRequest<U>, params: Readonly<Record<string, string>>) {
    this.#request = request
    this.#params = params
  }

  /** The view as a function, for `path()`, with some of its properties set. @throws {TypeError} for an unknown option */
  static asView<U extends User = User>(
    this: ClassViewType<U, ClassView<U>>,
    options: Readonly<Record<string, unknown>> = {},
  ): View<U> {
    return classView(this, options)
  }

  get request(): AuthRequest<U> {
    return this.#request
  }
  get params(): Readonly<Record<string, string>> {
    return this.#params
  }

  /** Of a view that has its options and no request yet. @internal */
  [TRAITS](): ViewTraits {
    return {}
  }

  /** Chooses the method for the request. */
  dispatch(): ViewAnswer | Promise<ViewAnswer> {
    const handler = this.#handler(this.#request.method.toLowerCase())
    return handler === undefined ? this.httpMethodNotAllowed() : handler()
  }

  httpMethodNotAllowed(): Answer {
    return { status: 405, headers: [['Allow', this.#allowed()]], body: '' }
  }
  options(): Answer {
    return {
      status: 200,
      headers: [
        ['Allow', this.#allowed()],
        ['Content-Length', '0'],
      ],
      body: '',
    }
  }

  /** The names of the page's template; the first that exists counts. */
  getTemplateNames(): readonly string[] {
    return this.templateName === null ? [] : [this.templateName]
  }

  /** What the template sees besides `request`, `user`, `messages` and `csrf_token`. @param given what the view has to show */
  async getContextData(given: TemplateValues = {}): Promise<TemplateValues> {
    return { ...given, ...this.extraContext }
  }

  /** The page of the view's template. @throws {TemplateError} when there is none, or when it fails */
  protected render(context: TemplateValues, status = 200): ViewAnswer | Promise<ViewAnswer> {
    return renderTemplate(this.#request, this.getTemplateNames(), context, status, PAGE_HEADERS)
  }

  #allowed(): string {
    const allowed = this.httpMethodNames.filter((method) => this.#handler(method) !== undefined)
    return allowed.map((method) => method.toUpperCase()).join(', ')
  }

  #handler(method: string): Handler | undefined {
    if (!this.httpMethodNames.includes(method)) return undefined
    const methods = this as unknown as Partial<Record<string, Handler>>
    // As Django: who answers GET answers HEAD.
    const handler = methods[method] ?? (method === 'head' ? methods.get : undefined)
    return handler?.bind(this)
  }
}

/** A class view's constructor. */
export type ClassViewType<U extends User, V extends ClassView<U>> = new (
  request: AuthRequest<U>,
  params: Readonly<Record<string, string>>,
) => V

/**
 * The view function of a class, with some of its properties set.
 * @throws {TypeError} for an option that the class does not have
 */
export function classView<U extends User, V extends ClassView<U>>(type: ClassViewType<U, V>, options: object): View<U> {
  const sample = new type(undefined as never, {})
  for (const name of Object.keys(options)) {
    // Own properties only: a method is overridden in a subclass, and `post` or `request` is no option.
    if (!Object.hasOwn(sample, name)) throw new TypeError(`${type.name}.asView() has no option '${name}'.`)
  }
  const view: View<U> = (request, params) => Object.assign(new type(request, params), options).dispatch()
  return Object.assign(view, { [TRAITS]: Object.assign(sample, options)[TRAITS]() })
}
