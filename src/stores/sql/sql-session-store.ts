/**
 * Sessions in Django's `django_session`, with Postern's index beside it, on any `SqlClient`. A method that writes does it in
 * one batch, guarded by the statement that must find the session alive: nothing here can bring a session back.
 *
 * Mirrors django/contrib/sessions/backends/db.py (5.2).
 */
import type {
  SessionClient,
  SessionInfo,
  SessionRecord,
  SessionStore,
  StoredSession,
  StoreWarning,
  UnlistedSession,
} from '../../sessions/session-store.ts'
import { indexLine, readStored } from './session-rows.ts'
import * as sql from './session-statements.ts'
import type { SqlClient, SqlResult, SqlStatement, SqlValue } from './sql-client.ts'
import { isUniqueViolation } from './sql-errors.ts'
import type { SqlUserStore } from './sql-user-store.ts'
import { fromDatetimeText, toDatetimeParam } from './sql-values.ts'

/** Sessions that `clearExpired` removes in one transaction. */
const CLEARED_AT_ONCE = 500

/** Sessions of a user that end in one transaction, where their keys are read beforehand. */
const ENDED_AT_ONCE = 500

const GUARDED_BY_FIRST = { onlyIf: 0 } as const
const DURABLE = { durable: true } as const

export class SqlSessionStore implements SessionStore {
  readonly revocable = true
  readonly listable = true
  readonly users: SqlUserStore | undefined
  readonly #client: SqlClient
  readonly #load: string
  readonly #insert: sql.SessionInserts
  readonly #clear: readonly string[]

  /** @param users the store in the same database whose users `load` reads along; null for none */
  constructor(client: SqlClient, users: SqlUserStore | null) {
    this.#client = client
    this.users = users ?? undefined
    this.#insert = sql.sessionInserts(client.dialect)
    this.#clear = sql.clearing(client.dialect)
    this.#load = users === null ? sql.LOAD_ALONE : sql.loadWithUser(users.table)
  }

  withoutUsers(): SqlSessionStore {
    return new SqlSessionStore(this.#client, null)
  }

  async load(key: string, now: number): Promise<StoredSession | null> {
    try {
      const row = await this.#client.one(this.#load, [key])
      return row === undefined ? null : readStored(row, key, now, this.users?.table)
    } catch (error) {
      throw this.users === undefined ? error : await this.users.explain(error)
    }
  }

  async create(key: string, record: SessionRecord, now: number): Promise<boolean> {
    const statements: SqlStatement[] = [[this.#insert.create, [key, record.data, this.#time(record.expires)]]]
    if (record.userId !== null) statements.push([this.#insert.index, indexLine(key, record.userId, now, record)])
    try {
      return await this.#guarded(statements)
    } catch (error) {
      if (isUniqueViolation(error)) return false
      throw error
    }
  }

  async update(key: string, record: SessionRecord, now: number): Promise<boolean> {
    const params = [record.data, this.#time(record.expires), key, this.#time(now)]
    if (record.userId !== null) {
      return this.#guarded([
        [sql.UPDATE, params],
        [this.#insert.index, indexLine(key, record.userId, now, record)],
      ])
    }
    if ((await this.#client.run(sql.UPDATE_UNINDEXED, params)).matched > 0) return true
    return this.#guarded([
      [sql.UPDATE, params],
      [sql.DELETE_INDEX, [key]],
    ])
  }

  async replace(key: string, newKey: string, record: SessionRecord, now: number): Promise<boolean> {
    const move: SqlStatement = [sql.MOVE, [newKey, record.data, this.#time(record.expires), key, this.#time(now)]]
    if (record.userId === null) return this.#guarded([move, [sql.DELETE_INDEX, [key]]])
    return this.#guarded([
      move,
      [sql.MOVE_INDEX, [newKey, key]],
      [this.#insert.index, indexLine(newKey, record.userId, now, record)],
    ])
  }

  async touch(key: string, expires: number, now: number): Promise<boolean> {
    return this.#guarded([
      [sql.TOUCH, [this.#time(expires), key, this.#time(now)]],
      [sql.SEEN, [now, key]],
    ])
  }

  async delete(key: string, id?: string): Promise<boolean> {
    if (id === undefined) return (await this.#end([sql.DELETE, [key]], [sql.DELETE_INDEX, [key]])) > 0
    for (;;) {
      const moved = (await this.#found(sql.MOVED, [id], [key])) ?? ([sql.DELETE_MOVED, [key, id]] as const)
      if ((await this.#end(moved, [sql.DELETE_MOVED_INDEX, [key, id]])) > 0) return true
      // It was not there, or was changing its key while the statement waited for its row: then it is to be found once more.
      if ((await this.#client.one(sql.IS_INDEXED, [id])) === undefined) return false
    }
  }

  async exists(key: string, now: number): Promise<boolean> {
    return (await this.#client.one(sql.EXISTS, [key, this.#time(now)])) !== undefined
  }

  async adopt(key: string, userId: string, now: number, client?: SessionClient): Promise<void> {
    const [, ...line] = indexLine(key, userId, now, { client })
    await this.#client.run(this.#insert.adopt, [...line, key, this.#time(now)])
  }

  async deleteForUser(userId: string, except = ''): Promise<number> {
    const params = [userId, except]
    for (let total = 0; ; ) {
      const sessions = (await this.#found(sql.OF_USER, params)) ?? ([sql.DELETE_FOR_USER, params] as const)
      total += await this.#end(sessions, [sql.DELETE_INDEX_FOR_USER, params])
      if ((await this.#client.one(sql.IS_INDEXED_FOR_USER, params)) === undefined) return total
    }
  }

  async listForUser(userId: string, now: number, current?: string): Promise<readonly SessionInfo[]> {
    const rows = await this.#client.all(sql.LIST_FOR_USER, [userId, this.#time(now)])
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
    const rows = await this.#client.all(sql.UNLISTED, [after, this.#time(now), limit])
    return rows.map(([key, data]) => ({ key: key as string, data: data as string }))
  }

  async clearExpired(now: number): Promise<number> {
    const params = [this.#time(now), CLEARED_AT_ONCE]
    let total = 0
    // Requests are served between two batches: each waits for a turn of the client.
    for (;;) {
      const [, sessions] = await this.#client.batch(this.#clear.map((statement): SqlStatement => [statement, params]))
      const { matched } = sessions as SqlResult
      total += matched
      if (matched < CLEARED_AT_ONCE) break
    }
    await this.#clearOrphans()
    return total
  }

  async warnings(): Promise<readonly StoreWarning[]> {
    return (await this.#client.warnings?.()) ?? []
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

  /**
   * What ends the sessions that the index knows. On MariaDB and MySQL a DELETE locks what it reads of the index, and a change of
   * key locks it after the session: they would wait for each other. So the index is read beforehand there, without locks.
   * @returns undefined where one statement does both
   */
  async #found(
    find: string,
    params: readonly SqlValue[],
    known: readonly string[] = [],
  ): Promise<SqlStatement | undefined> {
    if (this.#client.dialect !== 'mysql') return undefined
    const rows = await this.#client.all(`${find} LIMIT ?`, [...params, ENDED_AT_ONCE])
    const keys = [...known, ...rows.map(([key]) => key as string)]
    // No session is called ''.
    return sql.deleteKeys(keys.length === 0 ? [''] : keys)
  }

  /** Ends sessions, and then takes them off the index. @returns how many */
  async #end(sessions: SqlStatement, lines: SqlStatement): Promise<number> {
    const [ended] = await this.#client.batch([sessions, lines], DURABLE)
    return (ended as SqlResult).matched
  }

  #time(time: number): string {
    return toDatetimeParam(this.#client.dialect, time)
  }

  async #guarded(statements: readonly SqlStatement[]): Promise<boolean> {
    const [first] = await this.#client.batch(statements, GUARDED_BY_FIRST)
    return first !== undefined && first.matched > 0
  }
}
