/** Used tokens in `postern_token`, on any `SqlClient`. */
import type { TokenStore, UsedToken } from '../../tokens/token-store.ts'
import type { SqlClient } from './sql-client.ts'

/** One statement, so that no two callers can both find the place empty; what has expired makes room. */
const REDEEM = `
INSERT INTO postern_token (token_hash, purpose, user_id, expires, redeemed) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (token_hash) DO UPDATE SET purpose = excluded.purpose, user_id = excluded.user_id,
expires = excluded.expires, redeemed = excluded.redeemed
WHERE postern_token.expires <= excluded.redeemed`
const IS_REDEEMED = 'SELECT 1 FROM postern_token WHERE token_hash = ? AND expires > ?'
const CLEAR = `
DELETE FROM postern_token WHERE token_hash IN
(SELECT token_hash FROM postern_token WHERE expires <= ? ORDER BY expires, token_hash LIMIT ?)`

/** Tokens that `clearExpired` removes in one transaction. */
const CLEARED_AT_ONCE = 500

export class SqlTokenStore implements TokenStore {
  readonly #client: SqlClient

  constructor(client: SqlClient) {
    this.#client = client
  }

  async redeem({ hash, purpose, userId, expires }: UsedToken, now: number): Promise<boolean> {
    const [result] = await this.#client.batch([[REDEEM, [hash, purpose, userId, expires, now]]], { durable: true })
    return result !== undefined && result.matched > 0
  }

  async isRedeemed(hash: string, now: number): Promise<boolean> {
    return (await this.#client.one(IS_REDEEMED, [hash, now])) !== undefined
  }

  async clearExpired(now: number): Promise<number> {
    let total = 0
    // Requests are served between two batches: each waits for a turn of the client.
    for (;;) {
      const { matched } = await this.#client.run(CLEAR, [now, CLEARED_AT_ONCE])
      total += matched
      if (matched < CLEARED_AT_ONCE) return total
    }
  }
}
