/** What proxies say of a request (X-Forwarded-Proto, X-Forwarded-For): only the entries of one's own are believed. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { forwardedAddress, forwardedScheme } from '../../src/kernel/forwarded.ts'

for (const [sentence, header, proxies, scheme] of [
  ['no header says nothing', undefined, 1, undefined],
  ['no proxy says nothing', 'https', 0, undefined],
  ['one proxy has one entry', 'https', 1, 'https'],
  ['its case and the spaces around do not count', '  HTTPS ', 1, 'https'],
  ['what a client made up stands in front of it', 'https, http', 1, 'http'],
  ['of two proxies the outer one counts', 'http, https, http', 2, 'https'],
  ['fewer entries than proxies: the first one', 'https', 3, 'https'],
  ['anything else is not secure', 'wss', 1, 'http'],
  ['nor is an empty header', '', 1, 'http'],
  ['nor is an empty entry', 'https,', 1, 'http'],
  ['nor is what only begins so', 'https://evil', 1, 'http'],
] as const) {
  test(`scheme: ${sentence}`, () => {
    assert.equal(forwardedScheme(header, proxies), scheme)
  })
}

for (const [sentence, header, proxies, address] of [
  ['no header says nothing', undefined, 1, undefined],
  ['no proxy says nothing', '203.0.113.7', 0, undefined],
  ['one proxy has one entry', '203.0.113.7', 1, '203.0.113.7'],
  ['what a client made up stands in front of it', '198.51.100.1, 203.0.113.7', 1, '203.0.113.7'],
  ['of two proxies the outer one counts', '198.51.100.1,203.0.113.7 ,10.0.0.2', 2, '203.0.113.7'],
  ['fewer entries than proxies: the first one', '203.0.113.7', 2, '203.0.113.7'],
  ['a port is none of the address', '203.0.113.7:51234', 1, '203.0.113.7'],
  ['IPv6', '2001:db8::7', 1, '2001:db8::7'],
  ['IPv6 in brackets', '[2001:db8::7]', 1, '2001:db8::7'],
  ['IPv6 in brackets with a port', '[2001:db8::7]:51234', 1, '2001:db8::7'],
  ['IPv4 within IPv6', '::ffff:203.0.113.7', 1, '::ffff:203.0.113.7'],
  ['a name is no address', 'unknown', 1, undefined],
  ['nor is a hidden one', '_hidden', 1, undefined],
  ['nor is an empty entry', '203.0.113.7,', 1, undefined],
  ['nor are numbers out of range', '300.1.1.1', 1, undefined],
  ['nor are brackets around anything', '[evil]:80', 1, undefined],
  ['nor is IPv4 in brackets with something behind', '[203.0.113.7]evil', 1, undefined],
  ['nor is a line for a log', '203.0.113.7\nroot logged in', 1, undefined],
  ['nor is HTML', '<script>', 1, undefined],
] as const) {
  test(`address: ${sentence}`, () => {
    assert.equal(forwardedAddress(header, proxies), address)
  })
}

test('a header of a million entries is read in no time', () => {
  assert.equal(forwardedAddress(`${'a,'.repeat(1_000_000)}203.0.113.7`, 1), '203.0.113.7')
  assert.equal(forwardedAddress(`[${':'.repeat(1_000_000)}`, 1), undefined)
})
