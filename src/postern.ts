import { AuthRequest } from './auth/auth-request.ts'
import { findVisitor } from './auth/find-visitor.ts'
import type { View, ViewAnswer } from './auth/view.ts'
import { type HandleOptions, handleRequest } from './handle-request.ts'
import type { Answer, HeaderPair } from './kernel/answer.ts'
import { findCookie } from './kernel/cookies.ts'
import type { IncomingRequest } from './kernel/incoming-request.ts'
import type { UrlMatch } from './kernel/urls.ts'
import type { PosternOptions } from './options.ts'
import { validSessionKey } from './sessions/session-key.ts'
import { SiteContext } from './site-context.ts'
import type { User } from './users/user.ts'
import { failureAnswer } from './views/failure.ts'

/** One Postern: its settings, its stores and its URL patterns. `createPostern` makes it. */
export class Postern<U extends User = User> extends SiteContext<U> {
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
    const match = this.urls.match(request.path, request.incoming.prefix)
    const refusal = this.gate.check(request, match?.view)
    if (refusal === null && match === undefined) return undefined
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
    return failureAnswer(request instanceof AuthRequest ? request.incoming : request, error, this.development)
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
      return this.headers.added(answer, await this.close(request, answer.status))
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

/**
 * Sets up Postern.
 * @throws {ConfigurationError} when settings are missing or contradict each other; the message says what to write
 * @example const auth = createPostern({ secretKey: process.env.SECRET_KEY, database: sqlite('app.db') })
 */
export function createPostern<U extends User = User>(options: PosternOptions<U>): Postern<U> {
  return new Postern<U>(options)
}
