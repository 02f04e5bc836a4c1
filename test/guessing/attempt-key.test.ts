import assert from 'node:assert/strict'
import { test } from 'node:test'
import { attemptKey, foldName, networkOf } from '../../src/guessing/attempt-key.ts'

const KEY = 'a-secret-key-of-the-tests-0123456789'

test('a key is forty hexadecimal characters, and no two kinds, purposes or secrets share one', () => {
  const keys = new Set<string>()
  for (const purpose of ['login', 'password_reset'])
    for (const kind of ['account', 'network', 'device'] as const)
      for (const value of ['alice', 'bob', '', 'account'])
        for (const secret of [KEY, `${KEY}x`]) {
          const key = attemptKey(purpose, kind, value, secret)
          assert.match(key, /^[0-9a-f]{40}$/)
          keys.add(key)
        }
  assert.equal(keys.size, 2 * 3 * 4 * 2)
  assert.equal(attemptKey('login', 'account', 'alice', KEY), attemptKey('login', 'account', 'alice', KEY))
})

test('names that some database may take for the same are one: case, accents, width, spaces, what is not seen', () => {
  for (const name of [
    'ALICE',
    'Alice ',
    ' alice\t',
    'ａｌｉｃｅ',
    'álicé',
    'a\u0301lice',
    'al\u200dice',
    'al\u00adice',
    'alice\u0000',
    '\ufeffalice',
    'al ice',
    '𝒶𝓁𝒾𝒸ℯ',
    'alice\ud800',
  ]) {
    assert.equal(foldName(name), 'alice', JSON.stringify(name))
  }
  assert.equal(foldName('STRASSE'), foldName('straße'))
  assert.equal(foldName('ΣΊΣΥΦΟΣ'), foldName('σίσυφος'))
})

test('other names stay apart', () => {
  const names = ['alice', 'alicе', 'alice1', 'al1ce', 'bob', 'a-lice', 'a.lice', 'a@lice', '東京', '京都', 'zoe']
  assert.equal(new Set(names.map(foldName)).size, names.length)
})

test('a name of five megabytes is folded in no time', () => {
  const began = performance.now()
  assert.equal(foldName('ﷺ'.repeat(5_000_000)), foldName('ﷺ'.repeat(1024)))
  assert.ok(performance.now() - began < 500)
})

test('an IPv4 address is a network of its own', () => {
  assert.equal(networkOf('192.0.2.7'), '192.0.2.7')
  assert.notEqual(networkOf('192.0.2.7'), networkOf('192.0.2.8'))
})

test('all addresses that one client may choose among are one network: the first 64 bits', () => {
  const network = networkOf('2001:db8:1:2::1')
  assert.equal(network, '2001:db8:1:2::/64')
  for (const address of [
    '2001:db8:1:2:ffff:ffff:ffff:ffff',
    '2001:0db8:0001:0002:0000:0000:0000:0001',
    '2001:DB8:1:2::A',
    '2001:db8:1:2:3::',
    '2001:db8:1:2::192.0.2.7',
    '2001:db8:1:2::1%eth0',
  ]) {
    assert.equal(networkOf(address), network, address)
  }
  for (const address of ['2001:db8:1:3::1', '2001:db8:1::1', '2001:db9:1:2::1']) {
    assert.notEqual(networkOf(address), network, address)
  }
})

test('an IPv6 address that carries an IPv4 address counts as that one, however it is written', () => {
  for (const address of [
    '::ffff:192.0.2.7',
    '::FFFF:c000:207',
    '0:0:0:0:0:ffff:192.0.2.7',
    '0000:0000:0000:0000:0000:ffff:c000:0207',
    '64:ff9b::192.0.2.7',
    '64:ff9b::c000:207',
    '2002:c000:207::1',
    '2002:c000:207:ffff:1:2:3:4',
  ]) {
    assert.equal(networkOf(address), '192.0.2.7', address)
  }
})

test('the loopback address and the unspecified one are networks, too', () => {
  assert.equal(networkOf('127.0.0.1'), '127.0.0.1')
  assert.equal(networkOf('::1'), '0:0:0:0::/64')
  assert.equal(networkOf('::'), '0:0:0:0::/64')
})

test('what is no address is no network', () => {
  for (const address of [undefined, '', 'unknown', '192.0.2', '192.0.2.7:80', '[::1]', '_hidden', '1::2::3', '%eth0']) {
    assert.equal(networkOf(address), undefined, String(address))
  }
})
