/** A cache of sessions in this process's memory: for tests. */
import type { CacheAnswer, CachedSession, SessionCache } from '../session-cache.ts'

/** Sessions that are kept; the oldest goes first. */
const MOST = 10_000

class MemoryCache implements SessionCache {
  readonly shared = false
  readonly #entries = new Map<string, CachedSession>()
  /** Whatever is dropped ends all leave: to fill once more costs one question more. */
  #drops = 0

  look(key: string): CacheAnswer {
    const cached = this.#entries.get(key)
    return cached === undefined ? { leave: String(this.#drops) } : { cached }
  }

  fill(key: string, leave: string, cached: CachedSession): void {
    if (leave !== String(this.#drops)) return
    this.#entries.delete(key)
    this.#entries.set(key, cached)
    if (this.#entries.size <= MOST) return
    for (const oldest of this.#entries.keys()) {
      this.#entries.delete(oldest)
      break
    }
  }

  drop(key: string, id?: string): void {
    this.#drops += 1
    this.#entries.delete(key)
    if (id !== undefined) this.#dropWhere(({ session }) => session.id === id)
  }

  dropUser(userId: string): void {
    this.#drops += 1
    this.#dropWhere(({ session }) => session.userId === userId)
  }

  #dropWhere(ends: (cached: CachedSession) => boolean): void {
    for (const [key, cached] of this.#entries) if (ends(cached)) this.#entries.delete(key)
  }
}

/**
 * A cache for `cachedSessions`, seen by this process alone.
 * @example cachedSessions(database.sessions, memoryCache(), { volatile: true })
 */
export function memoryCache(): SessionCache {
  return new MemoryCache()
}
