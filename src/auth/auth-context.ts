/** What the rooms above need to know of the Postern that a request belongs to; `postern.ts` makes one. */
import type { AuditLog } from '../audit/audit-log.ts'
import type { TrustedOrigins } from '../csrf/csrf-check.ts'
import type { EventName, PosternEvents } from '../events.ts'
import type { LoginLimits } from '../guessing/login-limits.ts'
import type { SendMail } from '../kernel/mail.ts'
import type { PendingWork } from '../kernel/pending-work.ts'
import type { Catalog } from '../kernel/text.ts'
import type { Turnstile } from '../kernel/turnstile.ts'
import type { UrlParams } from '../kernel/urls.ts'
import type { MessageSpace } from '../messages/message-storage.ts'
import type { PasswordPolicy } from '../passwords/password-policy.ts'
import type { Passwords } from '../passwords/passwords.ts'
import type { SessionSpace } from '../sessions/session.ts'
import type { OneUseTokens } from '../tokens/one-use-tokens.ts'
import type { PasswordResetTokenGenerator } from '../tokens/reset-token.ts'
import type { AccountStore } from '../users/account-store.ts'
import type { PermissionStore } from '../users/permission-store.ts'
import type { User } from '../users/user.ts'
import type { UserStore } from '../users/user-store.ts'
import type { Authority } from '../users/visitor.ts'
import type { Backend } from './backend.ts'
import type { LogoutMail } from './logout-mail.ts'
import type { PostponedWork } from './postponed-work.ts'
import type { Registration } from './registration.ts'
import type { TemplateEngine } from './template-engine.ts'

/** When a browser sends the session's cookie. */
export interface SessionCookie {
  readonly secure: boolean
  readonly sameSite: 'Lax' | 'Strict' | 'None'
  readonly path: string
  /** Undefined for the host alone. */
  readonly domain: string | undefined
}

export interface AuthContext<U extends User = User> {
  readonly secretKey: string
  readonly secretKeyFallbacks: readonly string[]
  readonly sessions: SessionSpace
  /** Whether a live Django writes to the same sessions. */
  readonly interop: 'django' | undefined
  /** Sessions may be on no user's list: a Django makes them, or has made them before. */
  readonly mayBeUnlisted: boolean
  readonly users: UserStore<U>
  /** Groups and permissions as they are kept; `auth.groups` and `auth.permissions` change them and tell so. */
  readonly permissionStore: PermissionStore
  /** Answers what somebody may do. @internal */
  readonly authority: Authority
  /** Tokens for links in mails, each good for one purpose and one use. */
  readonly tokens: OneUseTokens
  /** What is known of accounts beside their users: confirmed addresses, last logouts. */
  readonly accounts: AccountStore
  /** How people make accounts of their own. */
  readonly registration: Registration
  readonly passwords: Passwords
  /** What a new password has to be like. */
  readonly passwordPolicy: PasswordPolicy
  /** Makes and checks the tokens of links to choose a new password. */
  readonly resetTokens: PasswordResetTokenGenerator
  readonly backends: readonly [Backend<U>, ...Backend<U>[]]
  readonly sessionCookieName: string
  /** What browsers are told of the session's cookie. */
  readonly sessionCookie: SessionCookie
  readonly csrfCookieName: string
  /** The secret behind the tokens is in the session instead of a cookie. */
  readonly csrfUseSessions: boolean
  readonly trustedOrigins: TrustedOrigins
  readonly messages: MessageSpace
  /** A URL name or a path, as the settings have it. */
  readonly loginUrl: string
  readonly loginRedirectUrl: string
  readonly logoutRedirectUrl: string | null
  readonly siteName: string
  /** What makes pages of the application's own templates; undefined where there are none. */
  readonly templates: TemplateEngine | undefined
  /** Hands mails over; undefined where none can be sent. */
  readonly sendMail: SendMail | undefined
  /** The address of the site for links in mails, without a slash at its end; undefined where the request's own host has to do (development). */
  readonly publicUrl: string | undefined
  /** The catalog of a language, by its code in lower case (`de`); undefined for English and for one that is not set up. */
  readonly catalogs: ReadonlyMap<string, Catalog>
  /** The languages of the built-in pages, the first for whoever asks for none of them. */
  readonly languages: readonly [string, ...string[]]
  /** What is done when the answer is on its way: mails. */
  readonly postponed: PostponedWork
  readonly development: boolean
  /** How many proxies of one's own stand in front. */
  readonly proxies: number
  /** What is written down of events. */
  readonly audit: AuditLog
  /** Limits on guessing, for whatever somebody could guess at. */
  readonly limits: LoginLimits
  /** Writes the mail that confirms a logout; undefined for none. */
  readonly logoutMail: LogoutMail<U> | undefined
  /** Work beside the answers. An answer waits for what was added for its request. */
  readonly pending: PendingWork
  /** Where logins go in a few at a time. */
  readonly turnstile: Turnstile
  /** Tells everybody who listens, and the audit log. */
  announce<E extends EventName>(event: E, message: PosternEvents[E]): void
  /** The path of a URL name, mount prefix included; undefined when no pattern has it. */
  reverse(name: string, params?: UrlParams, prefix?: string): string | undefined
  /**
   * Where `redirect(to)` leads: the path of a URL name, else `to` itself when it looks like a URL.
   * @throws {NoReverseMatch} when it is neither
   */
  resolveUrl(to: string, prefix: string): string
  /** One question to a store or a backend, under the deadline. @throws {StoreUnavailable} when the answer is late */
  inTime<T>(ask: () => T | Promise<T>): T | Promise<T>
}
