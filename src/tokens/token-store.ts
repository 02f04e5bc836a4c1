/**
 * Where it is kept which one-use tokens have been used. A token that nobody has used is in no store: what it says is signed, and
 * that it is used is one insert, which exactly one of any number of callers makes. Every store runs the contract suite in
 * `postern/testing`.
 */

type MaybePromise<T> = T | Promise<T>

/** A token that somebody uses. Times are milliseconds since 1970. */
export interface UsedToken {
  /** SHA-256 of the token, 64 hexadecimal digits: the token itself is kept nowhere. */
  readonly hash: string
  /** What it is good for: `confirm_email`, at most 40 characters. */
  readonly purpose: string
  readonly userId: string
  /** From this instant on the store may forget it (`expires <= now`). */
  readonly expires: number
}

/** A store of used tokens. Every method may throw `StoreUnavailable`. */
export interface TokenStore {
  /**
   * Uses a token: durable when it resolves.
   * @returns true for exactly one caller until the token expires, by all processes; false for all others
   */
  redeem(token: UsedToken, now: number): MaybePromise<boolean>
  /** Whether somebody has used it; a look that promises nothing about the next moment. */
  isRedeemed(hash: string, now: number): MaybePromise<boolean>
  /** Forgets what has expired, in batches. @returns how many tokens went */
  clearExpired(now: number): MaybePromise<number>
}
