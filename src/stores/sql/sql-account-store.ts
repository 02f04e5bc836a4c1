/** Accounts in `postern_user`, on any `SqlClient`. */
import { type Account, type AccountStore, UNKNOWN_ACCOUNT } from '../../users/account-store.ts'
import type { SqlClient, SqlValue } from './sql-client.ts'

const GET = 'SELECT last_logout, email_confirmed FROM postern_user WHERE user_id = ?'
const RECORD_LOGOUT = `INSERT INTO postern_user (user_id, last_logout) VALUES (?, ?)
ON CONFLICT (user_id) DO UPDATE SET last_logout = excluded.last_logout
WHERE postern_user.last_logout IS NULL OR postern_user.last_logout < excluded.last_logout`
const CONFIRM_EMAIL = `INSERT INTO postern_user (user_id, email_confirmed) VALUES (?, ?)
ON CONFLICT (user_id) DO UPDATE SET email_confirmed = excluded.email_confirmed
WHERE postern_user.email_confirmed IS NULL`

const DURABLE = { durable: true } as const

export class SqlAccountStore implements AccountStore {
  readonly #client: SqlClient

  constructor(client: SqlClient) {
    this.#client = client
  }

  async get(userId: string): Promise<Account> {
    const row = await this.#client.one(GET, [userId])
    return row === undefined ? UNKNOWN_ACCOUNT : { lastLogout: toTime(row[0]), emailConfirmed: toTime(row[1]) }
  }

  async recordLogout(userId: string, at: number): Promise<void> {
    await this.#client.run(RECORD_LOGOUT, [userId, at])
  }

  async confirmEmail(userId: string, at: number): Promise<boolean> {
    const [result] = await this.#client.batch([[CONFIRM_EMAIL, [userId, at]]], DURABLE)
    return result !== undefined && result.matched > 0
  }
}

function toTime(value: SqlValue | undefined): number | null {
  return value === null ? null : Number(value)
}
