/**
 * Each session is a folder with two files: `record_VERSION` holds a state, and the empty `head_VERSION_EXPIRES_SEEN` says that this
 * is the state that counts. Whatever changes a session renames the head that it has seen, and whatever ends it removes that head:
 * of all who have seen one head exactly one gets it, and where there is none any more nothing can bring one back. No locks.
 */
import { join } from 'node:path'
import { type Disk, done, quietly, unless } from './disk.ts'
import { countOf, decode, encode, type StoredRecord } from './stored-record.ts'

/** Which state counts. */
export interface Head {
  /** Of the file. */
  readonly name: string
  readonly version: string
  /** Milliseconds. */
  readonly expires: number
  /** Milliseconds. */
  readonly seen: number
  /** Names of records beside it: of states that were, or that are being written. */
  readonly others: readonly string[]
}

/** A session that is there. */
export interface OpenSession {
  /** Name of its folder: random, the same as long as the session lives, and never given twice. */
  readonly place: string
  readonly head: Head
  /** Null when the disk has damaged it. */
  readonly record: StoredRecord | null
}

/** A state to come. */
export interface NextState {
  readonly version: string
  readonly record: StoredRecord
  readonly expires: number
  readonly seen: number
}

/** How often a folder without a head is looked at: some systems list a folder while a name in it changes without either name. */
const LOOKS = 3
/** Milliseconds after which what is left half-made counts as left behind. */
export const GRACE = 3_600_000

export class SessionFolders {
  readonly #disk: Disk
  readonly #root: string
  readonly #half: string

  /** @param root holds `sessions`, and `tmp` for what is not there yet or no more */
  constructor(disk: Disk, root: string) {
    this.#disk = disk
    this.#root = join(root, 'sessions')
    this.#half = join(root, 'tmp')
  }

  /** @returns null when it has ended */
  async open(place: string): Promise<OpenSession | null> {
    let last: string | undefined
    for (;;) {
      const head = await this.#look(place)
      if (head === null) return null
      const text = await unless('ENOENT', this.#disk.read(this.#path(place, recordName(head.version))))
      if (text !== undefined) return { place, head, record: decode(text) }
      // Another state counts by now; only a disk that lost the record shows the same once more.
      if (head.name === last) return { place, head, record: null }
      last = head.name
    }
  }

  /** Puts a whole session in its place in one step. */
  async create(place: string, next: NextState): Promise<void> {
    const folder = join(this.#half, `new_${place}`)
    try {
      await this.#disk.makeFolder(folder)
      await this.#disk.write(join(folder, recordName(next.version)), encode(next.record), true)
      await this.#disk.write(join(folder, headName(next)), '', false)
      await this.#disk.rename(folder, join(this.#root, place))
    } catch (error) {
      await quietly(this.#disk.removeAll(folder))
      throw error
    }
  }

  /** Writes a state that does not count yet. @returns false when the session is gone */
  async prepare(place: string, { version, record }: NextState): Promise<boolean> {
    try {
      return await done('ENOENT', this.#disk.write(this.#path(place, recordName(version)), encode(record), true))
    } catch (error) {
      await this.drop(place, version)
      throw error
    }
  }

  /** Lets another state count. @returns false when the session has another one by now, or none */
  advance({ place, head }: OpenSession, next: NextState): Promise<boolean> {
    return done('ENOENT', this.#disk.rename(this.#path(place, head.name), this.#path(place, headName(next))))
  }

  /** Ends the session for good. @returns false when it has another state by now, or none */
  end({ place, head }: OpenSession): Promise<boolean> {
    return done('ENOENT', this.#disk.remove(this.#path(place, head.name)))
  }

  /** What counts is on the disk when this resolves; a folder that is gone was flushed before it went. */
  async flush(place: string): Promise<void> {
    await unless('ENOENT', this.#disk.flushFolder(this.#path(place)))
  }

  /** Removes a state that does not count. */
  drop(place: string, version: string): Promise<void> {
    return quietly(this.#disk.remove(this.#path(place, recordName(version))))
  }

  /** Removes states that cannot count any more. A writer that is still at one of them comes too late. */
  async dropPast({ place, head }: OpenSession): Promise<void> {
    for (const name of head.others) {
      const version = versionOf(name)
      if (countOf(version) <= countOf(head.version)) await this.drop(place, version)
    }
  }

  /** Removes the folder of a session that has ended. */
  async bury(place: string): Promise<void> {
    const ended = join(this.#half, `ended_${place}`)
    await quietly(this.#disk.rename(this.#path(place), ended).then(() => this.#disk.removeAll(ended)))
  }

  /** All there are, some that have ended among them. */
  all(): AsyncIterable<string> {
    return this.#disk.walk(this.#root)
  }

  /** Removes what a process that was killed has left half-made. */
  async clearHalfMade(): Promise<void> {
    for await (const name of this.#disk.walk(this.#half)) {
      const path = join(this.#half, name)
      const changed = await unless('ENOENT', this.#disk.changedAt(path))
      if (changed === undefined) continue
      if (name.startsWith('ended_') || changed < Date.now() - GRACE) await this.#disk.removeAll(path)
    }
  }

  async #look(place: string): Promise<Head | null> {
    for (let looks = 0; looks < LOOKS; looks++) {
      const names = await unless('ENOENT', this.#disk.list(this.#path(place)))
      if (names === undefined) break
      const name = names.find((name) => name.startsWith('head_'))
      if (name === undefined) continue
      const [, version = '', expires, seen] = name.split('_')
      const others = names.filter((name) => name.startsWith('record_') && versionOf(name) !== version)
      return { name, version, expires: Number(expires), seen: Number(seen), others }
    }
    // A disk that is not mounted has no sessions either, and they have not ended.
    await this.#disk.changedAt(this.#root)
    return null
  }

  #path(place: string, ...names: string[]): string {
    return join(this.#root, place, ...names)
  }
}

function headName({ version, expires, seen }: NextState): string {
  return `head_${version}_${expires}_${seen}`
}

function recordName(version: string): string {
  return `record_${version}`
}

function versionOf(name: string): string {
  return name.slice('record_'.length)
}
