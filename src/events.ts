/**
 * What happened, for whoever wants to know: audit rows, log lines, other systems. Events go through
 * `node:diagnostics_channel` under the names `postern:<event>`, so that an application can listen without
 * importing Postern, and cost next to nothing while nobody does. Names are Django's signals
 * (django/contrib/auth/signals.py, 5.2).
 */
import { channel } from 'node:diagnostics_channel'
import type { IncomingRequest } from './kernel/incoming-request.ts'

/** What an event tells of a user; the object itself is the application's own `User`. */
export interface EventUser {
  readonly id: string | number
  readonly username: string
  readonly email: string
}

/** What an event leaves in the audit log. */
export interface EventRecord {
  /** Milliseconds since 1970. */
  readonly at: number
  readonly event: EventName
  /** The user whom it is about, as text. */
  readonly userId: string | null
  /** The public id of the session: the one in the user's list, never its key. */
  readonly session: string | null
  readonly address: string | null
  readonly userAgent: string | null
  /** What else there is to tell, such as `username`; no credentials and no tokens. */
  readonly data: Readonly<Record<string, unknown>>
}

/** What each event carries. */
export interface PosternEvents {
  /** Sent when the store has the session. */
  user_logged_in: {
    readonly user: EventUser
    readonly incoming: IncomingRequest | undefined
    /** The public id of the session. */
    readonly session?: string | undefined
    /** The path of the backend that vouched. */
    readonly backend?: string | undefined
  }
  /** Sent when the deletion is true, and with the user; `null` where nobody was logged in. */
  user_logged_out: {
    readonly user: EventUser | null
    readonly incoming: IncomingRequest | undefined
    /** The public id of the session. */
    readonly session?: string | undefined
  }
  /** Credentials without anything that looks secret. */
  user_login_failed: {
    readonly credentials: Readonly<Record<string, unknown>>
    readonly incoming: IncomingRequest | undefined
    /** Why, for the log; never for the client. */
    readonly reason?: string | undefined
  }
  /** Too many wrong guesses: nobody looked at the password. */
  login_limited: {
    readonly credentials: Readonly<Record<string, unknown>>
    readonly incoming: IncomingRequest | undefined
    /** Seconds. */
    readonly retryAfter: number
  }
  /** Somebody who is logged in has shown their password again. */
  user_reauthenticated: { readonly user: EventUser; readonly incoming: IncomingRequest | undefined }
  user_registered: { readonly user: EventUser; readonly incoming: IncomingRequest | undefined }
  email_confirmed: { readonly user: EventUser; readonly incoming: IncomingRequest | undefined }
  password_changed: {
    readonly user: EventUser
    readonly by: 'change' | 'reset' | 'command' | 'upgrade'
    readonly incoming: IncomingRequest | undefined
  }
  /** Somebody asked for a link; `user` is null where no account has that address. */
  password_reset_requested: { readonly user: EventUser | null; readonly incoming: IncomingRequest | undefined }
  /** What a user or a group may do was changed; permissions are `app.codename`, or `group:<name>`. */
  permission_changed: {
    readonly user: EventUser | null
    readonly group: string | null
    readonly granted: readonly string[]
    readonly revoked: readonly string[]
  }
  /** Sessions were ended otherwise than by their own user's logging out. */
  session_ended: {
    /** The user's id, as text. */
    readonly userId: string
    readonly reason: 'expired' | 'inactive' | 'password_changed' | 'revoked' | 'command'
    /** Who did it; null for Postern itself. */
    readonly by: EventUser | null
    readonly incoming: IncomingRequest | undefined
    /** The public id of the session, where it was one. */
    readonly session?: string | undefined
    /** How many there were, where all of a user were ended, or all but one. */
    readonly sessions?: number | undefined
    /** How many sessions of whoever else were looked through for it, which `interop: 'django'` takes. */
    readonly scanned?: number | undefined
  }
  /** A mail could not be handed over; the visitor was not told. */
  mail_failed: { readonly user: EventUser | null; readonly subject: string; readonly error: unknown }
  /** Something could not be noted of an event that is true all the same; it is in no row of the audit log itself. */
  audit_failed: {
    readonly event: EventName
    /** The row of the audit log, or the time of the user's last logout. */
    readonly what: 'row' | 'last_logout'
    /** What would have been noted, for whoever keeps it elsewhere. */
    readonly record: EventRecord
    readonly error: unknown
  }
}

/** The name of an event. */
export type EventName = keyof PosternEvents

const channels = {
  user_logged_in: channel('postern:user_logged_in'),
  user_logged_out: channel('postern:user_logged_out'),
  user_login_failed: channel('postern:user_login_failed'),
  login_limited: channel('postern:login_limited'),
  user_reauthenticated: channel('postern:user_reauthenticated'),
  user_registered: channel('postern:user_registered'),
  email_confirmed: channel('postern:email_confirmed'),
  password_changed: channel('postern:password_changed'),
  password_reset_requested: channel('postern:password_reset_requested'),
  permission_changed: channel('postern:permission_changed'),
  session_ended: channel('postern:session_ended'),
  mail_failed: channel('postern:mail_failed'),
  audit_failed: channel('postern:audit_failed'),
} as const satisfies Record<EventName, unknown>

/** The names of all events. */
export const EVENT_NAMES: readonly EventName[] = Object.keys(channels) as EventName[]

/** Whether anybody listens. */
export function isHeard(event: EventName): boolean {
  return channels[event].hasSubscribers
}

/** Tells everybody who listens. A listener that throws cannot undo what has happened: Node reports it by itself. */
export function announce<E extends EventName>(event: E, message: PosternEvents[E]): void {
  const target = channels[event]
  if (target.hasSubscribers) target.publish(message)
}

/**
 * Listens to an event of every Postern in this process.
 * @returns a function that stops listening
 * @example const stop = on('user_logged_out', ({ user }) => console.log(`${user} has logged out.`))
 */
export function on<E extends EventName>(event: E, listener: (message: PosternEvents[E]) => void): () => void {
  const target = channels[event]
  if (target === undefined) {
    throw new TypeError(`on(): there is no event '${event}'. Events: ${Object.keys(channels).join(', ')}.`)
  }
  const subscriber = (message: unknown): void => listener(message as PosternEvents[E])
  target.subscribe(subscriber)
  return () => {
    target.unsubscribe(subscriber)
  }
}
