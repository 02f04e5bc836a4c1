/** The answers for errors that Postern throws on purpose: 503 for a store that is away, 400, 403, 413. */
import type { AuthRequest } from '../auth/auth-request.ts'
import { toldAtOnce } from '../auth/explain.ts'
import { PosternError, type PosternErrorCode } from '../errors.ts'
import type { Answer } from '../kernel/answer.ts'
import type { IncomingRequest } from '../kernel/incoming-request.ts'
import { type Refusal, refuse } from './refusal.ts'

type Words = Pick<Refusal, 'code' | 'title' | 'cure' | 'check'>

const WORDS: Partial<Record<PosternErrorCode, Words>> = {
  ERR_STORE_UNAVAILABLE: {
    code: 'store_unavailable',
    title: 'Please try again',
    check: 'postern.E701',
    cure: 'The database did not answer: see the cause in the log, and whether it is reachable and not locked.',
  },
  ERR_OVERLOADED: { code: 'overloaded', title: 'Please try again' },
  ERR_TOO_MANY_ATTEMPTS: { code: 'too_many_attempts', title: 'Too many failed attempts' },
  ERR_SESSION_INTERRUPTED: { code: 'session_interrupted', title: 'Your session has ended' },
  ERR_SESSION_TOO_LARGE: { code: 'session_too_large', title: 'The session is too large', check: 'postern.E704' },
  ERR_REQUEST: { code: 'bad_request', title: 'Bad request' },
  ERR_BAD_SIGNATURE: { code: 'bad_signature', title: 'Bad request' },
  ERR_SIGNATURE_EXPIRED: { code: 'signature_expired', title: 'Bad request' },
  ERR_PERMISSION_DENIED: { code: 'permission_denied', title: 'Forbidden', check: 'postern.E402' },
}

/**
 * @param candid whether causes and cures are told (development)
 * @param visitor who asked, where that is known
 * @returns undefined for an error that is not Postern's, or that is the application's own mistake
 */
export function failureAnswer(
  incoming: IncomingRequest,
  error: unknown,
  candid: boolean,
  visitor?: AuthRequest,
): Answer | undefined {
  if (!isPosternError(error)) return undefined
  const words = WORDS[error.code]
  if (words === undefined) return undefined
  // A mistake of the application's own, which is for the log where the site is served.
  if (error.code === 'ERR_SESSION_TOO_LARGE' && !candid) return undefined
  // What is left of a body that was refused is not read: the connection ends with the answer.
  const headers = error.statusCode === 413 ? { ...error.headers, Connection: 'close' } : error.headers
  // What a database says of itself is for the log.
  const message =
    error.statusCode >= 500 && !candid ? 'We cannot answer at this moment. Please try again.' : error.message
  const explanation = candid && error.statusCode === 403 && visitor !== undefined ? toldAtOnce(visitor) : undefined
  return refuse(incoming, { ...words, status: error.statusCode, message, headers, explanation }, candid)
}

const MISTAKES: Partial<Record<PosternErrorCode, Pick<Refusal, 'title' | 'check' | 'cure'>>> = {
  ERR_NO_REVERSE_MATCH: { title: 'There is no such URL name', check: 'postern.E210' },
  ERR_TEMPLATE: { title: 'The template failed', check: 'postern.E211' },
  ERR_CONFIGURATION: { title: 'The settings are not right', check: 'postern.E702' },
  ERR_SESSION_CLOSED: { title: 'Too late', check: 'postern.E703' },
}

/** In development, the answer for a mistake of the application's own that Postern has found; elsewhere it stays a plain 500. */
export function mistakeAnswer(incoming: IncomingRequest, error: unknown): Answer | undefined {
  if (!(error instanceof PosternError)) return undefined
  const words = MISTAKES[error.code]
  if (words === undefined) return undefined
  const cure = 'This page says so in development alone; the log has the whole error.'
  return refuse(incoming, { ...words, cure, status: 500, code: 'mistake', message: error.message }, true)
}

/** Another copy of the package in the same process has classes of its own, and the same codes. */
function isPosternError(error: unknown): error is PosternError {
  if (error instanceof PosternError) return true
  if (!(error instanceof Error && 'code' in error && 'statusCode' in error && 'headers' in error)) return false
  return Object.hasOwn(WORDS, String(error.code)) && typeof error.statusCode === 'number'
}
