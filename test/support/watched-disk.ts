/** Sessions in files whose every call to the disk passes a test first: to count it, to come in between, to let it fail. */
import { join } from 'node:path'
import { fileSessions } from '../../src/file.ts'
import type { SessionStore } from '../../src/sessions/session-store.ts'
import { type Disk, nodeDisk } from '../../src/stores/file/disk.ts'
import { FileSessionStore } from '../../src/stores/file/file-session-store.ts'

/** One call, not made yet. */
export interface DiskCall {
  readonly name: keyof Disk
  readonly args: readonly unknown[]
  /** Makes the call. */
  readonly proceed: () => unknown
}

/** @param onCall makes the call by `proceed`, or does not; what it returns is the disk's answer */
function watchedDisk(onCall: (call: DiskCall) => unknown): Disk {
  return new Proxy(nodeDisk, {
    get: (target, property) => {
      const name = property as keyof Disk
      const value: (...args: never[]) => unknown = target[name]
      return (...args: never[]) => {
        const call: DiskCall = { name, args, proceed: () => Reflect.apply(value, target, args) }
        return name === 'walk' ? walked(call, onCall) : (async () => onCall(call))()
      }
    },
  })
}

/** A walk is no promise: its call is made with its first step. */
async function* walked(call: DiskCall, onCall: (call: DiskCall) => unknown): AsyncGenerator<string> {
  yield* (await onCall(call)) as AsyncIterable<string>
}

/** As another process would have it: nothing is shared but the folder. */
export function openWatched(folder: string, onCall: (call: DiskCall) => unknown): SessionStore {
  fileSessions(folder)
  return new FileSessionStore(watchedDisk(onCall), join(folder))
}

/** Something to do before the Nth call, once. */
export class BeforeNth {
  #left: number
  readonly #work: (call: DiskCall) => unknown

  constructor(calls: number, work: (call: DiskCall) => unknown) {
    this.#left = calls
    this.#work = work
  }

  /** Whether there have been that many calls. */
  get reached(): boolean {
    return this.#left <= 0
  }

  readonly onCall = async (call: DiskCall): Promise<unknown> => {
    this.#left -= 1
    if (this.#left === 0) await this.#work(call)
    return call.proceed()
  }
}
