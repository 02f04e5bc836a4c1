/**
 * A request as Postern sees it: who it comes from, their session, and what the answer's headers must say because
 * somebody asked. Mirrors the parts of Django's HttpRequest that `SessionMiddleware`, `AuthenticationMiddleware` and
 * `CsrfViewMiddleware` and `MessageMiddleware` add (5.2).
 */
import { SESSION_CSRF_SECRET, type SecretPlace, VisitorSecret } from '../csrf/visitor-secret.ts'
import { SESSION_HASH } from '../django/auth-keys.ts'
import { sessionAuthHash } from '../django/session-auth-hash.ts'
import type { SessionPayload } from '../django/session-payload.ts'
import { SessionClosed } from '../errors.ts'
import { findCookie } from '../kernel/cookies.ts'
import { type Fields, parseUrlEncoded } from '../kernel/forms.ts'
import type { FormFields, IncomingRequest } from '../kernel/incoming-request.ts'
import { chooseLanguage } from '../kernel/languages.ts'
import { MessageStorage, type MessagesCookieDue } from '../messages/message-storage.ts'
import { Session } from '../sessions/session.ts'
import type { SessionClient, StoredSession } from '../sessions/session-store.ts'
import { AnonymousUser, type User } from '../users/user.ts'
import type { AuthContext } from './auth-context.ts'
import type { Absence } from './get-user.ts'

/** Under this key an adapter keeps the `AuthRequest` on its framework's own request. */
export const REQUEST: unique symbol = Symbol.for('postern.request') as never

/** Whom the session names, found out before the handler runs. */
export interface Identity<U extends User = User> {
  readonly user: U | null
  /** The session's hash was made with an older secret key: the first look at the user renews it under a new key. */
  readonly renewHash?: boolean
  /** Why it is nobody. */
  readonly absence?: Absence | 'unknown_session' | undefined
  /** What was in the session, also where it has been ended since. */
  readonly payload?: SessionPayload | null
}

/** The adapter listens, to set headers early and to hold the answer back until the session is stored. */
export interface RequestWatcher {
  /** Somebody looked at the user, the session or the token: the answer is private. */
  read(): void
  /** Something is to be stored before the answer may begin. */
  changed(): void
  /** The head is out and more may follow: who looks now for the first time puts private text on a public answer. */
  readonly isTooLate: boolean
}

const TOO_LATE =
  'The user, the session, a token or the messages were asked for after the answer had begun, which did not say that it ' +
  'is private; ask before the first byte is sent.'

export class AuthRequest<U extends User = User> {
  /** Whether it was asked, or decided not to matter, which site's page made the request. @internal */
  sourceIsJudged = false
  /** Somebody is logging out: that may come late, since it shows nothing of anybody. @internal */
  isLeaving = false
  /** The cookie to set for a browser with which somebody has logged in. @internal */
  deviceDue: string | null = null
  readonly incoming: IncomingRequest
  readonly #context: AuthContext<U>
  #session: Session | undefined
  #user: U | AnonymousUser | undefined
  #identity: Identity<U> | undefined
  #failure: Error | undefined
  #watcher: RequestWatcher | undefined
  #read = false
  #looked = false
  #refused = false
  #changed = false
  #onlyRenewed = false
  #query: Fields | undefined
  #language: string | undefined
  #csrfSecret: VisitorSecret | undefined
  #messages: MessageStorage | undefined
  #sealed = false
  #sessionCookie: string | undefined

  constructor(context: AuthContext<U>, incoming: IncomingRequest, sessionCookie: string | undefined) {
    this.#context = context
    this.incoming = incoming
    this.#sessionCookie = sessionCookie
  }

  /** Itself: another copy of the package in the same process knows it by this, which nothing that a client sends can have. @internal */
  get [REQUEST](): this {
    return this
  }
  /** The Postern that the request belongs to. */
  get context(): AuthContext<U> {
    return this.#context
  }
  get method(): string {
    return this.incoming.method
  }
  /** The path without the query, mount prefix included. */
  get path(): string {
    const end = this.incoming.url.indexOf('?')
    return end < 0 ? this.incoming.url : this.incoming.url.slice(0, end)
  }
  /** The fields of the query string. */
  get query(): FormFields {
    const start = this.incoming.url.indexOf('?')
    this.#query ??= parseUrlEncoded(start < 0 ? '' : this.incoming.url.slice(start + 1))
    return this.#query
  }
  /** The one of the site's languages that the visitor prefers, by Accept-Language; the first for whoever asks for none. */
  get language(): string {
    this.#language ??= chooseLanguage(this.incoming.header('accept-language'), this.#context.languages)
    return this.#language
  }
  get isSecure(): boolean {
    return this.incoming.scheme === 'https'
  }
  /** The fields of a form body. @throws {RequestError} 413 or 400 */
  form(): Promise<FormFields> {
    return this.incoming.form()
  }

  /** Who sent the request. @throws {StoreUnavailable} when the store did not say */
  get user(): U | AnonymousUser {
    this.#looked = true
    this.used()
    return this.quietUser()
  }
  /** The visitor's session. @throws {StoreUnavailable} when the store did not say */
  get session(): Session {
    this.#looked = true
    this.used()
    return this.quietSession()
  }
  /** A fresh token for a form's `csrfmiddlewaretoken` or the `X-CSRFToken` header; the answer sets the cookie that goes with it. */
  get csrfToken(): string {
    this.used()
    return this.csrfSecret.token()
  }
  /** The messages for the visitor; looping over them uses them up. */
  get messages(): MessageStorage {
    if (this.#messages === undefined) {
      this.#messages = new MessageStorage(this.context.messages, this)
      if (this.#sealed) this.#messages.close()
    }
    return this.#messages
  }

  /** Who it is, without making the answer private: for answers that are. @internal */
  quietUser(): U | AnonymousUser {
    this.#user ??= this.#meet()
    return this.#user
  }
  /** What was found out before the handler ran; undefined without a session cookie, and after a login or logout. @internal */
  get identity(): Identity<U> | undefined {
    return this.#identity
  }
  /** Looks at nothing: for those who decide about headers. @internal */
  quietSession(): Session {
    if (this.#failure !== undefined) throw this.#failure
    if (this.#session === undefined) {
      this.#session = new Session(this.context.sessions, this, null, null)
      if (this.#sealed) this.#session.close()
    }
    return this.#session
  }
  /** Who sent the request, for who decides about it before anybody looks; nobody where the store did not say. @internal */
  get quietVisitor(): User | AnonymousUser {
    return this.#user ?? this.#identity?.user ?? this.#nobody()
  }
  /** The secret behind the tokens. @internal */
  get csrfSecret(): VisitorSecret {
    this.#csrfSecret ??= new VisitorSecret(
      this.context.csrfUseSessions ? this.#secretInSession() : this.#secretInCookie(),
    )
    return this.#csrfSecret
  }
  /** The secret to set as a cookie with this answer, if any. @internal */
  get csrfCookieDue(): string | null {
    return this.#csrfSecret?.cookieDue ?? null
  }
  /** The visitor's session cookie as it came. @internal */
  get sessionCookie(): string | undefined {
    return this.#sessionCookie
  }
  /**
   * Whether the answer takes away a cookie whose session is gone. Not where nobody looked, as in Django; and not where the
   * request was refused as forged: a login that was faster may have given the browser another cookie since. @internal
   */
  get mayEndCookie(): boolean {
    return this.#changed || (this.#looked && !this.#refused)
  }
  /** The request counts as forged. @internal */
  refused(): void {
    this.#refused = true
  }

  /** What the store said, before the handler runs. @internal */
  settle(key: string | null, stored: StoredSession | null, identity: Identity<U>): void {
    this.#session = new Session(this.context.sessions, this, key, stored)
    this.#identity = identity
    identity.user?.attach(this.context.authority)
    // As Django: a request counts as use of the session then, whether or not its handler looks.
    if (stored !== null && this.context.sessions.ages.saveEveryRequest === true) this.used()
  }
  /** The store said nothing: whoever asks is told so. @internal */
  fail(failure: Error): void {
    this.#failure = failure
    this.#user = undefined
  }
  get failure(): Error | undefined {
    return this.#failure
  }
  /** From now on the request comes from this user. @internal */
  become(user: U | AnonymousUser): void {
    user.attach(this.context.authority)
    this.#user = user
    this.#identity = undefined
  }
  /** @internal */
  watch(watcher: RequestWatcher): void {
    this.#watcher = watcher
    if (this.#read) watcher.read()
    if (this.#changed) watcher.changed()
  }
  /** Whether the answer depends on who asked. @internal */
  get wasRead(): boolean {
    return this.#read
  }
  /** Whether the session must be stored before the answer. @internal */
  get wasChanged(): boolean {
    return this.#changed
  }

  /** Keeps the messages that nobody has looked at; before the session is stored. @internal */
  storeMessages(): MessagesCookieDue {
    const due = this.#messages?.update()
    this.#sealed = true
    return due
  }
  /** The answer has begun, and nobody had asked: what is written now could not be kept, and what is read made private. @internal */
  seal(): void {
    this.#sealed = true
    this.#messages?.close()
    this.#session?.close()
  }

  /** Where the request comes from, for the user's list of sessions. @internal */
  get client(): SessionClient {
    return { address: this.incoming.clientAddress, userAgent: this.incoming.header('user-agent') }
  }
  /** @internal */
  used(): void {
    if (this.#read) return
    if (!this.isLeaving && (this.#watcher?.isTooLate ?? this.#sealed)) throw new SessionClosed(TOO_LATE)
    this.#read = true
    this.#watcher?.read()
    if (this.#session?.renewalIsDue === true) this.changed()
  }
  /** Whether all that there is to store is a hash under a new secret key, which nobody asked for. @internal */
  get onlyRenewed(): boolean {
    return this.#onlyRenewed
  }
  /** @internal */
  changed(): void {
    this.#onlyRenewed = false
    if (this.#changed) return
    this.#changed = true
    this.#watcher?.changed()
  }

  #meet(): U | AnonymousUser {
    const session = this.quietSession()
    const user = this.#identity?.user ?? null
    if (user === null) return this.#nobody()
    if (this.#identity?.renewHash === true) this.#renew(session, sessionAuthHash(user.password, this.context.secretKey))
    return user
  }

  #nobody(): AnonymousUser {
    const nobody = new AnonymousUser()
    nobody.attach(this.context.authority)
    return nobody
  }

  #renew(session: Session, hash: string): void {
    // Once the answer has begun it can set no cookie: the next request renews.
    if (session.isClosed) return
    const untouched = !session.modified
    session.cycleKey()
    session.set(SESSION_HASH, hash)
    this.#onlyRenewed = untouched
  }

  #secretInCookie(): SecretPlace {
    return { read: () => findCookie(this.incoming.header('cookie'), this.context.csrfCookieName) ?? null }
  }

  #secretInSession(): SecretPlace {
    return {
      read: () => {
        const secret = this.session.get(SESSION_CSRF_SECRET)
        return typeof secret === 'string' ? secret : null
      },
      keep: (secret) => this.session.set(SESSION_CSRF_SECRET, secret),
    }
  }
}
