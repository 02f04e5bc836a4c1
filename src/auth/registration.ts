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
  if (!user.isActive) await context.accounts.awaitConfirmation(String(user.id), context.sessions.now())
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
  return (await accounts.get(String(user.id))).confirmationPending !== null
}

/**
 * The token of a link that confirms the user's address.
 * @param purpose `claim_account` where somebody else may have chosen the password
 */
export function confirmationToken<U extends User>(context: AuthContext<U>, user: U, purpose: TokenPurpose): string {
  const { confirmTimeout: maxAge } = context.registration
  return context.tokens.make({ purpose, userId: String(user.id), bound: boundTo(user, purpose), maxAge })
}

/** A claim replaces the password, whosever it is; any other link ends with the password that it is to make good. */
function boundTo(user: User, purpose: TokenPurpose): readonly string[] {
  return purpose === 'claim_account' ? [user.email] : [user.email, user.password]
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
  if (token === null || user === null) return INVALID
  // Used and inactive: somebody has switched the account off, and a link must not switch it on again.
  const over = user.isActive ? ({ state: 'used', user } as const) : INVALID
  if (await context.tokens.isRedeemed(token)) return over
  if (!token.isBoundTo(...boundTo(user, token.purpose))) return INVALID
  return (await isWaiting(context, user)) ? { state: 'ready', user, token } : over
}

/**
 * Whether it is the password that the account was made with: who was first to type an address need not be its owner.
 * @throws {Overloaded}
 */
export async function provesPassword<U extends User>(
  context: AuthContext<U>,
  user: U,
  typed: string,
): Promise<boolean> {
  return (await context.passwords.check(typed, user.password)).correct
}

/**
 * Confirms an address by a link that is ready, for somebody who has proven the password, or who is to choose another. Of all
 * confirmations at once exactly one ends the waiting and switches the account on; where that fails it waits again.
 * @param forget replaces the password by a random one first, so that it can be reset
 * @returns the user as they are then, or null where somebody else has confirmed in the meantime @throws {StoreUnavailable}
 */
export async function confirmEmail<U extends User>(
  { context, incoming }: AuthRequest<U>,
  { user, token }: { readonly user: U; readonly token: OneUseToken },
  forget: boolean,
): Promise<U | null> {
  const { userId } = token
  // A password that has changed in this moment may be anybody's: then nothing is switched on.
  if (forget && !(await forgetPassword(context, user))) return null
  if (!(await context.accounts.confirmEmail(userId, context.sessions.now()))) return null
  try {
    await context.users.update(userId, { isActive: true })
  } catch (error) {
    await context.accounts.awaitConfirmation(userId, context.sessions.now())
    throw error
  }
  context.announce('email_confirmed', { user, incoming })
  await context.tokens.redeem(token)
  return context.users.findById(userId)
}

async function forgetPassword<U extends User>(context: AuthContext<U>, user: U): Promise<boolean> {
  const random = await context.passwords.make(randomString(40, ALPHANUMERIC))
  return context.users.replacePassword(String(user.id), user.password, random)
}
