/**
 * The token of a link that lets somebody choose a new password, bit for bit as Django makes it, so that a link that one
 * side has sent works on the other. It is stored nowhere: it dies with the password, the e-mail address and the next login.
 * Mirrors `PasswordResetTokenGenerator` (django/contrib/auth/tokens.py, 5.2).
 */
import { base36Decode, base36Encode, constantTimeEqual } from '../kernel/bytes.ts'
import { type HmacAlgorithm, saltedHmac } from '../kernel/signing.ts'
import { WallClock } from './wall-clock.ts'

/** The part of a user that a token is made of. */
export interface TokenUser {
  readonly id: string | number
  /** The encoded hash. */
  readonly password: string
  readonly lastLogin: Date | null
  readonly email: string
}

/** What a generator needs; an `AuthContext` has all of it. */
export interface ResetTokenOptions {
  readonly secretKey: string
  /** Older keys, whose tokens are still good. @default none */
  readonly secretKeyFallbacks?: readonly string[]
  /** Seconds for which a token is good. @default 259200 (three days) */
  readonly timeout?: number
  /** Django's TIME_ZONE: tokens count the seconds of its wall clock. @default 'UTC' */
  readonly timeZone?: string
  /** The clock, milliseconds since 1970. @default Date.now */
  readonly now?: () => number
}

/** Seconds: Django's PASSWORD_RESET_TIMEOUT. */
export const PASSWORD_RESET_TIMEOUT = 259_200
/** From 1970 to 2001-01-01 00:00, seconds. */
const EPOCH = Date.UTC(2001, 0, 1) / 1000

/** Makes and checks tokens; a subclass with another `keySalt` or `makeHashValue` makes tokens of another kind. */
export class PasswordResetTokenGenerator {
  protected readonly keySalt: string = 'django.contrib.auth.tokens.PasswordResetTokenGenerator'
  protected readonly algorithm: HmacAlgorithm = 'sha256'
  readonly #secrets: readonly [string, ...string[]]
  readonly #timeout: number
  readonly #clock: WallClock
  readonly #now: () => number

  /** @throws {RangeError} for a time zone that is not known */
  constructor(options: ResetTokenOptions) {
    this.#secrets = [options.secretKey, ...(options.secretKeyFallbacks ?? [])]
    this.#timeout = options.timeout ?? PASSWORD_RESET_TIMEOUT
    this.#clock = new WallClock(options.timeZone ?? 'UTC')
    this.#now = options.now ?? Date.now
  }

  /** A token that this user can use once. */
  makeToken(user: TokenUser): string {
    return this.#token(user, this.#seconds(), this.#secrets[0])
  }

  /** Whether a token was made for this user as they are now, and is young enough. */
  checkToken(user: TokenUser | null, token: unknown): boolean {
    if (user === null || typeof token !== 'string') return false
    const parts = token.split('-')
    const timestamp = parts.length === 2 ? base36Decode(parts[0] as string) : null
    // A sign in front would be the third part, or is refused by `base36Encode`.
    if (timestamp === null || timestamp < 0) return false
    if (!this.#secrets.some((secret) => constantTimeEqual(this.#token(user, timestamp, secret), token))) return false
    return this.#seconds() - timestamp <= this.#timeout
  }

  /** What makes a token worthless when it changes: who it is for, the password, the last login and the address. */
  protected makeHashValue(user: TokenUser, timestamp: number): string {
    const { id, password, lastLogin, email } = user
    return `${id}${password}${lastLogin === null ? '' : pythonTime(lastLogin)}${timestamp}${email}`
  }

  #token(user: TokenUser, timestamp: number, secret: string): string {
    const mac = saltedHmac(this.keySalt, this.makeHashValue(user, timestamp), secret, this.algorithm).toString('hex')
    // Every second digit, as in Django: a shorter address.
    return `${base36Encode(timestamp)}-${mac.replace(/(.)./g, '$1')}`
  }

  /** Seconds since 2001 on the wall clock. */
  #seconds(): number {
    return Math.trunc(this.#clock.read(this.#now()) / 1000 - EPOCH)
  }
}

/** As Python prints a time without microseconds and zone. */
function pythonTime(time: Date): string {
  return time.toISOString().slice(0, 19).replace('T', ' ')
}
