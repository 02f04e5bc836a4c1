/** A user who brings along further columns of the table. */
import { User, type UserFields } from '../../users/user.ts'
import type { SqlValue } from './sql-client.ts'

/** As `User`; like the password, `extra` is in no JSON and no log unless it is asked for. */
export class TableUser extends User {
  readonly #extra: Readonly<Record<string, SqlValue>>

  constructor(fields: UserFields, extra: Readonly<Record<string, SqlValue>>) {
    super(fields)
    this.#extra = extra
  }

  /** The columns named in `users.extra`, as they are in the database. */
  get extra(): Readonly<Record<string, SqlValue>> {
    return this.#extra
  }
}
