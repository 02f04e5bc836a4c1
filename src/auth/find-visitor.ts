/** Finding out, before a handler runs, who a request with a session cookie comes from. */
import type { SessionPayload } from '../django/session-payload.ts'
import { StoreUnavailable } from '../errors.ts'
import type { StoredSession } from '../sessions/session-store.ts'
import type { User } from '../users/user.ts'
import type { AuthRequest, Identity } from './auth-request.ts'
import { END_REASONS, type Verdict, whoseSession } from './get-user.ts'

const NO_SESSION = { user: null, absence: 'unknown_session' } as const

/**
 * Asks the store for the session and settles the request with its user: one round trip for a session that is known.
 * Never rejects: a request whose store did not answer tells so to whoever reads `user` or `session`.
 */
export async function findVisitor<U extends User>(request: AuthRequest<U>, key: string): Promise<AuthRequest<U>> {
  const { store, storedKey, now } = request.context.sessions
  try {
    const at = now()
    const stored = await store.load(storedKey(key), at)
    if (stored === null) request.settle(null, null, NO_SESSION)
    else await identify(request, key, stored, at)
  } catch (error) {
    request.fail(error instanceof Error ? error : new StoreUnavailable(undefined, error))
  }
  return request
}

function identify<U extends User>(
  request: AuthRequest<U>,
  key: string,
  stored: StoredSession,
  now: number,
): void | Promise<void> {
  const payload = request.context.sessions.payloads.decode(stored.data)
  const found = whoseSession(request.context, stored, payload, now)
  const known = !(found instanceof Promise) && (found.user === null || stored.userId === payload?.userId)
  if (!known || found.session === 'ends') return identifySlowly(request, key, stored, payload, found, now)
  request.settle(key, stored, identityOf(found, payload))
}

/** The rare cases that need the store once more: an end, or a session that Django made and the index does not know. */
async function identifySlowly<U extends User>(
  request: AuthRequest<U>,
  key: string,
  stored: StoredSession,
  payload: SessionPayload | null,
  finding: Verdict<U> | Promise<Verdict<U>>,
  now: number,
): Promise<void> {
  const { context, incoming } = request
  const { store, storedKey } = context.sessions
  const found = await context.inTime(() => finding)
  if (found.session === 'ends') {
    // A cookie cannot be ended without the user's others; one that is refused for good by what it holds has ended already.
    const ends = store.cookies === undefined || found.absence === 'user_refused'
    const ended = ends && (await store.delete(storedKey(key)))
    request.settle(null, null, identityOf<U>(found, payload))
    // Of several requests that find it so, the one that ended it tells.
    if (ended) {
      // Only a session that names somebody is ended.
      const told = {
        userId: payload?.userId as string,
        reason: END_REASONS[found.absence],
        by: null,
        session: stored.id,
      }
      context.announce('session_ended', { ...told, incoming })
    }
    return
  }
  if (found.user !== null && stored.userId !== String(found.user.id)) {
    await store.adopt(storedKey(key), String(found.user.id), now, request.client)
  }
  request.settle(key, stored, identityOf(found, payload))
}

function identityOf<U extends User>(
  { user, session, absence }: Verdict<U>,
  payload: SessionPayload | null,
): Identity<U> {
  return { user, renewHash: session === 'renew', absence, payload }
}
