/**
 * Logs out, by POST alone: a link, an image or a prefetch must not. Mirrors `LogoutView`
 * (django/contrib/auth/views.py, 5.2).
 */
import { type LogoutScope, logout } from '../auth/logout.ts'
import { translate } from '../auth/translate.ts'
import { TRAITS, type View, type ViewAnswer, type ViewTraits } from '../auth/view.ts'
import type { Answer } from '../kernel/answer.ts'
import { html, type SafeHtml } from '../kernel/html.ts'
import { redirectTarget } from '../kernel/redirects.ts'
import { sentence } from '../kernel/text.ts'
import { wantsJson } from '../kernel/wants-json.ts'
import type { User } from '../users/user.ts'
import { type ClassViewType, classView } from './class-view.ts'
import { neverCached } from './never-cache.ts'
import { sitePage } from './pages/page-layout.ts'
import { RedirectUrlView } from './redirect-url-view.ts'
import type { TemplateValues } from './render.ts'

/** What `LogoutView.asView` takes. */
export interface LogoutViewOptions {
  /** Which of the visitor's sessions end; after `others` the visitor goes on to `loginRedirectUrl`, still logged in. @default 'this' */
  readonly scope?: LogoutScope
  /** Where to go after a logout without `next`: a URL name or a path. @default the setting `logoutRedirectUrl` */
  readonly nextPage?: string | null
  /** @default 'next' */
  readonly redirectFieldName?: string
  readonly successUrlAllowedHosts?: ReadonlySet<string>
  /** @default 'registration/logged_out.html' */
  readonly templateName?: string
  /** More for the page. */
  readonly extraContext?: Readonly<Record<string, unknown>> | null
}

const HOW_TO_LOG_OUT = sentence(
  'Logging out takes the button on the site’s pages: an address alone, in a link or an image, must not do it. ' +
    'You are still logged in if you were.',
)

export class LogoutView<U extends User = User> extends RedirectUrlView<U> {
  override httpMethodNames: readonly string[] = ['post', 'options']
  override templateName = 'registration/logged_out.html'
  scope: LogoutScope = 'this'

  /** The view as a function, for `path()`. @throws {TypeError} for an unknown option */
  static override asView<U extends User = User>(
    this: ClassViewType<U, LogoutView<U>>,
    options: LogoutViewOptions = {},
  ): View<U> {
    // A tab from before another login has an old token, and must be able to log out all the same; and nobody has to log in
    // to log out, also where everything else needs a login.
    return Object.assign(classView(this, options), { acceptsOwnOrigin: true, loginRequired: false })
  }

  /** @internal */
  override [TRAITS](): ViewTraits {
    return { ...super[TRAITS](), kind: 'logout' }
  }

  override async dispatch(): Promise<ViewAnswer> {
    return neverCached(await super.dispatch(), this.request.context.sessions.now())
  }

  async post(): Promise<ViewAnswer> {
    await logout(this.request, { scope: this.scope })
    const target = await this.getSuccessUrl()
    // A redirect back to here would be a GET, and that is refused.
    if (target !== '' && target.split('?')[0] !== this.request.path) {
      return { status: 302, headers: [['Location', redirectTarget(target)]] }
    }
    return this.render(await this.getContextData())
  }

  override getContextData(given: TemplateValues = {}): Promise<TemplateValues> {
    return super.getContextData({ title: translate(this.request, sentence('Logged out')), ...given })
  }

  /** A link or a bookmark leads here: a page that says what to do, for whoever reads pages. */
  override httpMethodNotAllowed(): Answer {
    const refused = super.httpMethodNotAllowed()
    if (this.request.method !== 'GET' || wantsJson(this.request.incoming)) return refused
    const title = translate(this.request, sentence('Nothing happened'))
    const said = sitePage(this.request, title, this.#howToLogOut(), refused.status)
    return { ...said, headers: [...said.headers, ...refused.headers] }
  }

  getDefaultRedirectUrl(): string {
    const { loginRedirectUrl, logoutRedirectUrl } = this.request.context
    const to = this.nextPage ?? (this.scope === 'others' ? loginRedirectUrl : logoutRedirectUrl)
    return to === null ? '' : this.resolveUrl(to)
  }

  #howToLogOut(): SafeHtml {
    return html`<p>${translate(this.request, HOW_TO_LOG_OUT)}</p>
<p><a class="button" href="/">${translate(this.request, sentence('To the home page'))}</a></p>`
  }
}
