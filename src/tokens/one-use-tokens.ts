/**
 * Tokens for links in mails: signed for one purpose, bound to a user and to what must not have changed meanwhile, good until a
 * time that is signed with them, and used once (ASVS 5.0, 6.5 and 9.2). Django's reset tokens are others: they end with what they
 * change (django/contrib/auth/tokens.py, 5.2).
 */
import { hash } from 'node:crypto'
import { base64urlEncode, constantTimeEqual, sha256Hex } from '../kernel/bytes.ts'
import { Signer } from '../kernel/signing.ts'
import type { TokenStore } from './token-store.ts'

type MaybePromise<T> = T | Promise<T>

/** What a token is good for; none is good for anything else. */
export type TokenPurpose = 'confirm_email' | 'claim_account'

/** What a token is made of. */
export interface NewToken {
  readonly purpose: TokenPurpose
  readonly userId: string
  /** What ends the token by changing: an address, say. */
  readonly bound: readonly string[]
  /** Seconds. */
  readonly maxAge: number
}

/** A token that was signed here and has not expired; whether it was used the store knows. */
export interface OneUseToken {
  readonly purpose: TokenPurpose
  readonly userId: string
  /** Whether all that the token is bound to is as it was. */
  isBoundTo(...bound: readonly string[]): boolean
  /** Its SHA-256, under which the store keeps that it was used. */
  readonly hash: string
  /** Milliseconds since 1970. */
  readonly expires: number
}

/** What tokens are signed with and where their use is kept. */
export interface OneUseTokensOptions {
  readonly key: string
  readonly fallbackKeys: readonly string[]
  readonly store: TokenStore
  /** Milliseconds since 1970. */
  readonly now: () => number
}

const SALT = 'postern.tokens.'
/** Nothing longer was ever signed here. */
const LONGEST = 500
/** 128 bits, in base64url. */
const DIGEST_LENGTH = 22
/** Milliseconds that the clocks of two nodes may differ before one forgets what the other would still accept. */
const SKEW = 3_600_000

export class OneUseTokens {
  readonly #options: OneUseTokensOptions

  constructor(options: OneUseTokensOptions) {
    this.#options = options
  }

  /** @returns a text of letters, digits, `-`, `_` and `.`, which a link needs not escape */
  make({ purpose, userId, bound, maxAge }: NewToken): string {
    const expires = Math.floor(this.#options.now() / 1000) + maxAge
    const digest = digestOf(purpose, userId, bound)
    return this.#signer(purpose).sign(`${base64urlEncode(userId)}.${expires.toString(36)}.${digest}`)
  }

  /** @returns null for what was not signed for this purpose, or is too old */
  read(purpose: TokenPurpose, token: string): OneUseToken | null {
    const [user, time, digest] = this.#unsign(purpose, token)?.split('.') ?? []
    if (user === undefined || time === undefined || digest === undefined) return null
    const expires = Number.parseInt(time, 36) * 1000
    if (!(this.#options.now() < expires)) return null
    const userId = Buffer.from(user, 'base64url').toString('utf8')
    return {
      purpose,
      userId,
      isBoundTo: (...bound) => constantTimeEqual(digest, digestOf(purpose, userId, bound)),
      hash: sha256Hex(token),
      expires,
    }
  }

  /** Uses the token. @returns true for exactly one caller @throws {StoreUnavailable} */
  redeem({ hash, purpose, userId, expires }: OneUseToken): MaybePromise<boolean> {
    const { store, now } = this.#options
    return store.redeem({ hash, purpose, userId, expires: expires + SKEW }, now())
  }

  /** Whether it was used already, for a page that says so; only `redeem` decides. @throws {StoreUnavailable} */
  isRedeemed({ hash }: OneUseToken): MaybePromise<boolean> {
    const { store, now } = this.#options
    return store.isRedeemed(hash, now())
  }

  /**
   * Whether it is time for something that must not be done all the time, such as a mail to one address: true for one caller in so
   * many seconds, in all processes. @throws {StoreUnavailable}
   */
  takeTurn(what: string, seconds: number): MaybePromise<boolean> {
    const { store, now } = this.#options
    return store.redeem({ hash: turnHash(what), purpose: 'turn', userId: '', expires: now() + seconds * 1000 }, now())
  }

  /** Whether somebody has taken this turn, and its time is not over. @throws {StoreUnavailable} */
  isTurnTaken(what: string): MaybePromise<boolean> {
    const { store, now } = this.#options
    return store.isRedeemed(turnHash(what), now())
  }

  #unsign(purpose: TokenPurpose, token: string): string | null {
    if (token.length > LONGEST) return null
    try {
      return this.#signer(purpose).unsign(token)
    } catch {
      // A signature that is not right is all that it throws for.
      return null
    }
  }

  #signer(purpose: TokenPurpose): Signer {
    const { key, fallbackKeys } = this.#options
    return new Signer({ key, fallbackKeys, salt: SALT + purpose, sep: '.' })
  }
}

function turnHash(what: string): string {
  return sha256Hex(`${SALT}turn:${what}`)
}

/** As JSON, so that no two lists of texts are one. */
function digestOf(purpose: string, userId: string, bound: readonly string[]): string {
  return hash('sha256', JSON.stringify([purpose, userId, ...bound]), 'base64url').slice(0, DIGEST_LENGTH)
}
