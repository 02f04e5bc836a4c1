/**
 * Every error that Postern throws on purpose. Each has a stable `code`, keeps its `cause`, says what to do
 * next and holds no secret. Those that answer a request carry `statusCode` and `headers`, which Express and
 * Fastify use by themselves.
 */
import { inLanguage, type Text } from './kernel/text.ts'

/** The codes of Postern's errors. */
export type PosternErrorCode =
  | 'ERR_CONFIGURATION'
  | 'ERR_STORE_UNAVAILABLE'
  | 'ERR_OVERLOADED'
  | 'ERR_TOO_MANY_ATTEMPTS'
  | 'ERR_SESSION_INTERRUPTED'
  | 'ERR_SESSION_CLOSED'
  | 'ERR_SESSION_TOO_LARGE'
  | 'ERR_REQUEST'
  | 'ERR_BAD_SIGNATURE'
  | 'ERR_SIGNATURE_EXPIRED'
  | 'ERR_NO_REVERSE_MATCH'
  | 'ERR_PERMISSION_DENIED'
  | 'ERR_USER_EXISTS'
  | 'ERR_GROUP_EXISTS'
  | 'ERR_NOT_FOUND'
  | 'ERR_TEMPLATE'

/** The base of all of them. */
export class PosternError extends Error {
  readonly code: PosternErrorCode
  /** The HTTP status of an answer to a request that ends with this error. */
  readonly statusCode: number
  readonly headers: Readonly<Record<string, string>>

  constructor(
    code: PosternErrorCode,
    message: string,
    options: { statusCode?: number; headers?: Record<string, string>; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = new.target.name
    this.code = code
    this.statusCode = options.statusCode ?? 500
    this.headers = options.headers ?? {}
  }
}

/** The settings contradict each other or lack something; the message says what to write instead. Thrown at start. */
export class ConfigurationError extends PosternError {
  constructor(message: string, cause?: unknown) {
    super('ERR_CONFIGURATION', message, { cause })
  }
}

/** The store of sessions or users did not answer. Nobody's identity is known: 503 with `Retry-After`, cookies untouched. */
export class StoreUnavailable extends PosternError {
  constructor(message = 'The session store does not answer; nobody was signed in or out. Try again.', cause?: unknown) {
    super('ERR_STORE_UNAVAILABLE', message, { statusCode: 503, headers: { 'Retry-After': '2' }, cause })
  }
}

/** More work is waiting than can be done in time (password hashing): 503 with `Retry-After`. */
export class Overloaded extends PosternError {
  /** @param retryAfter seconds */
  constructor(message: string, retryAfter: number) {
    super('ERR_OVERLOADED', message, { statusCode: 503, headers: { 'Retry-After': String(retryAfter) } })
  }
}

/** More people sign in at once than can be let through in time. @param retryAfter seconds */
export function crowded(retryAfter: number): Overloaded {
  return new Overloaded('Too many people are signing in at this moment. Try again.', retryAfter)
}

/** Too many attempts have failed (a wrong password): 429 with `Retry-After`, whether or not there is such an account. */
export class TooManyAttempts extends PosternError {
  /** Seconds until there is another attempt. */
  readonly retryAfter: number
  /** What to tell the visitor. */
  readonly text: Text

  /** @param retryAfter seconds */
  constructor(retryAfter: number) {
    const minutes = Math.ceil(retryAfter / 60)
    const text: Text = {
      id: 'Too many failed attempts. Try again in %(minutes)d minute.',
      plural: 'Too many failed attempts. Try again in %(minutes)d minutes.',
      count: minutes,
      params: { minutes },
    }
    const headers = { 'Retry-After': String(retryAfter) }
    super('ERR_TOO_MANY_ATTEMPTS', inLanguage(text, undefined), { statusCode: 429, headers })
    this.retryAfter = retryAfter
    this.text = text
  }
}

/** The session was ended by another request while this one was at work; what it wrote is dropped (Django: `SessionInterrupted`). */
export class SessionInterrupted extends PosternError {
  constructor(
    message = 'The session was ended before this request completed. The user may have logged out in another tab.',
  ) {
    super('ERR_SESSION_INTERRUPTED', message, { statusCode: 400 })
  }
}

/** The session was written after the answer had begun, when no cookie can be set any more. */
export class SessionClosed extends PosternError {
  constructor(
    message = 'The session was changed after the answer had begun; write to it before the first byte is sent.',
  ) {
    super('ERR_SESSION_CLOSED', message)
  }
}

/** The session has more in it than the cookie that it is kept in can hold. What the browser has is as it was. */
export class SessionTooLarge extends PosternError {
  constructor(message: string) {
    super('ERR_SESSION_TOO_LARGE', message)
  }
}

/** The client sent something that cannot be served: 400, 413. */
export class RequestError extends PosternError {
  constructor(statusCode: 400 | 413, message: string, cause?: unknown) {
    super('ERR_REQUEST', message, { statusCode, cause })
  }
}

/** A signature is missing or wrong. */
export class BadSignature extends PosternError {
  constructor(message: string, code: 'ERR_BAD_SIGNATURE' | 'ERR_SIGNATURE_EXPIRED' = 'ERR_BAD_SIGNATURE') {
    super(code, message, { statusCode: 400 })
  }
}

/** A signature is right and too old. */
export class SignatureExpired extends BadSignature {
  constructor(message: string) {
    super(message, 'ERR_SIGNATURE_EXPIRED')
  }
}

/** No URL pattern has this name, or not with these parameters. */
export class NoReverseMatch extends PosternError {
  constructor(message: string) {
    super('ERR_NO_REVERSE_MATCH', message)
  }
}

/** A backend forbids (Django: `PermissionDenied`): no later backend is asked; in a view, 403. */
export class PermissionDenied extends PosternError {
  constructor(message = 'You do not have permission to do this.') {
    super('ERR_PERMISSION_DENIED', message, { statusCode: 403 })
  }
}

/** A user with this name exists already. */
export class UserExists extends PosternError {
  constructor(message = 'A user with that username already exists.') {
    super('ERR_USER_EXISTS', message, { statusCode: 409 })
  }
}

/** A group with this name exists already. */
export class GroupExists extends PosternError {
  constructor(message = 'A group with that name already exists.') {
    super('ERR_GROUP_EXISTS', message, { statusCode: 409 })
  }
}

/** Something that was named is not there: a group, a permission, a user. */
export class NotFound extends PosternError {
  constructor(message: string) {
    super('ERR_NOT_FOUND', message, { statusCode: 404 })
  }
}

/** A template is missing (the message lists where it was looked for), cannot be read, or failed (see `cause`). */
export class TemplateError extends PosternError {
  constructor(message: string, cause?: unknown) {
    super('ERR_TEMPLATE', message, { cause })
  }
}
