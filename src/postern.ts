/**
 * What becomes of a request: `open` finds out who it comes from, `respond` answers what is Postern's own, `close` says what an
 * answer's headers must be and stores the session first. Adapters call these three.
 */
import { AuthRequest } from './auth/auth-request.ts'
import { createSuperuser, createUser, type NewAccount } from './auth/create-user.ts'
import { type EndSessions, endSessions } from './auth/end-sessions.ts'
import { findVisitor } from './auth/find-visitor.ts'
import type { View, ViewAnswer } from './auth/view.ts'
import { type Cleared, clearExpired } from './clear-expired.ts'
import { type HandleOptions, handleRequest } from './handle-request.ts'
import type { Answer, HeaderPair } from './kernel/answer.ts'
import { findCookie } from './kernel/cookies.ts'
import type { IncomingRequest } from './kernel/incoming-request.ts'
import type { UrlMatch } from './kernel/urls.ts'
import type { PosternOptions } from './options.ts'
import { SiteContext } from './site-context.ts'
import type { User } from './users/user.ts'
import { failureAnswer, mistakeAnswer } from './views/failure.ts'
import { refuse } from './views/refusal.ts'

/** What `logoutUser` takes besides the user. */
export type LogoutUserOptions = Partial<Omit<EndSessions, 'reason'>>

/** One Postern: its settings, its stores and its URL patterns. `createPostern` makes it. */
export class Postern<U extends User = User> extends SiteContext<U> {
  /**
   * Brings the tables up to date, and makes the permissions that the settings declare; safe at every start and from several
   * processes at once. @returns the steps taken
   */
  migrate(): Promise<readonly string[]> {
    return this.database.migrate({ permissions: this.declared })
  }

  /** Closes what the database package opened; a server that goes on needs it no more. */
  closeDatabase(): Promise<void> {
    return this.database.close()
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
   * Makes an account that may do everything. Mirrors `UserManager.create_superuser` (5.2).
   * @throws {UserExists} when the name is taken
   */
  createSuperuser(fields: NewAccount): Promise<U> {
    return createSuperuser(this, fields)
  }

  /**
   * Ends the sessions of a user on all devices, for administrators.
   * @param options.except the session that stays, as `request.session`
   * @param options.by who does it, for those who listen and the audit log
   * @returns how many there were; 0 also for an id that nobody has
   * @throws {StoreUnavailable} when the store did not confirm; asking again ends what is left
   * @throws {ConfigurationError} where the store knows no user's sessions
   * @example await auth.logoutUser(user.id, { by: request.user })
   */
  async logoutUser(userId: U['id'], { except, by = null, incoming }: LogoutUserOptions = {}): Promise<number> {
    // Of somebody who is gone the rest is ended; what is no id, or another spelling of one, is no success.
    const user = await this.users.findById(String(userId))
    if (user === null && this.sessions.store.cookies !== undefined) return 0
    return endSessions(this, String(user?.id ?? userId), { reason: 'revoked', by, incoming, except })
  }

  /** When somebody last logged out; null for never, as far as is known. @throws {StoreUnavailable} */
  async lastLogout(user: Pick<U, 'id'>): Promise<Date | null> {
    const { lastLogout } = await this.accounts.get(String(user.id))
    return lastLogout === null ? null : new Date(lastLogout)
  }

  /**
   * Removes what has had its time: sessions, rows of the audit log past their retention, failed attempts that count no more,
   * used tokens. For a daily job. @returns how much of each went
   */
  clearExpired(): Promise<Cleared> {
    return clearExpired(this.database, this.audit, this.limits, this.sessions.now())
  }

  /** Resolves when nothing is under way beside the answers: rows of the audit log, mails. For the end of a process, and for tests. */
  async settled(): Promise<void> {
    await this.postponed.settled()
    await this.pending.settled()
  }

  /**
   * Finds out who a request comes from. Never fails: where the store does not answer, reading `user` or `session` does.
   * Without a session cookie nothing has to be asked and no promise is made.
   */
  open(incoming: IncomingRequest): AuthRequest<U> | Promise<AuthRequest<U>> {
    const cookie = findCookie(incoming.header('cookie'), this.sessionCookieName)
    const request = new AuthRequest<U>(this, incoming, cookie)
    const key = this.sessions.keyOf(cookie)
    return key === null ? request : findVisitor(request, key)
  }

  /** The answer to what is Postern's own, or is refused; undefined where the application goes on. Rejects with what a view threw. */
  respond(request: AuthRequest<U>): Answer | undefined | Promise<Answer | undefined> {
    const match = this.urls.match(request.path, request.incoming.prefix)
    const refusal = this.gate.check(request, match?.view)
    if (refusal === null && match === undefined && this.entrance === undefined) return undefined
    return this.#answer(request, match, refusal)
  }

  /**
   * What the headers of an answer with this status must be. Where the session was changed it is stored first.
   * @throws {StoreUnavailable} @throws {SessionInterrupted} the answer must be a refusal then (`refuse`), whatever it was to be
   */
  close(request: AuthRequest<U>, status: number): readonly HeaderPair[] | Promise<readonly HeaderPair[]> {
    return this.headers.close(request, status)
  }

  /** The answer for an error that Postern threw (503, 400, 403, …), or undefined for somebody else's. */
  refuse(request: AuthRequest<U> | IncomingRequest, error: unknown): Answer | undefined {
    const known = request instanceof AuthRequest
    return failureAnswer(known ? request.incoming : request, error, this.development, known ? request : undefined)
  }

  /** In development, the page for a mistake of the application's own: a URL name, a template. @internal */
  mistake(request: AuthRequest<U>, error: unknown): Answer | undefined {
    return this.development ? mistakeAnswer(request.incoming, error) : undefined
  }

  /** In development, the page for what none of the URL patterns answers. @internal */
  nothingHere({ incoming, path }: AuthRequest<U>): Answer | undefined {
    if (!this.development) return undefined
    const cure = `The URL patterns: ${this.urls.views.map(({ route }) => route).join(' ')}`
    const words = { status: 404, code: 'not_found', title: 'Not found', check: 'postern.E212' }
    return refuse(incoming, { ...words, message: `No URL pattern answers ${path}.`, cure }, true)
  }

  /**
   * Answers a fetch `Request` with the views in `urls` and the built-in ones: Postern on Bun, Deno, workers and the like.
   * @example export default { fetch: (request: Request) => auth.handle(request) }
   */
  handle(request: Request, options: HandleOptions<U> = {}): Promise<Response> {
    return handleRequest(this, request, options)
  }

  async #answer(
    request: AuthRequest<U>,
    match: UrlMatch<View<U>> | undefined,
    refusing: ViewAnswer | null | Promise<ViewAnswer | null>,
  ): Promise<Answer | undefined> {
    let answer: Answer
    try {
      const refused = await refusing
      // A view for refusals that answers nothing has refused all the same.
      const refusal = refused === null ? ((await this.entrance?.pass(request, match?.view)) ?? null) : refused
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
      const pairs = await this.close(request, answer.status)
      await this.pending.of(request.incoming)
      const whole = this.headers.added(answer, pairs)
      if (request.wasRead) this.cachingNotice?.look(request, headerOf(whole, 'cache-control'))
      return whole
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
    return 'to' in answer ? this.urls.redirect(answer, request.incoming.prefix) : answer
  }
}

function headerOf({ headers }: Answer, name: string): string | undefined {
  return headers.find(([other]) => other.toLowerCase() === name)?.[1]
}

/**
 * Sets up Postern.
 * @throws {ConfigurationError} when settings are missing or contradict each other; the message says what to write
 * @example const auth = createPostern({ secretKey: process.env.SECRET_KEY, database: sqlite('app.db') })
 */
export function createPostern<U extends User = User>(options: PosternOptions<U>): Postern<U> {
  return new Postern<U>(options)
}
