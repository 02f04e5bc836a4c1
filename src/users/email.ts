/**
 * E-mail addresses: what is one, in which form it is kept, and whether two are the same. Mirrors `EmailValidator`
 * (django/core/validators.py), `normalize_email` (contrib/auth/base_user.py) and `_unicode_ci_compare` (contrib/auth/forms.py, 5.2).
 */
import { isIP } from 'node:net'
import { pythonStrip } from '../kernel/python-strip.ts'

/** RFC 3696, section 3. */
const MAX_LENGTH = 320

/** What ignoring the case adds to the letters from A to Z: the dotted capital and the dotless small i, the long s, the Kelvin sign. */
const LIKE_ASCII = '\u0130\u0131\u017f\u212a'
const ATOM = `[-!#$%&'*+/=?^_\`{}|~0-9A-Za-z${LIKE_ASCII}]+`
const DOT_ATOM = new RegExp(`^${ATOM}(?:\\.${ATOM})*$`, 'u')
// RFC 5321, section 4.1.2: control characters may be in it.
const QUOTED_CHARACTER = `[\\x01-\\x08\\x0b\\x0c\\x0e-\\x1f!#-[\\]-\\x7f${LIKE_ASCII}]`
const QUOTED_PAIR = `\\\\[\\x01-\\x09\\x0b\\x0c\\x0e-\\x7f${LIKE_ASCII}]`
const QUOTED_STRING = new RegExp(`^"(?:${QUOTED_CHARACTER}|${QUOTED_PAIR})*"$`, 'u')

const LETTER = 'a-zA-Z\u00a1-\uffff'
const LABEL = `[${LETTER}0-9](?:[${LETTER}0-9-]{0,61}[${LETTER}0-9])?`
const MORE_LABELS = `(?:\\.(?!-)[${LETTER}0-9-]{1,63}(?<!-))*`
const TOP_LEVEL = `\\.(?!-)(?:[${LETTER}-]{2,63}|[xX][nN]--[a-zA-Z0-9${LIKE_ASCII}]{1,59})(?<!-)`
const DOMAIN = new RegExp(`^${LABEL}${MORE_LABELS}${TOP_LEVEL}$`, 'u')
const LITERAL = /^\[([A-Fa-f0-9:.]+)\]$/

/** Whether a text is an e-mail address by Django's rule: international domains and addresses in brackets count, `localhost` too. */
export function isEmail(text: string): boolean {
  const at = text.lastIndexOf('@')
  if (at === -1 || text.length > MAX_LENGTH || !text.isWellFormed()) return false
  const user = text.slice(0, at)
  return (DOT_ATOM.test(user) || QUOTED_STRING.test(user)) && isEmailDomain(text.slice(at + 1))
}

function isEmailDomain(domain: string): boolean {
  if (domain === 'localhost' || DOMAIN.test(domain)) return true
  return isIP(LITERAL.exec(domain)?.[1] ?? '') !== 0
}

/** The address with its domain in small letters; what is in front of the `@` is the recipient's own business. */
export function normalizeEmail(email: string | null | undefined): string {
  const given = email ?? ''
  const stripped = pythonStrip(given)
  const at = stripped.lastIndexOf('@')
  return at === -1 ? given : stripped.slice(0, at + 1) + stripped.slice(at + 1).toLowerCase()
}

/** Whether two addresses are the same without regard to case: equal after NFKC and full case folding. */
export function sameEmail(a: string, b: string): boolean {
  return caseFold(a.normalize('NFKC')) === caseFold(b.normalize('NFKC'))
}

/**
 * What a store compares addresses by. An address in plain ASCII is never the same as one that only looks like it (CVE-2019-19844:
 * `mıke@` got the mail of `mike@`), since Django asks its database first, which does not fold what is beyond ASCII into it.
 * @returns a text that is equal for addresses that are the same
 */
export function foldEmail(email: string): string {
  if (isAscii(email)) return email.toLowerCase()
  const folded = caseFold(email.normalize('NFKC'))
  // Kept apart from ASCII addresses, which may be somebody else's.
  return isAscii(folded) ? `\u0000${folded}` : folded
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: this is the range of ASCII
const ASCII = /^[\x00-\x7f]*$/

/** Nothing outside of ASCII in it. */
export function isAscii(text: string): boolean {
  return ASCII.test(text)
}

function caseFold(text: string): string {
  let folded = ''
  for (const character of text) folded += foldCharacter(character)
  return folded
}

/**
 * Unicode's full case folding of one character, out of the two mappings that JavaScript has; the two characters for which
 * that is something else are the dotless i, which folds to itself, and the capital sharp s. (Cherokee folds the other way
 * round, which is no matter where both sides are folded.)
 */
function foldCharacter(character: string): string {
  if (character === 'ı') return character
  if (character === 'ẞ') return 'ss'
  return character.toUpperCase().toLowerCase()
}
