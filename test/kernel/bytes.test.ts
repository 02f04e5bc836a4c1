import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  ALPHANUMERIC,
  base36Decode,
  base36Encode,
  base36ToBigInt,
  base62Decode,
  base62Encode,
  base64urlDecode,
  base64urlEncode,
  constantTimeEqual,
  LOWER_ALPHANUMERIC,
  randomString,
  sha256Hex,
  uid64Decode,
  uid64DecodeBytes,
  uid64Encode,
} from '../../src/kernel/bytes.ts'

test('base64url has no padding and no characters that a URL would escape', () => {
  assert.equal(base64urlEncode(Uint8Array.of(0xff, 0xfe)), '__4')
  assert.equal(base64urlEncode('zoë'), 'em_Dqw')
  assert.equal(base64urlEncode(new Uint8Array([1, 2, 3, 4]).subarray(1, 3)), 'AgM')
})

test('base64url is read with and without padding, and in the plain alphabet as well', () => {
  for (const text of ['__4', '__4=', '//4', '//4=']) assert.equal(base64urlDecode(text)?.toString('hex'), 'fffe', text)
  assert.equal(base64urlDecode('')?.length, 0)
})

test('base64url that nobody encoded is null', () => {
  for (const text of ['M', 'MQMQM', 'M===', 'M!', 'MQ\n', 'MQ==MQ', 'é', '\u0141Q']) {
    assert.equal(base64urlDecode(text), null, text)
  }
})

test('the primary key in a reset link is read as leniently as Django reads it', () => {
  const rows: [string, string | null][] = [
    ['MQ', '31'],
    ['', ''],
    ['!', ''],
    ['MQ!', '31'],
    ['_w', 'ff'],
    ['+/+/', 'fbffbf'],
    ['MQ\n', '31'],
    ['OTk5OTk', '3939393939'],
    ['MQMQ', '310310'],
    ['MQ==MQ', '31'],
    ['M', null],
    ['\ud800', null],
  ]
  for (const [text, hex] of rows) assert.equal(uid64DecodeBytes(text)?.toString('hex') ?? null, hex, text)
})

test('a primary key comes back as the text it was', () => {
  assert.equal(uid64Encode('1234'), 'MTIzNA')
  assert.equal(uid64Decode('MTIzNA'), '1234')
  assert.equal(uid64Decode(uid64Encode('3f0e6c4a-9d43-4c52-9a31-0f4b8f1f7f01')), '3f0e6c4a-9d43-4c52-9a31-0f4b8f1f7f01')
})

test('a primary key that is no UTF-8 is null', () => {
  assert.equal(uid64Decode('_w'), null)
})

test('base 62 counts as Django counts', () => {
  const rows: [number, string][] = [
    [0, '0'],
    [10, 'A'],
    [61, 'z'],
    [3843, 'zz'],
    [1760000000, '1v6mOm'],
    [2 ** 53, 'fFgnDxSe8'],
    [-62, '-10'],
  ]
  for (const [n, text] of rows) {
    assert.equal(base62Encode(n), text)
    assert.equal(base62Decode(text), n)
  }
})

test('what is no number in base 62, or too large for one, is null', () => {
  for (const text of ['', '_', '1-', ' 1', 'é', 'z'.repeat(12), 'z'.repeat(100_000)]) {
    assert.equal(base62Decode(text), null)
  }
})

test('only whole numbers are encoded', () => {
  for (const n of [1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 60]) {
    assert.throws(() => base62Encode(n), RangeError)
    assert.throws(() => base36Encode(n), RangeError)
  }
  assert.throws(() => base36Encode(-1), RangeError)
})

test('base 36 counts as Django counts', () => {
  const rows: [number, string][] = [
    [0, '0'],
    [35, 'z'],
    [1295, 'zz'],
    [2147483648, 'zik0zk'],
    [781000000, 'cwzjgg'],
  ]
  for (const [n, text] of rows) {
    assert.equal(base36Encode(n), text)
    assert.equal(base36Decode(text), n)
  }
})

test('base 36 takes all that Python takes for a number', () => {
  const rows: [string, bigint | null][] = [
    ['Z', 35n],
    [' 1', 1n],
    ['-1', -1n],
    ['+1', 1n],
    ['1_0', 36n],
    ['\xa01\x85', 1n],
    ['\u0661', 1n],
    ['\u{1d7ff}', 9n],
    ['\u096f', 9n],
    ['\uff15\u0660', 180n],
    ['zzzzzzzzzzzzz', 170581728179578208255n],
    ['', null],
    ['_1', null],
    ['1__0', null],
    ['--1', null],
    ['\x1c1', null],
    ['\ufeff1', null],
    ['\xb2', null],
    ['00000000000001', null],
    [`0${'1'.repeat(13)}\u{1d7ff}`, null],
    ['\u{1d7ff}'.repeat(14), null],
  ]
  for (const [text, n] of rows) assert.equal(base36ToBigInt(text), n, text)
})

test('a number in base 36 that JavaScript cannot hold is null', () => {
  assert.equal(base36Decode('zzzzzzzzzzzzz'), null)
  assert.equal(base36Decode('2gosa7pa2gv'), Number.MAX_SAFE_INTEGER)
})

test('a random text has the length and the alphabet that were asked for', () => {
  assert.match(randomString(32, LOWER_ALPHANUMERIC), /^[a-z0-9]{32}$/)
  assert.match(randomString(2000, ALPHANUMERIC), /^[a-zA-Z0-9]{2000}$/)
  assert.equal(randomString(0, ALPHANUMERIC), '')
  assert.equal(randomString(3, 'x'), 'xxx')
  assert.throws(() => randomString(3, ''), RangeError)
  assert.throws(() => randomString(3, 'x'.repeat(257)), RangeError)
})

test('all characters of the alphabet are equally likely', () => {
  const alphabet = Array.from({ length: 200 }, (_, i) => String.fromCharCode(0x4e00 + i)).join('')
  const text = randomString(100_000, alphabet)
  let first = 0
  for (let i = 0; i < text.length; i++) if (alphabet.indexOf(text.charAt(i)) < 56) first++
  // With a plain remainder the first 56 of 200 would come up 43,750 times instead of 28,000; a deviation is 142.
  assert.ok(Math.abs(first - 28_000) < 1_500, `${first} of 100,000`)
})

test('two random texts are not the same', () => {
  assert.notEqual(randomString(32, LOWER_ALPHANUMERIC), randomString(32, LOWER_ALPHANUMERIC))
})

test('texts are compared exactly, lone surrogates included', () => {
  assert.equal(constantTimeEqual('abc', 'abc'), true)
  assert.equal(constantTimeEqual('', ''), true)
  assert.equal(constantTimeEqual('abc', 'abd'), false)
  assert.equal(constantTimeEqual('abc', 'ab'), false)
  assert.equal(constantTimeEqual('é', 'Ã©'), false)
  assert.equal(constantTimeEqual('\ud800', '\ufffd'), false)
  assert.equal(constantTimeEqual('\ud800', '\ud801'), false)
})

test('SHA-256 is taken of the UTF-8', () => {
  assert.equal(sha256Hex('abc'), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  assert.equal(sha256Hex('é'), '4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c')
})
