/** The audit log in this process's memory, with the behaviour of the SQL store: for tests and for trying Postern out. */
import { type EventFilter, type EventStore, listLimit, type StoredEvent } from '../../audit/event-store.ts'
import type { EventRecord } from '../../events.ts'
import { asciiJson } from '../../kernel/json.ts'

/** A row as a table would have it: nobody else holds its insides. */
type Row = Omit<StoredEvent, 'data'> & { readonly data: string }

export class MemoryEventStore implements EventStore {
  #rows: Row[] = []
  #lastId = 0

  append(records: readonly EventRecord[]): void {
    const rows = records.map((record) => ({ ...record, data: asciiJson(record.data) }))
    for (const row of rows) this.#rows.push({ ...row, id: ++this.#lastId })
  }

  list(filter: EventFilter = {}): readonly StoredEvent[] {
    const { userId, event, before = Number.POSITIVE_INFINITY, beforeId = Number.POSITIVE_INFINITY } = filter
    const limit = listLimit(filter)
    const found: StoredEvent[] = []
    for (let at = this.#rows.length - 1; at >= 0 && found.length < limit; at--) {
      const row = this.#rows[at] as Row
      if (row.at >= before || row.id >= beforeId) continue
      if (userId !== undefined && row.userId !== userId) continue
      if (event !== undefined && row.event !== event) continue
      found.push({ ...row, data: JSON.parse(row.data) as StoredEvent['data'] })
    }
    return found
  }

  clearBefore(time: number): number {
    const count = this.#rows.length
    this.#rows = this.#rows.filter((row) => row.at >= time)
    return count - this.#rows.length
  }
}
