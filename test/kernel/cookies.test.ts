import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deleteCookie, findCookie, httpDate, parseCookies, setCookie } from '../../src/kernel/cookies.ts'

const now = 1760000000_000

/** A Cookie header and what Django makes of it. */
const headers: [string, [string, string][]][] = [
  ['a="\\303\\251"', [['a', 'Ã©']]],
  [';;a=1;;', [['a', '1']]],
  ['sessionid=abc; SESSIONID=def', [['sessionid', 'abc'], ['SESSIONID', 'def']]], // biome-ignore format: one row
  ['a:b=c', [['a:b', 'c']]],
  ['a="\\054"', [['a', ',']]],
  ['a=\\303\\251', [['a', '\\303\\251']]],
  ['a="\\"x\\\\y\\101\\400\\18"', [['a', '"x\\yA40018']]],
  ['a=1; a=2', [['a', '2']]],
  ['a', [['', 'a']]],
  ['a=b=c', [['a', 'b=c']]],
  [' a = 1 ;b="x', [['a', '1'], ['b', '"x']]], // biome-ignore format: one row
  ['a="', [['a', '"']]],
  ['a="\\"', [['a', '\\']]],
  ['novalue; a=1; =x', [['', 'x'], ['a', '1']]], // biome-ignore format: one row
  ['__proto__=1', [['__proto__', '1']]],
  ['a=\x1c1\x85', [['a', '1']]],
  ['a=', [['a', '']]],
  ['', []],
  [' ; = ;', []],
]

test('cookies are read as Django reads them', () => {
  for (const [header, cookies] of headers) {
    const found = [...parseCookies(header)].sort()
    assert.deepEqual(found, [...cookies].sort(), header)
  }
  assert.equal(parseCookies(undefined).size, 0)
})

test('a single cookie is found with the value it has among all', () => {
  for (const [header] of headers) {
    const cookies = parseCookies(header)
    for (const name of ['a', 'b', 'a:b', 'sessionid', 'SESSIONID', '__proto__', 'x', 'novalue', 'toString']) {
      assert.equal(findCookie(header, name), cookies.get(name), `${name} in ${header}`)
    }
  }
})

test('a name that is only part of another, or of a value, is not found', () => {
  for (const header of [
    'xsessionid=1',
    'sessionidx=1',
    'a=sessionid=1',
    'a="; sessionid',
    'sessionid',
    'a=b sessionid=1',
  ]) {
    assert.equal(findCookie(header, 'sessionid'), undefined, header)
  }
  assert.equal(findCookie('xsessionid=1; sessionid=2; sessionidx=3', 'sessionid'), '2')
})

test('the last cookie of a name counts', () => {
  assert.equal(findCookie('s=1; t=9; s=2', 's'), '2')
  assert.equal(findCookie('s=1; s', 's'), '1')
  assert.equal(findCookie('s=1; s=', 's'), '')
})

test('nothing is found where there is no header, or no name', () => {
  assert.equal(findCookie(undefined, 's'), undefined)
  assert.equal(findCookie('', 's'), undefined)
  assert.equal(findCookie('=x', ''), undefined)
})

test('a megabyte of header is read in linear time', () => {
  const hostile = [
    's'.repeat(1e6),
    's '.repeat(5e5),
    `${' '.repeat(1e6)}s=1`,
    `s${' '.repeat(1e6)}`,
    's=1;'.repeat(2.5e5),
    `s="${'\\'.repeat(1e6)}"`,
    `s="${'\\1'.repeat(5e5)}"`,
    `s="${'\\\n'.repeat(5e5)}"`,
  ]
  const start = performance.now()
  for (const header of hostile) {
    findCookie(header, 's')
    parseCookies(header)
  }
  assert.ok(performance.now() - start < 6_000)
})

test('values are quoted as Python quotes them', () => {
  const rows: [string, string][] = [
    ['v', 'c=v; Path=/'],
    ['', 'c=""; Path=/'],
    ['a;b', 'c="a\\073b"; Path=/'],
    ['q"q', 'c="q\\"q"; Path=/'],
    ['back\\slash', 'c="back\\\\slash"; Path=/'],
    ['a b,c', 'c="a b\\054c"; Path=/'],
    ['é', 'c="\\351"; Path=/'],
    ['a\r\nb', 'c="a\\015\\012b"; Path=/'],
    ["tok!#$%&'*+-.^_`|~:", "c=tok!#$%&'*+-.^_`|~:; Path=/"],
  ]
  for (const [value, header] of rows) {
    assert.equal(setCookie('c', value, {}, now), header)
    assert.equal(findCookie(header, 'c'), value)
  }
})

test('attributes come in the order of Django', () => {
  assert.equal(
    setCookie('c', 'v', { maxAge: 60 }, now),
    'c=v; expires=Thu, 09 Oct 2025 08:54:20 GMT; Max-Age=60; Path=/',
  )
  assert.equal(setCookie('c', 'v', { httpOnly: true, sameSite: 'Lax' }, now), 'c=v; HttpOnly; Path=/; SameSite=Lax')
  assert.equal(
    setCookie(
      'c',
      'v',
      { maxAge: 1209600, path: '/x/', domain: '.site.example', secure: true, httpOnly: true, sameSite: 'Strict' },
      now,
    ),
    'c=v; Domain=.site.example; expires=Thu, 23 Oct 2025 08:53:20 GMT; HttpOnly; Max-Age=1209600; Path=/x/; ' +
      'SameSite=Strict; Secure',
  )
  assert.equal(setCookie('c', 'v', { path: '' }, now), 'c=v')
})

test('an age is cut to whole seconds and may lie in the past', () => {
  assert.equal(setCookie('c', 'v', { maxAge: 0 }, now), 'c=v; expires=Thu, 09 Oct 2025 08:53:20 GMT; Max-Age=0; Path=/')
  assert.equal(
    setCookie('c', 'v', { maxAge: -5 }, now),
    'c=v; expires=Thu, 09 Oct 2025 08:53:15 GMT; Max-Age=-5; Path=/',
  )
  assert.equal(
    setCookie('c', 'v', { maxAge: 1.9 }, now),
    'c=v; expires=Thu, 09 Oct 2025 08:53:21 GMT; Max-Age=1; Path=/',
  )
})

test('a date alone gives the age as well', () => {
  const expires = new Date(now + 60_000)
  const header = 'c=v; expires=Thu, 09 Oct 2025 08:54:20 GMT; Max-Age=60; Path=/'
  assert.equal(setCookie('c', 'v', { expires }, now), header)
  assert.equal(setCookie('c', 'v', { expires }, now + 300), header)
  assert.match(setCookie('c', 'v', { expires }, now + 90_000), /Max-Age=0;/)
  assert.match(setCookie('c', 'v', { expires, maxAge: 7 }, now), /08:54:20 GMT; Max-Age=7;/)
})

test('a cookie is deleted as Django deletes it', () => {
  const gone = 'expires=Thu, 01 Jan 1970 00:00:00 GMT'
  assert.equal(deleteCookie('sessionid', { sameSite: 'Lax' }), `sessionid=""; ${gone}; Max-Age=0; Path=/; SameSite=Lax`)
  assert.equal(
    deleteCookie('s', { domain: '.site.example', path: '/x' }),
    `s=""; Domain=.site.example; ${gone}; Max-Age=0; Path=/x`,
  )
  assert.equal(deleteCookie('s'), `s=""; ${gone}; Max-Age=0; Path=/`)
  assert.equal(
    deleteCookie('s', { httpOnly: true, secure: true }),
    `s=""; ${gone}; HttpOnly; Max-Age=0; Path=/; Secure`,
  )
})

test('a cookie that browsers only take over HTTPS is deleted with Secure', () => {
  const gone = 'expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/'
  assert.equal(deleteCookie('__Host-s', { sameSite: 'Lax' }), `__Host-s=""; ${gone}; SameSite=Lax; Secure`)
  assert.equal(deleteCookie('__Secure-s', { secure: false }), `__Secure-s=""; ${gone}; Secure`)
  assert.equal(deleteCookie('s', { sameSite: 'None' }), `s=""; ${gone}; SameSite=None; Secure`)
})

test('a name that is none cannot be set or deleted', () => {
  for (const name of ['', 'a b', 'a;b', 'a=b', 'a\r\nb', 'é', '"a"', 'path', 'Secure', 'SameSite', 'a,b', 'a/b']) {
    assert.throws(() => setCookie(name, 'v', {}, now), TypeError, name)
    assert.throws(() => deleteCookie(name), TypeError, name)
  }
})

test('attributes cannot smuggle in headers or other attributes', () => {
  for (const text of ['/\r\nSet-Cookie: a=b', '/; Domain=evil.example', '/\0', '/\x7f', '/é']) {
    assert.throws(() => setCookie('c', 'v', { path: text }, now), TypeError, text)
    assert.throws(() => setCookie('c', 'v', { domain: text }, now), TypeError, text)
    assert.throws(() => deleteCookie('c', { path: text }), TypeError, text)
  }
  const sameSite = 'Lax; Secure' as 'Lax'
  assert.throws(() => setCookie('c', 'v', { sameSite }, now), TypeError)
})

test('ages and dates that are none are refused', () => {
  for (const maxAge of [Number.NaN, Number.POSITIVE_INFINITY, 1e16]) {
    assert.throws(() => setCookie('c', 'v', { maxAge }, now), TypeError)
  }
  assert.throws(() => setCookie('c', 'v', { expires: new Date(Number.NaN) }, now), TypeError)
})

test('dates are written as HTTP wants them', () => {
  assert.equal(httpDate(0), 'Thu, 01 Jan 1970 00:00:00 GMT')
  assert.equal(httpDate(1760000000_999), 'Thu, 09 Oct 2025 08:53:20 GMT')
  assert.throws(() => httpDate(Number.NaN), TypeError)
})
