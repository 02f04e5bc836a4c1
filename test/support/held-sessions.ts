/** A database in memory whose session writes a test can hold, let go and fail: a slow disk, and one that is full. */
import type { Database } from '../../src/database.ts'
import { StoreUnavailable } from '../../src/errors.ts'
import { memory } from '../../src/memory.ts'
import type { SessionStore } from '../../src/sessions/session-store.ts'

const WRITES: ReadonlySet<PropertyKey> = new Set(['create', 'update', 'replace', 'touch', 'delete', 'deleteForUser'])

export class HeldSessions {
  readonly database: Database
  /** The store itself, past the hold: another process. */
  readonly inner: SessionStore
  /** The writes that were asked for, in their order. */
  readonly asked: string[] = []
  #gate: PromiseWithResolvers<void> | undefined
  #reached = Promise.withResolvers<void>()

  constructor() {
    const database = memory()
    this.inner = database.sessions
    const sessions = new Proxy(database.sessions, {
      get: (store, name) => {
        const method = Reflect.get(store, name, store) as unknown
        if (typeof method !== 'function') return method
        if (!WRITES.has(name)) return method.bind(store)
        return (...given: unknown[]) => this.#write(String(name), () => Reflect.apply(method, store, given))
      },
    })
    this.database = { ...database, sessions }
  }

  /** From now on writes wait. */
  hold(): void {
    this.#gate = Promise.withResolvers()
    this.#gate.promise.catch(() => {})
    this.#reached = Promise.withResolvers()
    this.asked.length = 0
  }
  /** Resolves when a write waits. */
  get reached(): Promise<void> {
    return this.#reached.promise
  }
  /** The waiting writes are done, and later ones do not wait. */
  release(): void {
    this.#gate?.resolve()
    this.#gate = undefined
  }
  /** The waiting writes fail, as if the disk were full; later ones work. */
  fail(error: unknown = new StoreUnavailable()): void {
    this.#gate?.reject(error)
    this.#gate = undefined
  }

  async #write(name: string, write: () => unknown): Promise<unknown> {
    this.asked.push(name)
    this.#reached.resolve()
    await this.#gate?.promise
    return write()
  }
}
