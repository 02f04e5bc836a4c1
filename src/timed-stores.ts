/** The store of accounts under the deadline that every store has: see store-deadline.ts. */
import type { StoreDeadline } from './store-deadline.ts'
import type { Account, AccountStore } from './users/account-store.ts'

type MaybePromise<T> = T | Promise<T>

/** A store of accounts under a deadline. */
export class TimedAccounts implements AccountStore {
  readonly #store: AccountStore
  readonly #deadline: StoreDeadline

  constructor(store: AccountStore, deadline: StoreDeadline) {
    this.#store = store
    this.#deadline = deadline
  }

  get(userId: string): MaybePromise<Account> {
    return this.#deadline.inTime(() => this.#store.get(userId))
  }
  recordLogout(userId: string, at: number): MaybePromise<void> {
    return this.#deadline.inTime(() => this.#store.recordLogout(userId, at))
  }
  confirmEmail(userId: string, at: number): MaybePromise<boolean> {
    return this.#deadline.inTime(() => this.#store.confirmEmail(userId, at))
  }
}
