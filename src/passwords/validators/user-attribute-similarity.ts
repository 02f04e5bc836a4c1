/**
 * Not the user's own name or address, nor anything much like it.
 * Mirrors `UserAttributeSimilarityValidator` (django/contrib/auth/password_validation.py, 5.2) and `quick_ratio` of Python's difflib.
 */
import { ConfigurationError } from '../../errors.ts'
import { PYTHON_WORD, pythonLength } from '../../kernel/python-characters.ts'
import { sentence, type Text } from '../../kernel/text.ts'
import type { PasswordProblem, PasswordValidator } from '../password-validator.ts'

/** Django's names of the fields. */
const NAMES: Readonly<Record<string, string>> = {
  username: 'username',
  firstName: 'first name',
  lastName: 'last name',
  email: 'email address',
}
const NO_WORD = new RegExp(`[^${PYTHON_WORD}]+`, 'u')
const LEAST_SIMILARITY = 0.1

/** Settings of the validator. */
export interface UserAttributeSimilarityOptions {
  /** The properties of the user to compare with. @default username, firstName, lastName, email */
  readonly userAttributes?: readonly string[]
  /** How much of both has to be the same, from 0.1 to 1, where only the same characters are refused. @default 0.7 */
  readonly maxSimilarity?: number
}

/** Refuses passwords that are much like the user's attributes, or like a part of one (either side of an address's `@`). */
export class UserAttributeSimilarityValidator implements PasswordValidator {
  readonly #attributes: readonly string[]
  readonly #maxSimilarity: number

  /** @throws {ConfigurationError} for a similarity below 0.1, which would refuse nearly everything */
  constructor(options: UserAttributeSimilarityOptions = {}) {
    this.#attributes = options.userAttributes ?? Object.keys(NAMES)
    this.#maxSimilarity = options.maxSimilarity ?? 0.7
    if (this.#maxSimilarity >= LEAST_SIMILARITY) return
    throw new ConfigurationError(`maxSimilarity is ${this.#maxSimilarity}; it must be at least ${LEAST_SIMILARITY}.`)
  }

  validate(password: string, user?: object | null): PasswordProblem | null {
    if (user === undefined || user === null) return null
    const given = Array.from(password.toLowerCase())
    const similar = this.#attributes.find((name) => this.#isSimilar(given, (user as Record<string, unknown>)[name]))
    if (similar === undefined) return null
    const text = this.errorMessage()
    return {
      code: 'password_too_similar',
      text: { ...text, params: { ...text.params, verbose_name: sentence(nameOf(similar)) } },
    }
  }

  /** Django's `get_error_message`; a subclass may say something else, with `%(verbose_name)s` in it or not. */
  protected errorMessage(): Text {
    return sentence('The password is too similar to the %(verbose_name)s.')
  }

  helpText(): Text {
    return sentence('Your password can’t be too similar to your other personal information.')
  }

  #isSimilar(password: readonly string[], value: unknown): boolean {
    if (typeof value !== 'string' || value === '') return false
    const lower = value.toLowerCase()
    return [...lower.split(NO_WORD), lower].some(
      (part) =>
        !exceedsMaximumLengthRatio(password.length, this.#maxSimilarity, pythonLength(part)) &&
        quickRatio(password, Array.from(part)) >= this.#maxSimilarity,
    )
  }
}

/** Whether the password is so much longer that the two cannot be similar: spares counting it. */
function exceedsMaximumLengthRatio(password: number, maxSimilarity: number, value: number): boolean {
  return password >= 10 * value && value < (maxSimilarity / 2) * password
}

/** difflib's upper bound: how many characters the two have in common, in whatever order. */
function quickRatio(a: readonly string[], b: readonly string[]): number {
  const left = new Map<string, number>()
  for (const character of b) left.set(character, (left.get(character) ?? 0) + 1)
  let matches = 0
  for (const character of a) {
    const available = left.get(character) ?? 0
    if (available > 0) matches++
    left.set(character, available - 1)
  }
  const length = a.length + b.length
  return length === 0 ? 1 : (2 * matches) / length
}

/** The name of a field; of an attribute that Django does not have, `nickName` becomes `nick name`. */
function nameOf(attribute: string): string {
  const words = attribute.replace(/(?<=[a-z0-9])[A-Z]/g, (capital) => ` ${capital.toLowerCase()}`)
  return Object.hasOwn(NAMES, attribute) ? (NAMES[attribute] as string) : words.replaceAll('_', ' ')
}
