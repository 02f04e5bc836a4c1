/** One state of a session as a file has it. It is written once and never changed. */
import { sha256Hex } from '../../kernel/bytes.ts'
import { newPublicId } from '../../sessions/public-id.ts'
import type { SessionClient, SessionRecord } from '../../sessions/session-store.ts'

const ADDRESS_LENGTH = 45
const USER_AGENT_LENGTH = 255

/** Whose session it is, and what their list shows of it. */
export interface Owner {
  readonly userId: string
  /** The public id. */
  readonly id: string
  /** Milliseconds. */
  readonly created: number
  readonly address: string | null
  readonly userAgent: string | null
  /** The version with which the session came to this user; part of the names of the pointers that lead to it by its user and its id. */
  readonly entry: string
}

export interface StoredRecord {
  /** Name of the stored key under which the session is. */
  readonly key: string
  readonly data: string
  readonly owner: Owner | null
}

/** The number of a state, counted from 1, and a random part: no two states of a session have the same. */
export function newVersion(before: string | null): string {
  return `${before === null ? 1 : countOf(before) + 1}-${newPublicId()}`
}

export function countOf(version: string): number {
  return Number.parseInt(version, 10)
}

/** A key, a public id or a user's id as the name of a file: whatever is in it, it leaves no folder. */
export const nameOf: (text: string) => string = sha256Hex

/** @param before whose it was */
export function madeOf(
  key: string,
  { data, userId, client, id }: SessionRecord,
  before: Owner | null,
  version: string,
  now: number,
): StoredRecord {
  if (userId === null) return { key: nameOf(key), data, owner: null }
  return { key: nameOf(key), data, owner: ownerOf(userId, { client, id }, before, version, now) }
}

export function ownerOf(
  userId: string,
  { client, id }: { readonly client?: SessionClient | undefined; readonly id?: string | undefined },
  before: Owner | null,
  version: string,
  now: number,
): Owner {
  return {
    userId,
    id: before?.id ?? id ?? newPublicId(),
    created: before?.created ?? now,
    address: client?.address?.slice(0, ADDRESS_LENGTH) ?? before?.address ?? null,
    userAgent: client?.userAgent?.slice(0, USER_AGENT_LENGTH) ?? before?.userAgent ?? null,
    entry: before?.userId === userId ? before.entry : version,
  }
}

export function encode(record: StoredRecord): string {
  return JSON.stringify(record)
}

/** @returns null when the disk has damaged it */
export function decode(text: string): StoredRecord | null {
  try {
    const { key, data, owner } = JSON.parse(text) as StoredRecord
    return typeof key === 'string' && typeof data === 'string' ? { key, data, owner } : null
  } catch {
    return null
  }
}
