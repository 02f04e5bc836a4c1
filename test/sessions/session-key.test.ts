import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hashedKey, newSessionKey, rawKey, validSessionKey } from '../../src/sessions/session-key.ts'

test('a new key is 32 small letters and digits, of which all turn up, and never the same', () => {
  const keys = Array.from({ length: 500 }, newSessionKey)
  for (const key of keys) {
    assert.match(key, /^[a-z0-9]{32}$/)
    assert.equal(validSessionKey(key), key)
  }
  assert.equal(new Set(keys).size, 500)
  assert.equal(new Set(keys.join('')).size, 36)
})

test('what cannot be a session key is none, so that no store is asked for it', () => {
  for (const cookie of [
    undefined,
    '',
    'abcdefg',
    'a'.repeat(41),
    'a'.repeat(1_000_000),
    'ABCDEFGH',
    'abcd efgh',
    ' abcdefgh',
    'abcdefgh\n',
    'abcdefgh\0',
    'abcdefgé',
    "abcdefgh' OR '1'='1",
    'abcdefgh%',
    '0'.repeat(40),
    hashedKey('abcdefghijklmnopqrstuvwxyz012345'),
    '../../../../etc/passwd',
    'session:abcdefgh',
    '__proto__',
    'constructor-',
    '١٢٣٤٥٦٧٨',
  ]) {
    assert.equal(validSessionKey(cookie), null, JSON.stringify(cookie?.slice(0, 50)))
  }
})

test('keys of 8 to 40 characters are looked up, since Django may have made them', () => {
  for (const key of ['abcdefgh', 'a'.repeat(32), 'z'.repeat(40), 'zz99zz99', 'constructor', 'hasownproperty']) {
    assert.equal(validSessionKey(key), key)
  }
})

test('at rest a key is the first 40 digits of its SHA-256, and under interop itself', () => {
  assert.equal(hashedKey('abcdefghijklmnopqrstuvwxyz012345'), '653bb1245e828fcda4fa53fcd5a3def5bd7654e6')
  assert.equal(rawKey('abcdefghijklmnopqrstuvwxyz012345'), 'abcdefghijklmnopqrstuvwxyz012345')
})
