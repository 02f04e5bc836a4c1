/** The settings: Django's words in camelCase, grouped. Every age is in seconds. */
import type { AuditOptions } from './audit/audit-settings.ts'
import type { AuthRequest } from './auth/auth-request.ts'
import type { Backend } from './auth/backend.ts'
import type { LogoutMail } from './auth/logout-mail.ts'
import type { BackendContext } from './auth/model-backend.ts'
import type { RemoteUserOptions } from './auth/remote-user.ts'
import type { TemplateEngine } from './auth/template-engine.ts'
import type { View, ViewAnswer } from './auth/view.ts'
import type { Database } from './database.ts'
import type { LoginLimitOptions } from './guessing/limit-settings.ts'
import type { SendMail } from './kernel/mail.ts'
import type { Catalog } from './kernel/text.ts'
import type { UrlPattern } from './kernel/urls.ts'
import type { HashQueueOptions } from './passwords/hash-queue.ts'
import type { Hasher } from './passwords/hasher.ts'
import type { PasswordValidator } from './passwords/password-validator.ts'
import type { SessionEngine, SessionStore } from './sessions/session-store.ts'
import type { Permission } from './users/permission-store.ts'
import type { User } from './users/user.ts'

/** Sessions (Django's `SESSION_…`). */
export interface SessionOptions {
  /** @default 'sessionid' */
  readonly cookieName?: string
  /** Seconds without use after which a session ends. @default 1209600 (two weeks) */
  readonly cookieAge?: number
  /** Seconds after the login at which a session ends, used or not; `Infinity` for never. @default 2592000 (30 days) */
  readonly absoluteAge?: number
  /** Counts `cookieAge` from the last use, or from the last change as Django does. @default 'use' */
  readonly idleFrom?: 'use' | 'modification'
  /** The cookie dies with the browser. @default false */
  readonly expireAtBrowserClose?: boolean
  /** Renews the session at every request, and not only when it is worth a write. @default false */
  readonly saveEveryRequest?: boolean
  /** @default true outside development */
  readonly cookieSecure?: boolean
  /** @default 'Lax' */
  readonly cookieSameSite?: 'Lax' | 'Strict' | 'None'
  /** @default '/' */
  readonly cookiePath?: string
  /** @default none: the cookie goes to this host alone */
  readonly cookieDomain?: string
  /** Prefixes the cookie's name with `__Host-`, which browsers then tie to this host (RFC 6265bis, 4.1.3.2). @default false */
  readonly hostPrefix?: boolean
  /**
   * How session keys were stored before `interop` was set (`hashed`) or taken out (`raw`): sessions from then are found, and move at
   * their next request. docs/django.md says when to take it out. @default none are looked for
   */
  readonly keysBefore?: 'hashed' | 'raw'
  /** Accepts a store from which nothing can be revoked: a logout then only forgets the cookie in that browser. @default false */
  readonly allowUnrevocable?: boolean
}

/** Cross-site request forgery (Django's `CSRF_…`). */
export interface CsrfOptions {
  /** @default 'csrftoken' */
  readonly cookieName?: string
  /** Seconds. @default 31449600 (a year) */
  readonly cookieAge?: number
  /** @default true outside development */
  readonly cookieSecure?: boolean
  /** @default 'Lax' */
  readonly cookieSameSite?: 'Lax' | 'Strict' | 'None'
  /** @default '/' */
  readonly cookiePath?: string
  /** @default none */
  readonly cookieDomain?: string
  /** Keeps the secret in the session instead of a cookie; a logout ends it then, too. @default false */
  readonly useSessions?: boolean
  /** Hides the cookie from the page's own scripts. @default false */
  readonly cookieHttpOnly?: boolean
  /** Other origins whose pages may post here: `https://shop.example`, `https://*.shop.example`. @default none */
  readonly trustedOrigins?: readonly string[]
  /**
   * Routes of the application's own that are not checked, because they know by themselves that a request is meant (a signature):
   * written as in `path()`, `hooks/<str:name>/`. A view in `urls` says so itself, with `csrfExempt`. @default none
   */
  readonly exempt?: readonly string[]
  /** Answers what is refused as forged, with a reason in Django's words (Django's `CSRF_FAILURE_VIEW`). @default a 403 page, or JSON */
  readonly failureView?: (request: AuthRequest, reason: string) => ViewAnswer | Promise<ViewAnswer>
}

/** Messages for the next page (Django's `MESSAGE_…`). */
export interface MessageOptions {
  /** Where they wait: in a signed cookie, in the session, or in the cookie and, for what does not fit, the session. @default 'fallback' */
  readonly storage?: 'fallback' | 'cookie' | 'session'
  /** The lowest level that is kept. @default 20 (`messages.INFO`) */
  readonly level?: number
  /** Class names of levels, beside and instead of Django's: `{ 40: 'danger' }`. @default debug, info, success, warning, error */
  readonly tags?: Readonly<Record<number, string>>
  /** @default 'messages' */
  readonly cookieName?: string
}

/** How people make accounts of their own. */
export interface RegistrationOptions {
  /**
   * What an account is called by: a name, as in Django, or its address, which is confirmed then. With the address nothing tells
   * whether somebody has an account already. @default 'username'
   */
  readonly identify?: 'username' | 'email' | undefined
  /** Asks for an address and sends a link to it; nobody can log in before they have followed it. @default true with the address, else false */
  readonly confirmEmail?: boolean | undefined
  /** Logs in whoever has registered, at once; not together with `confirmEmail`. @default false */
  readonly loginAfter?: boolean | undefined
  /**
   * Where to go when the account can be used: a URL name or a path. @default a page that says so; with `loginAfter` the setting
   * `loginRedirectUrl`, after `confirmEmail` the login page
   */
  readonly redirectUrl?: string | undefined
  /** Seconds that the link in a mail is good. @default 86400 (a day) */
  readonly confirmTimeout?: number | undefined
}

/** What `createPostern` takes. */
export interface PosternOptions<U extends User = User> {
  /** Signs sessions and tokens; at least 32 random characters, shared by all processes and kept from everybody else. Required outside development. */
  readonly secretKey?: string | undefined
  /** Older keys whose signatures still count. @default none */
  readonly secretKeyFallbacks?: readonly string[]
  /** Where sessions and users are kept: `sqlite('app.db')`, `memory()`. */
  readonly database: Database<U>
  /** Where sessions are kept, if elsewhere: `redisSessions('redis://localhost:6379')`. @default in the database */
  readonly sessions?: SessionStore | SessionEngine | undefined
  /** Cookies without Secure, hosts of this machine only, a key made up at need, causes on error pages. @default NODE_ENV is not 'production' */
  readonly development?: boolean
  /** Hosts that the site answers to: `shop.example`, `.shop.example` with its subdomains. Required outside development. */
  readonly allowedHosts?: readonly string[]
  /** How many proxies of your own stand in front; their X-Forwarded-Proto and X-Forwarded-For are believed. @default 0 */
  readonly proxies?: number
  /** Your own URL patterns; they come before the built-in ones. */
  readonly urls?: readonly UrlPattern<View<U>>[]
  /** Where the built-in views are mounted; `false` for nowhere. @default 'accounts/' */
  readonly accountsPrefix?: string | false
  /** Redirects a path without its trailing slash to the one with it, as Django; without it both are answered. @default false */
  readonly appendSlash?: boolean
  /** A URL name or a path. @default '/accounts/login/' */
  readonly loginUrl?: string | undefined
  /** A URL name or a path. @default '/accounts/profile/' */
  readonly loginRedirectUrl?: string | undefined
  /** A URL name or a path; `null` shows the logged-out page. @default null */
  readonly logoutRedirectUrl?: string | null | undefined
  /** Shown on the built-in pages. @default '' */
  readonly siteName?: string | undefined
  /** The address of the site, `https://shop.example`, for links in mails. Required with `sendMail` outside development. */
  readonly publicUrl?: string | undefined
  /** Hands mails over: `nodemailer(…)` from `postern/nodemailer`. @default in development, mails are shown on the console; else there are none */
  readonly sendMail?: SendMail | undefined
  /** Who mails come from: an address, or `Shop <mail@shop.example>`. @default `noreply@` and the host of `publicUrl`; without one `webmaster@localhost` */
  readonly mailFrom?: string | undefined
  /** Whether people can make accounts of their own at accounts/register/, and how. @default false */
  readonly registration?: false | RegistrationOptions | undefined
  /** A mail to whoever has logged out; a function writes its text, or none by null. It needs `sendMail`. @default false */
  readonly logoutMail?: boolean | LogoutMail<U> | undefined
  /** Writes events down in the table `postern_event`: logins, failed ones, logouts, … @default true: all of them, for a year */
  readonly audit?: boolean | AuditOptions | undefined
  /** How often somebody may guess at passwords; `false` for no limits. @default 10 failures an account and 100 a network in 15 minutes */
  readonly loginLimits?: false | LoginLimitOptions | undefined
  /** The languages of the built-in pages and mails, by their codes; the first is for whoever asks for none of them. @default ['en'] */
  readonly languages?: readonly [string, ...string[]]
  /** Sentences in other languages, by language and English sentence, beside the German ones that are there. @default none */
  readonly catalogs?: Readonly<Record<string, Catalog>>
  /** Seconds for which a link to choose a new password is good. @default 259200 (three days) */
  readonly passwordResetTimeout?: number
  /** Django's TIME_ZONE, where links are to work on a Django site, too, that has another than UTC: `Europe/Berlin`. @default 'UTC' */
  readonly timeZone?: string
  /** Makes pages of your own templates: `nunjucks('templates')`. One named as Django's replaces the built-in page. @default none */
  readonly templates?: TemplateEngine
  readonly session?: SessionOptions
  readonly csrf?: CsrfOptions
  readonly messages?: MessageOptions
  /** The first makes new hashes, all are read. @default PBKDF2 with SHA-256 and a million rounds; what else Django reads is read */
  readonly passwordHashers?: readonly [Hasher, ...Hasher[]]
  /** Judge new passwords, in this order; `[]` lets all through. @default Django's four: similarity, length 8, common ones, digits */
  readonly passwordValidators?: readonly PasswordValidator[]
  readonly hashQueue?: HashQueueOptions
  /** Who vouches for users, in this order. @default the store of users, by name and password (`ModelBackend`) */
  readonly backends?: readonly [BackendFactory<U>, ...BackendFactory<U>[]]
  /**
   * Logs in whom the web server in front has vouched for (Django's `RemoteUserMiddleware`); needs a `RemoteUserBackend` among
   * the backends. @default nobody
   */
  readonly remoteUser?: RemoteUserOptions
  /**
   * Every view and every route of the application needs a login (Django's `LoginRequiredMiddleware`), but those that `except`
   * names, written as in `path()`, `public/`, and the views that say `loginNotRequired`. @default false
   */
  readonly loginRequiredMiddleware?: boolean | { readonly except: readonly string[] }
  /** Permissions of the application's own; `auth.migrate()` makes those that are not there yet, and deletes none. @default none */
  readonly permissions?: readonly PermissionDeclaration[]
  /**
   * Models of the application's own, `app.model` with a name for people: each has permissions to add, change, delete and view,
   * `blog.add_post` for `{ 'blog.post': 'post' }`, as Django makes them. @default none
   */
  readonly models?: Readonly<Record<string, string>>
  /** Shares sessions with a live Django: session keys are stored as they are, because Django looks them up. @default off */
  readonly interop?: 'django'
  /** Seconds after which a store that does not answer counts as down. @default 2 */
  readonly storeTimeout?: number
  /** The clock, milliseconds since 1970. @default Date.now */
  readonly now?: () => number
}

/** A permission as the settings declare it. Without a `model` it is about the application as a whole. */
export type PermissionDeclaration = Omit<Permission, 'model'> & { readonly model?: string }

/** Makes a backend for one Postern. */
export type BackendFactory<U extends User = User> = (context: BackendContext<U>) => Backend<U>
