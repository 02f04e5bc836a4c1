/** Rows of sessions as the store gives them on, and the lines of its index. */
import { newPublicId } from '../../sessions/public-id.ts'
import type { SessionRecord, StoredSession } from '../../sessions/session-store.ts'
import { LOADED_KEY, LOADED_USER } from './session-statements.ts'
import type { SqlRow, SqlValue } from './sql-client.ts'
import { fromDatetimeText } from './sql-values.ts'
import { readUser } from './user-row.ts'
import type { SqlUserTable } from './user-table.ts'

/** `varchar(45)`: the longest text of an IPv6 address. */
const ADDRESS_LENGTH = 45
const USER_AGENT_LENGTH = 255

/**
 * @param users the table whose users came along; undefined for none
 * @returns null for a session that has expired, and for one under a key that the database alone takes for the same
 */
export function readStored(
  row: SqlRow,
  key: string,
  now: number,
  users: SqlUserTable | undefined,
): StoredSession | null {
  if (row[LOADED_KEY] !== key) return null
  const expires = fromDatetimeText(row[1])
  // The other way round, a date that cannot be read would never expire.
  if (!(expires > now)) return null
  const data = row[0] as string
  const userId = row[2]
  if (typeof userId !== 'string') return { data, expires, userId: undefined }
  const id = row[4] as string
  const created = Number(row[3])
  if (users === undefined) return { data, expires, userId, id, created }
  const user = row[LOADED_USER] ?? null
  // `CAST` reads '1 OR 1' as 1: only the very same id is this user.
  const known = user !== null && String(users.key.toId(user)) === userId
  return { data, expires, userId, id, created, user: known ? readUser(users, row, LOADED_USER) : null }
}

/** The values of a new line of the index, in the order of its columns. */
export function indexLine(
  key: string,
  userId: string,
  now: number,
  { client, id }: Pick<SessionRecord, 'client' | 'id'>,
): SqlValue[] {
  return [
    key,
    id ?? newPublicId(),
    userId,
    now,
    now,
    client?.address?.slice(0, ADDRESS_LENGTH) ?? null,
    client?.userAgent?.slice(0, USER_AGENT_LENGTH) ?? null,
  ]
}
