/** Making accounts for whoever asks for one, and confirming that an address is theirs; the views of registration are in front of it. */
import { UserExists } from '../errors.ts'
import { ALPHANUMERIC, randomString } from '../kernel/bytes.ts'
import type { OneUseToken, TokenPurpose } from '../tokens/one-use-tokens.ts'
import type { User } from '../users/user.ts'
import type { AuthContext } from './auth-context.ts'
import type { AuthRequest } from './auth-request.ts'

/** The setting `registration` with its defaults filled in. */
export interface Registration {
  /** What an account is called by: a name of its own, or its address. */
  readonly identify: 'username' | 'email'
  /** Nobody can log in before they have confirmed their address. */
  readonly confirmEmail: boolean
  /** Logs in whoever has registered. */
  readonly loginAfter: boolean
  /** A URL name or a path. */
  readonly redirectUrl: string | null
  /** Seconds that a link is good. */
  readonly confirmTimeout: number
}

/** What an account is made of; the password is hashed already. */
export interface Registrant {
  readonly username: string
  readonly email: string
  readonly password: string
}

/**
 * Makes the account: one that cannot be used before its address is confirmed, where the settings say so.
 * @throws {UserExists} when the name is taken @throws {StoreUnavailable}
 */
export async function register<U extends User>(request: AuthRequest<U>, registrant: Registrant): Promise<U> {
  const { context, incoming } = request
  const { username, email, password } = registrant
  // Field by field: nothing else that somebody sent becomes part of an account.
  const user = await context.users.create({
    username,
    email,
    password,
    isActive: !context.registration.confirmEmail,
    dateJoined: context.sessions.now(),
  })
  context.announce('user_registered', { user, incoming })
  return user
}

/** What came of asking for an account under an address. */
export interface Registered<U extends User> {
  readonly user: U
  /** `exists`: of somebody who may be another; `waiting`: so, and nobody has confirmed the address yet. */
  readonly account: 'new' | 'exists' | 'waiting'
}

/**
 * Makes an account that is called by its address, or finds the one that has the address already.
 * @returns null in the rare case that the owner of the name could not be found again @throws {StoreUnavailable}
 */
export async function registerByEmail<U extends User>(
  request: AuthRequest<U>,
  registrant: Registrant,
): Promise<Registered<U> | null> {
  const found = await ownerOf(request.context, registrant)
  if (found !== null) return known(request.context, found)
  try {
    return { user: await register(request, registrant), account: 'new' }
  } catch (error) {
    if (!(error instanceof UserExists)) throw error
    // Somebody was faster: of all who ask at once one gets the account, and the others are told of it.
    const faster = await ownerOf(request.context, registrant)
    return faster === null ? null : known(request.context, faster)
  }
}

async function ownerOf<U extends User>({ users }: AuthContext<U>, { username, email }: Registrant): Promise<U | null> {
  const named = await users.findByUsername(username)
  return named ?? (await users.findByEmail(email))[0] ?? null
}

async function known<U extends User>(context: AuthContext<U>, user: U): Promise<Registered<U>> {
  return { user, account: (await isWaiting(context, user)) ? 'waiting' : 'exists' }
}

/** Whether an account has not been used yet because nobody has confirmed its address; one that was switched off is another. */
export async function isWaiting<U extends User>({ accounts }: AuthContext<U>, user: U): Promise<boolean> {
  if (user.isActive || user.lastLogin !== null) return false
  return (await accounts.get(String(user.id))).emailConfirmed === null
}

/**
 * The token of a link that confirms the user's address.
 * @param purpose `claim_account` where somebody else may have chosen the password
 */
export function confirmationToken<U extends User>(context: AuthContext<U>, user: U, purpose: TokenPurpose): string {
  const { confirmTimeout: maxAge } = context.registration
  return context.tokens.make({ purpose, userId: String(user.id), bound: [user.email], maxAge })
}

/** A link that somebody has followed, looked up. */
export type FoundLink<U extends User> =
  | { readonly state: 'ready'; readonly user: U; readonly token: OneUseToken }
  | { readonly state: 'used'; readonly user: U }
  | { readonly state: 'invalid' }

const INVALID = { state: 'invalid' } as const

/** What a link is worth at this moment. @throws {StoreUnavailable} */
export async function findLink<U extends User>(context: AuthContext<U>, text: string): Promise<FoundLink<U>> {
  const token = context.tokens.read('confirm_email', text) ?? context.tokens.read('claim_account', text)
  const user = token === null ? null : await context.users.findById(token.userId)
  // Another address by now, which nobody has confirmed by this link.
  if (token === null || user === null || !token.isBoundTo(user.email)) return INVALID
  const { emailConfirmed } = await context.accounts.get(token.userId)
  // Confirmed and inactive: somebody has switched the account off, and a link must not switch it on again.
  if (emailConfirmed !== null) return user.isActive ? { state: 'used', user } : INVALID
  return (await context.tokens.isRedeemed(token)) ? { state: 'used', user } : { state: 'ready', user, token }
}

/**
 * Confirms an address by a link that is ready. Each step can be taken again, and the link is used up when all are done: where a
 * store fails on the way, following the link once more is enough.
 * @returns the user as they are then, or null where somebody else has used the link in the meantime @throws {StoreUnavailable}
 */
export async function confirmEmail<U extends User>(
  { context, incoming }: AuthRequest<U>,
  { user, token }: { readonly user: U; readonly token: OneUseToken },
): Promise<U | null> {
  const { userId } = token
  if (token.purpose === 'claim_account') await forgetPassword(context, user)
  if (!user.isActive) await context.users.update(userId, { isActive: true })
  const first = await context.accounts.confirmEmail(userId, context.sessions.now())
  if (first) context.announce('email_confirmed', { user, incoming })
  return (await context.tokens.redeem(token)) ? context.users.findById(userId) : null
}

/** The password of whoever was first to type the address, who need not be its owner. A random one, so that it can be reset. */
async function forgetPassword<U extends User>(context: AuthContext<U>, user: U): Promise<void> {
  const random = await context.passwords.make(randomString(40, ALPHANUMERIC))
  await context.users.replacePassword(String(user.id), user.password, random)
}
