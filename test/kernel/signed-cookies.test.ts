/** The values were made by Django 5.2.18. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BadSignature, SignatureExpired } from '../../src/errors.ts'
import { signCookie, unsignCookie } from '../../src/kernel/signed-cookies.ts'

const key = 'vector-secret-key-0123456789-abcdefghijklmnopqrstuvwxyz'
const now = 1_760_000_000

/** Name, value, salt, the signed value, and what Djangos before 5.2.15 signed. */
const cookies = [
  [
    'a',
    'v',
    '',
    'v:1v6mOm:cKP6WeAOU5w7n4d3AmMessKDWjzOgdQqffuiSi7iBus',
    'v:1v6mOm:Ax4OTpw0HTxmFwlpurD7UOGAbx3Uc_xYc3KvUxqI0_c',
  ],
  [
    'a',
    'v',
    'b',
    'v:1v6mOm:XBR790DuLmd_zBgTORcwJC8a4PyOuQKo9pBH1LhaQas',
    'v:1v6mOm:UYKXmT5zlIya6Ub22pq9s8hQRmLWJgWI2T-TWYEnvFI',
  ],
  [
    'ab',
    'v',
    '',
    'v:1v6mOm:_ZKe2r9PUH_Kw-VSIekOIDro5voiK41MxcGb7XgB-e4',
    'v:1v6mOm:UYKXmT5zlIya6Ub22pq9s8hQRmLWJgWI2T-TWYEnvFI',
  ],
  [
    'a',
    'v',
    'bc',
    'v:1v6mOm:u4mrVgTSAFn0rofYT72yb0h8X8xKJ001kh5UlayCjLc',
    'v:1v6mOm:r5-05KCvoMsHvmqjYsYHhkivxaFHhAdbm54gS4GiGEk',
  ],
  [
    'ab',
    'v',
    'c',
    'v:1v6mOm:O6C7YM5bXs0IKk4T4Qb1BoxJCD4oHQZAE5L2L2IuBq0',
    'v:1v6mOm:r5-05KCvoMsHvmqjYsYHhkivxaFHhAdbm54gS4GiGEk',
  ],
  [
    'n',
    'a:b',
    '𝄞é',
    'a:b:1v6mOm:5Yf3l4hQmtXSwmIDdUZ4Pkxmvv1fWvcy05VEGT2eNk0',
    'a:b:1v6mOm:aGvc0Xd1OhqrU-mJ9HEJ6KCz7IPOi0qjmOcGPliAGNc',
  ],
  [
    'n',
    '',
    '',
    ':1v6mOm:aQg6eeexm7bAZhsvxgdXNvdACUkvEpAvLPCFqjMuL-o',
    ':1v6mOm:J3cRLU-r28Gs6P0_uFHf2Gn-rbjsxvTrZlmckyM-pN4',
  ],
  [
    'n',
    'é ü;,"\\',
    's',
    'é ü;,"\\:1v6mOm:LWpjRZxNWysvxPnsz8OYL1fMm4ImQmGBt9VAqXGF2qs',
    'é ü;,"\\:1v6mOm:kpnjv7jUZ3JDhgd5SKd6bPuz4p2WrEHCK1Z4AbRHHKE',
  ],
] as const

test('signed values are those of Django', () => {
  for (const [name, value, salt, signed] of cookies) {
    assert.equal(signCookie(name, value, { key, salt, now }), signed)
    assert.equal(unsignCookie(name, signed, { key, salt, now, legacySalt: false }), value)
  }
})

test('values that Djangos before 5.2.15 signed are read as long as they are asked for', () => {
  for (const [name, value, salt, , legacy] of cookies) {
    assert.equal(unsignCookie(name, legacy, { key, salt, now }), value)
    assert.throws(() => unsignCookie(name, legacy, { key, salt, now, legacySalt: false }), BadSignature)
  }
})

test('a value is good for its own pair of name and salt alone (CVE-2026-6873)', () => {
  const pairs = [
    ['a', ''],
    ['', 'a'],
    ['a', 'b'],
    ['ab', ''],
    ['a', 'bc'],
    ['ab', 'c'],
    ['abc', ''],
    ['c', '1:ab'],
    ['1:abc', ''],
    [':1:abc', 'x'],
    ['b', '0:a'],
    ['0:ab', ''],
  ] as const
  for (const [name, salt] of pairs) {
    const signed = signCookie(name, 'v', { key, salt, now })
    for (const [otherName, otherSalt] of pairs) {
      const read = (): string => unsignCookie(otherName, signed, { key, salt: otherSalt, now })
      if (otherName === name && otherSalt === salt) assert.equal(read(), 'v')
      else assert.throws(read, BadSignature, `${name}/${salt} as ${otherName}/${otherSalt}`)
    }
  }
})

test('a value of before 5.2.15 is good for every pair that reads the same, which is why it can be refused', () => {
  const [, , , , legacy] = cookies[3]
  assert.equal(unsignCookie('ab', legacy, { key, salt: 'c', now }), 'v')
  assert.throws(() => unsignCookie('ab', legacy, { key, salt: 'c', now, legacySalt: false }), BadSignature)
  assert.throws(() => unsignCookie('ab', legacy, { key, salt: 'd', now }), BadSignature)
})

test('a value that is too old is refused, by either salt, and the older salt is not asked about a newer value', () => {
  const [, , , signed, legacy] = cookies[3]
  for (const value of [signed, legacy]) {
    assert.equal(unsignCookie('a', value, { key, salt: 'bc', maxAge: 10, now: now + 10 }), 'v')
    assert.throws(() => unsignCookie('a', value, { key, salt: 'bc', maxAge: 10, now: now + 10.5 }), SignatureExpired)
  }
})

test('older keys read what they signed, and nothing else does', () => {
  const old = 'older-secret-key-still-a-fallback'
  const signed = signCookie('a', 'v', { key: old, now })
  assert.equal(unsignCookie('a', signed, { key, fallbackKeys: ['x', old], now }), 'v')
  assert.throws(() => unsignCookie('a', signed, { key, fallbackKeys: ['x'], now }), BadSignature)
})

test('a change of any character is a wrong signature', () => {
  const [, , , signed] = cookies[0]
  for (let at = 0; at < signed.length; at++) {
    const changed = signed.slice(0, at) + (signed[at] === 'x' ? 'y' : 'x') + signed.slice(at + 1)
    assert.throws(() => unsignCookie('a', changed, { key, now }), BadSignature, changed)
    assert.throws(() => unsignCookie('a', signed.slice(0, at), { key, now }), BadSignature)
  }
})

test('the clock counts where no time is given', () => {
  assert.equal(unsignCookie('a', signCookie('a', 'v', { key }), { key, maxAge: 60 }), 'v')
  assert.throws(() => unsignCookie('a', cookies[0][3], { key, maxAge: 60 }), SignatureExpired)
})
