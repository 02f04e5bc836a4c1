/**
 * Ending the sessions of a user, all or all but one, in the store itself: they are gone when this resolves, and not only
 * refused at their next request. Django has no such thing; there a changed password is the way.
 */
import { ConfigurationError } from '../errors.ts'
import type { EventUser, PosternEvents } from '../events.ts'
import type { IncomingRequest } from '../kernel/incoming-request.ts'
import type { Session } from '../sessions/session.ts'
import type { User } from '../users/user.ts'
import type { AuthContext } from './auth-context.ts'
import { carryOn } from './session-epoch.ts'

/** What is told of sessions that are ended, and which of them stays. */
export interface EndSessions {
  readonly reason: PosternEvents['session_ended']['reason']
  /** Who ends them; null for Postern itself. */
  readonly by: EventUser | null
  readonly incoming: IncomingRequest | undefined
  /** The session that stays. @default none */
  readonly except?: Session | undefined
}

/** Sessions that are looked at between two turns of the event loop. */
const PAGE = 500

/**
 * Ends them, and tells so if there were any.
 * @param userId as text
 * @returns how many there were; 1 where nobody knows
 * @throws {StoreUnavailable} when the store did not confirm; some may be ended then, and asking again ends the rest
 * @throws {ConfigurationError} for a store that knows no user's sessions
 */
export async function endSessions<U extends User>(
  context: AuthContext<U>,
  userId: string,
  { except, ...told }: EndSessions,
): Promise<number> {
  const { store, storedKey } = context.sessions
  if (!store.endsForUser) {
    throw new ConfigurationError(
      "The session store knows no user's sessions, so that they cannot be ended: take a store that is `listable`, or change " +
        'the password, which ends them at their next request.',
    )
  }
  const goOn = carryOn(store, except, userId)
  const key = except?.cookieKey ?? null
  const staying = key === null ? undefined : storedKey(key)
  let sessions = await store.deleteForUser(userId, staying)
  goOn()
  const scanned = context.mayBeUnlisted ? await adoptAll(context, userId, staying) : undefined
  // What was found is on the list now, and so is whatever another request has found, begun or moved meanwhile.
  if (scanned !== undefined) sessions += await store.deleteForUser(userId, staying)
  // Of sessions in cookies nobody knows how many there were.
  const count = store.cookies === undefined ? sessions : undefined
  if (sessions > 0) context.announce('session_ended', { userId, ...told, sessions: count, scanned })
  return sessions
}

/** Puts the sessions that Django made for a user, and that nobody has seen here yet, on the user's list. @returns how many were looked at */
async function adoptAll<U extends User>(
  { sessions: { store, payloads, now } }: AuthContext<U>,
  userId: string,
  staying: string | undefined,
): Promise<number> {
  let [rows, after] = [0, '']
  for (;;) {
    const page = await store.unlisted(after, PAGE, now())
    for (const { key, data } of page) {
      if (key === staying || payloads.decodeOnce(data)?.userId !== userId) continue
      await store.adopt(key, userId, now())
    }
    rows += page.length
    const last = page.at(-1)
    if (last === undefined || page.length < PAGE) return rows
    after = last.key
  }
}
