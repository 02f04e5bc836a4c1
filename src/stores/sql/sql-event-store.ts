/** The audit log in `postern_event`, on any `SqlClient`. */
import { type EventFilter, type EventStore, listLimit, type StoredEvent } from '../../audit/event-store.ts'
import type { EventName, EventRecord } from '../../events.ts'
import { asciiJson } from '../../kernel/json.ts'
import { deleteIn } from './delete-in.ts'
import type { SqlClient, SqlRow, SqlStatement, SqlValue } from './sql-client.ts'

/** Rows that `clearBefore` removes in one transaction. */
const CLEARED_AT_ONCE = 500

const INSERT = `INSERT INTO postern_event (at, event, user_id, session_id, address, user_agent, data)
VALUES (?, ?, ?, ?, ?, ?, ?)`
const SELECT = 'SELECT id, at, event, user_id, session_id, address, user_agent, data FROM postern_event'
const OLD = 'SELECT id FROM (SELECT id FROM postern_event WHERE at < ? ORDER BY at LIMIT ?) AS old'

export class SqlEventStore implements EventStore {
  readonly #client: SqlClient

  constructor(client: SqlClient) {
    this.#client = client
  }

  async append(records: readonly EventRecord[]): Promise<void> {
    await this.#client.batch(records.map(insertion))
  }

  async list(filter: EventFilter = {}): Promise<readonly StoredEvent[]> {
    const conditions: string[] = []
    const params: SqlValue[] = []
    for (const [condition, value] of [
      ['user_id = ?', filter.userId],
      ['event = ?', filter.event],
      ['at < ?', filter.before],
      ['id < ?', filter.beforeId],
    ] as const) {
      if (value === undefined) continue
      conditions.push(condition)
      params.push(value)
    }
    const where = conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`
    const rows = await this.#client.all(`${SELECT}${where} ORDER BY id DESC LIMIT ?`, [...params, listLimit(filter)])
    return rows.map(readEvent)
  }

  async clearBefore(time: number): Promise<number> {
    const clear = deleteIn(this.#client.dialect, 'postern_event', 'id', OLD)
    for (let total = 0; ; ) {
      const { matched } = await this.#client.run(clear, [inBigint(time), CLEARED_AT_ONCE])
      total += matched
      if (matched < CLEARED_AT_ONCE) return total
    }
  }
}

/** `at` is a whole number: what is before a time is before the next one. */
function inBigint(time: number): number {
  return Math.min(Math.max(Math.ceil(time), Number.MIN_SAFE_INTEGER), Number.MAX_SAFE_INTEGER)
}

function insertion({ at, event, userId, session, address, userAgent, data }: EventRecord): SqlStatement {
  return [INSERT, [at, event, userId, session, address, userAgent, asciiJson(data)]]
}

function readEvent(row: SqlRow): StoredEvent {
  return {
    id: Number(row[0]),
    at: Number(row[1]),
    event: row[2] as EventName,
    userId: row[3] as string | null,
    session: row[4] as string | null,
    address: row[5] as string | null,
    userAgent: row[6] as string | null,
    data: JSON.parse(row[7] as string) as StoredEvent['data'],
  }
}
