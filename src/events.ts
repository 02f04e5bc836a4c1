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

/** What each event carries. */
export interface PosternEvents {
  user_logged_in: { readonly user: EventUser; readonly incoming: IncomingRequest | undefined }
  /** Sent when the deletion is true, and with the user; `null` where nobody was logged in. */
  user_logged_out: { readonly user: EventUser | null; readonly incoming: IncomingRequest | undefined }
  /** Credentials without anything that looks secret. */
  user_login_failed: {
    readonly credentials: Readonly<Record<string, unknown>>
    readonly incoming: IncomingRequest | undefined
    /** Why, for the log; never for the client. */
    readonly reason?: string | undefined
  }
}

/** The name of an event. */
export type EventName = keyof PosternEvents

const channels = {
  user_logged_in: channel('postern:user_logged_in'),
  user_logged_out: channel('postern:user_logged_out'),
  user_login_failed: channel('postern:user_login_failed'),
} as const satisfies Record<EventName, unknown>

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
