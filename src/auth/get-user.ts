/** Who a session belongs to. Mirrors `get_user` (django/contrib/auth/__init__.py, 5.2). */
import { sessionAuthHash } from '../django/session-auth-hash.ts'
import type { SessionPayload } from '../django/session-payload.ts'
import { constantTimeEqual } from '../kernel/bytes.ts'
import type { StoredSession } from '../sessions/session-store.ts'
import type { AnonymousUser, User } from '../users/user.ts'
import type { AuthContext } from './auth-context.ts'
import { authRequest, type RequestLike } from './request-like.ts'

/** Who sent the request. @throws {StoreUnavailable} when the store did not say @throws {TypeError} without a request */
export function getUser<U extends User = User>(request: RequestLike<U>): U | AnonymousUser {
  return authRequest<U>(request, 'getUser').user
}

/** What a session says of its user, and what is to become of the session. */
export type Verdict<U extends User = User> =
  | { readonly user: U; readonly session: 'stays' | 'renew'; readonly absence?: undefined }
  /** `ends`: the user is gone or inactive, the password has changed, or its time is over. */
  | { readonly user: null; readonly session: 'stays'; readonly absence: Absence }
  | { readonly user: null; readonly session: 'ends'; readonly absence: keyof typeof END_REASONS }

/** Why a session names nobody; `explain` tells. */
export type Absence =
  | 'unreadable_session'
  | 'no_user_in_session'
  | 'unknown_backend'
  | 'absolute_age'
  | 'user_refused'
  | 'hash_changed'

/** Why a session is ended that names somebody, as its event says it. */
export const END_REASONS = {
  absolute_age: 'expired',
  user_refused: 'inactive',
  hash_changed: 'password_changed',
} as const

// Made once: that the cause is remembered costs a request nothing.
const UNREADABLE = { user: null, session: 'stays', absence: 'unreadable_session' } as const
const NOBODY = { user: null, session: 'stays', absence: 'no_user_in_session' } as const
const UNKNOWN_BACKEND = { user: null, session: 'stays', absence: 'unknown_backend' } as const
const TOO_OLD = { user: null, session: 'ends', absence: 'absolute_age' } as const
const REFUSED = { user: null, session: 'ends', absence: 'user_refused' } as const
const HASH_CHANGED = { user: null, session: 'ends', absence: 'hash_changed' } as const

/** @param now milliseconds @throws {StoreUnavailable} when the store of users does not answer */
export function whoseSession<U extends User>(
  context: AuthContext<U>,
  stored: StoredSession,
  payload: SessionPayload | null,
  now: number,
): Verdict<U> | Promise<Verdict<U>> {
  if (payload === null) return UNREADABLE
  if (payload.userId === undefined) return NOBODY
  const backend = context.backends.find((candidate) => candidate.path === payload.backend)
  if (backend === undefined) return UNKNOWN_BACKEND
  const started = payload.started ?? (stored.created === undefined ? undefined : stored.created / 1000)
  if (started !== undefined && now >= (started + context.sessions.ages.absoluteAge) * 1000) return TOO_OLD
  const user = backend.getUser(payload.userId, stored.user as U | null | undefined)
  if (user instanceof Promise) return user.then((found) => verdict(context, payload, found))
  return verdict(context, payload, user)
}

function verdict<U extends User>(context: AuthContext<U>, payload: SessionPayload, user: U | null): Verdict<U> {
  if (user === null) return REFUSED
  if (payload.verifiedFor === user.password) return { user, session: 'stays' }
  const hash = payload.hash ?? ''
  if (constantTimeEqual(hash, sessionAuthHash(user.password, context.secretKey))) {
    payload.verifiedFor = user.password
    return { user, session: 'stays' }
  }
  for (const key of context.secretKeyFallbacks) {
    if (constantTimeEqual(hash, sessionAuthHash(user.password, key))) return { user, session: 'renew' }
  }
  return HASH_CHANGED
}
