/** Which requests a list of routes means, and which only look like it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AuthRequest } from '../../src/auth/auth-request.ts'
import { RouteList } from '../../src/route-list.ts'

const list = new RouteList(['hooks/', 'files/<path:name>', 'a b/', 'ü/'])
const has = (path: string, prefix = ''): boolean => list.has({ path, incoming: { prefix } } as AuthRequest)

test('a route is meant with and without its slash, below the mount prefix, in its usual spelling', () => {
  for (const path of ['/hooks/', '/hooks', '/files/a/b.txt', '/files/.hidden', '/files/a..b', '/a%20b/', '/%C3%BC/']) {
    assert.equal(has(path), true, path)
  }
  assert.equal(has('/app/hooks/', '/app'), true)
  assert.equal(has('/hooks/', '/app'), true, 'a framework that has taken the prefix off already')
})

test('what is written otherwise may lead elsewhere, and is not meant', () => {
  for (const path of [
    '/Hooks/',
    '/hook%73/',
    '/hooks%2F',
    '/hooks//',
    '//hooks/',
    '/hooks/x',
    '/files',
    '/files/../admin',
    '/files/..',
    '/files/.',
    '/files/./a',
    '/files/%2e%2e/admin',
    '/files/a%2Fb',
    '/files/..\\admin',
    '/files/a\\..\\admin',
    '/a b/%',
    '/%c3%bc/',
  ]) {
    assert.equal(has(path), false, path)
  }
})

test('a list of nothing means nothing', () => {
  assert.equal(new RouteList([]).hasPath('/'), false)
})
