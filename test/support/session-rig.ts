/** Sessions without HTTP, over a store in memory whose every call a test can see, hold and fail; the clock stands still. */
import { SessionPayloads } from '../../src/django/session-payload.ts'
import { Session, type SessionSpace } from '../../src/sessions/session.ts'
import type { SessionAges } from '../../src/sessions/session-ages.ts'
import { rawKey, validSessionKey } from '../../src/sessions/session-key.ts'
import { MemorySessionStore } from '../../src/stores/memory/memory-session-store.ts'
import { Clock, SECRET_KEY } from './postern.ts'

export const TWO_WEEKS = 1_209_600
export const THIRTY_DAYS = 2_592_000

export class SessionRig {
  /** The store itself: another request, another process. */
  readonly store = new MemorySessionStore()
  readonly clock = new Clock()
  readonly space: SessionSpace
  /** The calls of the sessions under test, in their order. */
  readonly calls: string[] = []
  /** Runs before each of these calls reaches the store: it may wait or throw. */
  before: (method: string) => unknown = () => undefined
  /** How often the sessions said that they were looked at, and changed. */
  used = 0
  changed = 0

  constructor(ages: Partial<SessionAges> = {}, expireAtBrowserClose = false) {
    this.space = {
      store: this.#watched(),
      payloads: new SessionPayloads({ key: SECRET_KEY, fallbackKeys: [] }),
      ages: { cookieAge: TWO_WEEKS, absoluteAge: THIRTY_DAYS, idleFrom: 'use', ...ages },
      storedKey: rawKey,
      keyOf: validSessionKey,
      expireAtBrowserClose,
      now: this.clock.now,
    }
  }

  /** The session of a visitor who has none yet. */
  begin(): Session {
    return this.#session(null)
  }
  /** The session that a request with this key sees: a new one where the store has none. */
  open(key: string | null): Session {
    return this.#session(key)
  }
  /** A stored session with these values. @returns its key */
  async stored(values: Readonly<Record<string, string | number>>): Promise<string> {
    const session = this.begin()
    session.update(values)
    await session.save()
    this.calls.length = 0
    return session.sessionKey ?? ''
  }
  /** What the store has under the key, null when nothing. */
  values(key: string | null): Record<string, unknown> | null {
    const stored = this.store.load(key ?? '', this.clock.now())
    if (stored === null) return null
    return JSON.parse(this.space.payloads.decode(stored.data)?.json ?? 'null') as Record<string, unknown>
  }
  /** Holds the calls of the sessions until the function that it gives is called; with an error, they fail. */
  hold(): (error?: Error) => void {
    const gate = Promise.withResolvers<void>()
    this.before = () => gate.promise
    return (error) => {
      this.before = () => undefined
      if (error === undefined) gate.resolve()
      else gate.reject(error)
    }
  }

  #session(key: string | null): Session {
    const observer = {
      client: { address: '192.0.2.7', userAgent: 'Test/1' },
      used: () => {
        this.used += 1
      },
      changed: () => {
        this.changed += 1
      },
    }
    return new Session(this.space, observer, key, key === null ? null : this.store.load(key, this.clock.now()))
  }

  #watched(): MemorySessionStore {
    return new Proxy(this.store, {
      get: (store, name) => {
        const method = Reflect.get(store, name, store) as unknown
        if (typeof method !== 'function') return method
        return async (...given: unknown[]) => {
          this.calls.push(String(name))
          await this.before(String(name))
          return Reflect.apply(method, store, given) as unknown
        }
      },
    })
  }
}
