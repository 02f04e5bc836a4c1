/**
 * What a session in a signed cookie carries, so that the server can end it and name it: its user's epoch and a public id. A
 * session in a store carries neither.
 */
import { SESSION_EPOCH, SESSION_ID, SESSION_USER_ID } from '../django/auth-keys.ts'
import { SessionClosed } from '../errors.ts'
import type { Session } from '../sessions/session.ts'
import type { SessionStore } from '../sessions/session-store.ts'

/**
 * For a login that is proof of who it is: what was logged out before it does not count against it.
 * @returns what gives it to the session, once that has its public id
 * @throws {StoreUnavailable}
 */
export async function carriedEpoch(store: SessionStore, userId: string): Promise<(session: Session) => void> {
  if (store.cookies === undefined) return () => {}
  const epoch = await store.epochOf?.(userId)
  return (session) => {
    if (epoch !== undefined) session.set(SESSION_EPOCH, epoch)
    if (session.publicId !== undefined) session.set(SESSION_ID, session.publicId)
  }
}

/** Whether somebody's session was logged out while this request was at work: the next epoch would bring back what was in it. */
export async function hasEnded(store: SessionStore, session: Session): Promise<boolean> {
  return store.cookies !== undefined && session.peek(SESSION_USER_ID) !== undefined && !(await session.exists())
}

/**
 * For a session that stays when its user's others are ended, which raises the epoch by one: from one that was dead already it
 * makes no living one.
 * @returns what is to be done once they are ended
 * @throws {SessionClosed} when no cookie can be set any more, with which it would stay
 */
export function carryOn(store: SessionStore, session: Session | undefined, userId: string): () => void {
  if (store.cookies === undefined || session?.peek(SESSION_USER_ID) !== userId) return () => {}
  if (session.isClosed) throw new SessionClosed()
  const epoch = session.peek(SESSION_EPOCH) ?? 0
  return () => session.set(SESSION_EPOCH, Number(epoch) + 1)
}
