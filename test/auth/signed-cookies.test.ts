import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AuthRequest } from '../../src/auth/auth-request.ts'
import { getSignedCookie, setSignedCookie } from '../../src/auth/signed-cookies.ts'
import { BadSignature, SessionClosed, SignatureExpired } from '../../src/errors.ts'
import type { IncomingRequest } from '../../src/kernel/incoming-request.ts'
import { signCookie } from '../../src/kernel/signed-cookies.ts'
import type { PosternOptions } from '../../src/options.ts'
import { SECRET_KEY, type TestPostern, testPostern } from '../support/postern.ts'
import { site } from '../support/site.ts'

function incoming(cookie?: string): IncomingRequest {
  return {
    method: 'GET',
    url: '/',
    prefix: '',
    scheme: 'http',
    host: 'localhost',
    header: (name) => (name === 'cookie' ? cookie : undefined),
    form: () => Promise.reject(new Error('no body')),
    json: () => Promise.reject(new Error('no body')),
  }
}

/** A request with this Cookie header. */
async function requestWith(world: TestPostern, cookie?: string): Promise<AuthRequest> {
  return world.auth.open(incoming(cookie))
}

/** What a browser sends back of a Set-Cookie header. */
function sentBack([, header]: readonly [string, string]): string {
  return header.split(';', 1)[0] as string
}

async function world(options: Partial<PosternOptions> = {}): Promise<TestPostern & { request: AuthRequest }> {
  const made = await testPostern(options)
  return { ...made, request: await requestWith(made) }
}

/** Mirrors the seven tests of Django's signed_cookies_tests (4.2). */
test('a signed cookie is set and read', async () => {
  const made = await world()
  const pair = setSignedCookie(made.request, 'c', 'hello')
  assert.equal(pair[0], 'Set-Cookie')
  assert.match(pair[1], /^c=hello:[0-9A-Za-z]{6}:[\w-]{43}; Path=\/$/)
  assert.equal(getSignedCookie(await requestWith(made, sentBack(pair)), 'c'), 'hello')
})

test('a salt keeps cookies of the same name apart', async () => {
  const made = await world()
  const back = await requestWith(made, sentBack(setSignedCookie(made.request, 'a', 'hello', { salt: 'one' })))
  assert.equal(getSignedCookie(back, 'a', { salt: 'one' }), 'hello')
  assert.throws(() => getSignedCookie(back, 'a', { salt: 'two' }), BadSignature)
})

test('a forged cookie is an error, or the default', async () => {
  const made = await world()
  const forged = `${sentBack(setSignedCookie(made.request, 'c', 'hello')).slice(0, -2)}$$`
  const back = await requestWith(made, forged)
  assert.throws(() => getSignedCookie(back, 'c'), BadSignature)
  assert.equal(getSignedCookie(back, 'c', { default: null }), null)
  assert.equal(getSignedCookie(back, 'c', { default: undefined }), undefined, 'undefined is a default like any other')
})

test('a cookie counts until it is maxAge seconds old', async () => {
  const made = await world()
  const back = await requestWith(made, sentBack(setSignedCookie(made.request, 'c', 'hello')))
  assert.equal(getSignedCookie(back, 'c'), 'hello')
  made.clock.pass(11)
  assert.equal(getSignedCookie(back, 'c', { maxAge: 12 }), 'hello')
  assert.equal(getSignedCookie(back, 'c', { maxAge: 11 }), 'hello')
  assert.throws(() => getSignedCookie(back, 'c', { maxAge: 10 }), SignatureExpired)
  assert.equal(getSignedCookie(back, 'c', { maxAge: 10, default: 'old' }), 'old')
})

test('maxAge of the cookie itself is what the browser is told', async () => {
  const { request } = await world()
  const [, cookie] = setSignedCookie(request, 'c', 'value', { maxAge: 100 })
  assert.match(cookie, /; expires=Thu, 15 Jan 2026 12:01:40 GMT; Max-Age=100; Path=\/$/)
})

test('keys beyond ASCII sign as well', async () => {
  const made = await world({ secretKey: 'ç'.repeat(50) })
  const back = await requestWith(made, sentBack(setSignedCookie(made.request, 'c', 'hello')))
  assert.equal(getSignedCookie(back, 'c'), 'hello')
})

test('a missing cookie is an error that names it, or the default', async () => {
  const { request } = await world()
  assert.throws(() => getSignedCookie(request, 'c"\n'), {
    name: 'BadSignature',
    code: 'ERR_BAD_SIGNATURE',
    message: 'The request has no cookie "c\\"\\n".',
  })
  assert.equal(getSignedCookie(request, 'c', { default: 'light' }), 'light')
  const inherited = Object.create({ default: 'from a prototype' }) as object
  assert.throws(() => getSignedCookie(request, 'c', inherited), BadSignature)
})

test('keys of before are still read, and cookies of Djangos before 5.2.15 unless they are not wanted', async () => {
  const older = 'an-older-key-of-the-tests-0123456789-abcdefghijklmnop'
  const made = await testPostern({ secretKeyFallbacks: [older] })
  const now = made.clock.now() / 1000
  const back = await requestWith(made, `c=${signCookie('c', 'hello', { key: older, now })}`)
  assert.equal(getSignedCookie(back, 'c'), 'hello')
  const django = await world({ secretKey: 'vector-secret-key-0123456789-abcdefghijklmnopqrstuvwxyz' })
  const legacy = await requestWith(django, 'a=v:1v6mOm:r5-05KCvoMsHvmqjYsYHhkivxaFHhAdbm54gS4GiGEk')
  assert.equal(getSignedCookie(legacy, 'a', { salt: 'bc' }), 'v')
  assert.throws(() => getSignedCookie(legacy, 'a', { salt: 'bc', legacySalt: false }), BadSignature)
})

test('values come back as they were, quotes, semicolons and accents too; what no header can carry is refused', async () => {
  const made = await world()
  for (const value of ['', 'a:b', 'é ü;,"\\', ' x ', 'line\nbreak', '{"a":1}']) {
    const back = await requestWith(made, `x=1; ${sentBack(setSignedCookie(made.request, 'c', value))}; y=2`)
    assert.equal(getSignedCookie(back, 'c'), value, JSON.stringify(value))
  }
  for (const value of ['密', '😀', '\ud800']) {
    assert.throws(() => setSignedCookie(made.request, 'c', value), {
      name: 'TypeError',
      message: /^A cookie holds characters up to U\+00FF; put the value into JSON or base64 first\.$/,
    })
  }
  assert.throws(() => setSignedCookie(made.request, 'a b', 'v'), TypeError)
  assert.throws(() => setSignedCookie(made.request, 'c', 'v', { path: '/;x' }), TypeError)
})

test('outside development a signed cookie is Secure without being told', async () => {
  const { request } = await world({ development: false, allowedHosts: ['localhost'], secretKey: SECRET_KEY })
  assert.match(setSignedCookie(request, 'c', 'v')[1], /; Secure$/)
  assert.doesNotMatch(setSignedCookie(request, 'c', 'v', { secure: false })[1], /Secure/)
  const all = { salt: 's', httpOnly: true, sameSite: 'Strict', domain: 'd.example', path: '/x' } as const
  assert.match(
    setSignedCookie(request, 'c', 'v', all)[1],
    /^c=v:\w{6}:[\w-]{43}; Domain=d\.example; HttpOnly; Path=\/x; SameSite=Strict; Secure$/,
  )
})

test('over HTTP, no cache keeps an answer that set a signed cookie or read one', async (t) => {
  const place = await site(
    t,
    {},
    {
      '/set-cookie': (req, res) => {
        res.appendHeader(...setSignedCookie(req, 'theme', 'dark'))
        res.end('set')
      },
      '/theme': (req, res) => res.end(getSignedCookie(req, 'theme', { default: 'light' })),
      '/late': (req, res, request) => {
        res.write('begun')
        for (const late of [() => setSignedCookie(req, 'theme', 'x'), () => getSignedCookie(request, 'theme')]) {
          assert.throws(late, SessionClosed)
        }
        res.end()
      },
    },
  )
  const browser = place.visitor()
  assert.equal((await browser.get('/theme')).body, 'light')
  const set = await browser.get('/set-cookie')
  const read = await browser.get('/theme')
  assert.equal(read.body, 'dark')
  for (const { headers } of [set, read]) {
    assert.deepEqual([headers['cache-control'], headers.vary], ['private, no-store', 'Cookie'])
  }
  assert.equal((await browser.get('/late')).body, 'begun')
  assert.deepEqual(place.errors, [])
})

test('without a request both say what to pass', async () => {
  for (const nothing of [undefined, {}, 'request'] as never[]) {
    assert.throws(() => getSignedCookie(nothing, 'c'), { name: 'TypeError', message: /^getSignedCookie\(request\)/ })
    assert.throws(() => setSignedCookie(nothing, 'c', 'v'), {
      name: 'TypeError',
      message: /^setSignedCookie\(request\)/,
    })
  }
})
