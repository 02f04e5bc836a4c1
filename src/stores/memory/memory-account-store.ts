/** Accounts in this process's memory, with the behaviour of the SQL store: for tests and for trying Postern out. */
import { type Account, type AccountStore, UNKNOWN_ACCOUNT } from '../../users/account-store.ts'

export class MemoryAccountStore implements AccountStore {
  readonly #accounts = new Map<string, Account>()
  readonly #epochs = new Map<string, number>()

  get(userId: string): Account {
    return { ...(this.#accounts.get(userId) ?? UNKNOWN_ACCOUNT) }
  }

  recordLogout(userId: string, at: number): void {
    const account = this.get(userId)
    if ((account.lastLogout ?? Number.NEGATIVE_INFINITY) < at)
      this.#accounts.set(userId, { ...account, lastLogout: at })
  }

  awaitConfirmation(userId: string, at: number | null): void {
    this.#accounts.set(userId, { ...this.get(userId), confirmationPending: at })
  }

  confirmEmail(userId: string, at: number): boolean {
    const account = this.get(userId)
    if (account.confirmationPending === null) return false
    this.#accounts.set(userId, { ...account, emailConfirmed: at, confirmationPending: null })
    return true
  }

  epoch(userId: string): number {
    return this.#epochs.get(userId) ?? 0
  }

  raiseEpoch(userId: string, from: number): boolean {
    if (this.epoch(userId) !== from) return false
    this.#epochs.set(userId, from + 1)
    return true
  }
}
