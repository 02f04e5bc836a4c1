/**
 * What one Postern knows from its settings on: its stores under their deadline, its hashers, its URL patterns. Nothing in it
 * changes after the start.
 */
import { AnswerHeaders } from './answer-headers.ts'
import { AuditLog } from './audit/audit-log.ts'
import { auditSettings } from './audit/audit-settings.ts'
import type { EventStore } from './audit/event-store.ts'
import type { AuthContext, SessionCookie } from './auth/auth-context.ts'
import type { Backend } from './auth/backend.ts'
import { BackendAuthority } from './auth/backend-authority.ts'
import { endSessions } from './auth/end-sessions.ts'
import { Groups } from './auth/groups.ts'
import { defaultLogoutMail, type LogoutMail } from './auth/logout-mail.ts'
import { type BackendContext, ModelBackend } from './auth/model-backend.ts'
import { Permissions } from './auth/permissions.ts'
import { PostponedWork } from './auth/postponed-work.ts'
import type { Registration } from './auth/registration.ts'
import { RemoteUsers } from './auth/remote-user.ts'
import type { TemplateEngine } from './auth/template-engine.ts'
import { CachingNotice } from './caching-notice.ts'
import { mergeCatalogs } from './catalogs/merge-catalogs.ts'
import { checkOptions } from './check-options.ts'
import type { CheckMessage } from './checks/check-message.ts'
import type { CheckedSite } from './checks/checked-site.ts'
import { compareWithDjango, type DjangoComparison } from './checks/django-checks.ts'
import { type CheckOptions, runChecks, settingsChecks } from './checks/run-checks.ts'
import { TrustedOrigins } from './csrf/csrf-check.ts'
import { SessionPayloads } from './django/session-payload.ts'
import type { DjangoProject } from './django-project.ts'
import { checkLoginPage, type Entrance, entranceOf } from './entrance.ts'
import { ConfigurationError } from './errors.ts'
import { announce, type EventName, type PosternEvents } from './events.ts'
import { limitSettings } from './guessing/limit-settings.ts'
import { LoginLimits } from './guessing/login-limits.ts'
import { ALPHANUMERIC, randomString } from './kernel/bytes.ts'
import type { SendMail } from './kernel/mail.ts'
import { PendingWork } from './kernel/pending-work.ts'
import type { Catalog } from './kernel/text.ts'
import { Turnstile } from './kernel/turnstile.ts'
import type { UrlParams } from './kernel/urls.ts'
import { mailSender } from './mail-settings.ts'
import { MessageCookies } from './messages/message-cookies.ts'
import type { MessageSpace } from './messages/message-storage.ts'
import type { PosternOptions } from './options.ts'
import { defaultHashers } from './passwords/default-hashers.ts'
import { HashQueue } from './passwords/hash-queue.ts'
import { defaultPasswordValidators, PasswordPolicy } from './passwords/password-policy.ts'
import { Passwords } from './passwords/passwords.ts'
import { registrationSettings } from './registration-settings.ts'
import { RequestGate } from './request-gate.ts'
import { mayBeUnlisted, sessionPlace } from './session-place.ts'
import type { SessionSpace } from './sessions/session.ts'
import { validSessionCookie, validSessionKey } from './sessions/session-key.ts'
import { csrfSettings, declaredPermissions, messageSettings, sessionSettings } from './settings.ts'
import { SiteUrls } from './site-urls.ts'
import { StoreDeadline, TimedSessions, TimedTokens, TimedUsers } from './store-deadline.ts'
import { TimedPermissions } from './timed-permissions.ts'
import { TimedAccounts, TimedAttempts, TimedEvents } from './timed-stores.ts'
import { OneUseTokens } from './tokens/one-use-tokens.ts'
import { PasswordResetTokenGenerator } from './tokens/reset-token.ts'
import type { AccountStore } from './users/account-store.ts'
import type { Permission, PermissionStore } from './users/permission-store.ts'
import type { User } from './users/user.ts'
import type { UserStore } from './users/user-store.ts'
import { withSessions } from './with-sessions.ts'

/** Under this key a Postern has itself: the command line of another copy of the package knows it by that. */
export const POSTERN: unique symbol = Symbol.for('postern.postern') as never

const TEMPORARY_KEY =
  'No secretKey: one was made up, and everybody is logged out when this process ends. Set secretKey.'

/** The settings of one Postern, worked out. `Postern` adds what becomes of a request. */
export abstract class SiteContext<U extends User = User> implements AuthContext<U> {
  readonly sessions: SessionSpace
  readonly interop: 'django' | undefined
  readonly mayBeUnlisted: boolean
  readonly users: UserStore<U>
  /** Groups: who is in which, and what they may do. */
  readonly groups: Groups<U>
  /** Permissions: who has which. */
  readonly permissions: Permissions<U>
  readonly permissionStore: PermissionStore
  /** @internal */
  readonly authority: BackendAuthority<U>
  readonly accounts: AccountStore
  readonly registration: Registration
  readonly tokens: OneUseTokens
  /** The audit log, to be read. */
  readonly events: EventStore
  readonly passwords: Passwords
  readonly passwordPolicy: PasswordPolicy
  readonly resetTokens: PasswordResetTokenGenerator
  readonly backends: readonly [Backend<U>, ...Backend<U>[]]
  readonly sessionCookieName: string
  readonly sessionCookie: SessionCookie
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
  readonly logoutMail: LogoutMail<U> | undefined
  readonly audit: AuditLog
  readonly limits: LoginLimits
  readonly pending: PendingWork = new PendingWork()
  readonly turnstile: Turnstile = new Turnstile()
  readonly languages: readonly [string, ...string[]]
  readonly catalogs: ReadonlyMap<string, Catalog>
  readonly postponed: PostponedWork = new PostponedWork()
  readonly development: boolean
  /** How many proxies of one's own stand in front; adapters need it. */
  readonly proxies: number
  // Private, so that whoever logs a request or a Postern does not log the key.
  readonly #secretKey: string
  readonly #secretKeyFallbacks: readonly string[]
  protected readonly database: PosternOptions<U>['database']
  protected readonly declared: readonly Permission[]
  /** @internal */
  protected readonly urls: SiteUrls<U>
  /** @internal */
  protected readonly gate: RequestGate
  /** Undefined where the settings ask nothing of a request. @internal */
  protected readonly entrance: Entrance | undefined
  /** @internal */
  protected readonly headers: AnswerHeaders
  /** Looks at the answers, in development. @internal */
  readonly cachingNotice: CachingNotice | undefined
  readonly #deadline: StoreDeadline
  /** With the key in it. */
  readonly #checked: CheckedSite<U>

  /** @throws {ConfigurationError} when settings are missing or contradict each other */
  constructor(given: PosternOptions<U>) {
    this.development = given.development ?? process.env.NODE_ENV !== 'production'
    this.#secretKey = given.secretKey || randomString(50, ALPHANUMERIC)
    this.#secretKeyFallbacks = given.secretKeyFallbacks ?? []
    this.interop = given.interop
    const session = sessionSettings(given.session ?? {}, this.development)
    const keys = { key: this.secretKey, fallbackKeys: this.secretKeyFallbacks }
    const options = withSessions(given, { ...keys, ages: session, isShared: this.interop === 'django' })
    checkOptions(options, this.development)
    if (!options.secretKey) warn(TEMPORARY_KEY)
    const csrf = csrfSettings(options.csrf ?? {}, this.development)
    const messages = messageSettings(options.messages ?? {})
    this.database = options.database
    this.#deadline = new StoreDeadline(options.storeTimeout ?? 2)
    this.authority = new BackendAuthority<U>(this)
    this.accounts = new TimedAccounts(options.database.accounts, this.#deadline)
    const endAll = (userId: string): Promise<unknown> => this.#endInactive(userId)
    this.users = new TimedUsers(options.database.users, this.#deadline, this.authority, this.accounts, endAll)
    this.permissionStore = new TimedPermissions(options.database.permissions, this.#deadline)
    this.groups = new Groups<U>(this)
    this.permissions = new Permissions<U>(this)
    this.declared = declaredPermissions(options)
    const { cookies } = options.database.sessions
    const payloads = cookies ?? new SessionPayloads(keys)
    const { store, storedKey } = sessionPlace(options, payloads)
    this.mayBeUnlisted = mayBeUnlisted(options)
    this.sessions = {
      store: new TimedSessions(store, options.database.users, this.#deadline),
      payloads,
      ages: session,
      storedKey,
      keyOf: cookies === undefined ? validSessionKey : validSessionCookie,
      expireAtBrowserClose: session.expireAtBrowserClose,
      now: options.now ?? Date.now,
    }
    const { events, attempts } = options.database
    this.events = new TimedEvents(events, this.#deadline)
    this.audit = new AuditLog(this.events, auditSettings(options.audit), this.pending, this.sessions.now)
    this.limits = new LoginLimits(
      new TimedAttempts(attempts, this.#deadline),
      limitSettings(options.loginLimits),
      this.secretKey,
      this.sessions.now,
    )
    this.registration = registrationSettings(options.registration)
    this.tokens = new OneUseTokens({
      ...keys,
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
    this.sessionCookie = {
      secure: session.cookieSecure,
      sameSite: session.cookieSameSite,
      path: session.cookiePath,
      domain: session.cookieDomain,
    }
    this.csrfCookieName = csrf.cookieName
    this.csrfUseSessions = csrf.useSessions
    this.trustedOrigins = new TrustedOrigins(csrf.trustedOrigins)
    this.messages = {
      ...messages,
      cookies: new MessageCookies(keys, this.sessions.now),
      strict: this.development,
    }
    this.loginUrl = options.loginUrl ?? '/accounts/login/'
    this.loginRedirectUrl = options.loginRedirectUrl ?? '/accounts/profile/'
    this.logoutRedirectUrl = options.logoutRedirectUrl ?? null
    this.siteName = options.siteName ?? ''
    this.templates = options.templates
    this.publicUrl = options.publicUrl?.replace(/\/+$/, '') || undefined
    this.sendMail = mailSender(options, this.development)
    const { logoutMail = false } = options
    this.logoutMail = logoutMail === true ? defaultLogoutMail : logoutMail === false ? undefined : logoutMail
    this.languages = options.languages ?? ['en']
    this.catalogs = mergeCatalogs(options.catalogs)
    this.proxies = options.proxies ?? 0
    this.urls = new SiteUrls(options.urls ?? [], {
      accountsPrefix: options.accountsPrefix ?? 'accounts/',
      appendSlash: options.appendSlash ?? false,
      sendsMail: this.sendMail !== undefined,
      registration: options.registration ? this.registration : null,
    })
    const remoteUsers = options.remoteUser === undefined ? undefined : new RemoteUsers(options.remoteUser)
    this.gate = new RequestGate(this, options.allowedHosts ?? [], csrf, remoteUsers)
    this.entrance = entranceOf(options, remoteUsers, this.backends)
    this.headers = new AnswerHeaders(session, csrf, messages.cookieName, this.sessions.now)
    const { loginUrl, loginRedirectUrl, logoutRedirectUrl } = this
    this.cachingNotice = this.development ? new CachingNotice(warn) : undefined
    this.urls.check({ loginUrl, loginRedirectUrl, logoutRedirectUrl })
    this.urls.check({ 'registration.redirectUrl': this.registration.redirectUrl })
    checkLoginPage(this.entrance, this.urls, loginUrl, warn)
    this.urls.checkViews()
    const { development, urls } = this
    this.#checked = { options, development, session, csrf, loginUrl, loginRedirectUrl, logoutRedirectUrl, urls }
    this.#warn()
  }

  /** @internal */
  get [POSTERN](): this {
    return this
  }
  get secretKey(): string {
    return this.#secretKey
  }
  get secretKeyFallbacks(): readonly string[] {
    return this.#secretKeyFallbacks
  }

  /**
   * What is wrong with the site, or will be where it is served; docs/checks.md lists it all. Mirrors `manage.py check`.
   * @example for (const { id, message, cure } of await auth.check({ deploy: true })) console.log(id, message, cure)
   */
  check(options: CheckOptions = {}): Promise<readonly CheckMessage[]> {
    return runChecks(this.#checked, this, options)
  }

  /**
   * What differs between this Postern and a Django site on the same database. It writes nothing, and tells no key, hash or session.
   * @param project what the project says of itself: the JSON of `npx postern django-settings`
   * @example const { findings } = await auth.checkDjango(JSON.parse(readFileSync('django.json', 'utf8')))
   */
  checkDjango(project?: DjangoProject): Promise<DjangoComparison> {
    return compareWithDjango(this.#checked, this, project)
  }

  /**
   * Hashes the session keys that are stored as cookies have them, when `interop` was taken out and Django looks none up any more. The
   * site goes on meanwhile, if `session.keysBefore` is `'raw'`. @returns how many there were
   * @throws {ConfigurationError} with `interop`, and for a database that keeps no session of Django's
   */
  async hashSessionKeys(): Promise<number> {
    const { database, interop } = this
    if (interop === undefined && database.hashSessionKeys !== undefined) return database.hashSessionKeys()
    throw new ConfigurationError(
      interop === 'django'
        ? "interop: 'django' stores session keys as they are, because Django looks them up. Take it out first."
        : 'This database keeps no sessions of Django, whose keys could be hashed.',
    )
  }

  reverse(name: string, params?: UrlParams, prefix = ''): string | undefined {
    return this.urls.reverse(name, params, prefix)
  }

  resolveUrl(to: string, prefix: string): string {
    return this.urls.resolve(to, prefix)
  }

  announce<E extends EventName>(event: E, message: PosternEvents[E]): void {
    announce(event, message)
    this.audit.record(event, message)
  }

  /** In development each finding is told at start; elsewhere a setting that does not count. */
  #warn(): void {
    for (const { id, level, message, cure } of settingsChecks(this.#checked)) {
      if (level === 'info' || (!this.development && id !== 'postern.W002')) continue
      warn(`${id}: ${message} ${cure}`)
    }
  }

  /** Where the store knows no lists, they end at their next request. */
  async #endInactive(userId: string): Promise<void> {
    if (!this.sessions.store.endsForUser) return
    await endSessions(this, userId, { reason: 'inactive', by: null, incoming: undefined })
  }

  inTime<T>(ask: () => T | Promise<T>): T | Promise<T> {
    return this.#deadline.inTime(ask)
  }
}

function modelBackend<U extends User>(context: BackendContext<U>): Backend<U> {
  return new ModelBackend(context)
}

function warn(message: string): void {
  process.emitWarning(message, { type: 'PosternWarning' })
}
