/**
 * What Postern keeps of an account beside the user's own table, which is Django's (`postern_user`). Every such store runs the
 * contract suite in `postern/testing`.
 */

type MaybePromise<T> = T | Promise<T>

/** What is known of an account; times are milliseconds since 1970. */
export interface Account {
  /** When the user last logged out; null for never, as far as is known. */
  readonly lastLogout: number | null
  /** When the user's e-mail address was confirmed; null as long as it is not. */
  readonly emailConfirmed: number | null
  /** Since when a new account has been waiting for its address to be confirmed; null for one that is not. */
  readonly confirmationPending: number | null
}

/** A store of accounts, by the user's id as text. Every method may throw `StoreUnavailable`. */
export interface AccountStore {
  /** Of a user of whom nothing is known everything is null. */
  get(userId: string): MaybePromise<Account>
  /** Of two logouts the later one counts, in whatever order they are recorded. @param at milliseconds */
  recordLogout(userId: string, at: number): MaybePromise<void>
  /** The account waits for its address to be confirmed. @param at milliseconds; null: it waits no more */
  awaitConfirmation(userId: string, at: number | null): MaybePromise<void>
  /** Ends the waiting. @param at milliseconds @returns true for exactly one caller, and false for an account that is not waiting */
  confirmEmail(userId: string, at: number): MaybePromise<boolean>
  /** The user's epoch, which sessions in signed cookies are compared with: 0 at first. @default none are kept, here and below */
  epoch?(userId: string): MaybePromise<number>
  /**
   * Raises it by one if it is `from`, which ends all sessions that carry a lower one: as durable as a logout.
   * @returns true for exactly one of several callers with one `from`
   */
  raiseEpoch?(userId: string, from: number): MaybePromise<boolean>
}

/** What is known of somebody of whom nothing is. */
export const UNKNOWN_ACCOUNT: Account = Object.freeze({
  lastLogout: null,
  emailConfirmed: null,
  confirmationPending: null,
})
