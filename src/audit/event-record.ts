/**
 * From an event to its row: who, what, where from, how. Each event says by name what of it is kept, so that a password, a key
 * or a token has no way in; texts from outside are cut, and control characters never stand as they are (ASVS 5.0, 16.2, 16.4.1).
 */
import type { EventName, EventRecord, EventUser, PosternEvents } from '../events.ts'
import type { IncomingRequest } from '../kernel/incoming-request.ts'

/** The events that leave a row; that a row failed leaves none. */
export type AuditedEvent = Exclude<EventName, 'audit_failed'>

/** What an event is about, beside who and where from. */
type Details<E extends AuditedEvent> = (message: PosternEvents[E]) => EventRecord['data']

/** What an event may say of its request. */
interface About {
  readonly incoming?: IncomingRequest | undefined
  readonly session?: string | undefined
}

/** The longest username of Django; what was typed may be longer. */
const USERNAME_LENGTH = 150
/** The longest text of an IPv6 address. */
const ADDRESS_LENGTH = 45
const USER_AGENT_LENGTH = 255

const DETAILS: { readonly [E in AuditedEvent]: Details<E> } = {
  user_logged_in: ({ user, backend = null }) => ({ username: nameOf(user), backend }),
  user_logged_out: ({ user }) => ({ username: nameOf(user) }),
  // A name that nobody has may be a password in the wrong field.
  user_login_failed: ({ credentials, reason = null }) => ({
    username: reason === 'unknown_user' ? null : typed(credentials.username),
    reason,
  }),
  // Whether somebody has the name was not looked at.
  login_limited: ({ retryAfter }) => ({ retryAfter }),
  user_reauthenticated: ({ user }) => ({ username: nameOf(user) }),
  user_registered: ({ user }) => ({ username: nameOf(user) }),
  email_confirmed: ({ user }) => ({ username: nameOf(user) }),
  password_changed: ({ user, by }) => ({ username: nameOf(user), by }),
  password_reset_requested: ({ user }) => ({ username: nameOf(user) }),
  permission_changed: ({ user, group, granted, revoked }) => ({ username: nameOf(user), group, granted, revoked }),
  session_ended: ({ reason, by, sessions, scanned }) => ({
    reason,
    by: by && { id: String(by.id), username: nameOf(by) },
    ...(sessions === undefined ? {} : { sessions }),
    ...(scanned === undefined ? {} : { scanned }),
  }),
  // What a mail server says may hold addresses and more: only what kind of error it is.
  mail_failed: ({ user, subject, error }) => ({
    username: nameOf(user),
    subject: cut(subject, 255),
    error: kindOf(error),
  }),
}

/** What is kept of an event. @param now milliseconds */
export function eventRecord<E extends AuditedEvent>(event: E, message: PosternEvents[E], now: number): EventRecord {
  const { incoming, session = null } = message as About
  return {
    at: now,
    event,
    userId: userIdOf(message),
    session,
    address: plain(incoming?.clientAddress, ADDRESS_LENGTH),
    userAgent: plain(incoming?.header('user-agent'), USER_AGENT_LENGTH),
    data: DETAILS[event](message),
  }
}

function userIdOf(message: PosternEvents[AuditedEvent]): string | null {
  if ('userId' in message) return message.userId
  if (!('user' in message) || message.user === null) return null
  return String(message.user.id)
}

function nameOf(user: EventUser | null): string | null {
  return typed(user?.username)
}

/** A username, or what somebody typed as theirs; from a program it may be anything. */
function typed(username: unknown): string | null {
  return typeof username === 'string' ? cut(username, USERNAME_LENGTH) : null
}

function kindOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error
  return 'code' in error && typeof error.code === 'string' ? `${error.name} ${cut(error.code, 50)}` : error.name
}

/** A text for a column, which nothing escapes: control characters could rewrite the terminal that shows it. */
function plain(text: string | undefined, length: number): string | null {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones meant
  return text === undefined ? null : cut(text, length).replace(/[\x00-\x1f\x7f-\x9f]/g, '?')
}

/** At most so many characters, and no half of one at the end. */
function cut(text: string, length: number): string {
  return (text.length <= length ? text : text.slice(0, length)).toWellFormed()
}
