/** What Python 3.11 says of every character of its Unicode 14. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isPythonDigits, PYTHON_WORD, pythonLength } from '../../src/kernel/python-characters.ts'

test('digits are those of str.isdigit: of all scripts, raised and circled ones too', () => {
  for (const text of ['0', '42', '²', '٣', '①', '➊', '𝟘', '🄀', '4²٣①', '᧚', '𑁒', '𐩀', '\u{10e60}']) {
    assert.ok(isPythonDigits(text), text)
  }
  for (const text of [
    '',
    ' ',
    '½',
    'Ⅷ',
    '十',
    '-1',
    '1.5',
    '1 2',
    'a1',
    '1a',
    '1\n',
    '⑩',
    '⒇',
    '⓴',
    '\u{10a44}',
    '\u{1f10b}',
  ]) {
    assert.ok(!isPythonDigits(text), JSON.stringify(text))
  }
})

test('there are as many digits beyond the decimal ones as Python knows', () => {
  let found = 0
  for (let code = 0; code <= 0x10ffff; code++) {
    const character = String.fromCodePoint(code)
    if (isPythonDigits(character) && !/^\p{Nd}$/u.test(character)) found++
  }
  assert.equal(found, 128)
})

test('a word has letters, digits and numbers of all scripts and the underscore, but no marks', () => {
  const word = new RegExp(`^[${PYTHON_WORD}]$`, 'u')
  for (const character of ['a', 'Z', '0', '_', 'é', 'ß', '密', 'क', '²', '½', 'Ⅷ', 'ª', '𐐀', 'ـ', '〇', 'ﬁ']) {
    assert.ok(word.test(character), character)
  }
  for (const character of ['', ' ', '-', '.', '@', '\u0301', 'ि', '\u200d', '‿', '€', '😀', '·', '\u00ad', '\n']) {
    assert.ok(!word.test(character), JSON.stringify(character))
  }
})

test('lengths are in code points', () => {
  for (const [text, length] of [
    ['', 0],
    ['abc', 3],
    ['é', 1],
    ['e\u0301', 2],
    ['😀', 1],
    ['a😀b😀', 4],
    ['\ud83d', 1],
    ['\ude00\ud83d', 2],
    ['\ud83d\ud83d\ude00', 2],
    ['😀'.repeat(1000), 1000],
  ] as const) {
    assert.equal(pythonLength(text), length, JSON.stringify(text))
    assert.equal(length, Array.from(text).length)
  }
})
