/** The expected hashes are those of Django 5.2.18. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sessionAuthHash } from '../../src/django/session-auth-hash.ts'

const key = 'vector-secret-key-0123456789-abcdefghijklmnopqrstuvwxyz'
const olderKey = 'older-secret-key-still-a-fallback'

test('the hash of a password field is that of Django', () => {
  const argon2 = 'argon2$argon2id$v=19$m=102400,t=2,p=8$c2FsdA$aGFzaA'
  for (const [password, secret, hash] of [
    ['', key, '0b1badab59bfa99d0c00246b788e8096b55d431f65b1b23b41ad9ff45d2a4b96'],
    ['', olderKey, 'f4fe19fa51cc8c3074764d53e65f65fd11a350c06b522fe4e28a6dbd6e99d178'],
    ['', 'x', '21e6c35e76d66b7575c5335efcc957bcb5fb5fef811b9866d9ee759412238519'],
    ['é', olderKey, '7c177fc3a22ab182e8232f6370ac54841be81717e2e1df16a05dfe51fa8d5805'],
    [argon2, olderKey, '2c2c5d68597e5a781f1f912986bb7f06b0d1f0c76c43b937d74c311fb47d6b2d'],
    [argon2, 'x', 'a6270478dcb82026b55564fed12b0c45ee3217b325097d9d529c405bd1498bb0'],
    [`!${'u'.repeat(40)}`, 'x', '69dd767dab6682801dc9c970a03ce5e180a5cea05b2aa4209cfb574f9557dced'],
    [
      'pbkdf2_sha256$1000$abc$def=',
      'k'.repeat(100),
      '1054da1058b6f6786c0945968563e8d3cecbc3eee99f5a941afea33e7a936aeb',
    ],
  ] as const) {
    assert.equal(sessionAuthHash(password, secret), hash, `${password} under ${secret}`)
  }
})

test('every change of the password field changes the hash, a rehash of the same password too', () => {
  const hashes = new Set(
    ['pbkdf2_sha256$1$a$b', 'pbkdf2_sha256$2$a$b', 'pbkdf2_sha256$1$a$c', '!', '', ' '].map((field) =>
      sessionAuthHash(field, key),
    ),
  )
  assert.equal(hashes.size, 6)
})
