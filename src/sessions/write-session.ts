/**
 * Puts a session into the store, under its key or a new one. It creates only under a new key, so that nothing comes
 * back that was deleted meanwhile.
 * Mirrors `save` and `create` (django/contrib/sessions/backends/db.py, 5.2).
 */
import { SESSION_USER_ID } from '../django/auth-keys.ts'
import type { Json, SessionPayloads } from '../django/session-payload.ts'
import { newSessionKey, type StoredKey } from './session-key.ts'
import type { SessionClient, SessionRecord, SessionStore } from './session-store.ts'

/** Where sessions are, and how their keys are kept there. */
export interface SessionPlace {
  /** What a store leaves out says so itself here: no sessions that it does not list, say. */
  readonly store: SessionStore & Required<Pick<SessionStore, 'unlisted' | 'endsForUser'>>
  readonly storedKey: StoredKey
}

/**
 * Writes a session over itself, or moves it.
 * @param key what the store has it under, `null` for a new session
 * @param next the key to move to, `null` to stay
 * @param at milliseconds
 * @returns the key that it is under now; null when it was gone
 */
export async function writeSession(
  place: SessionPlace,
  key: string | null,
  next: string | null,
  record: SessionRecord,
  at: number,
): Promise<string | null> {
  const { store, storedKey } = place
  if (key === null) return createSession(place, next ?? newSessionKey(), record, at)
  // A session in a cookie is its own key, and so under another with every change.
  const to = store.cookies === undefined ? next : record.data
  if (to === null) return (await store.update(storedKey(key), record, at)) ? key : null
  return (await store.replace(storedKey(key), storedKey(to), record, at)) ? to : null
}

/** Moves the end of a session. @param end milliseconds @param at milliseconds @returns the key that it is under now; null when it was gone */
export async function touchSession(
  { store, storedKey }: SessionPlace,
  key: string,
  end: number,
  at: number,
): Promise<string | null> {
  if (!(await store.touch(storedKey(key), end, at))) return null
  return store.cookies?.renew(key, at) ?? key
}

/** Begins a session. @param at milliseconds @returns the key that it is under: another one when `key` was taken */
export async function createSession(
  { store, storedKey }: SessionPlace,
  key: string,
  record: SessionRecord,
  at: number,
): Promise<string> {
  let free = store.cookies === undefined ? key : record.data
  while (!(await store.create(storedKey(free), record, at))) free = newSessionKey()
  return free
}

/** What the store is given of a session's values. @param id the public id, where it is known @param at milliseconds */
export function sessionRecord(
  payloads: SessionPayloads,
  values: ReadonlyMap<string, Json>,
  expires: number,
  client: SessionClient,
  id: string | undefined,
  at: number,
): SessionRecord {
  const userId = values.get(SESSION_USER_ID)
  return { data: payloads.encode(values, at), expires, userId: typeof userId === 'string' ? userId : null, client, id }
}
