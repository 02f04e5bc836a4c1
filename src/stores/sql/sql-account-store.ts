/** Accounts in `postern_user`, on any `SqlClient`. */
import { type Account, type AccountStore, UNKNOWN_ACCOUNT } from '../../users/account-store.ts'
import type { SqlClient, SqlValue } from './sql-client.ts'
import { orUpdate } from './upsert.ts'

const GET = 'SELECT last_logout, email_confirmed, confirmation_pending FROM postern_user WHERE user_id = ?'
const RECORD_LOGOUT = 'INSERT INTO postern_user (user_id, last_logout) VALUES (?, ?)'
/** Answers may overtake each other. */
const IF_LATER = 'postern_user.last_logout IS NULL OR postern_user.last_logout < new.last_logout'
const AWAIT_CONFIRMATION = 'INSERT INTO postern_user (user_id, confirmation_pending) VALUES (?, ?)'
const STOP_WAITING = `UPDATE postern_user SET confirmation_pending = NULL
WHERE user_id = ? AND confirmation_pending IS NOT NULL`
const CONFIRM_EMAIL = `UPDATE postern_user SET email_confirmed = ?, confirmation_pending = NULL
WHERE user_id = ? AND confirmation_pending IS NOT NULL`
const EPOCH = 'SELECT epoch FROM postern_user WHERE user_id = ?'
const ENSURE_ROW = 'INSERT INTO postern_user (user_id) VALUES (?)'
const RAISE_EPOCH = 'UPDATE postern_user SET epoch = epoch + 1 WHERE user_id = ? AND epoch = ?'

const DURABLE = { durable: true } as const

export class SqlAccountStore implements AccountStore {
  readonly #client: SqlClient

  readonly #recordLogout: string
  readonly #awaitConfirmation: string
  readonly #ensureRow: string

  constructor(client: SqlClient) {
    this.#client = client
    const orSet = (column: string, only?: string): string =>
      orUpdate(client.dialect, 'user_id', { [column]: `new.${column}` }, only)
    this.#recordLogout = `${RECORD_LOGOUT}\n${orSet('last_logout', IF_LATER)}`
    this.#awaitConfirmation = `${AWAIT_CONFIRMATION}\n${orSet('confirmation_pending')}`
    // A row that is there is left as it is, which not every dialect has a word for.
    this.#ensureRow = `${ENSURE_ROW}\n${orSet('user_id')}`
  }

  async get(userId: string): Promise<Account> {
    const row = await this.#client.one(GET, [userId])
    if (row === undefined) return UNKNOWN_ACCOUNT
    return { lastLogout: toTime(row[0]), emailConfirmed: toTime(row[1]), confirmationPending: toTime(row[2]) }
  }

  async recordLogout(userId: string, at: number): Promise<void> {
    await this.#client.run(this.#recordLogout, [userId, at])
  }

  async awaitConfirmation(userId: string, at: number | null): Promise<void> {
    await this.#client.batch(
      [at === null ? [STOP_WAITING, [userId]] : [this.#awaitConfirmation, [userId, at]]],
      DURABLE,
    )
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
        [this.#ensureRow, [userId]],
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
