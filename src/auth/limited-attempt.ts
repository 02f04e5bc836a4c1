/** One guess at a password, whatever page it is made on: under the same limits, and told in the same way. */
import { BlockList, isIP } from 'node:net'
import type { User } from '../users/user.ts'
import type { AuthRequest } from './auth-request.ts'
import { knownDevice, noteAuthenticated } from './known-device.ts'

/** Addresses that a proxy has, and that no visitor from outside does (RFC 1918, RFC 4193, loopback). */
const NEARBY = new BlockList()
for (const [network, bits] of [
  ['127.0.0.0', 8],
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const) {
  NEARBY.addSubnet(network, bits, 'ipv4')
}
NEARBY.addAddress('::1', 'ipv6')
NEARBY.addSubnet('fc00::', 7, 'ipv6')

/**
 * The address that attempts are counted by. Behind a proxy that the settings do not know, everybody has its address: counted by
 * that, one visitor would close the login for all.
 */
export function limitedAddress<U extends User>({ context, incoming }: AuthRequest<U>): string | undefined {
  const { clientAddress } = incoming
  if (context.proxies > 0 || clientAddress === undefined) return clientAddress
  const forwarded = incoming.header('x-forwarded-for') ?? incoming.header('forwarded')
  const version = isIP(clientAddress)
  const isNearby = version > 0 && NEARBY.check(clientAddress, version === 4 ? 'ipv4' : 'ipv6')
  return forwarded !== undefined && isNearby ? undefined : clientAddress
}

/**
 * Whether somebody who is logged in knows their own password, under the limits of a login.
 * @throws {TooManyAttempts} @throws {StoreUnavailable} @throws {Overloaded}
 */
export async function checkOwnPassword<U extends User>(
  request: AuthRequest<U>,
  user: U,
  password: string,
): Promise<boolean> {
  const { context, incoming } = request
  const username = user.getUsername()
  const device = await knownDevice(request, [username])
  const correct = await context.limits.attempt({
    purpose: 'login',
    by: { accounts: [username], address: limitedAddress(request), device },
    work: async () => (await context.passwords.check(password, user.password)).correct,
    failed: (right) => !right,
    onRefusal: (retryAfter) => context.announce('login_limited', { credentials: { username }, incoming, retryAfter }),
  })
  if (correct) noteAuthenticated(request, { user, accounts: [username], device })
  else context.announce('user_login_failed', { credentials: { username }, incoming, reason: 'wrong_password' })
  return correct
}
