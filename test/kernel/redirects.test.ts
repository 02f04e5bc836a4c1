import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RequestError } from '../../src/errors.ts'
import {
  escapeLeadingSlashes,
  iriToUri,
  loginRedirectUrl,
  redirectTarget,
  urlHasAllowedHostAndScheme,
} from '../../src/kernel/redirects.ts'

// The verdicts of a real Django with `site.example` as the only allowed host.
const REFUSED_ON_HTTP = [
  'http://evil.example/',
  'https://evil.example/',
  '//evil.example',
  'http:///evil.example',
  'http:evil.example',
  '\\\\evil.example',
  '/\\/evil.example',
  '//\\evil.example',
  'mailto:a@evil.example',
  'file:///etc/passwd',
  'about:blank',
  'view-source:http://site.example/',
  'ws://site.example/',
  'feed://site.example/',
  'http://site.example@evil.example/',
  'http://site.example:pw@evil.example/',
  'http://u:p@site.example/',
  'http://evil.example\\@site.example/',
  '//site.example@evil.example',
  'http://:@site.example/',
  'http://site.example.evil.example/',
  'http://evilsite.example/',
  'http://site.example:8000/',
  'http://site.example./',
  'http://site%2eexample/',
  'http://site\u3002example/',
  'http://2001:cdba:0000:0000:0000:0000:3257:9652]/',
  'site.example:80/x',
  '//site.example:80/x',
  '///',
  '////',
  '//\xa0evil.example',
  'http:',
  'https:',
  '//:',
  'http://site.example;evil',
  '\x0a//evil.example',
  '\x0d//evil.example',
  '/\x0a/evil.example',
  '\x00//evil.example',
  '\x01//evil.example',
  '\x08//evil.example',
  '\x7f//evil.example',
  '\x0b//evil.example',
  '\x1c//evil.example',
  '\xa0//evil.example',
  '\ue000/path',
  '\x00/path',
  '\x08/path',
  '\x7f/path',
]

const REFUSED_ON_HTTPS = [
  'http://evil.example/',
  'ftp://evil.example/',
  'http:///evil.example',
  'https:///evil.example',
  '/\\evil.example',
  'http:/\\evil.example',
  'http:\\/evil.example',
  'javascript:alert(1)',
  'JAVASCRIPT:alert(1)',
  'javascript://site.example/%0aalert(1)',
  'data:text/html,x',
  'vbscript:x',
  'file:///etc/passwd',
  'about:blank',
  'view-source:http://site.example/',
  'feed://site.example/',
  'http://evil.example@site.example/',
  'http://u:p@site.example/',
  'http://evil.example\\@site.example/',
  'http://site.example\\@evil.example/',
  'http://otherserver\\@example.com',
  '//site.example@evil.example',
  'http://site.example:/',
  'http://SITE.EXAMPLE/',
  'http://site.example./',
  'http://xn--site-.example/',
  'http://[::1',
  'http://[::1]/',
  '//[evil',
  'http://[::1]evil/',
  'http://2001:cdba:0000:0000:0000:0000:3257:9652/',
  'http://2001:cdba:0000:0000:0000:0000:3257:9652]/',
  'site.example:80/x',
  '//site.example',
  '//SITE.example/',
  '///',
  'https://',
  'http:',
  'http://site.example\\evil',
  'http://site.example;evil',
  'http://site.example/\\evil.example',
  'https://site.example:443/',
  '/\x0a/evil.example',
  '/\x0d/evil.example',
  '\x00//evil.example',
  '\x1f//evil.example',
  '\x1fhttp://evil.example/',
  '\x7f//evil.example',
  '\x0b//evil.example',
  '\xa0//evil.example',
  '\u200b//evil.example',
  '\u2028//evil.example',
  '\ue000/path',
  '\x7f/path',
  ' //site.example ',
  '   ',
]

const ALLOWED_ON_HTTP = [
  '/path?next=http://evil.example/',
  'path',
  './path',
  '?q=1',
  '#frag',
  '/%2Fevil.example',
  '/..//evil.example',
  '/.//evil.example',
  '/@evil.example',
  '@evil.example',
  '/\xe9',
  '/%00',
  '\uff0f\uff0fevil.example',
  '//site.example',
  '//',
  ':',
  '::',
  '//?',
  '/?//evil.example',
  ' /path',
  '/\x00path',
  '/path\x08',
]

const ALLOWED_ON_HTTPS = [
  '/',
  '/path#http://evil.example',
  'path/',
  '?q=1',
  '80:',
  'evil.example',
  '/%5Cevil.example',
  '/%00',
  '//?',
  '//#',
  '/?//evil.example',
  'https://site.example/',
  'https://site.example?x',
  '/path ',
  '/\x00path',
]

test('Django and Postern agree on what is safe over HTTP', () => {
  for (const url of ALLOWED_ON_HTTP) assert.equal(urlHasAllowedHostAndScheme(url, 'site.example'), true, url)
  for (const url of REFUSED_ON_HTTP) assert.equal(urlHasAllowedHostAndScheme(url, 'site.example'), false, url)
})

test('Django and Postern agree on what is safe over HTTPS', () => {
  const hosts = new Set(['site.example'])
  for (const url of ALLOWED_ON_HTTPS) assert.equal(urlHasAllowedHostAndScheme(url, hosts, true), true, url)
  for (const url of REFUSED_ON_HTTPS) assert.equal(urlHasAllowedHostAndScheme(url, hosts, true), false, url)
})

test('without hosts only paths are safe', () => {
  assert.equal(urlHasAllowedHostAndScheme('/x', null), true)
  assert.equal(urlHasAllowedHostAndScheme('//site.example/', null), false)
  assert.equal(urlHasAllowedHostAndScheme('//site.example/', new Set()), false)
  assert.equal(urlHasAllowedHostAndScheme('http://a.example/', new Set(['a.example', 'b.example'])), true)
})

test('nothing is not safe', () => {
  for (const url of [null, undefined, '', ' \t\n']) assert.equal(urlHasAllowedHostAndScheme(url, 'site.example'), false)
})

test('a URL may have 2048 characters as Python counts them', () => {
  assert.equal(urlHasAllowedHostAndScheme(`/${'a'.repeat(2047)}`, null), true)
  assert.equal(urlHasAllowedHostAndScheme(`/${'a'.repeat(2048)}`, null), false)
  assert.equal(urlHasAllowedHostAndScheme(`/${'😀'.repeat(2047)}`, null), true)
  assert.equal(urlHasAllowedHostAndScheme(`/${'😀'.repeat(2048)}`, null), false)
})

test('a host that Python takes for impossible is not safe even where it is allowed', () => {
  const hosts = [
    '[::1',
    '::1]',
    '[1.2.3.4]',
    '[x]',
    '[v1]',
    '[v1.]',
    '[::1%]',
    '[::1%a%b]',
    'a\u2100b',
    'a\uff0fb',
    'a\uff20',
  ]
  for (const host of hosts) assert.equal(urlHasAllowedHostAndScheme(`http://${host}/`, host), false, host)
  for (const host of ['[::1]', '[::1%eth0]', '[::ffff:1.2.3.4]:80', '[v1.\u2028]', 'a\u3002b', 'é', 'u:p@a']) {
    assert.equal(urlHasAllowedHostAndScheme(`http://${host}/`, host), true, host)
  }
})

test('a megabyte is judged in linear time', () => {
  const start = performance.now()
  for (const part of [' ', '\u3000', '/', '\\', '\0', 'é', '[', '\ufdfa', ' /']) {
    const text = part.repeat(1e6 / part.length)
    assert.equal(urlHasAllowedHostAndScheme(`${text}x`, 'site.example'), part.trim() === '')
    urlHasAllowedHostAndScheme(`//${text}`, 'site.example')
    assert.equal(iriToUri(text).length > 0, true)
    assert.throws(() => redirectTarget(`x${text}x`), RequestError)
    assert.throws(() => loginRedirectUrl(text, '/login/', 'next'), RequestError)
  }
  assert.ok(performance.now() - start < 3_000)
})

test('an IRI becomes a URI, and what is escaped stays as it is', () => {
  const rows: [string, string][] = [
    ['/%C3%A9', '/%C3%A9'],
    ['/é', '/%C3%A9'],
    ['/a b\\c^`{|}"<>', '/a%20b%5Cc%5E%60%7B%7C%7D%22%3C%3E'],
    ["/#%[]=:;$&()+,!?*@'~", "/#%[]=:;$&()+,!?*@'~"],
    ['/é%255B[%5B', '/%C3%A9%255B[%5B'],
    ['/é[a]=1', '/%C3%A9[a]=1'],
    ['/😀\r\n\0\x7f', '/%F0%9F%98%80%0D%0A%00%7F'],
    ['/\ud800', '/%EF%BF%BD'],
  ]
  for (const [iri, uri] of rows) assert.equal(iriToUri(iri), uri)
})

test('the second of two leading slashes is escaped', () => {
  assert.equal(escapeLeadingSlashes('///x'), '/%2F/x')
  assert.equal(escapeLeadingSlashes('//x'), '/%2Fx')
  assert.equal(escapeLeadingSlashes('/\\x'), '/\\x')
  assert.equal(escapeLeadingSlashes('/x//y'), '/x//y')
})

test('a redirect leads to http, https, ftp or a path', () => {
  assert.equal(redirectTarget('/a?b#c'), '/a?b#c')
  assert.equal(redirectTarget('HTTPS://a.example/é'), 'HTTPS://a.example/%C3%A9')
  assert.equal(redirectTarget('ftp://a.example/'), 'ftp://a.example/')
  assert.equal(redirectTarget('1:x'), '1:x')
  assert.equal(redirectTarget(''), '')
})

test('a redirect cannot add headers', () => {
  assert.equal(redirectTarget('/a\r\nSet-Cookie: a=b'), '/a%0D%0ASet-Cookie:%20a=b')
})

test('an unsafe redirect is a bad request', () => {
  for (const url of ['javascript:alert(1)', ' java\tscript:x', 'data:x', 'mailto:a@b', '//[::1', 'http://a\u2100b/']) {
    assert.throws(
      () => redirectTarget(url),
      (error: unknown) => error instanceof RequestError && error.statusCode === 400,
      url,
    )
  }
  assert.equal(redirectTarget('x'.repeat(16384)).length, 16384)
  assert.throws(() => redirectTarget('x'.repeat(16385)), RequestError)
})

test('the login page gets the way back in its query', () => {
  const rows: [string, string, string][] = [
    ['/', '/accounts/login/', '/accounts/login/?next=/'],
    ['/', 'https://sso.example/in?x=1&next=/old', 'https://sso.example/in?x=1&next=/'],
    ['/a/?b=1&c=2', '/accounts/login/?pretty=1', '/accounts/login/?pretty=1&next=/a/%3Fb%3D1%26c%3D2'],
    ['/a/?b=1&c=2', '/login/#frag', '/login/?next=/a/%3Fb%3D1%26c%3D2#frag'],
    ['/é', '/accounts/login/', '/accounts/login/?next=/%C3%A9'],
    [
      'http://x.example/a b',
      'https://sso.example/in?x=1&next=/old',
      'https://sso.example/in?x=1&next=http%3A//x.example/a%20b',
    ],
    ['//evil.example', '/accounts/login/', '/accounts/login/?next=//evil.example'],
    ['/a#b', '/accounts/login/?pretty=1', '/accounts/login/?pretty=1&next=/a%23b'],
    ['/a+b', '/accounts/login/', '/accounts/login/?next=/a%2Bb'],
    ["/!*'()~", '/l/?a=1&next=b&a=2&next=c&x', '/l/?a=1&a=2&next=/%21%2A%27%28%29~&x='],
    ['/\ud800', '/l/', '/l/?next=/%EF%BF%BD'],
  ]
  for (const [next, login, location] of rows) assert.equal(loginRedirectUrl(next, login, 'next'), location)
})

test('without a field for it the way back is left out', () => {
  assert.equal(loginRedirectUrl('/secret/', '/login/?a=b+c', null), '/login/?a=b+c')
  assert.equal(loginRedirectUrl('/secret/', '/login/', ''), '/login/')
  assert.equal(loginRedirectUrl('/secret/', '/login/', 'zurück zu'), '/login/?zur%C3%BCck%20zu=/secret/')
})

test('a login URL that is none is a bad request', () => {
  for (const login of ['javascript:alert(1)', '//[x']) {
    assert.throws(() => loginRedirectUrl('/', login, 'next'), RequestError)
    assert.throws(() => loginRedirectUrl('/', login, null), RequestError)
  }
})

test('a login URL whose path begins with slashes does not become a host', () => {
  assert.equal(loginRedirectUrl('/', '////evil.example', 'next'), '////evil.example?next=/')
  assert.equal(loginRedirectUrl('/', 'http://a.example?b=1', 'next'), 'http://a.example?b=1&next=/')
})
