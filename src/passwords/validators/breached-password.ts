/**
 * Not one that is known from a data breach. Asks a service in the range format of Have I Been Pwned: it is told the first
 * five hexadecimal digits of the password's SHA-1, answers with all that begin so, and never learns the password.
 */
import { hash } from 'node:crypto'
import { ConfigurationError } from '../../errors.ts'
import { sentence, type Text } from '../../kernel/text.ts'
import type { PasswordProblem, PasswordValidator } from '../password-validator.ts'

const PREFIX_LENGTH = 5
/** The rest of a SHA-1, and how often a password was seen; 0 is a line that only pads the answer. */
const LINE = /^([0-9A-F]{35}):([0-9]+)$/i
/** What Node's timers can wait, in seconds. */
const LONGEST_TIMER = 2_147_483

/** Settings of the validator. */
export interface BreachedPasswordOptions {
  /**
   * Gets the answer for five hexadecimal digits: lines of `SUFFIX:COUNT`. It throws when there is none.
   * @param signal aborts at the deadline
   */
  readonly fetchRange: (prefix: string, signal: AbortSignal) => Promise<string>
  /** How often a password has to have been seen to be refused. @default 1 */
  readonly leastCount?: number
  /** Seconds to wait for the answer. @default 2 */
  readonly timeout?: number
  /** Refuses passwords while the service does not answer; else they are let through. @default false */
  readonly failClosed?: boolean
  /** Told when the service did not answer. @default a warning of the process */
  readonly onFailure?: (error: unknown) => void
}

/**
 * Refuses passwords that a breach made known. Not among the default validators, since it asks another server.
 * @example new BreachedPasswordValidator({
 *   fetchRange: async (prefix, signal) => {
 *     const answer = await fetch(`https://api.pwnedpasswords.com/range/${prefix}`, { headers: { 'Add-Padding': 'true' }, signal })
 *     if (!answer.ok) throw new Error(`The service answered ${answer.status}.`)
 *     return answer.text()
 *   },
 * })
 */
export class BreachedPasswordValidator implements PasswordValidator {
  readonly #options: BreachedPasswordOptions
  readonly #leastCount: number
  readonly #timeout: number

  /** @throws {ConfigurationError} without `fetchRange`, and for a count or a time that make no sense */
  constructor(options: BreachedPasswordOptions) {
    this.#options = options
    this.#leastCount = options?.leastCount ?? 1
    this.#timeout = options?.timeout ?? 2
    if (typeof options?.fetchRange !== 'function') {
      throw new ConfigurationError('BreachedPasswordValidator needs fetchRange, a function that asks the service.')
    }
    if (!(this.#leastCount >= 1)) {
      throw new ConfigurationError(`leastCount is ${this.#leastCount}; it is a number from 1 on.`)
    }
    if (!(this.#timeout > 0 && this.#timeout <= LONGEST_TIMER)) {
      throw new ConfigurationError(`timeout is ${this.#timeout}; it is a number of seconds above 0.`)
    }
  }

  async validate(password: string): Promise<PasswordProblem | null> {
    const digest = hash('sha1', password).toUpperCase()
    try {
      const count = countIn(await this.#ask(digest.slice(0, PREFIX_LENGTH)), digest.slice(PREFIX_LENGTH))
      return count >= this.#leastCount ? { code: 'password_breached', text: this.errorMessage() } : null
    } catch (error) {
      this.#failed(error)
      return this.#options.failClosed === true ? UNCHECKED : null
    }
  }

  /** What is said of a breached password; a subclass may say something else. */
  protected errorMessage(): Text {
    return sentence('This password is known from a data breach.')
  }

  helpText(): Text {
    return sentence('Your password can’t be one that is known from a data breach.')
  }

  async #ask(prefix: string): Promise<string> {
    const late = new AbortController()
    const { promise: deadline, reject } = Promise.withResolvers<never>()
    const timer = setTimeout(() => {
      const error = new Error(`The service of breached passwords did not answer within ${this.#timeout} seconds.`)
      late.abort(error)
      reject(error)
    }, this.#timeout * 1000)
    try {
      return await Promise.race([this.#options.fetchRange(prefix, late.signal), deadline])
    } finally {
      clearTimeout(timer)
    }
  }

  #failed(error: unknown): void {
    if (this.#options.onFailure !== undefined) this.#options.onFailure(error)
    else process.emitWarning(`A password was not looked up among breached ones. ${error}`, { type: 'PosternWarning' })
  }
}

const UNCHECKED: PasswordProblem = {
  code: 'password_breach_unknown',
  text: sentence('This password could not be looked up among those known from data breaches. Try again later.'),
}

/** @throws when the answer is none, as a proxy's error page is */
function countIn(answer: string, suffix: string): number {
  let lines = 0
  for (const line of answer.split(/\r?\n/)) {
    const [, found, count] = LINE.exec(line) ?? []
    if (found === undefined) continue
    if (found.toUpperCase() === suffix) return Number(count)
    lines++
  }
  if (lines === 0) throw new Error('The answer of the service of breached passwords has no line like SUFFIX:COUNT.')
  return 0
}
