/** The stores of accounts, events and attempts under the deadline that every store has: see store-deadline.ts. */
import type { EventFilter, EventStore, StoredEvent } from './audit/event-store.ts'
import type { EventRecord } from './events.ts'
import type { AttemptStore, Taking } from './guessing/attempt-store.ts'
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
  awaitConfirmation(userId: string, at: number | null): MaybePromise<void> {
    return this.#deadline.inTime(() => this.#store.awaitConfirmation(userId, at))
  }
  confirmEmail(userId: string, at: number): MaybePromise<boolean> {
    return this.#deadline.inTime(() => this.#store.confirmEmail(userId, at))
  }
}

/** A store of events under a deadline. */
export class TimedEvents implements EventStore {
  readonly #store: EventStore
  readonly #deadline: StoreDeadline

  constructor(store: EventStore, deadline: StoreDeadline) {
    this.#store = store
    this.#deadline = deadline
  }

  append(records: readonly EventRecord[]): MaybePromise<void> {
    return this.#deadline.inTime(() => this.#store.append(records))
  }
  list(filter?: EventFilter): MaybePromise<readonly StoredEvent[]> {
    return this.#deadline.inTime(() => this.#store.list(filter))
  }
  /** No request waits for this one. */
  clearBefore(time: number): MaybePromise<number> {
    return this.#store.clearBefore(time)
  }
}

/** A store of attempts under a deadline. */
export class TimedAttempts implements AttemptStore {
  readonly #store: AttemptStore
  readonly #deadline: StoreDeadline

  constructor(store: AttemptStore, deadline: StoreDeadline) {
    this.#store = store
    this.#deadline = deadline
  }

  read(keys: readonly string[]): MaybePromise<readonly number[]> {
    return this.#deadline.inTime(() => this.#store.read(keys))
  }
  take(takings: readonly Taking[], now: number): MaybePromise<void> {
    return this.#deadline.inTime(() => this.#store.take(takings, now))
  }
  fill(key: string): MaybePromise<void> {
    return this.#deadline.inTime(() => this.#store.fill(key))
  }
  /** No request waits for this one. */
  clearExpired(now: number): MaybePromise<number> {
    return this.#store.clearExpired(now)
  }
}
