/** Where sessions are kept and under which form of their keys; while the form changes, under either. */
import type { SessionPayloads } from './django/session-payload.ts'
import type { PosternOptions } from './options.ts'
import { MovingSessionStore } from './sessions/moving-session-store.ts'
import { hashedKey, rawKey, type StoredKey } from './sessions/session-key.ts'
import type { SessionStore } from './sessions/session-store.ts'
import type { User } from './users/user.ts'

export function sessionPlace<U extends User>(
  options: PosternOptions<U>,
  payloads: Pick<SessionPayloads, 'decodeOnce'>,
): { readonly store: SessionStore; readonly storedKey: StoredKey } {
  const { database, interop, session } = options
  // A cookie that is the session itself has no other form.
  if (database.sessions.cookies !== undefined) return { store: database.sessions, storedKey: rawKey }
  const present = interop === 'django' ? rawKey : hashedKey
  if (session?.keysBefore === undefined) return { store: database.sessions, storedKey: present }
  const former = session.keysBefore === 'raw' ? rawKey : hashedKey
  const userOf = (data: string): string | undefined => payloads.decodeOnce(data)?.userId
  return { store: new MovingSessionStore(database.sessions, present, former, userOf), storedKey: rawKey }
}

/** Whether sessions may be on no user's list: a Django makes them, or has made them before. */
export function mayBeUnlisted<U extends User>({ interop, session }: PosternOptions<U>): boolean {
  return interop === 'django' || session?.keysBefore === 'raw'
}

/** What is wrong with the setting `session.keysBefore`. */
export function* keysBeforeProblems<U extends User>({ interop, session }: PosternOptions<U>): Generator<string> {
  const before: unknown = session?.keysBefore
  if (before === undefined) return
  if (before !== 'raw' && before !== 'hashed') {
    yield `session.keysBefore is '${before}'; it is 'hashed' or 'raw', as session keys were stored before interop was set or taken out.`
  } else if ((before === 'raw') === (interop === 'django')) {
    const [how, gone] =
      interop === 'django'
        ? ["'hashed'", " Where Django has gone, interop is to go: 'raw' is right then."]
        : ["'raw'", '']
    yield `session.keysBefore is '${before}', and that is how keys are stored now. Say ${how} if they were stored otherwise before, or leave it out.${gone}`
  }
}
