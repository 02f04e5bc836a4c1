/**
 * What an answer must say because somebody asked who sent the request: cookies, Vary, Cache-Control. The session is
 * stored first, so that no answer promises what the store does not have.
 * Mirrors `process_response` of `SessionMiddleware` and `MessageMiddleware` (django/contrib, 5.2).
 */

import type { AuthRequest } from './auth/auth-request.ts'
import { DEVICE_AGE, DEVICE_COOKIE } from './auth/known-device.ts'
import type { Answer, HeaderPair } from './kernel/answer.ts'
import { mergeVary, PRIVATE_NO_STORE, uncacheable } from './kernel/cache-control.ts'
import { deleteCookie, setCookie } from './kernel/cookies.ts'
import type { MessagesCookieDue } from './messages/message-storage.ts'
import type { Session } from './sessions/session.ts'
import type { CsrfSettings, SessionSettings } from './settings.ts'

const NONE: readonly HeaderPair[] = []
const PRIVATE: readonly HeaderPair[] = [
  ['Cache-Control', PRIVATE_NO_STORE, 'absent'],
  ['Vary', 'Cookie', 'merge'],
]
/** With a cookie in the answer, a cache that keeps it would hand one visitor's session to the next. */
const WITH_COOKIES: readonly HeaderPair[] = [
  ['Cache-Control', PRIVATE_NO_STORE, 'private'],
  ['Vary', 'Cookie', 'merge'],
]

export class AnswerHeaders {
  readonly #session: SessionSettings
  readonly #csrf: CsrfSettings
  readonly #messagesName: string
  readonly #now: () => number

  constructor(session: SessionSettings, csrf: CsrfSettings, messagesName: string, now: () => number) {
    this.#session = session
    this.#csrf = csrf
    this.#messagesName = messagesName
    this.#now = now
  }

  /** @throws {StoreUnavailable} @throws {SessionInterrupted} */
  close(request: AuthRequest, status: number): readonly HeaderPair[] | Promise<readonly HeaderPair[]> {
    if (!request.wasRead) {
      request.seal()
      return NONE
    }
    // Somebody tried to log out all the same, and must not be told that it worked.
    if (request.failure !== undefined && request.wasChanged) return Promise.reject(request.failure)
    if (request.failure !== undefined)
      return status < 500 ? this.#withMessages(PRIVATE, request.storeMessages()) : PRIVATE
    const session = request.quietSession()
    if (request.wasChanged) return this.#store(request, session, status)
    const messages = request.storeMessages()
    session.close()
    return this.#withMessages(this.#pairs(request, session, false), messages)
  }

  /** The answer with the pairs joined to its own headers. */
  added(answer: Answer, pairs: readonly HeaderPair[]): Answer {
    if (pairs.length === 0) return answer
    const headers = [...answer.headers]
    for (const [name, value, rule] of pairs) {
      const at = rule === 'append' ? -1 : headers.findIndex(([other]) => other.toLowerCase() === name.toLowerCase())
      if (at < 0) headers.push([name, value])
      else if (rule === 'merge') headers[at] = [name, mergeVary(headers[at]?.[1], value)]
      else if (rule === 'private') headers[at] = [name, uncacheable(headers[at]?.[1])]
    }
    return { ...answer, headers }
  }

  async #store(request: AuthRequest, session: Session, status: number): Promise<readonly HeaderPair[]> {
    await session.settled()
    const messages = request.storeMessages()
    const { onlyRenewed } = request
    const unsaved = session.modified && !session.isEmpty
    // As Django: what a failed request wrote is not kept. A session that it ended stays ended.
    const saving = unsaved && status < 500 ? session.save() : undefined
    session.close()
    await saving?.catch((error) => {
      // Another request of the same page was first, or the next one tries again: this page is right either way.
      if (!onlyRenewed) throw error
    })
    let cookie = session.wasSaved
    if (!unsaved && !cookie && status < 500 && session.renewalIsDue) {
      // The page is right whether or not this works; the next request tries again.
      cookie = await session.touch().catch(() => false)
    }
    // Where what goes on after the answer may be cut off, this is the last moment for the audit log.
    await request.context.pending.of(request.incoming)
    return this.#withMessages(this.#pairs(request, session, cookie), messages)
  }

  #pairs(request: AuthRequest, session: Session, sessionCookie: boolean): readonly HeaderPair[] {
    const secret = request.csrfCookieDue
    const gone = session.cookieKey === null && request.sessionCookie !== undefined && request.mayEndCookie
    if (!sessionCookie && !gone && secret === null) return PRIVATE
    const pairs = [...WITH_COOKIES]
    if (sessionCookie) pairs.push(['Set-Cookie', this.#sessionCookie(session), 'append'])
    else if (gone) {
      // Chromium keeps pages for the Back button, no-store or not, until a cookie changes; behind a redirect that set one, as
      // a login does, it overlooks the first change. A change and a deletion are two.
      pairs.push(['Set-Cookie', this.#endedCookie(), 'append'], ['Set-Cookie', this.#sessionDeletion(), 'append'])
    }
    if (secret !== null) pairs.push(['Set-Cookie', this.#csrfCookie(secret), 'append'])
    if (sessionCookie && request.deviceDue !== null) {
      pairs.push(['Set-Cookie', this.#deviceCookie(request.deviceDue), 'append'])
    }
    return pairs
  }

  #withMessages(pairs: readonly HeaderPair[], due: MessagesCookieDue): readonly HeaderPair[] {
    if (due === undefined) return pairs
    const others = pairs.filter(([name]) => name === 'Set-Cookie')
    return [...WITH_COOKIES, ...others, ['Set-Cookie', this.#messagesCookie(due), 'append']]
  }

  /** As Django: with the session cookie's attributes, but for the path, and gone with the browser. */
  #messagesCookie(value: string | null): string {
    const { cookieDomain: domain, cookieSecure: secure, cookieSameSite: sameSite } = this.#session
    if (value === null) return deleteCookie(this.#messagesName, { domain, secure, sameSite })
    return setCookie(this.#messagesName, value, { domain, secure, httpOnly: true, sameSite }, this.#now())
  }

  #sessionCookie(session: Session): string {
    const { cookieName, cookiePath, cookieDomain, cookieSecure, cookieSameSite } = this.#session
    return setCookie(
      cookieName,
      session.cookieKey ?? '',
      {
        ...(session.getExpireAtBrowserClose() ? {} : { maxAge: session.cookieAge }),
        path: cookiePath,
        ...(cookieDomain === undefined ? {} : { domain: cookieDomain }),
        secure: cookieSecure,
        httpOnly: true,
        sameSite: cookieSameSite,
      },
      this.#now(),
    )
  }

  #deviceCookie(value: string): string {
    const { cookiePath: path, cookieDomain: domain, cookieSecure: secure, cookieSameSite: sameSite } = this.#session
    return setCookie(
      DEVICE_COOKIE,
      value,
      { maxAge: DEVICE_AGE, path, domain, secure, httpOnly: true, sameSite },
      this.#now(),
    )
  }

  #endedCookie(): string {
    const { cookieName, cookiePath, cookieDomain, cookieSecure, cookieSameSite } = this.#session
    const where = { path: cookiePath, ...(cookieDomain === undefined ? {} : { domain: cookieDomain }) }
    return setCookie(
      cookieName,
      'ended',
      { ...where, secure: cookieSecure, httpOnly: true, sameSite: cookieSameSite },
      this.#now(),
    )
  }

  #sessionDeletion(): string {
    const { cookieName, cookiePath, cookieDomain, cookieSecure, cookieSameSite } = this.#session
    return deleteCookie(cookieName, {
      path: cookiePath,
      ...(cookieDomain === undefined ? {} : { domain: cookieDomain }),
      sameSite: cookieSameSite,
      secure: cookieSecure,
    })
  }

  #csrfCookie(secret: string): string {
    const { cookieName, cookieAge, cookiePath, cookieDomain, cookieSecure, cookieSameSite, cookieHttpOnly } = this.#csrf
    return setCookie(
      cookieName,
      secret,
      {
        maxAge: cookieAge,
        path: cookiePath,
        ...(cookieDomain === undefined ? {} : { domain: cookieDomain }),
        secure: cookieSecure,
        httpOnly: cookieHttpOnly,
        sameSite: cookieSameSite,
      },
      this.#now(),
    )
  }
}
