/**
 * Where the audit log is kept: one row for each event, added and never changed. Rows go only by their age. Every store of
 * events runs the contract suite in `postern/testing`.
 */
import type { EventName, EventRecord } from '../events.ts'

type MaybePromise<T> = T | Promise<T>

/** One row of the audit log. */
export interface StoredEvent extends EventRecord {
  /** Higher for what was added later. */
  readonly id: number
}

/** Which rows to list. */
export interface EventFilter {
  /** As text. @default those of everybody */
  readonly userId?: string | undefined
  /** @default all events */
  readonly event?: EventName | undefined
  /** Milliseconds; only what happened earlier. @default up to now */
  readonly before?: number | undefined
  /** Only what was added before this row: the last of a page gives the next one. */
  readonly beforeId?: number | undefined
  /** Rows, 1000 at the most. @default 100 */
  readonly limit?: number | undefined
}

/** The most rows that one call of `list` gives. */
export const LONGEST_LIST = 1000

/** A store of events. Every method may throw `StoreUnavailable`. */
export interface EventStore {
  /** Adds rows, in their order; all or none. */
  append(records: readonly EventRecord[]): MaybePromise<void>
  /** The newest first. */
  list(filter?: EventFilter): MaybePromise<readonly StoredEvent[]>
  /** Removes what happened before a time, in batches. @param time milliseconds @returns how many rows went */
  clearBefore(time: number): MaybePromise<number>
}

/** How many rows a filter asks for. */
export function listLimit({ limit = 100 }: EventFilter): number {
  return Math.min(LONGEST_LIST, Math.max(1, Math.floor(limit)))
}
