/**
 * The cookie by which a browser shows that its user has logged in with it before. It lets nobody in: what it gives is attempts
 * of its own, so that whoever guesses at the account cannot lock its owner out. It is good for one user and the name that they
 * typed, and dies with the password. A logout leaves it where it is.
 */
import { BadSignature } from '../errors.ts'
import { foldName } from '../guessing/attempt-key.ts'
import { ALPHANUMERIC, constantTimeEqual, randomString, sha256Hex, uid64Decode, uid64Encode } from '../kernel/bytes.ts'
import { findCookie } from '../kernel/cookies.ts'
import { TimestampSigner } from '../kernel/signing.ts'
import type { User } from '../users/user.ts'
import type { AuthContext } from './auth-context.ts'
import type { AuthRequest } from './auth-request.ts'

export const DEVICE_COOKIE = 'postern_device'
/** Seconds: a year. */
export const DEVICE_AGE = 31_536_000

const SALT = 'postern.device'
/** 131 bits. */
const ID_LENGTH = 22
const DIGEST_LENGTH = 32
/** Longer than any that was ever set, whatever a user's id is like. */
const LONGEST_COOKIE = 400

/** Who was authenticated in a request, by which name and, if it was known, in which browser. */
export interface Authenticated {
  readonly user: User
  readonly accounts: readonly string[]
  readonly device: string | undefined
}

const authenticated = new WeakMap<AuthRequest, Authenticated>()

/** Remembers until the request ends whom `authenticate` has found. */
export function noteAuthenticated<U extends User>(request: AuthRequest<U>, found: Authenticated): void {
  authenticated.set(request as unknown as AuthRequest, found)
}

/**
 * The id of the browser, if somebody has logged in with it by this name before and has the same password still.
 * @throws {StoreUnavailable} when the store of users does not answer
 */
export async function knownDevice<U extends User>(
  request: AuthRequest<U>,
  accounts: readonly string[],
): Promise<string | undefined> {
  const { context, incoming } = request
  if (!context.limits.knowsDevices) return undefined
  const cookie = findCookie(incoming.header('cookie'), DEVICE_COOKIE)
  if (cookie === undefined || cookie.length > LONGEST_COOKIE) return undefined
  const [uid = '', id = '', digest = ''] = readCookie(context, cookie).split('.')
  const userId = uid64Decode(uid)
  if (userId === null || userId === '') return undefined
  const user = await context.users.findById(userId)
  return user !== null && constantTimeEqual(digest, digestOf(id, accounts, user)) ? id : undefined
}

/** The cookie for a user who has just been logged in; null where it was not by credentials, or such cookies are not set. */
export function deviceCookie<U extends User>(request: AuthRequest<U>, user: U): string | null {
  const { context } = request
  const found = authenticated.get(request as unknown as AuthRequest)
  if (!context.limits.knowsDevices || found?.user !== user) return null
  const id = found.device ?? randomString(ID_LENGTH, ALPHANUMERIC)
  const value = [uid64Encode(String(user.id)), id, digestOf(id, found.accounts, user)].join('.')
  return signer(context).sign(value, context.sessions.now() / 1000)
}

/** A new cookie for a user whose password has just been changed by whoever proved to be them: the one before has died with it. */
export function renewDevice<U extends User>(request: AuthRequest<U>, user: U): void {
  const before = authenticated.get(request as unknown as AuthRequest)
  noteAuthenticated(request, { user, accounts: [user.getUsername()], device: before?.device })
  request.deviceDue = deviceCookie(request, user)
}

function readCookie<U extends User>(context: AuthContext<U>, cookie: string): string {
  try {
    return signer(context).unsign(cookie, { maxAge: DEVICE_AGE, now: context.sessions.now() / 1000 })
  } catch (error) {
    if (error instanceof BadSignature) return ''
    throw error
  }
}

function signer<U extends User>(context: AuthContext<U>): TimestampSigner {
  return new TimestampSigner({ key: context.secretKey, fallbackKeys: context.secretKeyFallbacks, salt: SALT })
}

/** Of the name and the password's hash, so that neither can be read out of the cookie; the hash's own salt keeps it from being guessed. */
function digestOf(id: string, accounts: readonly string[], user: User): string {
  return sha256Hex(JSON.stringify([id, accounts.map(foldName), user.password])).slice(0, DIGEST_LENGTH)
}
