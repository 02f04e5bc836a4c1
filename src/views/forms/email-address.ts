/** Whether a text is an e-mail address. Mirrors `EmailValidator` and `DomainNameValidator` (django/core/validators.py, 5.2). */
import { isIPv4, isIPv6 } from 'node:net'

/** RFC 3696, section 3. */
const LONGEST = 320
/** Letters beyond ASCII, as Django has them in domains. */
const UL = '\\u00a1-\\uffff'
/** Python's `[A-Z]` without regard to case has these four, too. */
const MORE = '\\u0130\\u0131\\u017f\\u212a'
const AZ = `A-Za-z${MORE}`
const ATOM = `[-!#$%&'*+/=?^_\`{}|~0-9${AZ}]+`
const USER = new RegExp(
  `^(?:${ATOM}(?:\\.${ATOM})*|"(?:[\\x01-\\x08\\x0b\\x0c\\x0e-\\x1f!#-\\[\\]-\\x7f${MORE}]|\\\\[\\x01-\\x09\\x0b\\x0c\\x0e-\\x7f${MORE}])*")$`,
  'u',
)
const DOMAIN = new RegExp(
  `^[${AZ}${UL}0-9](?:[${AZ}${UL}0-9-]{0,61}[${AZ}${UL}0-9])?` +
    `(?:\\.(?!-)[${AZ}${UL}0-9-]{1,63}(?<!-))*` +
    `\\.(?!-)(?:[${AZ}${UL}-]{2,63}|[Xx][Nn]--[${AZ}0-9]{1,59})(?<!-)$`,
  'u',
)
const LITERAL = /^\[([A-Fa-f0-9:.]+)\]$/

/** An address that a mail may be sent to; one with a comma, a line break or a second address in it is none. */
export function isEmailAddress(text: string): boolean {
  // Twice as many units as characters at the most, so that a megabyte is not counted.
  if (text.length > 2 * LONGEST || [...text].length > LONGEST) return false
  const at = text.lastIndexOf('@')
  if (at < 0 || !USER.test(text.slice(0, at))) return false
  const domain = text.slice(at + 1)
  if (domain === 'localhost' || DOMAIN.test(domain)) return true
  const literal = LITERAL.exec(domain)?.[1] ?? ''
  return isIPv4(literal) || isIPv6(literal)
}
