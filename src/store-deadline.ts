/**
 * Every call of a store that a request waits for, under one deadline, and every way in which a store can fail to answer
 * as one error. A store that hangs ends in 503 as one that is gone: when signing out, too, where the worst answer is a false
 * "you are logged out".
 */
import type { CookiePayloads } from './django/cookie-payload.ts'
import { PosternError, StoreUnavailable } from './errors.ts'
import type {
  SessionClient,
  SessionInfo,
  SessionRecord,
  SessionStore,
  StoredSession,
  StoreWarning,
  UnlistedSession,
} from './sessions/session-store.ts'
import type { TokenStore, UsedToken } from './tokens/token-store.ts'
import type { AccountStore } from './users/account-store.ts'
import type { User } from './users/user.ts'
import type { NewUser, UserChanges, UserListing, UserStore } from './users/user-store.ts'
import type { Authority } from './users/visitor.ts'

type MaybePromise<T> = T | Promise<T>

export class StoreDeadline {
  readonly #seconds: number

  /** @param seconds after which a call that has not been answered fails; what it asked for may still be done */
  constructor(seconds: number) {
    this.#seconds = seconds
  }

  /**
   * The answer to one call; no promise is made where the store made none.
   * @throws {StoreUnavailable} when it is late, or the store threw something that Postern gives no meaning
   */
  inTime<T>(ask: () => MaybePromise<T>): MaybePromise<T> {
    try {
      const answer = ask()
      return answer instanceof Promise ? this.#race(answer) : answer
    } catch (error) {
      throw asStoreError(error)
    }
  }

  #race<T>(answer: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const late = (): void => reject(new StoreUnavailable(`The store did not answer within ${this.#seconds} s.`))
      const timer = setTimeout(late, this.#seconds * 1000)
      answer.then(
        (value) => {
          clearTimeout(timer)
          resolve(value)
        },
        (error) => {
          clearTimeout(timer)
          reject(asStoreError(error))
        },
      )
    })
  }
}

/** A driver's own error says nothing about who sent the request: it is no answer, too. */
function asStoreError(error: unknown): PosternError {
  return error instanceof PosternError ? error : new StoreUnavailable(undefined, error)
}

/** A store of sessions under a deadline. */
export class TimedSessions implements SessionStore {
  readonly #store: SessionStore
  readonly #deadline: StoreDeadline
  readonly #givesUsers: boolean

  /** @param users the store that says who is who: users that come along with sessions count only if they are from there */
  constructor(store: SessionStore, users: Pick<UserStore, 'findById'>, deadline: StoreDeadline) {
    this.#givesUsers = store.users === users
    this.#store = this.#givesUsers ? store : (store.withoutUsers?.() ?? store)
    this.#deadline = deadline
  }

  get revocable(): boolean {
    return this.#store.revocable
  }
  get listable(): boolean {
    return this.#store.listable
  }
  get endsForUser(): boolean {
    return this.#store.endsForUser ?? this.#store.listable
  }
  get cookies(): CookiePayloads | undefined {
    return this.#store.cookies
  }

  load(key: string, now: number): MaybePromise<StoredSession | null> {
    const stored = this.#deadline.inTime(() => this.#store.load(key, now))
    if (this.#givesUsers) return stored
    return stored instanceof Promise ? stored.then(withoutUser) : withoutUser(stored)
  }
  create(key: string, record: SessionRecord, now: number): MaybePromise<boolean> {
    return this.#deadline.inTime(() => this.#store.create(key, record, now))
  }
  update(key: string, record: SessionRecord, now: number): MaybePromise<boolean> {
    return this.#deadline.inTime(() => this.#store.update(key, record, now))
  }
  replace(key: string, newKey: string, record: SessionRecord, now: number): MaybePromise<boolean> {
    return this.#deadline.inTime(() => this.#store.replace(key, newKey, record, now))
  }
  touch(key: string, expires: number, now: number): MaybePromise<boolean> {
    return this.#deadline.inTime(() => this.#store.touch(key, expires, now))
  }
  delete(key: string, id?: string): MaybePromise<boolean> {
    return this.#deadline.inTime(() => this.#store.delete(key, id))
  }
  exists(key: string, now: number): MaybePromise<boolean> {
    return this.#deadline.inTime(() => this.#store.exists(key, now))
  }
  adopt(key: string, userId: string, now: number, client?: SessionClient): MaybePromise<void> {
    return this.#deadline.inTime(() => this.#store.adopt(key, userId, now, client))
  }
  deleteForUser(userId: string, except?: string): MaybePromise<number> {
    return this.#deadline.inTime(() => this.#store.deleteForUser(userId, except))
  }
  epochOf(userId: string): MaybePromise<number | undefined> {
    return this.#deadline.inTime(() => this.#store.epochOf?.(userId))
  }
  listForUser(userId: string, now: number, current?: string): MaybePromise<readonly SessionInfo[]> {
    return this.#deadline.inTime(() => this.#store.listForUser(userId, now, current))
  }
  unlisted(after: string, limit: number, now: number): MaybePromise<readonly UnlistedSession[]> {
    return this.#deadline.inTime(() => this.#store.unlisted?.(after, limit, now) ?? [])
  }
  warnings(): MaybePromise<readonly StoreWarning[]> {
    return this.#deadline.inTime(() => this.#store.warnings?.() ?? [])
  }
  /** No request waits for this one, and it may take its time. */
  clearExpired(now: number): MaybePromise<number> {
    return this.#store.clearExpired(now)
  }
}

/** Somebody who has the same id in another store may be somebody else. */
function withoutUser(stored: StoredSession | null): StoredSession | null {
  return stored?.user === undefined ? stored : { ...stored, user: undefined }
}

/** A store of users under a deadline; its users know the Postern that they came from. */
export class TimedUsers<U extends User> implements UserStore<U> {
  readonly #store: UserStore<U>
  readonly #deadline: StoreDeadline
  readonly #authority: Authority
  readonly #accounts: AccountStore
  readonly #endSessions: (userId: string) => Promise<unknown>

  /**
   * @param authority that the users are to ask what they may do
   * @param accounts what is kept beside the users
   * @param endSessions of a user who has been made inactive
   */
  constructor(
    store: UserStore<U>,
    deadline: StoreDeadline,
    authority: Authority,
    accounts: AccountStore,
    endSessions: (userId: string) => Promise<unknown>,
  ) {
    this.#endSessions = endSessions
    this.#store = store
    this.#deadline = deadline
    this.#authority = authority
    this.#accounts = accounts
  }

  findById(id: string): MaybePromise<U | null> {
    return this.#known(() => this.#store.findById(id))
  }
  findByUsername(username: string): MaybePromise<U | null> {
    return this.#known(() => this.#store.findByUsername(username))
  }
  hasUsername(username: string): MaybePromise<boolean> {
    return this.#deadline.inTime(() => this.#store.hasUsername(username))
  }
  findByEmail(email: string): MaybePromise<readonly U[]> {
    return this.#known(() => this.#store.findByEmail(email))
  }
  list(listing: UserListing): MaybePromise<readonly U[]> {
    return this.#known(() => this.#store.list(listing))
  }
  create(user: NewUser): MaybePromise<U> {
    return this.#known(() => this.#store.create(user))
  }
  /**
   * Writes these fields alone. Whoever is made inactive has no session any more when this resolves.
   * @throws {StoreUnavailable} also when the user is inactive by now and the sessions may still be there: they are refused, and
   * the same call again ends them
   */
  update(id: string, changes: UserChanges): MaybePromise<boolean> {
    const write = (): MaybePromise<boolean> => this.#deadline.inTime(() => this.#store.update(id, changes))
    if (changes.isActive === undefined) return write()
    const update = (): MaybePromise<boolean> => (changes.isActive === false ? this.#deactivate(id, write) : write())
    // Whoever says whether an account is active has the last word: a link in an old mail changes nothing any more.
    const ended = this.#accounts.awaitConfirmation(id, null)
    return ended instanceof Promise ? ended.then(update) : update()
  }
  replacePassword(id: string, from: string, to: string): MaybePromise<boolean> {
    return this.#deadline.inTime(() => this.#store.replacePassword(id, from, to))
  }

  async #deactivate(id: string, write: () => MaybePromise<boolean>): Promise<boolean> {
    const there = await write()
    // Inactive first: a login that is under way cannot bring a session that counts.
    if (there) await this.#endSessions(id)
    return there
  }
  #known<T extends U | null | readonly U[]>(ask: () => MaybePromise<T>): MaybePromise<T> {
    const found = this.#deadline.inTime(ask)
    return found instanceof Promise ? found.then((user) => this.#attached(user)) : this.#attached(found)
  }
  #attached<T extends U | null | readonly U[]>(found: T): T {
    // A store of an application's own may give users by half: `auth.check()` tells of them.
    for (const user of Array.isArray(found) ? found : [found]) user?.attach?.(this.#authority)
    return found
  }
}

/** A store of used tokens under a deadline. */
export class TimedTokens implements TokenStore {
  readonly #store: TokenStore
  readonly #deadline: StoreDeadline

  constructor(store: TokenStore, deadline: StoreDeadline) {
    this.#store = store
    this.#deadline = deadline
  }

  redeem(token: UsedToken, now: number): MaybePromise<boolean> {
    return this.#deadline.inTime(() => this.#store.redeem(token, now))
  }
  isRedeemed(hash: string, now: number): MaybePromise<boolean> {
    return this.#deadline.inTime(() => this.#store.isRedeemed(hash, now))
  }
  /** No request waits for this one, and it may take its time. */
  clearExpired(now: number): MaybePromise<number> {
    return this.#store.clearExpired(now)
  }
}
