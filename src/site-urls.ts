/** The URL patterns of one Postern, the application's and the built-in ones, and what the settings say of URLs. */
import type { AuthRequest } from './auth/auth-request.ts'
import type { Registration } from './auth/registration.ts'
import { type Redirect, TRAITS, type View } from './auth/view.ts'
import { ConfigurationError, NoReverseMatch } from './errors.ts'
import type { Answer } from './kernel/answer.ts'
import { nearestName } from './kernel/nearest-name.ts'
import { escapeLeadingSlashes, redirectTarget } from './kernel/redirects.ts'
import { include, type UrlMatch, type UrlParams, type UrlPattern, UrlPatterns } from './kernel/urls.ts'
import type { User } from './users/user.ts'
import { authUrls } from './views/auth-urls.ts'
import { registrationUrls } from './views/registration-urls.ts'

/** What the settings say of URLs. */
interface SiteUrlOptions {
  /** Where the built-in views are, `false` for nowhere. */
  readonly accountsPrefix: string | false
  /** Whether a path without its trailing slash is redirected to the one with it. */
  readonly appendSlash: boolean
  /** Whether a mail can be sent. */
  readonly sendsMail: boolean
  /** How accounts are made, null where nobody can make one. */
  readonly registration: Registration | null
}

/** A view where it is mounted. */
export interface MountedView<U extends User = User> {
  /** With the slash in front. */
  readonly route: string
  readonly view: View<U>
}

export class SiteUrls<U extends User> {
  /** All views, built-in ones included, in the order in which they are tried. */
  readonly views: readonly MountedView<U>[]
  readonly #patterns: UrlPatterns<View<U>>
  readonly #appendSlash: boolean

  /** @throws {ConfigurationError} for a view that needs what is not set up */
  constructor(own: readonly UrlPattern<View<U>>[], options: SiteUrlOptions) {
    const { accountsPrefix, appendSlash, sendsMail, registration } = options
    const builtIn = [...authUrls<U>(), ...(registration === null ? [] : registrationUrls<U>(registration))]
    const wanted = accountsPrefix === false ? own : withBuiltIn(own, accountsPrefix, builtIn)
    const all = sendsMail ? wanted : withoutMail(wanted)
    this.#patterns = new UrlPatterns(all)
    this.views = [...mounted(all, '/')]
    this.#appendSlash = appendSlash
  }

  /** The view of a path. @param prefix the part of the path in front of the application */
  match(path: string, prefix: string): UrlMatch<View<U>> | undefined {
    const found = this.#patterns.match(prefix !== '' && path.startsWith(prefix) ? path.slice(prefix.length) : path)
    return this.#appendSlash && found?.lacksSlash === true ? { view: redirectWithSlash, params: {} } : found
  }

  reverse(name: string, params: UrlParams | undefined, prefix: string): string | undefined {
    const found = this.#patterns.reverse(name, params)
    return found === undefined ? undefined : escapeLeadingSlashes(prefix + found)
  }

  /** Mirrors django/shortcuts.py `resolve_url` (5.2). @throws {NoReverseMatch} for what is neither a name nor like a URL */
  resolve(to: string, prefix: string, params?: UrlParams): string {
    const found = this.reverse(to, params, prefix)
    if (found !== undefined) return found
    if (to.includes('/') || to.includes('.')) return to
    const names = this.#patterns.names()
    if (names.includes(to)) {
      throw new NoReverseMatch(
        `The URL named '${to}' takes other parameters, as in redirect('${to}', { params: { … } }).`,
      )
    }
    const near = nearestName(to, names)
    const meant = near === undefined ? '' : ` Did you mean '${near}'?`
    throw new NoReverseMatch(
      `There is no URL named '${to}'.${meant} Names: ${names.join(', ') || 'none'}. Add path('…', view, { name: '${to}' }) to urls.`,
    )
  }

  /** A redirect with its target looked up. */
  redirect({ to, params, status, headers }: Redirect, prefix: string): Answer {
    return { status, headers: [...headers, ['Location', redirectTarget(this.resolve(to, prefix, params))]] }
  }

  /** The same for what the views themselves lead to. @throws {ConfigurationError} */
  checkViews(): void {
    for (const { route, view } of this.views) {
      for (const [option, to] of Object.entries(view[TRAITS]?.leadsTo ?? {})) {
        try {
          this.resolve(to, '')
        } catch (error) {
          throw new ConfigurationError(`urls: the view of '${route}' has ${option}: ${(error as Error).message}`, error)
        }
      }
    }
  }

  /** A name that leads nowhere is found at start and not when somebody logs out. @throws {ConfigurationError} */
  check(settings: Readonly<Record<string, string | null>>): void {
    for (const [setting, to] of Object.entries(settings)) {
      try {
        if (to !== null) this.resolve(to, '')
      } catch (error) {
        throw new ConfigurationError(`${setting}: ${(error as Error).message}`, error)
      }
    }
  }
}

/** Mirrors `CommonMiddleware.get_full_path_with_slash` (django/middleware/common.py, 5.2). */
const redirectWithSlash = Object.assign(
  ({ path, incoming }: AuthRequest): Answer => {
    const location = escapeLeadingSlashes(`${path}/${incoming.url.slice(path.length)}`)
    return { status: 301, headers: [['Location', redirectTarget(location)]] }
  },
  { csrfExempt: true, loginRequired: false },
)

function* mounted<U extends User>(patterns: readonly UrlPattern<View<U>>[], prefix: string): Generator<MountedView<U>> {
  for (const { route, view, patterns: below } of patterns) {
    if (below !== undefined) yield* mounted(below, prefix + route)
    else if (view !== undefined) yield { route: prefix + route, view }
  }
}

/** A name that the application has taken is its own: the built-in view of that name is not mounted. */
function withBuiltIn<U extends User>(
  own: readonly UrlPattern<View<U>>[],
  prefix: string,
  builtIn: readonly UrlPattern<View<U>>[],
): readonly UrlPattern<View<U>>[] {
  const taken = new Set(new UrlPatterns(own).names())
  return [
    ...own,
    include(
      prefix,
      builtIn.filter(({ name = '' }) => !taken.has(name)),
    ),
  ]
}

/** Views of no use are left out where they came with others, and refused where somebody has put them there by hand. */
function withoutMail<U extends User>(patterns: readonly UrlPattern<View<U>>[]): readonly UrlPattern<View<U>>[] {
  const kept: UrlPattern<View<U>>[] = []
  for (const pattern of patterns) {
    if (pattern.patterns !== undefined) kept.push({ ...pattern, patterns: withoutMail(pattern.patterns) })
    else if (pattern.view?.needsMail !== true) kept.push(pattern)
    else if (pattern.optional !== true) {
      throw new ConfigurationError(
        `urls: the view of '${pattern.route}' sends mails, and there is no sendMail. Pass one, for instance sendMail: nodemailer(…) from 'postern/nodemailer'.`,
      )
    }
  }
  return kept
}
