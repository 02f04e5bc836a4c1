/**
 * Writes events down. A row is on its way the moment that the event is told, together with the others of that moment, and what
 * happened stands whatever becomes of it; a row that could not be written is told to whoever listens, or else as a warning.
 */
import { announce, type EventName, type EventRecord, isHeard, type PosternEvents } from '../events.ts'
import type { IncomingRequest } from '../kernel/incoming-request.ts'
import type { PendingWork } from '../kernel/pending-work.ts'
import { type AuditedEvent, eventRecord } from './event-record.ts'
import type { EventStore } from './event-store.ts'

/** How the audit log is kept. */
export interface AuditSettings {
  /** Seconds after which a row may go. */
  readonly retention: number
  /** The events that leave a row. */
  readonly events: ReadonlySet<EventName>
}

/** Milliseconds between two warnings, at least. */
const WARNING_PAUSE = 60_000

export class AuditLog {
  readonly #store: EventStore
  readonly #settings: AuditSettings
  readonly #pending: PendingWork
  readonly #now: () => number
  #group: { readonly records: EventRecord[]; readonly written: Promise<void> } | undefined
  #warned = Number.NEGATIVE_INFINITY

  /** @param now milliseconds */
  constructor(store: EventStore, settings: AuditSettings, pending: PendingWork, now: () => number) {
    this.#store = store
    this.#settings = settings
    this.#pending = pending
    this.#now = now
  }

  /** Writes an event down, if it is one of those that are. */
  record<E extends EventName>(event: E, message: PosternEvents[E]): void {
    if (!this.#settings.events.has(event)) return
    const audited = event as AuditedEvent
    const record = eventRecord(audited, message as PosternEvents[typeof audited], this.#now())
    this.#group ??= this.#begin()
    this.#group.records.push(record)
    const { incoming } = message as { readonly incoming?: IncomingRequest | undefined }
    this.#pending.add(this.#group.written, incoming)
  }

  /** Tells that something could not be noted. */
  failed(what: PosternEvents['audit_failed']['what'], record: EventRecord, error: unknown): void {
    if (isHeard('audit_failed')) announce('audit_failed', { event: record.event, what, record, error })
    else this.#warn(record.event, error)
  }

  /** Removes the rows that are past their time; none where nothing is written down. @returns how many went */
  async clearExpired(): Promise<number> {
    if (this.#settings.events.size === 0) return 0
    return this.#store.clearBefore(this.#now() - this.#settings.retention * 1000)
  }

  /** Rows of one moment go together: under load that halves what each costs. */
  #begin(): { readonly records: EventRecord[]; readonly written: Promise<void> } {
    const records: EventRecord[] = []
    return { records, written: Promise.resolve().then(() => this.#write(records)) }
  }

  async #write(records: readonly EventRecord[]): Promise<void> {
    this.#group = undefined
    try {
      await this.#store.append(records)
    } catch (error) {
      for (const record of records) this.failed('row', record, error)
    }
  }

  #warn(event: EventName, error: unknown): void {
    const now = performance.now()
    if (now - this.#warned < WARNING_PAUSE) return
    this.#warned = now
    const reason = error instanceof Error ? error.message : String(error)
    process.emitWarning(
      `The event ${event} could not be written to the audit log (${reason}). Listen to 'audit_failed' to keep such rows elsewhere.`,
      { type: 'PosternWarning' },
    )
  }
}
