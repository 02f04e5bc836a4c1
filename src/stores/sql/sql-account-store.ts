/** Accounts in `postern_user`, on any `SqlClient`. */
import { type Account, type AccountStore, UNKNOWN_ACCOUNT } from '../../users/account-store.ts'
import type { SqlClient, SqlValue } from './sql-client.ts'

const GET = 'SELECT last_logout, email_confirmed, confirmation_pending FROM postern_user WHERE user_id = ?'
const RECORD_LOGOUT = `INSERT INTO postern_user (user_id, last_logout) VALUES (?, ?)
ON CONFLICT (user_id) DO UPDATE SET last_logout = excluded.last_logout
WHERE postern_user.last_logout IS NULL OR postern_user.last_logout < excluded.last_logout`
const AWAIT_CONFIRMATION = `INSERT INTO postern_user (user_id, confirmation_pending) VALUES (?, ?)
ON CONFLICT (user_id) DO UPDATE SET confirmation_pending = excluded.confirmation_pending`
const STOP_WAITING = `UPDATE postern_user SET confirmation_pending = NULL
WHERE user_id = ? AND confirmation_pending IS NOT NULL`
const CONFIRM_EMAIL = `UPDATE postern_user SET email_confirmed = ?, confirmation_pending = NULL
WHERE user_id = ? AND confirmation_pending IS NOT NULL`
const EPOCH = 'SELECT epoch FROM postern_user WHERE user_id = ?'
const ENSURE_ROW = 'INSERT INTO postern_user (user_id) VALUES (?) ON CONFLICT (user_id) DO NOTHING'
const RAISE_EPOCH = 'UPDATE postern_user SET epoch = epoch + 1 WHERE user_id = ? AND epoch = ?'

const DURABLE = { durable: true } as const

export class SqlAccountStore implements AccountStore {
  readonly #client: SqlClient

  constructor(client: SqlClient) {
    this.#client = client
  }

  async get(userId: string): Promise<Account> {
    const row = await this.#client.one(GET, [userId])
    if (row === undefined) return UNKNOWN_ACCOUNT
    return { lastLogout: toTime(row[0]), emailConfirmed: toTime(row[1]), confirmationPending: toTime(row[2]) }
  }

  async recordLogout(userId: string, at: number): Promise<void> {
    await this.#client.run(RECORD_LOGOUT, [userId, at])
  }

  async awaitConfirmation(userId: string, at: number | null): Promise<void> {
    await this.#client.batch([at === null ? [STOP_WAITING, [userId]] : [AWAIT_CONFIRMATION, [userId, at]]], DURABLE)
  }

  async confirmEmail(userId: string, at: number): Promise<boolean> {
    const [result] = await this.#client.batch([[CONFIRM_EMAIL, [at, userId]]], DURABLE)
    return result !== undefined && result.matched > 0
  }

  async epoch(userId: string): Promise<number> {
    return Number((await this.#client.one(EPOCH, [userId]))?.[0] ?? 0)
  }

  async raiseEpoch(userId: string, from: number): Promise<boolean> {
    const [, raised] = await this.#client.batch(
      [
        [ENSURE_ROW, [userId]],
        [RAISE_EPOCH, [userId, from]],
      ],
      DURABLE,
    )
    return raised !== undefined && raised.matched > 0
  }
}

function toTime(value: SqlValue | undefined): number | null {
  return value === null ? null : Number(value)
}
