/** Checking credentials. Mirrors `authenticate` (django/contrib/auth/__init__.py, 5.2), with limits on guessing in front. */
import { PermissionDenied } from '../errors.ts'
import type { User } from '../users/user.ts'
import type { AuthRequest } from './auth-request.ts'
import { type Credentials, REMOTE_USER } from './backend.ts'
import { knownDevice, noteAuthenticated } from './known-device.ts'
import { limitedAddress } from './limited-attempt.ts'
import { noteRefusal, takeRefusal } from './refusals.ts'
import { authRequest, type RequestLike } from './request-like.ts'

const SENSITIVE = /api|token|key|secret|password|signature/i
const CLEANSED = '*'.repeat(20)

const vouchedBy = new WeakMap<User, string>()

/** The path of the backend that authenticated this user object. */
export function backendOf(user: User): string | undefined {
  return vouchedBy.get(user)
}

/**
 * The user with these credentials, or null. It logs nobody in: that is `login`.
 * @throws {TooManyAttempts} when too many have failed, for this account or from this network; nobody looks at the password then
 * @throws {StoreUnavailable} when the store of users or of failed attempts does not answer
 * @throws {Overloaded} when too many passwords are being checked
 * @example const user = await authenticate(request, { username, password })
 */
export async function authenticate<U extends User = User>(
  request: RequestLike<U>,
  credentials: Credentials,
): Promise<U | null> {
  const asked = authRequest<U>(request, 'authenticate')
  const { context, incoming } = asked
  await context.turnstile.pass()
  const accounts = accountsIn(credentials)
  const isVouched = credentials[REMOTE_USER] !== undefined
  const device = await knownDevice(asked, accounts)
  const user = await context.limits.attempt({
    purpose: 'login',
    // A server in front vouches: there is nothing to guess.
    by: isVouched ? {} : { accounts, address: limitedAddress(asked), device },
    work: () => firstToVouch(asked, credentials),
    failed: (found) => found === null,
    onRefusal: (retryAfter) => {
      context.announce('login_limited', { credentials: cleanse(credentials), incoming, retryAfter })
    },
  })
  const reason = takeRefusal(credentials)
  if (user !== null) noteAuthenticated(asked, { user, accounts, device })
  else if (!isVouched || context.limits.isNews(`vouched for: ${credentials[REMOTE_USER]}`)) {
    context.announce('user_login_failed', { credentials: cleanse(credentials), incoming, reason })
  }
  return user
}

async function firstToVouch<U extends User>(request: AuthRequest<U>, credentials: Credentials): Promise<U | null> {
  for (const backend of request.context.backends) {
    try {
      const user = await backend.authenticate(request, credentials)
      if (user === null) continue
      vouchedBy.set(user, backend.path)
      return user
    } catch (error) {
      if (!(error instanceof PermissionDenied)) throw error
      noteRefusal(credentials, 'denied')
      return null
    }
  }
  return null
}

/** By what credentials name an account. Both count: who knows which of them a backend looks at? */
function accountsIn({ username, email }: Credentials): string[] {
  return [username, email].filter((name) => typeof name === 'string')
}

function cleanse(credentials: Credentials): Credentials {
  const remoteUser = credentials[REMOTE_USER]
  return Object.fromEntries([
    ...(remoteUser === undefined ? [] : [['remoteUser', remoteUser]]),
    ...Object.entries(credentials).map(([name, value]) => [name, SENSITIVE.test(name) ? CLEANSED : value]),
  ])
}
