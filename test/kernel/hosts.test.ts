import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hostIsAllowed, isSameDomain, splitHost } from '../../src/kernel/hosts.ts'

test('a host is split into domain and port', () => {
  assert.deepEqual(splitHost('Site.Example:8000'), { domain: 'site.example', port: '8000' })
  assert.deepEqual(splitHost('site.example'), { domain: 'site.example', port: '' })
  assert.deepEqual(splitHost('site.example.:1'), { domain: 'site.example', port: '1' })
  assert.deepEqual(splitHost('[2001:db8::1]:443'), { domain: '[2001:db8::1]', port: '443' })
  assert.deepEqual(splitHost('127.0.0.1'), { domain: '127.0.0.1', port: '' })
})

test('what cannot be a host is null', () => {
  const hosts = [
    '',
    '.',
    ' site.example',
    'site.example\n',
    'a_b',
    'a/b',
    'a@b',
    'a:',
    'a:b',
    'a:1:2',
    '[::1',
    '::1',
    '[]',
  ]
  for (const host of [...hosts, 'é.example', 'a,b', 'evil.example#site.example', 'a\0']) {
    assert.equal(splitHost(host), null, host)
  }
})

test('hosts are allowed by name, with their subdomains, or all', () => {
  const allowed = ['Site.Example', '.wild.example', '[::1]']
  for (const host of [
    'site.example',
    'SITE.example:8000',
    'site.example.',
    'wild.example',
    'a.b.wild.example',
    '[::1]:1',
  ]) {
    assert.equal(hostIsAllowed(host, allowed), true, host)
  }
  for (const host of ['a.site.example', 'xwild.example', 'site.example.evil.example', 'evil.example', '', '::1']) {
    assert.equal(hostIsAllowed(host, allowed), false, host)
  }
  assert.equal(hostIsAllowed('anything.example', ['*']), true)
  assert.equal(hostIsAllowed('any thing', ['*']), false)
  assert.equal(hostIsAllowed('site.example', []), false)
})

test('a pattern with a dot in front means the domain and all below it', () => {
  const rows: [string, string, boolean][] = [
    ['a.example', 'a.example', true],
    ['a.example', 'A.EXAMPLE', true],
    ['b.a.example', '.a.example', true],
    ['a.example', '.a.example', true],
    ['xa.example', '.a.example', false],
    ['b.a.example', 'a.example', false],
    ['a.example', '', false],
    ['', '', false],
  ]
  for (const [host, pattern, ok] of rows) assert.equal(isSameDomain(host, pattern), ok, `${host} ${pattern}`)
})

test('a megabyte of host is refused in linear time', () => {
  const start = performance.now()
  for (const part of ['a', '.', ':', '[', 'a:', '[a:']) assert.equal(splitHost(`${part.repeat(5e5)}!`), null)
  assert.ok(performance.now() - start < 1_000)
})
