/** The setting `loginLimits`, worked out. */
import type { Limit } from './bucket.ts'

/** How many attempts may fail; `false` for a limit that there is not to be. */
export interface LoginLimitOptions {
  /** Of one account, known or made up, from wherever they come. @default 10 in 900 seconds */
  readonly account?: Limit | false | undefined
  /** Of one network: an IPv4 address, or 64 bits of an IPv6 address. @default 100 in 900 seconds */
  readonly network?: Limit | false | undefined
  /** Of one browser in which the same user has logged in before; it counts instead of the other two. @default 10 in 900 seconds */
  readonly device?: Limit | false | undefined
}

/** The limits that there are. */
export interface LimitSettings {
  readonly account: Limit | false
  readonly network: Limit | false
  readonly device: Limit | false
}

const QUARTER_OF_AN_HOUR = 900
const ACCOUNT: Limit = { attempts: 10, seconds: QUARTER_OF_AN_HOUR }
const NETWORK: Limit = { attempts: 100, seconds: QUARTER_OF_AN_HOUR }

/** Fills in the defaults. */
export function limitSettings(options: false | LoginLimitOptions = {}): LimitSettings {
  if (options === false) return { account: false, network: false, device: false }
  const { account = ACCOUNT, network = NETWORK, device = ACCOUNT } = options
  return { account, network, device }
}
