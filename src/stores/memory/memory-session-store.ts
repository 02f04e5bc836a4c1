/**
 * Sessions in this process's memory, with the behaviour of the SQL store: for tests and for trying Postern out. They are gone at a
 * restart, and no other process sees them.
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
import type { MemoryUserStore } from './memory-user-store.ts'

/** What the index knows of a session that has a user. */
interface Line {
  readonly publicId: string
  readonly userId: string
  readonly created: number
  readonly lastSeen: number
  readonly address: string | null
  readonly userAgent: string | null
}

interface Entry {
  readonly data: string
  readonly expires: number
  readonly line: Line | null
}

export class MemorySessionStore implements SessionStore {
  readonly revocable = true
  readonly listable = true
  get endsForUser(): boolean {
    return this.listable
  }
  readonly volatile = true
  readonly #entries = new Map<string, Entry>()
  readonly #keysOf = new Map<string, Set<string>>()
  readonly users: MemoryUserStore | undefined

  /** @param users the store whose users `load` gives along with their sessions; null for none */
  constructor(users: MemoryUserStore | null = null) {
    this.users = users ?? undefined
  }

  load(key: string, now: number): StoredSession | null {
    const entry = this.#live(key, now)
    if (entry === undefined) return null
    const { data, expires, line } = entry
    if (line === null) return { data, expires, userId: undefined }
    const { publicId: id, userId, created } = line
    return { data, expires, userId, id, created, user: this.users?.findById(userId) ?? null }
  }

  create(key: string, record: SessionRecord, now: number): boolean {
    if (this.#entries.has(key)) return false
    this.#put(key, record, null, now)
    return true
  }

  update(key: string, record: SessionRecord, now: number): boolean {
    const entry = this.#live(key, now)
    if (entry === undefined) return false
    this.#put(key, record, entry.line, now)
    return true
  }

  replace(key: string, newKey: string, record: SessionRecord, now: number): boolean {
    const entry = this.#live(key, now)
    if (entry === undefined || (newKey !== key && this.#entries.has(newKey))) return false
    this.#remove(key)
    this.#put(newKey, record, entry.line, now)
    return true
  }

  touch(key: string, expires: number, now: number): boolean {
    const entry = this.#live(key, now)
    if (entry === undefined) return false
    this.#entries.set(key, { ...entry, expires, line: entry.line && { ...entry.line, lastSeen: now } })
    return true
  }

  delete(key: string, id?: string): boolean {
    return this.#remove(key) || this.#removeMoved(id)
  }

  exists(key: string, now: number): boolean {
    return this.#live(key, now) !== undefined
  }

  adopt(key: string, userId: string, now: number, client?: SessionClient): void {
    const entry = this.#live(key, now)
    if (entry !== undefined) this.#put(key, { ...entry, userId, client }, entry.line, now)
  }

  deleteForUser(userId: string, except?: string): number {
    let count = 0
    for (const key of [...(this.#keysOf.get(userId) ?? [])]) {
      if (key !== except && this.#remove(key)) count += 1
    }
    return count
  }

  listForUser(userId: string, now: number, current?: string): readonly SessionInfo[] {
    const list: SessionInfo[] = []
    for (const key of this.#keysOf.get(userId) ?? []) {
      const entry = this.#live(key, now)
      if (entry === undefined || entry.line === null) continue
      const { publicId, created, lastSeen, address, userAgent } = entry.line
      list.push({
        id: publicId,
        created,
        lastSeen,
        expires: entry.expires,
        address,
        userAgent,
        current: key === current,
      })
    }
    return list.sort((a, b) => b.lastSeen - a.lastSeen || b.created - a.created || (a.id < b.id ? -1 : 1))
  }

  unlisted(after: string, limit: number, now: number): readonly UnlistedSession[] {
    const found: UnlistedSession[] = []
    for (const [key, { data, expires, line }] of this.#entries) {
      if (key > after && line === null && expires > now) found.push({ key, data })
    }
    return found.sort((a, b) => (a.key < b.key ? -1 : 1)).slice(0, limit)
  }

  clearExpired(now: number): number {
    let count = 0
    for (const [key, entry] of this.#entries) {
      if (entry.expires <= now && this.#remove(key)) count += 1
    }
    return count
  }

  #live(key: string, now: number): Entry | undefined {
    const entry = this.#entries.get(key)
    return entry !== undefined && entry.expires > now ? entry : undefined
  }

  #put(key: string, record: SessionRecord, before: Line | null, now: number): void {
    const { data, expires, userId, client, id } = record
    if (before !== null && before.userId !== userId) this.#forget(key, before.userId)
    if (userId === null) {
      this.#entries.set(key, { data, expires, line: null })
      return
    }
    const line: Line = {
      publicId: before?.publicId ?? id ?? newPublicId(),
      userId,
      created: before?.created ?? now,
      lastSeen: now,
      address: client?.address ?? before?.address ?? null,
      userAgent: client?.userAgent ?? before?.userAgent ?? null,
    }
    this.#entries.set(key, { data, expires, line })
    const keys = this.#keysOf.get(userId)
    if (keys === undefined) this.#keysOf.set(userId, new Set([key]))
    else keys.add(key)
  }

  #remove(key: string): boolean {
    const entry = this.#entries.get(key)
    if (entry === undefined) return false
    if (entry.line !== null) this.#forget(key, entry.line.userId)
    return this.#entries.delete(key)
  }

  /** A session that has another key by now; tests and trials have few enough to look through. */
  #removeMoved(id: string | undefined): boolean {
    if (id === undefined) return false
    for (const [key, { line }] of this.#entries) if (line?.publicId === id) return this.#remove(key)
    return false
  }

  #forget(key: string, userId: string): void {
    const keys = this.#keysOf.get(userId)
    keys?.delete(key)
    if (keys?.size === 0) this.#keysOf.delete(userId)
  }
}
