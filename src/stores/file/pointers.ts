/**
 * The ways to a session: `keys/KEY` by its key, `ids/ID/PLACE_VERSION` by its public id, `users/USER/PLACE_VERSION` by its user; KEY, ID
 * and USER are hashes. Each is a symbolic link, which is made in one step and never followed, that says `PLACE_VERSION`: the session's
 * folder, and the state for which it was made. A pointer is there before the state that needs it counts, and goes after that
 * state. It is a hint: the record decides.
 */
import { dirname, join } from 'node:path'
import { type Disk, done, quietly, unless } from './disk.ts'
import { nameOf, type StoredRecord } from './stored-record.ts'

/** A pointer by its path below the root. */
export type Pointer = string

export interface Target {
  readonly place: string
  readonly version: string
}

/** How often a folder of pointers is made anew when it was removed in between, being empty. */
const TRIES = 20

export function byKey(name: string): Pointer {
  return join('keys', name)
}

export function byId(id: string): string {
  return join('ids', nameOf(id))
}

export function byUser(userId: string): string {
  return join('users', nameOf(userId))
}

/** All that lead to a session in this state. */
export function pointersTo(place: string, { key, owner }: StoredRecord): readonly Pointer[] {
  if (owner === null) return [byKey(key)]
  const name = `${place}_${owner.entry}`
  return [byKey(key), join(byId(owner.id), name), join(byUser(owner.userId), name)]
}

export class Pointers {
  readonly #disk: Disk
  readonly #root: string

  constructor(disk: Disk, root: string) {
    this.#disk = disk
    this.#root = root
  }

  /** The folder of a session. @returns null when nothing leads there */
  async follow(pointer: Pointer): Promise<string | null> {
    const target = await this.target(pointer)
    if (target !== null) return target.place
    await this.#assertPresent(pointer)
    return null
  }

  /** Folders of the sessions to which pointers in this folder lead. @param folder `byId(…)` or `byUser(…)` */
  async followAll(folder: string): Promise<ReadonlySet<string>> {
    const names = await unless('ENOENT', this.#disk.list(join(this.#root, folder)))
    if (names === undefined) await this.#assertPresent(folder)
    return new Set(names?.map((name) => targetOf(name).place))
  }

  /** Makes pointers. @returns false when the key is taken; none of them is made then */
  async place(pointers: readonly Pointer[], target: Target): Promise<boolean> {
    const placed: Pointer[] = []
    try {
      for (const pointer of pointers) {
        if (!(await this.#place(pointer, `${target.place}_${target.version}`))) {
          await this.remove(placed)
          return false
        }
        placed.push(pointer)
      }
      return true
    } catch (error) {
      await this.remove(placed)
      throw error
    }
  }

  /** Makes those that are missing. */
  async repair(pointers: readonly Pointer[], target: Target): Promise<void> {
    for (const pointer of pointers) {
      if ((await this.target(pointer)) === null)
        await quietly(this.#place(pointer, `${target.place}_${target.version}`))
    }
  }

  async remove(pointers: readonly Pointer[]): Promise<void> {
    for (const pointer of pointers) {
      await quietly(this.#disk.remove(join(this.#root, pointer)))
      if (!isOfKey(pointer)) await quietly(this.#disk.removeFolder(join(this.#root, dirname(pointer))))
    }
  }

  /** All there are. */
  async *all(): AsyncGenerator<Pointer> {
    yield* this.#below('keys')
    for (const kind of ['ids', 'users']) {
      for await (const folder of this.#below(kind)) {
        yield* this.#below(folder)
        await quietly(this.#disk.removeFolder(join(this.#root, folder)))
      }
    }
  }

  /** @returns null when there is no such pointer */
  async target(pointer: Pointer): Promise<Target | null> {
    const says = await unless('ENOENT', this.#disk.readLink(join(this.#root, pointer)))
    return says === undefined ? null : targetOf(says)
  }

  /** When it was made, milliseconds. @returns undefined when it is gone */
  madeAt(pointer: Pointer): Promise<number | undefined> {
    return unless('ENOENT', this.#disk.changedAt(join(this.#root, pointer)))
  }

  async #place(pointer: Pointer, says: string): Promise<boolean> {
    const path = join(this.#root, pointer)
    if (isOfKey(pointer)) return done('EEXIST', this.#disk.link(path, says))
    for (let tries = 0; tries < TRIES; tries++) {
      await done('EEXIST', this.#disk.makeFolder(dirname(path)))
      if (await done('ENOENT', this.#disk.link(path, says))) return true
    }
    throw new Error(`The folder of ${path} goes as often as it is made.`)
  }

  /** Names in a folder, which others may remove meanwhile. */
  async *#below(folder: string): AsyncGenerator<string> {
    try {
      for await (const name of this.#disk.walk(join(this.#root, folder))) yield join(folder, name)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || dirname(folder) === '.') throw error
    }
  }

  /** A disk that is not mounted leads to no sessions either, and they have not ended. */
  async #assertPresent(pointer: Pointer): Promise<void> {
    const [kind = ''] = pointer.split('/')
    await this.#disk.changedAt(join(this.#root, kind))
  }
}

function isOfKey(pointer: Pointer): boolean {
  return dirname(pointer) === 'keys'
}

function targetOf(says: string): Target {
  const [place = '', version = ''] = says.split('_')
  return { place, version }
}
