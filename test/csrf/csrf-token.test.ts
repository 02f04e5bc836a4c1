/** Secrets, masks and tokens are rows that Django 5.2.18 computed. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { maskSecret, newCsrfSecret, tokenFormatError, tokenMatches, unmaskToken } from '../../src/csrf/csrf-token.ts'

const rows = [
  ['Q1cnyJU5grCNY9kvGR2dozKV6hsDOZal', 'qruzGP0dsJ2nK9A3y5EfSxeXIvkb4ZWV', '6iwM4oK8y0u0y8Ko4Mwi6WOIECCEIOW6'],
  ['X8juFQ1cnyJU5grCNY9kvGR2dozKV6hs', 'DEHMT2dqFWfAXmNgLiRs5KraVIxohc98', 'qCQ6oI4sSkOkSs4Io6QCqg82YWWY28gq'],
  ['4fqBMX8juFQ1cnyJU5grCNY9kvGR2doz', 'QRUZ6fqDS9sNaz0tYv4FiXEn8VKBupml', 'KWaqI2oMcE8EcMo2IqaWKAsmiggimsAK'],
  ['bmxIT4fqBMX8juFQ1cnyJU5grCNY9kvG', '347cjsDQ5mF0nMdGbIhSvaRAl8XOHCzy', '4guK2mI6wYsYw6Im2Kug4UMGCAACGMU4'],
  ['R2dozKV6hsDOZalwHS3epALW7itEP0bm', 'jknszIT6lCVgD2tWrYx8Lq7QBod4XSPO', '0cqGYiE2sUoUs2EiYGqc0QICywwyCIQ0'],
  ['Y9kvGR2dozKV6hsDOZalwHS3epALW7it', 'wxAFMV6jyP8tQfG9EbKlYDk3OBqha521', 'kwK0iCYmMeIeMmYCi0Kwka2WSQQSW2ak'],
] as const

test('masking and unmasking are those of Django', () => {
  for (const [secret, mask, cipher] of rows) {
    assert.equal(maskSecret(secret, mask), mask + cipher)
    assert.equal(unmaskToken(mask + cipher), secret)
    assert.equal(unmaskToken(secret), secret, 'a bare secret is its own token')
    assert.ok(tokenMatches(mask + cipher, secret))
    assert.ok(tokenMatches(secret, secret))
  }
})

test('a token belongs to its own secret alone', () => {
  const [[secret, mask, cipher], [other]] = rows
  assert.ok(!tokenMatches(mask + cipher, other))
  const token = mask + cipher
  for (let at = 0; at < token.length; at++) {
    const changed = token.slice(0, at) + (token[at] === 'a' ? 'b' : 'a') + token.slice(at + 1)
    assert.ok(!tokenMatches(changed, secret), changed)
  }
  assert.ok(!tokenMatches(secret.toLowerCase(), secret))
})

test('no two tokens of a secret are the same, and all of them match', () => {
  const secret = newCsrfSecret()
  const tokens = new Set(Array.from({ length: 100 }, () => maskSecret(secret)))
  assert.equal(tokens.size, 100)
  for (const token of tokens) {
    assert.equal(tokenFormatError(token), null)
    assert.ok(tokenMatches(token, secret))
    assert.ok(!token.includes(secret), 'the secret shows in the token')
  }
})

test('a secret is 32 letters and digits, of which all turn up', () => {
  const secrets = Array.from({ length: 100 }, newCsrfSecret)
  for (const secret of secrets) assert.match(secret, /^[a-zA-Z0-9]{32}$/)
  assert.equal(new Set(secrets).size, 100)
  assert.equal(new Set(secrets.join('')).size, 62)
})

test('the form of a token is judged in the words of Django', () => {
  for (const [token, error] of [
    ['', 'has incorrect length'],
    ['a'.repeat(31), 'has incorrect length'],
    ['a'.repeat(32), null],
    ['a'.repeat(33), 'has incorrect length'],
    ['a'.repeat(63), 'has incorrect length'],
    ['a'.repeat(64), null],
    ['a'.repeat(65), 'has incorrect length'],
    [`${'a'.repeat(31)} `, 'has invalid characters'],
    [`${'a'.repeat(31)}\n`, 'has invalid characters'],
    [`${'a'.repeat(31)}é`, 'has invalid characters'],
    [`\n${'a'.repeat(63)}`, 'has invalid characters'],
    ['-'.repeat(64), 'has invalid characters'],
    // Python counts code points, of which these have two units each.
    ['🔑'.repeat(16), 'has incorrect length'],
    ['🔑'.repeat(32), 'has invalid characters'],
    [`${'a'.repeat(31)}🔑`, 'has invalid characters'],
    ['🔑'.repeat(64), 'has invalid characters'],
    ['🔑'.repeat(65), 'has incorrect length'],
  ] as const) {
    assert.equal(tokenFormatError(token), error, JSON.stringify(token))
  }
})
