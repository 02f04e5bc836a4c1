/** Used tokens in `postern_token`, on any `SqlClient`. */
import type { TokenStore, UsedToken } from '../../tokens/token-store.ts'
import { deleteIn } from './delete-in.ts'
import type { SqlClient, SqlStatement } from './sql-client.ts'
import { isUniqueViolation } from './sql-errors.ts'

const REDEEM = 'INSERT INTO postern_token (token_hash, purpose, user_id, expires, redeemed) VALUES (?, ?, ?, ?, ?)'
/** One statement decides, so that no two callers can both find the place empty. */
const REDEEM_AGAIN = `UPDATE postern_token SET purpose = ?, user_id = ?, expires = ?, redeemed = ?
WHERE token_hash = ? AND expires <= ?`
const IS_REDEEMED = 'SELECT 1 FROM postern_token WHERE token_hash = ? AND expires > ?'
const EXPIRED = `SELECT token_hash FROM
(SELECT token_hash FROM postern_token WHERE expires <= ? ORDER BY expires, token_hash LIMIT ?) AS expired`

/** Tokens that `clearExpired` removes in one transaction. */
const CLEARED_AT_ONCE = 500

const DURABLE = { durable: true } as const

export class SqlTokenStore implements TokenStore {
  readonly #client: SqlClient

  constructor(client: SqlClient) {
    this.#client = client
  }

  async redeem({ hash, purpose, userId, expires }: UsedToken, now: number): Promise<boolean> {
    try {
      await this.#client.batch([[REDEEM, [hash, purpose, userId, expires, now]]], DURABLE)
      return true
    } catch (error) {
      if (!isUniqueViolation(error)) throw error
    }
    // It was used before; what has expired since makes room.
    const again: SqlStatement = [REDEEM_AGAIN, [purpose, userId, expires, now, hash, now]]
    const [result] = await this.#client.batch([again], DURABLE)
    return result !== undefined && result.matched > 0
  }

  async isRedeemed(hash: string, now: number): Promise<boolean> {
    return (await this.#client.one(IS_REDEEMED, [hash, now])) !== undefined
  }

  async clearExpired(now: number): Promise<number> {
    const clear = deleteIn(this.#client.dialect, 'postern_token', 'token_hash', EXPIRED)
    let total = 0
    // Requests are served between two batches: each waits for a turn of the client.
    for (;;) {
      const { matched } = await this.#client.run(clear, [now, CLEARED_AT_ONCE])
      total += matched
      if (matched < CLEARED_AT_ONCE) return total
    }
  }
}
