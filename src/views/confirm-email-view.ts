/**
 * Confirming an address by a link. Looking at the link does nothing, since programs that check mails look at all of them; the
 * button on the page does, with the password that the account was made with: whoever made it need not own the address. The token
 * leaves the address at once, for the session, as that of a reset does.
 */
import { loginNotRequired } from '../auth/guards.ts'
import { messages } from '../auth/messages.ts'
import { confirmEmail, type FoundLink, findLink, provesPassword } from '../auth/registration.ts'
import { translate } from '../auth/translate.ts'
import type { View, ViewAnswer } from '../auth/view.ts'
import { ConfigurationError } from '../errors.ts'
import { uid64Encode } from '../kernel/bytes.ts'
import { redirectTarget } from '../kernel/redirects.ts'
import { sentence, type Text } from '../kernel/text.ts'
import { decodePath, encodePath } from '../kernel/url-path.ts'
import type { User } from '../users/user.ts'
import { type ClassViewType, classView } from './class-view.ts'
import { onwards, refusalInJson, sentFields } from './forms/form-answers.ts'
import { neverCached } from './never-cache.ts'
import { LINK_INVALID, LINK_USED, NOT_THE_PASSWORD } from './pages/registration-pages.ts'
import type { TemplateValues } from './render.ts'
import { TemplateView, type TemplateViewOptions } from './template-view.ts'
import { withoutReferrer } from './without-referrer.ts'

/** What `ConfirmEmailView.asView` takes. */
export interface ConfirmEmailViewOptions extends TemplateViewOptions {
  /** Where to go afterwards: a URL name or a path. @default `redirectUrl` of the setting, else the login page */
  readonly successUrl?: string | null
  /** What stands in the address instead of the token. @default 'address' */
  readonly urlToken?: string
}

const SESSION_TOKEN = '_postern_confirm'
const CONFIRMED = sentence('Your email address is confirmed. You can log in now.')

type ReadyLink<U extends User> = Extract<FoundLink<U>, { readonly state: 'ready' }>

export class ConfirmEmailView<U extends User = User> extends TemplateView<U> {
  override templateName = 'registration/confirm_email.html'
  override title: Text | string = sentence('Confirm your email address')
  successUrl: string | null = null
  urlToken = 'address'
  #link: FoundLink<U> = { state: 'invalid' }

  /** The view as a function, for `path()`. @throws {TypeError} for an unknown option */
  static override asView<U extends User = User>(
    this: ClassViewType<U, ConfirmEmailView<U>>,
    options: ConfirmEmailViewOptions = {},
  ): View<U> {
    return loginNotRequired(classView(this, options))
  }

  /** @throws {ConfigurationError} where the URL pattern has another parameter */
  override async dispatch(): Promise<ViewAnswer> {
    const { request } = this
    const { token: given } = this.params
    if (given === undefined) {
      throw new ConfigurationError("The URL path must contain a 'token' parameter, as in path('confirm/<token>/', …).")
    }
    const token = given === this.urlToken ? request.session.get(SESSION_TOKEN) : given
    if (typeof token === 'string') this.#link = await findLink(request.context, token)
    const leaves = given !== this.urlToken && this.#link.state === 'ready' && request.method === 'GET'
    const answer = leaves ? this.#keepToken(given) : await super.dispatch()
    return neverCached(given === this.urlToken ? answer : withoutReferrer(answer), request.context.sessions.now())
  }

  /** A button was pressed: `choose` for another password than that of whoever made the account. */
  async post(): Promise<ViewAnswer> {
    const { request } = this
    const link = this.#link
    if (link.state === 'ready') return this.#prove(link)
    const refusal =
      link.state === 'used'
        ? refusalInJson(request, 'used_link', LINK_USED)
        : refusalInJson(request, 'invalid_link', LINK_INVALID)
    return refusal ?? this.get()
  }

  /** Where to go when the address is confirmed. */
  getSuccessUrl(): string {
    const { context, incoming } = this.request
    return context.resolveUrl(this.successUrl ?? context.registration.redirectUrl ?? context.loginUrl, incoming.prefix)
  }

  /**
   * `validlink`, `used`, whose address it is, and whether a password is to be chosen afterwards; otherwise `password` and
   * `choose` are fields.
   */
  override getContextData(given: TemplateValues = {}): Promise<TemplateValues> {
    const link = this.#link
    const { context, incoming } = this.request
    return super.getContextData({
      validlink: link.state === 'ready',
      used: link.state === 'used',
      email: link.state === 'ready' ? link.user.email : '',
      claims: link.state === 'ready' && link.token.purpose === 'claim_account',
      login_url: context.resolveUrl(context.loginUrl, incoming.prefix),
      ...given,
    })
  }

  #keepToken(token: string): ViewAnswer {
    this.request.session.set(SESSION_TOKEN, token)
    const path = encodePath(decodePath(this.request.path).replace(token, () => this.urlToken))
    return { status: 302, headers: [['Location', redirectTarget(path)]] }
  }

  /** What makes a password good is that the owner of the address knows it. */
  async #prove(link: ReadyLink<U>): Promise<ViewAnswer> {
    const { request } = this
    const fields = await sentFields(request)
    const forget = link.token.purpose === 'claim_account' || (fields.get('choose') ?? '') !== ''
    if (forget || (await provesPassword(request.context, link.user, fields.get('password') ?? ''))) {
      return this.#confirm(link, forget)
    }
    const refusal = refusalInJson(request, 'wrong_password', NOT_THE_PASSWORD)
    return refusal ?? this.render(await this.getContextData({ wrong_password: true }))
  }

  async #confirm(link: ReadyLink<U>, forget: boolean): Promise<ViewAnswer> {
    const { request } = this
    const target = this.getSuccessUrl()
    const user = await confirmEmail(request, link, forget)
    if (user === null) {
      this.#link = { state: 'used', user: link.user }
      return this.post()
    }
    request.session.pop(SESSION_TOKEN)
    const choose = forget ? this.#passwordPage(user) : undefined
    if (choose === undefined) messages.success(request, translate(request, CONFIRMED))
    return onwards(request, choose ?? target)
  }

  /** Where a new password is chosen, the one before it being perhaps somebody else's. */
  #passwordPage(user: U): string | undefined {
    const { context, incoming } = this.request
    const link = { uidb64: uid64Encode(String(user.id)), token: context.resetTokens.makeToken(user) }
    return context.reverse('password_reset_confirm', link, incoming.prefix)
  }
}
