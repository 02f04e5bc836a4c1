/**
 * What the hashers have in common: salts, what may be shown, numbers in a stored hash.
 * Mirrors `mask_hash`, `must_update_salt` and `BasePasswordHasher` (django/contrib/auth/hashers.py, 5.2).
 */
import { ConfigurationError } from '../../errors.ts'
import { ALPHANUMERIC, randomString } from '../../kernel/bytes.ts'
import { pythonLength } from '../../kernel/python-characters.ts'

const SALT_BITS = 128
const BITS_PER_CHARACTER = Math.log2(ALPHANUMERIC.length)
const SALT_LENGTH = Math.ceil(SALT_BITS / BITS_PER_CHARACTER)

/** 22 characters of 62, which are 131 bits. */
export function freshSalt(): string {
  return randomString(SALT_LENGTH, ALPHANUMERIC)
}

/** Whether a salt of this length is worth less than 128 bits. */
export function isWeakSalt(salt: string): boolean {
  return pythonLength(salt) * BITS_PER_CHARACTER < SALT_BITS
}

/** The first characters, and an asterisk for each of the others. */
export function maskHash(hash: string, show = 6): string {
  const characters = Array.from(hash)
  return characters.slice(0, show).join('') + '*'.repeat(Math.max(0, characters.length - show))
}

/** @throws {TypeError} when the password is none, or the salt is empty or would not be one part of the hash */
export function checkEncodeArguments(password: string, salt: string): void {
  if (typeof password !== 'string') throw new TypeError('encode(password, salt): the password is no string.')
  if (typeof salt !== 'string' || salt === '' || salt.includes('$')) {
    throw new TypeError('encode(password, salt): the salt is a text that is not empty and has no $ in it.')
  }
}

/** A whole number from 1 on as Python writes it (`%d`), or NaN: what is spelled otherwise would never compare as equal. */
export function wholeNumber(text: string): number {
  return /^[1-9][0-9]{0,14}$/.test(text) ? Number(text) : Number.NaN
}

/** @throws {ConfigurationError} when a setting of a hasher is no whole number in its range */
export function checkCost(name: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return
  throw new ConfigurationError(`${name} is ${value}; it is a whole number from ${least} to ${most}.`)
}
