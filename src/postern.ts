/**
 * The wiring of one Postern: `open` finds out who a request comes from, `respond` answers what is Postern's own,
 * `close` says what an answer's headers must be and stores the session first. Adapters call these three.
 */

import { AnswerHeaders } from './answer-headers.ts'
import type { AuthContext } from './auth/auth-context.ts'
import { AuthRequest } from './auth/auth-request.ts'
import type { Backend } from './auth/backend.ts'
import { createUser, type NewAccount } from './auth/create-user.ts'
import { findVisitor } from './auth/find-visitor.ts'
import { ModelBackend } from './auth/model-backend.ts'
import type { TemplateEngine } from './auth/template-engine.ts'
import type { View, ViewAnswer } from './auth/view.ts'
import { checkOptions } from './check-options.ts'
import { TrustedOrigins } from './csrf/csrf-check.ts'
import { SessionPayloads } from './django/session-payload.ts'
import { type HandleOptions, handleRequest } from './handle-request.ts'
import type { Answer, HeaderPair } from './kernel/answer.ts'
import { ALPHANUMERIC, randomString } from './kernel/bytes.ts'
import { findCookie } from './kernel/cookies.ts'
import type { IncomingRequest } from './kernel/incoming-request.ts'
import type { UrlMatch, UrlParams } from './kernel/urls.ts'
import { MessageCookies } from './messages/message-cookies.ts'
import type { MessageSpace } from './messages/message-storage.ts'
import { csrfSettings, messageSettings, type PosternOptions, sessionSettings } from './options.ts'
import { HashQueue } from './passwords/hash-queue.ts'
import { Passwords } from './passwords/passwords.ts'
import { Pbkdf2Hasher } from './passwords/pbkdf2.ts'
import { RequestGate } from './request-gate.ts'
import type { SessionSpace } from './sessions/session.ts'
import { hashedKey, rawKey, validSessionKey } from './sessions/session-key.ts'
import { SiteUrls } from './site-urls.ts'
import { StoreDeadline, TimedSessions, TimedUsers } from './store-deadline.ts'
import type { User } from './users/user.ts'
import type { UserStore } from './users/user-store.ts'
import { failureAnswer } from './views/failure.ts'

/** One Postern: its settings, its stores and its URL patterns. `createPostern` makes it. */
export class Postern<U extends User = User> implements AuthContext<U> {
  readonly sessions: SessionSpace
  readonly users: UserStore<U>
  readonly passwords: Passwords
  readonly backends: readonly [Backend<U>, ...Backend<U>[]]
  readonly sessionCookieName: string
  readonly csrfCookieName: string
  readonly csrfUseSessions: boolean
  readonly trustedOrigins: TrustedOrigins
  readonly messages: MessageSpace
  readonly loginUrl: string
  readonly loginRedirectUrl: string
  readonly logoutRedirectUrl: string | null
  readonly siteName: string
  readonly templates: TemplateEngine | undefined
  readonly development: boolean
  /** How many proxies of one's own stand in front; adapters need it. */
  readonly proxies: number
  // Private, so that whoever logs a request or a Postern does not log the key.
  readonly #secretKey: string
  readonly #secretKeyFallbacks: readonly string[]
  readonly #database: PosternOptions<U>['database']
  readonly #urls: SiteUrls<U>
  readonly #gate: RequestGate
  readonly #headers: AnswerHeaders
  readonly #deadline: StoreDeadline

  /** @throws {ConfigurationError} when settings are missing or contradict each other */
  constructor(options: PosternOptions<U>) {
    this.development = options.development ?? process.env.NODE_ENV !== 'production'
    checkOptions(options, this.development)
    const session = sessionSettings(options.session ?? {}, this.development)
    const csrf = csrfSettings(options.csrf ?? {}, this.development)
    const messages = messageSettings(options.messages ?? {})
    this.#secretKey = options.secretKey || temporaryKey()
    this.#secretKeyFallbacks = options.secretKeyFallbacks ?? []
    this.#database = options.database
    this.#deadline = new StoreDeadline(options.storeTimeout ?? 2)
    this.users = new TimedUsers(options.database.users, this.#deadline)
    this.sessions = {
      store: new TimedSessions(options.database.sessions, this.#deadline),
      payloads: new SessionPayloads({ key: this.secretKey, fallbackKeys: this.secretKeyFallbacks }),
      ages: session,
      storedKey: options.interop === 'django' ? rawKey : hashedKey,
      expireAtBrowserClose: session.expireAtBrowserClose,
      now: options.now ?? Date.now,
    }
    this.passwords = new Passwords(options.passwordHashers ?? [new Pbkdf2Hasher()], new HashQueue(options.hashQueue))
    const [first = modelBackend<U>, ...others] = options.backends ?? []
    this.backends = [first(this), ...others.map((backend) => backend(this))]
    this.sessionCookieName = session.cookieName
    this.csrfCookieName = csrf.cookieName
    this.csrfUseSessions = csrf.useSessions
    this.trustedOrigins = new TrustedOrigins(csrf.trustedOrigins)
    this.messages = {
      ...messages,
      cookies: new MessageCookies({ key: this.secretKey, fallbackKeys: this.secretKeyFallbacks }, this.sessions.now),
      strict: this.development,
    }
    this.loginUrl = options.loginUrl ?? '/accounts/login/'
    this.loginRedirectUrl = options.loginRedirectUrl ?? '/accounts/profile/'
    this.logoutRedirectUrl = options.logoutRedirectUrl ?? null
    this.siteName = options.siteName ?? ''
    this.templates = options.templates
    this.proxies = options.proxies ?? 0
    this.#urls = new SiteUrls(options.urls ?? [], options.accountsPrefix ?? 'accounts/', options.appendSlash ?? false)
    this.#gate = new RequestGate(this, options.allowedHosts ?? [], csrf)
    this.#headers = new AnswerHeaders(session, csrf, messages.cookieName, this.sessions.now)
    const { loginUrl, loginRedirectUrl, logoutRedirectUrl } = this
    this.#urls.check({ loginUrl, loginRedirectUrl, logoutRedirectUrl })
    if (this.#urls.same(loginUrl, loginRedirectUrl)) {
      warn('loginRedirectUrl leads to the login page, so that a login ends where it began. Name another page.')
    }
  }

  get secretKey(): string {
    return this.#secretKey
  }
  get secretKeyFallbacks(): readonly string[] {
    return this.#secretKeyFallbacks
  }

  /** Brings the tables up to date; safe at every start and from several processes at once. @returns the steps taken */
  migrate(): Promise<readonly string[]> {
    return this.#database.migrate()
  }

  /**
   * Makes an account with a hashed password. Mirrors `UserManager.create_user` (django/contrib/auth/models.py, 5.2).
   * @param fields.password the password itself; left out, nobody can log in with one
   * @throws {UserExists} when the name is taken
   */
  createUser(fields: NewAccount): Promise<U> {
    return createUser(this, fields)
  }

  /**
   * Finds out who a request comes from. Never fails: where the store does not answer, reading `user` or `session` does.
   * Without a session cookie nothing has to be asked and no promise is made.
   */
  open(incoming: IncomingRequest): AuthRequest<U> | Promise<AuthRequest<U>> {
    const cookie = findCookie(incoming.header('cookie'), this.sessionCookieName)
    const request = new AuthRequest<U>(this, incoming, cookie)
    const key = validSessionKey(cookie)
    return key === null ? request : findVisitor(request, key)
  }

  /** The answer to what is Postern's own, or is refused; undefined where the application goes on. Rejects with what a view threw. */
  respond(request: AuthRequest<U>): Answer | undefined | Promise<Answer | undefined> {
    const match = this.#urls.match(request.path, request.incoming.prefix)
    const refusal = this.#gate.check(request, match?.view)
    if (refusal === null && match === undefined) return undefined
    return this.#answer(request, match, refusal)
  }

  /**
   * What the headers of an answer with this status must be. Where the session was changed it is stored first.
   * @throws {StoreUnavailable} @throws {SessionInterrupted} the answer must be a refusal then (`refuse`), whatever it was to be
   */
  close(request: AuthRequest<U>, status: number): readonly HeaderPair[] | Promise<readonly HeaderPair[]> {
    return this.#headers.close(request, status)
  }

  /** The answer for an error that Postern threw (503, 400, 403, …), or undefined for somebody else's. */
  refuse(request: AuthRequest<U> | IncomingRequest, error: unknown): Answer | undefined {
    return failureAnswer(request instanceof AuthRequest ? request.incoming : request, error, this.development)
  }

  /**
   * Answers a fetch `Request` with the views in `urls` and the built-in ones: Postern on Bun, Deno, workers and the like.
   * @example export default { fetch: (request: Request) => auth.handle(request) }
   */
  handle(request: Request, options: HandleOptions<U> = {}): Promise<Response> {
    return handleRequest(this, request, options)
  }

  reverse(name: string, params?: UrlParams, prefix = ''): string | undefined {
    return this.#urls.reverse(name, params, prefix)
  }

  resolveUrl(to: string, prefix: string): string {
    return this.#urls.resolve(to, prefix)
  }

  inTime<T>(ask: () => T | Promise<T>): T | Promise<T> {
    return this.#deadline.inTime(ask)
  }

  async #answer(
    request: AuthRequest<U>,
    match: UrlMatch<View<U>> | undefined,
    refusing: ViewAnswer | null | Promise<ViewAnswer | null>,
  ): Promise<Answer | undefined> {
    let answer: Answer
    try {
      const refusal = await refusing
      if (refusal === null && match === undefined) return undefined
      answer = this.#resolve(request, refusal === null ? await match?.view(request, match.params) : refusal)
    } catch (error) {
      const refusal = this.refuse(request, error)
      if (refusal === undefined) throw error
      answer = refusal
    }
    return this.finish(request, answer)
  }

  /** Adds to an answer what `close` says, or makes it a refusal. */
  async finish(request: AuthRequest<U>, answer: Answer): Promise<Answer> {
    try {
      return this.#headers.added(answer, await this.close(request, answer.status))
    } catch (error) {
      const refusal = this.refuse(request, error)
      if (refusal === undefined) throw error
      return refusal
    }
  }

  #resolve(request: AuthRequest<U>, answer: ViewAnswer | null | undefined): Answer {
    if (!Array.isArray(answer?.headers)) {
      const what = answer === undefined || answer === null ? 'nothing' : `a ${typeof answer} that is no answer`
      throw new TypeError(
        `The view of ${request.path} answered ${what}; return text(…), page(…), json(…), redirect(…) or render(…).`,
      )
    }
    return 'to' in answer ? this.#urls.redirect(answer, request.incoming.prefix) : answer
  }
}

/**
 * Sets up Postern.
 * @throws {ConfigurationError} when settings are missing or contradict each other; the message says what to write
 * @example const auth = createPostern({ secretKey: process.env.SECRET_KEY, database: sqlite('app.db') })
 */
export function createPostern<U extends User = User>(options: PosternOptions<U>): Postern<U> {
  return new Postern<U>(options)
}

function modelBackend<U extends User>(context: Pick<AuthContext<U>, 'users' | 'passwords'>): Backend<U> {
  return new ModelBackend(context)
}

function temporaryKey(): string {
  warn('No secretKey: one was made up, and everybody is logged out when this process ends. Set secretKey.')
  return randomString(50, ALPHANUMERIC)
}

function warn(message: string): void {
  process.emitWarning(message, { type: 'PosternWarning' })
}
