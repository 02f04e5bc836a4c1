/**
 * Sessions in Django's `django_session`, with Postern's index beside it, on any `SqlClient`. A method that writes does it in
 * one batch, guarded by the statement that must find the session alive: nothing here can bring a session back.
 *
 * Mirrors django/contrib/sessions/backends/db.py (5.2).
 */

import { newPublicId } from '../../sessions/public-id.ts'
import type {
  SessionClient,
  SessionInfo,
  SessionRecord,
  SessionStore,
  StoredSession,
  UnlistedSession,
} from '../../sessions/session-store.ts'
import * as sql from './session-statements.ts'
import type { SqlClient, SqlResult, SqlRow, SqlStatement, SqlValue } from './sql-client.ts'
import type { SqlUserStore } from './sql-user-store.ts'
import { fromDatetimeText, toDatetimeText } from './sql-values.ts'
import { readUser } from './user-row.ts'
import type { SqlUserTable } from './user-table.ts'

/** Sessions that `clearExpired` removes in one transaction. */
const CLEARED_AT_ONCE = 500
/** `varchar(45)`: the longest text of an IPv6 address. */
const ADDRESS_LENGTH = 45
const USER_AGENT_LENGTH = 255

const GUARDED_BY_FIRST = { onlyIf: 0 } as const
const DURABLE = { durable: true } as const

export class SqlSessionStore implements SessionStore {
  readonly revocable = true
  readonly listable = true
  readonly users: SqlUserStore | undefined
  readonly #client: SqlClient
  readonly #load: string

  /** @param users the store in the same database whose users `load` reads along; null for none */
  constructor(client: SqlClient, users: SqlUserStore | null) {
    this.#client = client
    this.users = users ?? undefined
    this.#load = users === null ? sql.LOAD_ALONE : sql.loadWithUser(users.table)
  }

  withoutUsers(): SqlSessionStore {
    return new SqlSessionStore(this.#client, null)
  }

  async load(key: string, now: number): Promise<StoredSession | null> {
    try {
      const row = await this.#client.one(this.#load, [key])
      return row === undefined ? null : readStored(row, now, this.users?.table)
    } catch (error) {
      throw this.users === undefined ? error : await this.users.explain(error)
    }
  }

  async create(key: string, record: SessionRecord, now: number): Promise<boolean> {
    const statements: SqlStatement[] = [[sql.CREATE, [key, record.data, toDatetimeText(record.expires)]]]
    if (record.userId !== null) statements.push([sql.INDEX, indexLine(key, record.userId, now, record)])
    return this.#guarded(statements)
  }

  async update(key: string, record: SessionRecord, now: number): Promise<boolean> {
    const params = [record.data, toDatetimeText(record.expires), key, toDatetimeText(now)]
    if (record.userId !== null) {
      return this.#guarded([
        [sql.UPDATE, params],
        [sql.INDEX, indexLine(key, record.userId, now, record)],
      ])
    }
    if ((await this.#client.run(sql.UPDATE_UNINDEXED, params)).matched > 0) return true
    return this.#guarded([
      [sql.UPDATE, params],
      [sql.DELETE_INDEX, [key]],
    ])
  }

  async replace(key: string, newKey: string, record: SessionRecord, now: number): Promise<boolean> {
    const move: SqlStatement = [
      sql.MOVE,
      [newKey, record.data, toDatetimeText(record.expires), key, toDatetimeText(now)],
    ]
    if (record.userId === null) return this.#guarded([move, [sql.DELETE_INDEX, [key]]])
    return this.#guarded([
      move,
      [sql.MOVE_INDEX, [newKey, key]],
      [sql.INDEX, indexLine(newKey, record.userId, now, record)],
    ])
  }

  async touch(key: string, expires: number, now: number): Promise<boolean> {
    return this.#guarded([
      [sql.TOUCH, [toDatetimeText(expires), key, toDatetimeText(now)]],
      [sql.SEEN, [now, key]],
    ])
  }

  async delete(key: string, id?: string): Promise<boolean> {
    const statements: SqlStatement[] =
      id === undefined
        ? [
            [sql.DELETE, [key]],
            [sql.DELETE_INDEX, [key]],
          ]
        : [
            [sql.DELETE_MOVED, [key, id]],
            [sql.DELETE_MOVED_INDEX, [key, id]],
          ]
    const [session] = await this.#client.batch(statements, DURABLE)
    return session !== undefined && session.matched > 0
  }

  async exists(key: string, now: number): Promise<boolean> {
    return (await this.#client.one(sql.EXISTS, [key, toDatetimeText(now)])) !== undefined
  }

  async adopt(key: string, userId: string, now: number, client?: SessionClient): Promise<void> {
    const [, ...line] = indexLine(key, userId, now, { client })
    await this.#client.run(sql.ADOPT, [...line, key, toDatetimeText(now)])
  }

  async deleteForUser(userId: string, except = ''): Promise<number> {
    const [sessions] = await this.#client.batch(
      [
        [sql.DELETE_FOR_USER, [userId, except]],
        [sql.DELETE_INDEX_FOR_USER, [userId, except]],
      ],
      DURABLE,
    )
    return (sessions as SqlResult).matched
  }

  async listForUser(userId: string, now: number, current?: string): Promise<readonly SessionInfo[]> {
    const rows = await this.#client.all(sql.LIST_FOR_USER, [userId, toDatetimeText(now)])
    return rows.map((row) => ({
      id: row[0] as string,
      created: Number(row[1]),
      lastSeen: Number(row[2]),
      expires: fromDatetimeText(row[3]),
      address: row[4] as string | null,
      userAgent: row[5] as string | null,
      current: row[6] === current,
    }))
  }

  async unlisted(after: string, limit: number, now: number): Promise<readonly UnlistedSession[]> {
    const rows = await this.#client.all(sql.UNLISTED, [after, toDatetimeText(now), limit])
    return rows.map(([key, data]) => ({ key: key as string, data: data as string }))
  }

  async clearExpired(now: number): Promise<number> {
    const params = [toDatetimeText(now), CLEARED_AT_ONCE]
    let total = 0
    // Requests are served between two batches: each waits for a turn of the client.
    for (;;) {
      const [, sessions] = await this.#client.batch([
        [sql.CLEAR_INDEX, params],
        [sql.CLEAR, params],
      ])
      const { matched } = sessions as SqlResult
      total += matched
      if (matched < CLEARED_AT_ONCE) break
    }
    await this.#clearOrphans()
    return total
  }

  async #clearOrphans(): Promise<void> {
    let after = ''
    for (;;) {
      const page = await this.#client.one(sql.INDEX_PAGE, [after, CLEARED_AT_ONCE - 1])
      if (page === undefined) break
      const upTo = page[0] as string
      await this.#client.run(sql.CLEAR_ORPHANS, [after, upTo])
      after = upTo
    }
    await this.#client.run(sql.CLEAR_LAST_ORPHANS, [after])
  }

  async #guarded(statements: readonly SqlStatement[]): Promise<boolean> {
    const [first] = await this.#client.batch(statements, GUARDED_BY_FIRST)
    return first !== undefined && first.matched > 0
  }
}

function readStored(row: SqlRow, now: number, users: SqlUserTable | undefined): StoredSession | null {
  const expires = fromDatetimeText(row[1])
  // The other way round, a date that cannot be read would never expire.
  if (!(expires > now)) return null
  const data = row[0] as string
  const userId = row[2]
  if (typeof userId !== 'string') return { data, expires, userId: undefined }
  const id = row[4] as string
  const created = Number(row[3])
  if (users === undefined) return { data, expires, userId, id, created }
  const key = row[sql.LOADED_USER] ?? null
  // `CAST` reads '1 OR 1' as 1: only the very same id is this user.
  const known = key !== null && String(users.key.toId(key)) === userId
  return { data, expires, userId, id, created, user: known ? readUser(users, row, sql.LOADED_USER) : null }
}

function indexLine(
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
