import assert from 'node:assert/strict'
import { test } from 'node:test'
import { foldEmail } from '../../src/users/email.ts'

/** Pairs that Python's NFKC and casefold make equal. */
const SAME = [
  ['Jürgen@Example.com', 'JÜRGEN@example.COM'],
  ['ju\u0308rgen@example.com', 'jürgen@example.com'],
  ['groß@example.com', 'groẞ@example.com'],
  ['ΣΊΣΥΦΟΣ@example.com', 'σίσυφος@example.com'],
  ['ДЖОН@пример.рф', 'джон@ПРИМЕР.РФ'],
  ['ﬁn-ü@example.com', 'fin-Ü@example.com'],
] as const

/** Pairs that differ, or where one merely looks like an address in ASCII. */
const DIFFERENT = [
  ['mike@example.org', 'mıke@example.org'],
  ['MIKE@example.org', 'mıke@example.org'],
  ['mike@example.org', 'mi\u212Ae@example.org'],
  ['mike@example.org', 'ｍike@example.org'],
  ['mike@example.org', 'mіke@example.org'],
  ['mike-ü@example.org', 'mıke-ü@example.org'],
  ['us@example.org', 'uſ@example.org'],
  ['i\u0307x@example.org', 'ix@example.org'],
] as const

test('addresses that are the same by full case folding fold to the same text', () => {
  for (const [one, other] of SAME) assert.equal(foldEmail(one), foldEmail(other), `${one} ${other}`)
})

test('addresses that only look alike stay apart', () => {
  for (const [one, other] of DIFFERENT) assert.notEqual(foldEmail(one), foldEmail(other), `${one} ${other}`)
})
