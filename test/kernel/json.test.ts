import assert from 'node:assert/strict'
import { test } from 'node:test'
import { asciiJson } from '../../src/kernel/json.ts'

test('JSON has no spaces by default', () => {
  assert.equal(asciiJson({ a: [1, 2, { b: null }], c: true }), '{"a":[1,2,{"b":null}],"c":true}')
})

test('everything but printable ASCII is escaped as Python escapes it', () => {
  assert.equal(asciiJson('zoë ☃ 😀'), '"zo\\u00eb \\u2603 \\ud83d\\ude00"')
  assert.equal(asciiJson('"\\/\b\f\n\r\t\u0001\u007f\u2028'), '"\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u007f\\u2028"')
  assert.equal(asciiJson({ é: '\ud800' }), '{"\\u00e9":"\\ud800"}')
})

test('spaced JSON has a space behind commas and colons, but not behind those in texts', () => {
  assert.equal(asciiJson([['__json_message', 0, 20, 'hi']], 'spaced'), '[["__json_message", 0, 20, "hi"]]')
  assert.equal(asciiJson({ 'a:b,': 'c\\",:', d: [] }, 'spaced'), '{"a:b,": "c\\\\\\",:", "d": []}')
  assert.equal(asciiJson('a,b', 'spaced'), '"a,b"')
})

test('numbers without a fraction are written as whole numbers', () => {
  assert.equal(asciiJson([1.0, -3, 1.5, 1e21]), '[1,-3,1.5,1e+21]')
})

test('what JSON cannot hold is a TypeError', () => {
  const circle: unknown[] = []
  circle.push(circle)
  for (const value of [undefined, () => 1, 1n, circle]) assert.throws(() => asciiJson(value), TypeError)
})

test('a megabyte of texts is written in linear time', () => {
  const text = asciiJson(['é"\\,:'.repeat(200_000)], 'spaced')
  assert.deepEqual(JSON.parse(text), ['é"\\,:'.repeat(200_000)])
})
