/** Values that Python 3.11 computed: `unicodedata.normalize('NFKC', text).casefold()`. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { foldCase } from '../../src/kernel/case-folding.ts'

const FOLDED: readonly (readonly [text: string, folded: string])[] = [
  ['Alice@Site.Example', 'alice@site.example'],
  ['Straße', 'strasse'],
  ['GROẞ', 'gross'],
  ['ﬁle', 'file'],
  ['ΣΊΣΥΦΟΣ', 'σίσυφοσ'],
  ['ς', 'σ'],
  ['İ', 'i̇'],
  ['ı', 'ı'],
  ['\u212A', 'k'],
  ['Å', 'å'],
  ['ｍｉｋｅ', 'mike'],
  ['Ünïcödé', 'ünïcödé'],
  ['U\u0308', 'ü'],
  ['ŉ', 'ʼn'],
  ['ǰ', 'j\u030c'],
]

for (const [text, folded] of FOLDED) {
  test(`${text} folds to ${folded}`, () => assert.equal(foldCase(text), folded))
}

test('addresses that only look alike are two', () => {
  assert.equal(foldCase('mike@example.org') === foldCase('mıke@example.org'), false)
  assert.equal(foldCase('mike@example.org') === foldCase('mіke@example.org'), false)
  assert.equal(foldCase('MIKE@example.org') === foldCase('mike@EXAMPLE.org'), true)
})
