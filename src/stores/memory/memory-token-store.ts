/** Used tokens in this process's memory, with the behaviour of the SQL store: for tests and for trying Postern out. */
import type { TokenStore, UsedToken } from '../../tokens/token-store.ts'

export class MemoryTokenStore implements TokenStore {
  /** When each may be forgotten, by the hash. */
  readonly #expiries = new Map<string, number>()

  redeem({ hash, expires }: UsedToken, now: number): boolean {
    if (this.isRedeemed(hash, now)) return false
    this.#expiries.set(hash, expires)
    return true
  }

  isRedeemed(hash: string, now: number): boolean {
    const expires = this.#expiries.get(hash)
    return expires !== undefined && expires > now
  }

  clearExpired(now: number): number {
    let count = 0
    for (const [hash, expires] of this.#expiries) {
      if (expires <= now && this.#expiries.delete(hash)) count += 1
    }
    return count
  }
}
