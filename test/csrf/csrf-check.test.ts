/** Verdicts and reasons are those of Django 5.2.18 for the same headers, but where Fetch Metadata comes in. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type CsrfEvidence,
  isOwnOrigin,
  isSafeMethod,
  sourceError,
  TrustedOrigins,
  tokenError,
} from '../../src/csrf/csrf-check.ts'

const trusted = new TrustedOrigins(['https://trusted.example', 'https://*.wild.example', 'http://plain.example:8080'])

interface Given {
  readonly secure?: boolean
  readonly host?: string
  readonly secret?: string | null
}

function evidence(headers: Readonly<Record<string, string>>, given: Given = {}): CsrfEvidence {
  const { secure = true, host = 'site.example', secret = null } = given
  return { method: 'POST', secure, host, secret, header: (name) => headers[name] }
}

function originIsGood(origin: string, given: Given = {}): boolean {
  const error = sourceError(evidence({ origin }, given), trusted)
  if (error !== null) assert.equal(error, `Origin checking failed - ${origin} does not match any trusted origins.`)
  return error === null
}

function refererError(referer: string | undefined, given: Given = {}): string | null {
  return sourceError(evidence(referer === undefined ? {} : { referer }, given), trusted)
}

test('methods that cannot change anything are those of RFC 9110, in capitals', () => {
  for (const method of ['GET', 'HEAD', 'OPTIONS', 'TRACE']) assert.ok(isSafeMethod(method), method)
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'CONNECT', 'get', 'QUERY', '', '__proto__']) {
    assert.ok(!isSafeMethod(method), method)
  }
})

test('the own origin is the exact scheme, host and port of the request', () => {
  const plain = { secure: false }
  assert.ok(originIsGood('https://site.example'))
  assert.ok(originIsGood('http://site.example', plain))
  assert.ok(originIsGood('https://site.example:8443', { host: 'site.example:8443' }))
  for (const origin of [
    'https://site.example',
    'http://site.example:80',
    'http://trusted.example',
    'http://plain.example',
  ]) {
    assert.ok(!originIsGood(origin, plain), origin)
  }
  for (const origin of [
    'http://site.example',
    'https://site.example:443',
    'https://SITE.example',
    'https://site.example.',
    'https://site.example/',
    ' https://site.example',
    'https://user:pw@site.example',
    'https://site.example, https://evil.example',
    'https://site.example.evil.example',
    'https://evil-site.example',
    'null',
    '',
    'file://',
    '://',
  ]) {
    assert.ok(!originIsGood(origin), origin)
  }
})

test('a trusted origin is trusted exactly, scheme and port included', () => {
  assert.ok(originIsGood('https://trusted.example'))
  assert.ok(originIsGood('http://plain.example:8080'))
  for (const origin of [
    'http://trusted.example',
    'https://TRUSTED.example',
    'https://a.trusted.example',
    'https://trusted.example:8443',
    'http://plain.example',
    'http://plain.example:8080/',
    'https://plain.example:8080',
  ]) {
    assert.ok(!originIsGood(origin), origin)
  }
})

test('a wildcard is for the domain and what is below it, under its scheme', () => {
  for (const origin of [
    'https://a.wild.example',
    'https://wild.example',
    'https://a.b.wild.example',
    'https://A.wild.example',
    'HTTPS://a.wild.example',
  ]) {
    assert.ok(originIsGood(origin), origin)
  }
  for (const origin of [
    'http://a.wild.example',
    'https://evilwild.example',
    'https://wild.example.evil.example',
    'https://a.wild.example:8443',
    'https://evil.example/.wild.example',
    'https://evil.example?.wild.example',
    'https://evil.example#.wild.example',
    'https:.wild.example',
    '//a.wild.example',
  ]) {
    assert.ok(!originIsGood(origin), origin)
  }
})

test('a host that Python cannot split is trusted by no wildcard', () => {
  for (const origin of ['https://[x.wild.example', 'https://[::1', 'https://\u2100.wild.example']) {
    assert.ok(!originIsGood(origin), origin)
  }
})

test('without an Origin a secure request needs a Referer of its own host', () => {
  for (const referer of [
    'https://site.example/',
    'https://site.example',
    'HTTPS://site.example/x?y#z',
    'https://site.example?x',
    ' https://site.example/',
  ]) {
    assert.equal(refererError(referer), null, referer)
  }
  assert.equal(refererError('https://site.example:8443/', { host: 'site.example:8443' }), null)
  assert.equal(refererError(undefined), 'Referer checking failed - no Referer.')
  for (const referer of [
    'https://evil.example/',
    'https://evil.example',
    'https://SITE.example/',
    'https://site.example:443/',
    'https://site.example.evil.example/',
    'https://site.example@evil.example/',
    'https://site.example\\@evil.example/',
    'https://a.trusted.example/',
  ]) {
    assert.equal(refererError(referer), `Referer checking failed - ${referer} does not match any trusted origins.`)
  }
  assert.equal(
    refererError('https://site.example/', { host: 'site.example:8443' }),
    'Referer checking failed - https://site.example/ does not match any trusted origins.',
  )
})

test('a Referer is named in the reason as Python puts it together', () => {
  const reason = (url: string): string => `Referer checking failed - ${url} does not match any trusted origins.`
  assert.equal(refererError('https://evil.example/?'), reason('https://evil.example/'))
  assert.equal(refererError('HTTPS://EVIL.example/p'), reason('https://EVIL.example/p'))
})

test('a Referer that is no URL or not secure is refused', () => {
  for (const referer of [
    '',
    'site.example',
    '//site.example/',
    'https://',
    'https:///x',
    'https:site.example',
    'https://[x.wild.example/',
    'https://[::1',
    'https://\u2100.wild.example/',
    'javascript:alert(1)',
    'about:blank',
  ]) {
    assert.equal(refererError(referer), 'Referer checking failed - Referer is malformed.', referer)
  }
  for (const referer of ['http://site.example/', 'http://plain.example:8080/', 'data://site.example/']) {
    assert.equal(refererError(referer), 'Referer checking failed - Referer is insecure while host is secure.', referer)
  }
})

test('the domain of a trusted origin is good in a Referer, whatever its scheme there', () => {
  for (const referer of [
    'https://trusted.example/x',
    'https://b.wild.example/',
    'https://wild.example/',
    'https://plain.example:8080/',
  ]) {
    assert.equal(refererError(referer), null, referer)
  }
})

test('a request over plain HTTP needs no Referer, since proxies take it away', () => {
  assert.equal(refererError(undefined, { secure: false }), null)
  assert.equal(refererError('http://evil.example/', { secure: false }), null)
})

test('an Origin decides, and the Referer beside it is not asked', () => {
  assert.equal(
    sourceError(evidence({ origin: 'https://site.example', referer: 'https://evil.example/' }), trusted),
    null,
  )
  assert.notEqual(sourceError(evidence({ origin: 'null', referer: 'https://site.example/' }), trusted), null)
})

test('a browser that says "another site" is believed, unless that origin is trusted', () => {
  const cross = { 'sec-fetch-site': 'cross-site' }
  const refused = 'Fetch Metadata checking failed - the request comes from a page of another site.'
  assert.equal(sourceError(evidence({ ...cross }, { secure: false }), trusted), refused)
  assert.equal(sourceError(evidence({ ...cross, referer: 'https://site.example/' }), trusted), refused)
  assert.equal(sourceError(evidence({ ...cross, origin: 'https://site.example' }), trusted), refused)
  assert.equal(sourceError(evidence({ ...cross, origin: 'null' }), trusted), refused)
  assert.equal(sourceError(evidence({ ...cross, origin: 'https://trusted.example' }), trusted), null)
  assert.equal(sourceError(evidence({ ...cross, origin: 'https://a.wild.example' }), trusted), null)
})

test('what a browser says of itself otherwise opens nothing', () => {
  for (const site of ['same-origin', 'same-site', 'none', 'CROSS-SITE', '']) {
    assert.equal(
      sourceError(evidence({ 'sec-fetch-site': site, origin: 'https://evil.example' }), trusted),
      'Origin checking failed - https://evil.example does not match any trusted origins.',
    )
    assert.equal(sourceError(evidence({ 'sec-fetch-site': site }), trusted), 'Referer checking failed - no Referer.')
  }
})

test('without trusted origins only the own one is good', () => {
  const none = new TrustedOrigins([])
  assert.equal(sourceError(evidence({ origin: 'https://site.example' }), none), null)
  assert.notEqual(sourceError(evidence({ origin: 'https://trusted.example' }), none), null)
  assert.notEqual(sourceError(evidence({ referer: 'https://wild.example/' }), none), null)
})

test('an own origin is own only with the header', () => {
  assert.ok(isOwnOrigin(evidence({ origin: 'https://site.example' })))
  assert.ok(!isOwnOrigin(evidence({})))
  assert.ok(!isOwnOrigin(evidence({ origin: 'https://trusted.example' })))
  assert.ok(!isOwnOrigin(evidence({ origin: 'https://site.example' }, { secure: false })))
})

const secret = 'Q1cnyJU5grCNY9kvGR2dozKV6hsDOZal'
const masked = 'qruzGP0dsJ2nK9A3y5EfSxeXIvkb4ZWV6iwM4oK8y0u0y8Ko4Mwi6WOIECCEIOW6'
const other = 'X8juFQ1cnyJU5grCNY9kvGR2dozKV6hs'

test('tokens are accepted and refused for the reasons of Django', () => {
  const header = "the 'X-Csrftoken' HTTP header"
  for (const [cookie, field, sent, error] of [
    [null, '', undefined, 'CSRF cookie not set.'],
    [null, secret, undefined, 'CSRF cookie not set.'],
    ['', secret, undefined, 'CSRF cookie has incorrect length.'],
    ['short', secret, undefined, 'CSRF cookie has incorrect length.'],
    [`${secret.slice(0, -1)}!`, secret, undefined, 'CSRF cookie has invalid characters.'],
    [secret, '', undefined, 'CSRF token missing.'],
    [secret, secret, undefined, null],
    [secret, masked, undefined, null],
    [masked, secret, undefined, null],
    [masked, masked, undefined, null],
    [secret, '', secret, null],
    [secret, '', masked, null],
    [secret, other, undefined, 'CSRF token from POST incorrect.'],
    [secret, secret.toLowerCase(), undefined, 'CSRF token from POST incorrect.'],
    [secret, 'short', undefined, 'CSRF token from POST has incorrect length.'],
    [secret, `${secret} `, undefined, 'CSRF token from POST has incorrect length.'],
    [secret, `${secret.slice(0, -1)}é`, undefined, 'CSRF token from POST has invalid characters.'],
    [secret, '', other, `CSRF token from ${header} incorrect.`],
    [secret, '', '', `CSRF token from ${header} has incorrect length.`],
    [secret, '', 'short', `CSRF token from ${header} has incorrect length.`],
    [secret, '', `${secret.slice(0, -1)}-`, `CSRF token from ${header} has invalid characters.`],
  ] as const) {
    const found = tokenError(evidence(sent === undefined ? {} : { 'x-csrftoken': sent }, { secret: cookie }), field)
    assert.equal(found, error, `cookie ${cookie}, field ${field}, header ${sent}`)
  }
})

test('a wrong field is not made good by a right header', () => {
  assert.equal(tokenError(evidence({ 'x-csrftoken': secret }, { secret }), other), 'CSRF token from POST incorrect.')
  assert.equal(tokenError(evidence({ 'x-csrftoken': other }, { secret }), secret), null)
})
