import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inLanguage } from '../../src/kernel/text.ts'
import {
  cleanUsername,
  isAsciiUsername,
  isUnicodeUsername,
  normalizeUsername,
  USERNAME_MAX_LENGTH,
  usernameProblem,
} from '../../src/users/username.ts'

function problem(username: string, options?: { ascii: boolean }): readonly [string, string] | null {
  const found = usernameProblem(username, options)
  return found && [found.code, inLanguage(found.text, undefined)]
}

test('a username has letters and digits of any script, and five signs', () => {
  for (const name of ['alice', 'a+b-c_d.e@f', 'René', 'élève', '密码', 'أحمد', '٣', '²', 'ᴮᴵᴳᴮᴵᴿᴰ', 'x'.repeat(150)]) {
    assert.equal(problem(name), null, name)
  }
  const invalid = 'Enter a valid username. This value may contain only letters, numbers, and @/./+/-/_ characters.'
  for (const name of [
    '!',
    'a/b',
    "o'connell",
    'a b',
    'ni\u0301',
    'a\n',
    '\ta',
    '<b>',
    'a\0',
    '\u202eecila',
    '😀',
    'en\u2013dash',
  ]) {
    assert.deepEqual(problem(name), ['invalid', invalid], JSON.stringify(name))
  }
})

test('an ASCII username has unaccented letters alone', () => {
  const invalid =
    'Enter a valid username. This value may contain only unaccented lowercase a-z and uppercase A-Z letters, numbers, and @/./+/-/_ characters.'
  assert.equal(problem('Ada_99@x.org', { ascii: true }), null)
  for (const name of ['René', '٣', 'ſ', '\u212a', 'a b', 'a\n']) {
    assert.deepEqual(problem(name, { ascii: true }), ['invalid', invalid], JSON.stringify(name))
  }
})

test('a username is no longer than 150 characters, whatever bytes these have', () => {
  assert.equal(USERNAME_MAX_LENGTH, 150)
  assert.equal(problem('𐐀'.repeat(150)), null)
  assert.deepEqual(problem('𐐀'.repeat(151)), [
    'max_length',
    'Ensure this value has at most 150 characters (it has 151).',
  ])
  assert.equal(problem('!'.repeat(5_000_000))?.[0], 'max_length', 'before it is looked at any further')
  assert.deepEqual(problem(''), ['required', 'This field is required.'])
})

test('names that look the same to a computer of another make become one', () => {
  assert.equal(normalizeUsername('ａｌｉｃｅ'), 'alice')
  assert.equal(normalizeUsername('zoe\u0308'), 'zoë')
  assert.equal(normalizeUsername('ALICE'), 'ALICE', 'capitals stay')
  assert.equal(normalizeUsername(' a '), ' a ')
})

test('a form takes a name without the space around it, and leaves an overlong one as it is', () => {
  assert.equal(cleanUsername('\x1c ａlice\u00a0\n'), 'alice')
  assert.equal(cleanUsername('ﬁ'.repeat(150)), 'fi'.repeat(150))
  assert.equal(cleanUsername(`${'ﬁ'.repeat(151)} `), 'ﬁ'.repeat(151))
})

/** Mirrors `UsernameValidatorsTests` of Django's tests (auth_tests/test_validators.py, 5.2). */
test("what Django's own tests take and refuse is taken and refused", () => {
  for (const name of ['joe', 'René', 'ᴮᴵᴳᴮᴵᴿᴰ', 'أحمد']) assert.ok(isUnicodeUsername(name), name)
  const bad = [
    "o'connell",
    'عبد ال',
    'zerowidth\u200bspace',
    'nonbreaking\u00a0space',
    'en\u2013dash',
    'trailingnewline\n',
  ]
  for (const name of bad) assert.ok(!isUnicodeUsername(name), JSON.stringify(name))
  for (const name of ['glenn', 'GLEnN', 'jean-marc']) assert.ok(isAsciiUsername(name), name)
  for (const name of ["o'connell", 'Éric', 'jean marc', 'أحمد', 'trailingnewline\n']) {
    assert.ok(!isAsciiUsername(name), JSON.stringify(name))
  }
})
