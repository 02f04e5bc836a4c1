/**
 * Sessions in signed cookies, behind the interface of a store: what is "in the store" is whatever has a good signature, is
 * not too old, and carries the epoch that its user has now. A logout raises the epoch, so that every cookie from before is
 * dead wherever it is. A session of nobody has no such end: it dies of its age alone.
 *
 * Mirrors django/contrib/sessions/backends/signed_cookies.py (5.2), which knows no epoch, so that nothing ends there.
 */
import { CookiePayloads, signedAt } from '../../django/cookie-payload.ts'
import type { SessionPayload } from '../../django/session-payload.ts'
import { SessionTooLarge, StoreUnavailable } from '../../errors.ts'
import { endOf } from '../../sessions/session-ages.ts'
import type {
  SessionInfo,
  SessionRecord,
  SessionSite,
  SessionStore,
  StoredSession,
} from '../../sessions/session-store.ts'
import type { AccountStore } from '../../users/account-store.ts'
import type { User } from '../../users/user.ts'
import type { UserStore } from '../../users/user-store.ts'

/** Characters: browsers keep 4096 bytes of a cookie, of which its name and its attributes are some. */
const LONGEST = 3840
/** Other raises that came first, after which ending all sessions of a user gives up. */
const TRIES = 100

/** What is kept of epochs. */
type Epochs = Required<Pick<AccountStore, 'epoch' | 'raiseEpoch'>>

export class SignedCookieStore implements SessionStore {
  readonly revocable: boolean
  readonly listable = false
  readonly endsForUser: boolean
  readonly cookies: CookiePayloads
  readonly users: UserStore
  readonly #ages: SessionSite['ages']
  readonly #epochs: Epochs | undefined

  /** @param wantsEpochs whether a session is to be compared with its user's epoch */
  constructor({ users, accounts, ages, isShared, ...keys }: SessionSite, wantsEpochs: boolean) {
    this.users = users
    this.cookies = new CookiePayloads(keys)
    this.#ages = ages
    this.#epochs = wantsEpochs && keepsEpochs(accounts) ? accounts : undefined
    this.endsForUser = this.#epochs !== undefined
    // Django reads the same cookies and knows no epoch: what is logged out here is still signed in there.
    this.revocable = this.endsForUser && !isShared
  }

  async load(cookie: string, now: number): Promise<StoredSession | null> {
    const found = this.#read(cookie, now)
    if (found === null) return null
    const { payload, expires } = found
    const { userId, id } = payload
    if (userId === undefined) return { data: cookie, expires, userId: null, id }
    const [epoch, user] = await Promise.all([this.#epochs?.epoch(userId), this.#user(userId)])
    return epoch === undefined || epoch === payload.epoch ? { data: cookie, expires, userId, id, user } : null
  }

  async create(_cookie: string, record: SessionRecord): Promise<boolean> {
    refuseTooLarge(record)
    return true
  }

  update(cookie: string, record: SessionRecord, now: number): Promise<boolean> {
    return this.replace(cookie, record.data, record, now)
  }

  /** What is written counts, and not what it replaces: whoever ends the others of a user goes on under the next epoch. */
  async replace(cookie: string, _newCookie: string, record: SessionRecord, now: number): Promise<boolean> {
    refuseTooLarge(record)
    return this.#read(cookie, now) !== null && this.#counts(this.cookies.decode(record.data))
  }

  touch(cookie: string, _expires: number, now: number): Promise<boolean> {
    return this.exists(cookie, now)
  }

  /** Ends all of the user's. @returns false when it was dead already, and where there is no user or no epoch and it cannot be ended */
  async delete(cookie: string): Promise<boolean> {
    const payload = this.cookies.decode(cookie)
    if (payload?.userId === undefined || this.#epochs === undefined) return false
    const ended = await this.#epochs.raiseEpoch(payload.userId, payload.epoch)
    // Another request has just ended it, or has carried it on as the one that stays: under that epoch it ends, too.
    if (!ended) await this.deleteForUser(payload.userId)
    return ended
  }

  async exists(cookie: string, now: number): Promise<boolean> {
    const found = this.#read(cookie, now)
    return found !== null && this.#counts(found.payload)
  }

  adopt(): void {}

  /** By one epoch exactly, also when others do the same: whoever is to stay adds one to its own. */
  async deleteForUser(userId: string): Promise<number> {
    if (this.#epochs === undefined) return 0
    for (let tries = 0; tries < TRIES; tries++) {
      if (await this.#epochs.raiseEpoch(userId, await this.#epochs.epoch(userId))) return 1
    }
    throw new StoreUnavailable("Too many others are ending this user's sessions. Try again.")
  }

  async epochOf(userId: string): Promise<number | undefined> {
    return this.#epochs?.epoch(userId)
  }

  listForUser(): readonly SessionInfo[] {
    return []
  }

  clearExpired(): number {
    return 0
  }

  /** @returns null for what nobody here signed, and what is too old */
  #read(cookie: string, now: number): { readonly payload: SessionPayload; readonly expires: number } | null {
    const payload = this.cookies.decode(cookie)
    if (payload === null) return null
    const expires = endOf(payload.expiry, payload.started, this.#ages, signedAt(cookie))
    return expires > now ? { payload, expires } : null
  }

  /** Async, so that what it throws leaves no other promise that nobody awaits. */
  async #user(userId: string): Promise<User | null> {
    return this.users.findById(userId)
  }

  async #counts(payload: SessionPayload | null): Promise<boolean> {
    if (payload?.userId === undefined || this.#epochs === undefined) return payload !== null
    return (await this.#epochs.epoch(payload.userId)) === payload.epoch
  }
}

function keepsEpochs(accounts: Partial<AccountStore> | undefined): accounts is AccountStore & Epochs {
  return typeof accounts?.epoch === 'function' && typeof accounts.raiseEpoch === 'function'
}

/** A browser drops a cookie that is too large without a word, and the visitor would have the session of before. */
function refuseTooLarge({ data }: SessionRecord): void {
  if (data.length <= LONGEST) return
  throw new SessionTooLarge(
    `The session takes ${data.length} characters, and a cookie holds ${LONGEST}: keep less in it, or keep sessions in a store, such as the database.`,
  )
}
