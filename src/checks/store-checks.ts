/** What the server that keeps the sessions says of itself: whether it may drop them, and whether a crash may bring some back. */
import type { SessionStore, StoreWarning } from '../sessions/session-store.ts'
import { type CheckId, type CheckMessage, checkMessage } from './check-message.ts'

const IDS: Readonly<Record<StoreWarning['topic'], CheckId>> = {
  eviction: 'postern.W106',
  durability: 'postern.W107',
}

export async function storeChecks(sessions: SessionStore): Promise<readonly CheckMessage[]> {
  try {
    const warnings = (await sessions.warnings?.()) ?? []
    return warnings.map(({ topic, message, cure }) => checkMessage(IDS[topic], message, cure))
  } catch {
    // That it does not answer is told already (E003).
    return []
  }
}
