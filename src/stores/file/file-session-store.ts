/**
 * Sessions in files. What changes or ends one is a rename or a removal of the one name by which it lives (see session-folders.ts), so
 * that nothing brings back what was ended, by whichever process.
 *
 * In place of django/contrib/sessions/backends/file.py (5.2), which writes what a logout has removed.
 */
import { PosternError, StoreUnavailable } from '../../errors.ts'
import { newPublicId } from '../../sessions/public-id.ts'
import type {
  SessionClient,
  SessionInfo,
  SessionRecord,
  SessionStore,
  StoredSession,
} from '../../sessions/session-store.ts'
import { clearSessions } from './clear-sessions.ts'
import type { Disk } from './disk.ts'
import { byId, byKey, byUser, type Pointer, Pointers, pointersTo } from './pointers.ts'
import { type NextState, type OpenSession, SessionFolders } from './session-folders.ts'
import { madeOf, nameOf, newVersion, ownerOf, type StoredRecord } from './stored-record.ts'
import { Turns } from './turns.ts'

/** Changes by other processes that came first, after which a write gives up. */
const TRIES = 100

/** What a write makes of a session that is alive. */
type Change = (session: LiveSession, version: string) => NextState

type LiveSession = OpenSession & { readonly record: StoredRecord }

export class FileSessionStore implements SessionStore {
  readonly revocable = true
  readonly listable = true
  readonly #folders: SessionFolders
  readonly #pointers: Pointers
  readonly #turns = new Turns()

  /** @param root a folder that has all of its folders already */
  constructor(disk: Disk, root: string) {
    this.#folders = new SessionFolders(disk, root)
    this.#pointers = new Pointers(disk, root)
  }

  load(key: string, now: number): Promise<StoredSession | null> {
    return answered(async () => {
      const session = await this.#find(key, now)
      if (session === null) return null
      const { data, owner } = session.record
      const { expires } = session.head
      if (owner === null) return { data, expires, userId: undefined }
      return { data, expires, userId: owner.userId, id: owner.id, created: owner.created }
    })
  }

  create(key: string, record: SessionRecord, now: number): Promise<boolean> {
    return answered(async () => {
      const place = newPublicId()
      const version = newVersion(null)
      const made = madeOf(key, record, null, version, now)
      const pointers = pointersTo(place, made)
      if (!(await this.#pointers.place(pointers, { place, version }))) return false
      try {
        await this.#folders.create(place, { version, record: made, expires: record.expires, seen: now })
      } catch (error) {
        await this.#pointers.remove(pointers)
        throw error
      }
      return true
    })
  }

  update(key: string, record: SessionRecord, now: number): Promise<boolean> {
    return this.replace(key, key, record, now)
  }

  replace(key: string, newKey: string, record: SessionRecord, now: number): Promise<boolean> {
    return this.#change(key, now, ({ record: { owner } }, version) => ({
      version,
      record: madeOf(newKey, record, owner, version, now),
      expires: record.expires,
      seen: now,
    }))
  }

  touch(key: string, expires: number, now: number): Promise<boolean> {
    return this.#change(key, now, ({ head: { version }, record }) => ({ version, record, expires, seen: now }))
  }

  delete(key: string, id?: string): Promise<boolean> {
    return answered(async () => {
      const name = nameOf(key)
      const ends = (record: StoredRecord | null): boolean =>
        record === null || record.key === name || (id !== undefined && record.owner?.id === id)
      const place = await this.#pointers.follow(byKey(name))
      if (place !== null && (await this.#end(place, ends))) return true
      for (const moved of id === undefined ? [] : await this.#pointers.followAll(byId(id))) {
        if (await this.#end(moved, ends)) return true
      }
      return false
    })
  }

  exists(key: string, now: number): Promise<boolean> {
    return answered(async () => (await this.#find(key, now)) !== null)
  }

  async adopt(key: string, userId: string, now: number, client?: SessionClient): Promise<void> {
    await this.#change(key, now, ({ head: { expires }, record }, version) => ({
      version,
      record: { ...record, owner: ownerOf(userId, { client }, record.owner, version, now) },
      expires,
      seen: now,
    }))
  }

  deleteForUser(userId: string, except?: string): Promise<number> {
    return answered(async () => {
      const kept = except === undefined ? undefined : nameOf(except)
      let count = 0
      for (const place of await this.#pointers.followAll(byUser(userId))) {
        const ended = await this.#end(place, (record) => record?.owner?.userId === userId && record.key !== kept)
        if (ended) count += 1
      }
      return count
    })
  }

  listForUser(userId: string, now: number, current?: string): Promise<readonly SessionInfo[]> {
    return answered(async () => {
      const currentName = current === undefined ? undefined : nameOf(current)
      const list: SessionInfo[] = []
      for (const place of await this.#pointers.followAll(byUser(userId))) {
        const { head, record } = (await this.#folders.open(place)) ?? {}
        if (head === undefined || record?.owner?.userId !== userId || !(head.expires > now)) continue
        const { id, created, address, userAgent } = record.owner
        const { seen: lastSeen, expires } = head
        list.push({ id, created, lastSeen, expires, address, userAgent, current: record.key === currentName })
      }
      return list.sort((a, b) => b.lastSeen - a.lastSeen || b.created - a.created || (a.id < b.id ? -1 : 1))
    })
  }

  clearExpired(now: number): Promise<number> {
    return answered(() => clearSessions(this.#folders, this.#pointers, now))
  }

  async #find(key: string, now: number): Promise<LiveSession | null> {
    const name = nameOf(key)
    const place = await this.#pointers.follow(byKey(name))
    return place === null ? null : this.#alive(place, name, now)
  }

  /** @returns null when it has ended, or has another key by now */
  async #alive(place: string, name: string, now: number): Promise<LiveSession | null> {
    const session = await this.#folders.open(place)
    // The other way round, an end that cannot be read would never come.
    if (session === null || session.record?.key !== name || !(session.head.expires > now)) return null
    return { ...session, record: session.record }
  }

  #change(key: string, now: number, change: Change): Promise<boolean> {
    return answered(async () => {
      const name = nameOf(key)
      const place = await this.#pointers.follow(byKey(name))
      if (place === null) return false
      return this.#turns.take(place, async () => {
        for (let tries = 0; tries < TRIES; tries++) {
          const session = await this.#alive(place, name, now)
          if (session === null) return false
          const changed = await this.#advance(session, change(session, newVersion(session.head.version)))
          if (changed !== 'overtaken') return changed === 'done'
        }
        throw new Error(`A session was changed by others ${TRIES} times in a row.`)
      })
    })
  }

  async #advance(session: LiveSession, next: NextState): Promise<'done' | 'taken' | 'overtaken'> {
    const { place, head, record } = session
    if (next.version === head.version) return (await this.#folders.advance(session, next)) ? 'done' : 'overtaken'
    const before = pointersTo(place, record)
    const after = pointersTo(place, next.record)
    const added = after.filter((pointer) => !before.includes(pointer))
    if (!(await this.#pointers.place(added, { place, version: next.version }))) return 'taken'
    if (!(await this.#prepare(place, next, added)) || !(await this.#folders.advance(session, next))) {
      await this.#folders.drop(place, next.version)
      await this.#pointers.remove(added)
      return 'overtaken'
    }
    // The old key is dead, after a crash, too.
    if (next.record.key !== record.key) await this.#folders.flush(place)
    await this.#folders.drop(place, head.version)
    await this.#folders.dropPast(session)
    await this.#pointers.remove(before.filter((pointer) => !after.includes(pointer)))
    return 'done'
  }

  async #prepare(place: string, next: NextState, added: readonly Pointer[]): Promise<boolean> {
    try {
      return await this.#folders.prepare(place, next)
    } catch (error) {
      await this.#pointers.remove(added)
      throw error
    }
  }

  /** @param ends whether this is the one; null for a record that cannot be read @returns false when it is not, or has ended already */
  async #end(place: string, ends: (record: StoredRecord | null) => boolean): Promise<boolean> {
    for (let tries = 0; tries < TRIES; tries++) {
      const session = await this.#folders.open(place)
      if (session === null) {
        // Whoever ended it may not have it on the disk yet.
        await this.#folders.flush(place)
        return false
      }
      if (!ends(session.record)) return false
      if (!(await this.#folders.end(session))) continue
      await this.#folders.flush(place)
      await this.#folders.bury(place)
      if (session.record !== null) await this.#pointers.remove(pointersTo(place, session.record))
      return true
    }
    throw new Error(`A session was changed by others ${TRIES} times in a row.`)
  }
}

/** Whatever the disk says: nobody's identity follows from it. */
async function answered<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw error instanceof PosternError ? error : new StoreUnavailable(undefined, error)
  }
}
