/**
 * A view that ends in a redirect which the visitor may choose, as long as it stays on the site.
 * Mirrors `RedirectURLMixin` (django/contrib/auth/views.py, 5.2).
 */
import { TRAITS, type ViewTraits } from '../auth/view.ts'
import { urlHasAllowedHostAndScheme } from '../kernel/redirects.ts'
import type { User } from '../users/user.ts'
import { ClassView } from './class-view.ts'
import type { TemplateValues } from './render.ts'

export abstract class RedirectUrlView<U extends User = User> extends ClassView<U> {
  /** Where to go without a `next`: a URL name or a path. */
  nextPage: string | null = null
  /** The field, of the form or the query, that names the page to go to. */
  redirectFieldName = 'next'
  /** Hosts besides the request's own to which `next` may lead. */
  successUrlAllowedHosts: ReadonlySet<string> = new Set()

  /** @internal */
  override [TRAITS](): ViewTraits {
    // A getter in a subclass may look at the request, which is not there yet.
    const nextPage: unknown = Object.getOwnPropertyDescriptor(this, 'nextPage')?.value
    return {
      leadsTo: typeof nextPage === 'string' ? { nextPage } : {},
      allowedHosts: [...this.successUrlAllowedHosts],
    }
  }

  /** Where to go: the visitor's wish if it is safe, else the default. */
  async getSuccessUrl(): Promise<string> {
    return (await this.getRedirectUrl()) || this.getDefaultRedirectUrl()
  }

  /** The visitor's wish, `''` when there is none or it is not safe. A field in the form wins, even an empty one. */
  async getRedirectUrl(): Promise<string> {
    const form = this.request.method === 'POST' ? await this.request.form() : undefined
    const wish = form?.get(this.redirectFieldName) ?? this.request.query.get(this.redirectFieldName)
    const safe = urlHasAllowedHostAndScheme(wish, this.getSuccessUrlAllowedHosts(), this.request.isSecure)
    return safe && wish !== undefined ? wish : ''
  }

  getSuccessUrlAllowedHosts(): ReadonlySet<string> {
    return new Set([this.request.incoming.host, ...this.successUrlAllowedHosts])
  }

  abstract getDefaultRedirectUrl(): string

  /** `site` and `site_name` besides what is given; `extraContext` goes before all of it. */
  override async getContextData(given: TemplateValues = {}): Promise<TemplateValues> {
    const { context, incoming } = this.request
    const name = context.siteName || incoming.host
    return super.getContextData({ site: { domain: incoming.host, name }, site_name: name, ...given })
  }

  /** The address of a URL name, or the path itself. @throws {NoReverseMatch} */
  protected resolveUrl(to: string): string {
    return this.request.context.resolveUrl(to, this.request.incoming.prefix)
  }
}
