/**
 * Under which key attempts are counted: an HMAC, so that the table holds neither names nor addresses. What a database or a
 * client may take for the same name or network is the same here, so that writing it in another way gives no new attempts.
 */
import { isIPv4, isIPv6 } from 'node:net'
import { saltedHmac } from '../kernel/signing.ts'

const KEY_SALT = 'postern.guessing.attempt'
/** As stored session keys: 160 bits. */
const KEY_LENGTH = 40
/** Longer than any username; of what goes on nobody needs a bucket of its own. */
const LONGEST_NAME = 1024

/** What attempts are counted by. */
export type AttemptKind = 'account' | 'network' | 'device'

/** @param purpose keeps the attempts of one thing apart from those of another: `login`, `password_reset` */
export function attemptKey(purpose: string, kind: AttemptKind, value: string, secretKey: string): string {
  return saltedHmac(KEY_SALT, JSON.stringify([purpose, kind, value]), secretKey)
    .toString('hex')
    .slice(0, KEY_LENGTH)
}

/**
 * A username without what some database's comparison may overlook: case, accents, width, spaces, what is not seen. Two accounts
 * whose names are alike share their attempts.
 */
export function foldName(name: string): string {
  const decomposed = name.slice(0, LONGEST_NAME).normalize('NFKD')
  return decomposed
    .replace(/[\p{M}\p{C}\p{Z}]/gu, '')
    .toUpperCase()
    .toLowerCase()
}

/**
 * The network that a client has to itself: its IPv4 address, or the first 64 bits of its IPv6 address, of which it may choose the
 * rest. Addresses that carry an IPv4 address (mapped, NAT64, 6to4) count as that one.
 * @returns undefined for what is no address
 */
export function networkOf(address: string | undefined): string | undefined {
  if (address === undefined) return undefined
  const [bare = ''] = address.split('%')
  if (isIPv4(bare)) return bare
  if (!isIPv6(bare)) return undefined
  const groups = groupsOf(bare)
  const [first = 0, second = 0, third = 0, fourth = 0, fifth = 0, sixth = 0, seventh = 0, eighth = 0] = groups
  if (first === 0x2002) return dotted(second, third)
  const before = [first, second, third, fourth, fifth, sixth].join()
  if (before === MAPPED || before === NAT64) return dotted(seventh, eighth)
  return `${[first, second, third, fourth].map((group) => group.toString(16)).join(':')}::/64`
}

/** ::ffff:0:0/96 (RFC 4291, 2.5.5.2) and 64:ff9b::/96 (RFC 6052), as their six groups. */
const MAPPED = [0, 0, 0, 0, 0, 0xffff].join()
const NAT64 = [0x64, 0xff9b, 0, 0, 0, 0].join()

/** The eight groups of a valid address, whatever way it is written. */
function groupsOf(address: string): number[] {
  const hex = address.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, a: string, b: string, c: string, d: string) =>
    [Number(a) * 256 + Number(b), Number(c) * 256 + Number(d)].map((group) => group.toString(16)).join(':'),
  )
  const [head = '', tail] = hex.split('::')
  const before = numbers(head)
  if (tail === undefined) return before
  const after = numbers(tail)
  return [...before, ...new Array<number>(8 - before.length - after.length).fill(0), ...after]
}

function numbers(groups: string): number[] {
  return groups === '' ? [] : groups.split(':').map((group) => Number.parseInt(group, 16))
}

function dotted(high: number, low: number): string {
  return [high >> 8, high & 0xff, low >> 8, low & 0xff].join('.')
}
