/**
 * What one Postern knows from its settings on: its stores under their deadline, its hashers, its URL patterns. Nothing in it
 * changes after the start.
 */
import { AnswerHeaders } from './answer-headers.ts'
import type { AuthContext } from './auth/auth-context.ts'
import type { Backend } from './auth/backend.ts'
import { createUser, type NewAccount } from './auth/create-user.ts'
import { ModelBackend } from './auth/model-backend.ts'
import { PostponedWork } from './auth/postponed-work.ts'
import type { Registration } from './auth/registration.ts'
import type { TemplateEngine } from './auth/template-engine.ts'
import { mergeCatalogs } from './catalogs/merge-catalogs.ts'
import { checkOptions } from './check-options.ts'
import { TrustedOrigins } from './csrf/csrf-check.ts'
import { SessionPayloads } from './django/session-payload.ts'
import { announce, type EventName, type PosternEvents } from './events.ts'
import { ALPHANUMERIC, randomString } from './kernel/bytes.ts'
import type { SendMail } from './kernel/mail.ts'
import type { Catalog } from './kernel/text.ts'
import type { UrlParams } from './kernel/urls.ts'
import { mailSender } from './mail-settings.ts'
import { MessageCookies } from './messages/message-cookies.ts'
import type { MessageSpace } from './messages/message-storage.ts'
import { csrfSettings, messageSettings, type PosternOptions, sessionSettings } from './options.ts'
import { defaultHashers } from './passwords/default-hashers.ts'
import { HashQueue } from './passwords/hash-queue.ts'
import { defaultPasswordValidators, PasswordPolicy } from './passwords/password-policy.ts'
import { Passwords } from './passwords/passwords.ts'
import { registrationSettings } from './registration-settings.ts'
import { RequestGate } from './request-gate.ts'
import type { SessionSpace } from './sessions/session.ts'
import { hashedKey, rawKey } from './sessions/session-key.ts'
import { SiteUrls } from './site-urls.ts'
import { StoreDeadline, TimedSessions, TimedTokens, TimedUsers } from './store-deadline.ts'
import { TimedAccounts } from './timed-stores.ts'
import { OneUseTokens } from './tokens/one-use-tokens.ts'
import { PasswordResetTokenGenerator } from './tokens/reset-token.ts'
import type { AccountStore } from './users/account-store.ts'
import type { User } from './users/user.ts'
import type { UserStore } from './users/user-store.ts'

/** One Postern: its settings, its stores and its URL patterns. `createPostern` makes it. */
/** The settings of one Postern, worked out. `Postern` adds what becomes of a request. */
export abstract class SiteContext<U extends User = User> implements AuthContext<U> {
  readonly sessions: SessionSpace
  readonly users: UserStore<U>
  readonly accounts: AccountStore
  readonly registration: Registration
  readonly tokens: OneUseTokens
  readonly passwords: Passwords
  readonly passwordPolicy: PasswordPolicy
  readonly resetTokens: PasswordResetTokenGenerator
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
  readonly publicUrl: string | undefined
  readonly sendMail: SendMail | undefined
  readonly languages: readonly [string, ...string[]]
  readonly catalogs: ReadonlyMap<string, Catalog>
  readonly postponed: PostponedWork = new PostponedWork()
  readonly development: boolean
  /** How many proxies of one's own stand in front; adapters need it. */
  readonly proxies: number
  // Private, so that whoever logs a request or a Postern does not log the key.
  readonly #secretKey: string
  readonly #secretKeyFallbacks: readonly string[]
  readonly #database: PosternOptions<U>['database']
  /** @internal */
  protected readonly urls: SiteUrls<U>
  /** @internal */
  protected readonly gate: RequestGate
  /** @internal */
  protected readonly headers: AnswerHeaders
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
      store: new TimedSessions(options.database.sessions, options.database.users, this.#deadline),
      payloads: new SessionPayloads({ key: this.secretKey, fallbackKeys: this.secretKeyFallbacks }),
      ages: session,
      storedKey: options.interop === 'django' ? rawKey : hashedKey,
      expireAtBrowserClose: session.expireAtBrowserClose,
      now: options.now ?? Date.now,
    }
    this.accounts = new TimedAccounts(options.database.accounts, this.#deadline)
    this.registration = registrationSettings(options.registration)
    this.tokens = new OneUseTokens({
      key: this.secretKey,
      fallbackKeys: this.secretKeyFallbacks,
      store: new TimedTokens(options.database.tokens, this.#deadline),
      now: this.sessions.now,
    })
    this.passwords = new Passwords(options.passwordHashers ?? defaultHashers(), new HashQueue(options.hashQueue))
    this.passwordPolicy = new PasswordPolicy(
      options.passwordValidators ?? defaultPasswordValidators(),
      this.passwords.maxBytes,
    )
    this.resetTokens = new PasswordResetTokenGenerator({
      secretKey: this.secretKey,
      secretKeyFallbacks: this.secretKeyFallbacks,
      now: this.sessions.now,
      ...(options.passwordResetTimeout === undefined ? {} : { timeout: options.passwordResetTimeout }),
      ...(options.timeZone === undefined ? {} : { timeZone: options.timeZone }),
    })
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
    this.publicUrl = options.publicUrl?.replace(/\/+$/, '') || undefined
    this.sendMail = mailSender(options, this.development)
    this.languages = options.languages ?? ['en']
    this.catalogs = mergeCatalogs(options.catalogs)
    this.proxies = options.proxies ?? 0
    this.urls = new SiteUrls(options.urls ?? [], {
      accountsPrefix: options.accountsPrefix ?? 'accounts/',
      appendSlash: options.appendSlash ?? false,
      sendsMail: this.sendMail !== undefined,
      registration: options.registration ? this.registration : null,
    })
    this.gate = new RequestGate(this, options.allowedHosts ?? [], csrf)
    this.headers = new AnswerHeaders(session, csrf, messages.cookieName, this.sessions.now)
    const { loginUrl, loginRedirectUrl, logoutRedirectUrl } = this
    this.urls.check({ loginUrl, loginRedirectUrl, logoutRedirectUrl })
    this.urls.check({ 'registration.redirectUrl': this.registration.redirectUrl })
    if (this.urls.same(loginUrl, loginRedirectUrl)) {
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

  /** Waits for what was put off until after the answers (mails): await it before the process ends. */
  settled(): Promise<void> {
    return this.postponed.settled()
  }

  reverse(name: string, params?: UrlParams, prefix = ''): string | undefined {
    return this.urls.reverse(name, params, prefix)
  }

  resolveUrl(to: string, prefix: string): string {
    return this.urls.resolve(to, prefix)
  }

  announce<E extends EventName>(event: E, message: PosternEvents[E]): void {
    announce(event, message)
  }

  inTime<T>(ask: () => T | Promise<T>): T | Promise<T> {
    return this.#deadline.inTime(ask)
  }
}

function modelBackend<U extends User>(
  context: Pick<AuthContext<U>, 'users' | 'passwords' | 'registration'>,
): Backend<U> {
  return new ModelBackend(context)
}

function temporaryKey(): string {
  warn('No secretKey: one was made up, and everybody is logged out when this process ends. Set secretKey.')
  return randomString(50, ALPHANUMERIC)
}

function warn(message: string): void {
  process.emitWarning(message, { type: 'PosternWarning' })
}
