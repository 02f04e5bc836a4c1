/**
 * Whether two e-mail addresses are the same by Django's rule: equal after NFKC and full case folding, and an address in
 * plain ASCII is never the same as one that only looks like it (CVE-2019-19844: `mıke@` got the mail of `mike@`).
 *
 * Mirrors django/contrib/auth/forms.py `_unicode_ci_compare` (5.2), behind a database's `iexact`.
 */
import { foldCase } from '../kernel/case-folding.ts'

// biome-ignore lint/suspicious/noControlCharactersInRegex: this is the range of ASCII
const ASCII = /^[\x00-\x7f]*$/

/** Nothing outside of ASCII in it. */
export function isAscii(text: string): boolean {
  return ASCII.test(text)
}

/** @returns a text that is equal for addresses that are the same */
export function foldEmail(email: string): string {
  if (isAscii(email)) return email.toLowerCase()
  const folded = foldCase(email)
  // Kept apart from ASCII addresses, which may be somebody else's.
  return isAscii(folded) ? `\u0000${folded}` : folded
}
