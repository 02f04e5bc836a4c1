/** A database whose every store call passes a test first: to count it, hold it, refuse it or lose its answer. */
import type { Database } from '../../src/database.ts'

/** One call of a store, not made yet. */
export interface StoreCall {
  /** `sessions.delete`, `users.findById`, … */
  readonly name: string
  readonly args: readonly unknown[]
  /** Makes the call. */
  readonly proceed: () => unknown
}

/** @param onCall makes the call by `proceed`, or does not; what it returns is the store's answer */
export function intercepted(database: Database, onCall: (call: StoreCall) => unknown): Database {
  /** @param instead properties that the store is to have: its sessions come with users of the watched store, say */
  function watch<S extends object>(store: S, room: string, instead: Partial<S> = {}): S {
    return new Proxy(store, {
      get: (target, property) => {
        if (Object.hasOwn(instead, property)) return Reflect.get(instead, property)
        const value: unknown = Reflect.get(target, property)
        if (typeof value !== 'function') return value
        return (...args: unknown[]) =>
          onCall({ name: `${room}.${String(property)}`, args, proceed: () => Reflect.apply(value, target, args) })
      },
    })
  }
  const users = watch(database.users, 'users')
  return {
    sessions: watch(database.sessions, 'sessions', database.sessions.users === undefined ? {} : { users }),
    users,
    permissions: watch(database.permissions, 'permissions'),
    accounts: watch(database.accounts, 'accounts'),
    tokens: watch(database.tokens, 'tokens'),
    events: watch(database.events, 'events'),
    attempts: watch(database.attempts, 'attempts'),
    migrate: (options) => database.migrate(options),
    close: () => database.close(),
  }
}
