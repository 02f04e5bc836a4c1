import assert from 'node:assert/strict'
import { test } from 'node:test'
import { text } from '../../src/auth/view.ts'
import { maskSecret } from '../../src/csrf/csrf-token.ts'
import { path } from '../../src/kernel/urls.ts'
import type { Browser, Reply } from '../support/browser.ts'
import { type Site, site } from '../support/site.ts'

const LOGIN = '/accounts/login/'

function reason(reply: Reply): string | undefined {
  return /Reason: ([^<]*)</.exec(reply.body)?.[1]?.replaceAll('&#x27;', "'")
}

/** A visitor who has been on the login page. */
async function visited(
  world: Site,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ browser: Browser; secret: string }> {
  const browser = world.visitor()
  await browser.get(LOGIN, headers)
  return { browser, secret: browser.cookies.get('csrftoken') ?? '' }
}

const post = (
  browser: Browser,
  form: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = {},
  url = LOGIN,
) => browser.send(url, { method: 'POST', form, headers })

test('no cookie and no token is a 403 that says so, and so is a cookie without a token', async (t) => {
  const world = await site(t)
  const none = await post(world.visitor(), {})
  assert.equal(none.status, 403)
  assert.equal(reason(none), 'CSRF cookie not set.')
  const { browser } = await visited(world)
  const half = await post(browser, {})
  assert.equal(half.status, 403)
  assert.equal(reason(half), 'CSRF token missing.')
})

test('a token without the cookie that goes with it is a 403', async (t) => {
  const { secret } = await visited(await site(t))
  const reply = await post((await site(t)).visitor(), { csrfmiddlewaretoken: secret })
  assert.equal(reason(reply), 'CSRF cookie not set.')
})

test("another browser's token is a 403", async (t) => {
  const world = await site(t)
  const [mine, other] = [await visited(world), await visited(world)]
  const reply = await post(mine.browser, { csrfmiddlewaretoken: maskSecret(other.secret) })
  assert.equal(reply.status, 403)
  assert.equal(reason(reply), 'CSRF token from POST incorrect.')
})

test('the secret, and the secret under any mask, are one token; in the field or the header', async (t) => {
  const { browser, secret } = await visited(await site(t))
  const tokens = [secret, maskSecret(secret), maskSecret(secret), maskSecret(secret, 'a'.repeat(32))]
  assert.equal(new Set(tokens).size, 4)
  for (const token of tokens) {
    assert.equal((await post(browser, { csrfmiddlewaretoken: token })).status, 200)
    assert.equal((await post(browser, {}, { 'x-csrftoken': token })).status, 200)
  }
})

test('a masked secret in the cookie, from a Django before 4.0, is taken', async (t) => {
  const { browser, secret } = await visited(await site(t))
  browser.cookies.set('csrftoken', maskSecret(secret))
  assert.equal((await post(browser, { csrfmiddlewaretoken: maskSecret(secret) })).status, 200)
})

test('tokens that are none say what is wrong with them', async (t) => {
  const { browser, secret } = await visited(await site(t))
  for (const [token, wrong] of [
    ['a'.repeat(31), 'has incorrect length'],
    ['a'.repeat(63), 'has incorrect length'],
    ['é'.repeat(32), 'has invalid characters'],
    [`${'a'.repeat(31)}-`, 'has invalid characters'],
    ['a'.repeat(32), 'incorrect'],
    [secret.toLowerCase() === secret ? secret.toUpperCase() : secret.toLowerCase(), 'incorrect'],
  ] as const) {
    assert.equal(reason(await post(browser, { csrfmiddlewaretoken: token })), `CSRF token from POST ${wrong}.`)
    if (token.includes('é')) continue
    const reply = await post(browser, {}, { 'x-csrftoken': token })
    assert.equal(reason(reply), `CSRF token from the 'X-Csrftoken' HTTP header ${wrong}.`)
  }
})

test('a wrong token in the body is not saved by a right one in the header, and an empty one is', async (t) => {
  const { browser, secret } = await visited(await site(t))
  const header = { 'x-csrftoken': secret }
  assert.equal((await post(browser, { csrfmiddlewaretoken: 'a'.repeat(32) }, header)).status, 403)
  assert.equal((await post(browser, { csrfmiddlewaretoken: '' }, header)).status, 200)
  assert.equal((await post(browser, { csrfmiddlewaretoken: secret }, { 'x-csrftoken': 'a'.repeat(32) })).status, 200)
})

test('a malformed cookie is a 403 that says so, and the next page gives a good one', async (t) => {
  const world = await site(t)
  const { browser } = await visited(world)
  for (const [cookie, wrong] of [
    ['short', 'has incorrect length'],
    ['*'.repeat(32), 'has invalid characters'],
  ] as const) {
    browser.cookies.set('csrftoken', cookie)
    assert.equal(reason(await post(browser, { csrfmiddlewaretoken: cookie })), `CSRF cookie ${wrong}.`)
  }
  await browser.get(LOGIN)
  assert.equal((await browser.login()).status, 302)
})

test('the token in the query, or in the body of another method than POST, is none', async (t) => {
  const { browser, secret } = await visited(await site(t))
  assert.equal((await post(browser, {}, {}, `${LOGIN}?csrfmiddlewaretoken=${secret}`)).status, 403)
  const put = await browser.send(LOGIN, { method: 'PUT', form: { csrfmiddlewaretoken: secret } })
  assert.equal(put.status, 403)
})

test('a browser header that claims to be a script is no token (CVE-2011-0696)', async (t) => {
  const { browser } = await visited(await site(t))
  assert.equal((await post(browser, {}, { 'x-requested-with': 'XMLHttpRequest' })).status, 403)
})

test('Origin: the own one passes, and every other is refused before the token is looked at', async (t) => {
  const world = await site(t, { csrf: { trustedOrigins: ['https://shop.example', 'https://*.parts.example'] } })
  const { browser, secret } = await visited(world)
  const { host } = new URL(world.base)
  const status = async (origin: string) => (await post(browser, { csrfmiddlewaretoken: secret }, { origin })).status
  for (const origin of [
    `http://${host}`,
    'https://shop.example',
    'https://a.parts.example',
    'https://a.b.parts.example',
    'https://parts.example',
  ]) {
    assert.equal(await status(origin), 200, origin)
  }
  for (const origin of [
    'null',
    '',
    'https://evil.example',
    `https://${host}`,
    `http://${host}.evil.example`,
    `http://evil.example/${host}`,
    'http://shop.example',
    'https://shop.example:8443',
    'https://sub.shop.example',
    'https://shop.example.evil.example',
    'http://a.parts.example',
    'https://evilparts.example',
    'https://a.parts.example.evil.example',
    'https://[',
  ]) {
    assert.equal(await status(origin), 403, origin)
  }
  const reply = await post(browser, { csrfmiddlewaretoken: secret }, { origin: 'null' })
  assert.equal(reason(reply), 'Origin checking failed - null does not match any trusted origins.')
})

test('a foreign Origin, or a page of another site, does not stop a GET', async (t) => {
  const world = await site(t)
  const headers = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }
  assert.equal((await world.visitor().get('/public', headers)).status, 200)
  assert.equal((await world.visitor().get(LOGIN, headers)).status, 200)
})

test('what the browser calls cross-site is refused although the token is right, unless the Origin is trusted', async (t) => {
  const world = await site(t, { csrf: { trustedOrigins: ['https://shop.example'] } })
  const { browser, secret } = await visited(world)
  const { host } = new URL(world.base)
  const send = (headers: Readonly<Record<string, string>>) => post(browser, { csrfmiddlewaretoken: secret }, headers)
  const refused = await send({ 'sec-fetch-site': 'cross-site' })
  assert.equal(refused.status, 403)
  assert.equal(reason(refused), 'Fetch Metadata checking failed - the request comes from a page of another site.')
  assert.equal((await send({ 'sec-fetch-site': 'cross-site', origin: `http://${host}` })).status, 403)
  assert.equal((await send({ 'sec-fetch-site': 'cross-site', origin: 'https://shop.example' })).status, 200)
  for (const from of ['same-origin', 'same-site', 'none'])
    assert.equal((await send({ 'sec-fetch-site': from })).status, 200, from)
})

test('over HTTPS, which a proxy says, a request without Origin needs a Referer of the own site', async (t) => {
  const world = await site(t, { proxies: 1, csrf: { trustedOrigins: ['https://shop.example'] } })
  const https = { 'x-forwarded-proto': 'https', host: 'site.localhost' }
  const { browser, secret } = await visited(world, https)
  const send = (headers: Readonly<Record<string, string>>) =>
    post(browser, { csrfmiddlewaretoken: secret }, { ...https, ...headers })
  assert.equal(reason(await send({})), 'Referer checking failed - no Referer.')
  assert.equal(reason(await send({ referer: 'nonsense' })), 'Referer checking failed - Referer is malformed.')
  assert.equal(
    reason(await send({ referer: 'http://site.localhost/' })),
    'Referer checking failed - Referer is insecure while host is secure.',
  )
  assert.equal(
    reason(await send({ referer: 'https://evil.example/site.localhost' })),
    'Referer checking failed - https://evil.example/site.localhost does not match any trusted origins.',
  )
  assert.equal((await send({ referer: 'https://site.localhost/accounts/login/' })).status, 200)
  assert.equal((await send({ referer: 'https://shop.example/' })).status, 200)
  assert.equal((await send({ origin: 'https://site.localhost' })).status, 200)
  assert.equal((await send({ origin: 'https://evil.example', referer: 'https://site.localhost/' })).status, 403)
})

test('over HTTP the Referer is not looked at, and a forwarded scheme is not believed without a proxy', async (t) => {
  const { browser, secret } = await visited(await site(t))
  const form = { csrfmiddlewaretoken: secret }
  assert.equal((await post(browser, form, { referer: 'https://evil.example/' })).status, 200)
  assert.equal((await post(browser, form, { 'x-forwarded-proto': 'https' })).status, 200)
})

test('a form from before the login is refused after it, and one from after it is good', async (t) => {
  const world = await site(t)
  const { browser, secret } = await visited(world)
  await browser.login()
  assert.equal((await post(browser, { csrfmiddlewaretoken: secret }, {}, '/write')).status, 403)
  assert.equal((await browser.post('/write')).body, 'POST was let in')
})

test("a login that another site's page sends for its victim is refused", async (t) => {
  const { browser } = await visited(await site(t))
  const attack = { username: 'alice', password: 'wonder-Land-42' }
  assert.equal(
    (await post(browser, attack, { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' })).status,
    403,
  )
  assert.equal((await post(browser, attack)).status, 403)
  assert.equal(browser.cookies.has('sessionid'), false)
})

test("an application's own route is checked when the session cookie comes along, and not without it", async (t) => {
  const world = await site(t)
  const browser = await world.loggedIn()
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
    assert.equal((await browser.send('/write', { method })).status, 403, method)
    const headers = { 'x-csrftoken': browser.cookies.get('csrftoken') ?? '' }
    assert.equal((await browser.send('/write', { method, headers })).body, `${method} was let in`)
    assert.equal((await world.visitor().send('/write', { method })).body, `${method} was let in`)
  }
  const webhook = { authorization: 'Bearer abc', origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }
  assert.equal((await world.visitor().send('/write', { method: 'POST', headers: webhook })).status, 200)
})

test('a session cookie that is dead, malformed or empty is a session cookie all the same', async (t) => {
  const world = await site(t)
  for (const cookie of ['a'.repeat(32), 'x', '', '"']) {
    const browser = world.visitor()
    browser.cookies.set('sessionid', cookie)
    assert.equal((await browser.send('/write', { method: 'POST' })).status, 403, cookie)
  }
})

test('a view in urls is checked with and without a session, unless it says that it is exempt', async (t) => {
  const world = await site(t, {
    urls: [
      path(
        'hook/',
        Object.assign(() => text('heard'), { csrfExempt: true }),
      ),
      path('form/', () => text('saved')),
    ],
  })
  for (const browser of [world.visitor(), await world.loggedIn()]) {
    const foreign = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }
    assert.equal((await browser.send('/hook/', { method: 'POST', headers: foreign })).body, 'heard')
    assert.equal((await browser.send('/form/', { method: 'POST' })).status, 403)
    assert.equal((await browser.post('/form/')).body, 'saved')
  }
})

test('the handler still gets a body that the check had to read, and one that it did not touch', async (t) => {
  const world = await site(
    t,
    {},
    {
      '/echo': async (req, res, request) => {
        const form = await request.form()
        if (form.has('a')) return res.end(`form ${form.getAll('a').join()}`)
        const chunks: Buffer[] = []
        for await (const chunk of req) chunks.push(chunk as Buffer)
        return res.end(`stream ${Buffer.concat(chunks).toString()}`)
      },
    },
  )
  const browser = await world.loggedIn()
  assert.equal((await browser.post('/echo', { a: '1' })).body, 'form 1')
  const token = browser.cookies.get('csrftoken') ?? ''
  const multipart = `--x\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n${token}\r\n--x--\r\n`
  const send = (headers: Readonly<Record<string, string>>) =>
    browser.send('/echo', {
      method: 'POST',
      body: multipart,
      headers: { 'content-type': 'multipart/form-data; boundary=x', ...headers },
    })
  assert.equal((await send({ 'x-csrftoken': token })).body, `stream ${multipart}`)
  assert.equal((await send({})).status, 403)
})

test('a JSON request is refused in JSON, with the cause and the cure, and let in with the header', async (t) => {
  const world = await site(t)
  const browser = await world.loggedIn()
  const json = { 'content-type': 'application/json', accept: 'application/json' }
  const refused = await browser.send('/write', { method: 'POST', body: '{}', headers: json })
  assert.equal(refused.status, 403)
  assert.equal(refused.headers['content-type'], 'application/json')
  const { error } = JSON.parse(refused.body)
  assert.equal(error.code, 'csrf')
  assert.equal(error.message, 'CSRF verification failed. Request aborted.')
  assert.equal(error.reason, 'CSRF token missing.')
  assert.match(error.cure, /X-CSRFToken header/)
  const token = (await browser.get('/csrf')).body
  const good = await browser.send('/write', { method: 'POST', body: '{}', headers: { ...json, 'x-csrftoken': token } })
  assert.equal(good.status, 200)
})

test('every reason has its own cure', async (t) => {
  const world = await site(t, { proxies: 1 })
  const browser = await world.loggedIn()
  const cure = async (from: Browser, headers: Readonly<Record<string, string>>): Promise<string> =>
    JSON.parse((await from.send(LOGIN, { method: 'POST', headers: { accept: 'application/json', ...headers } })).body)
      .error.cure
  assert.match(
    await cure(browser, { origin: 'https://shop.example' }),
    /csrf\.trustedOrigins, as in 'https:\/\/shop\.example'; behind a proxy, set proxies/,
  )
  assert.match(await cure(browser, { 'x-forwarded-proto': 'https' }), /csrf\.trustedOrigins/)
  assert.match(await cure(browser, { 'sec-fetch-site': 'cross-site' }), /csrf\.trustedOrigins/)
  assert.match(await cure(world.visitor(), {}), /^Show the page with the form first/)
  assert.match(await cure(browser, {}), /reload the page\.$/)
})

test('a text/plain body that looks like JSON or like a form gets nothing past the check (CVE-2022-41919)', async (t) => {
  const browser = await (await site(t)).loggedIn()
  const token = browser.cookies.get('csrftoken')
  for (const type of ['text/plain', 'text/plain; application/json', 'application/x-www-form-urlencodedx', '']) {
    const reply = await browser.send('/write', {
      method: 'POST',
      body: `csrfmiddlewaretoken=${token}`,
      headers: type === '' ? {} : { 'content-type': type },
    })
    assert.equal(reply.status, 403, type)
  }
})

test("the cookie's attributes are Django's, and those of the settings", async (t) => {
  const usual = await (await site(t)).visitor().get(LOGIN)
  assert.match(
    usual.setCookies[0] ?? '',
    /^csrftoken=[a-zA-Z0-9]{32}; expires=Thu, 14 Jan 2027 12:00:00 GMT; Max-Age=31449600; Path=\/; SameSite=Lax$/,
  )
  const csrf = {
    cookieName: 'xsrf',
    cookieAge: 60,
    cookieSecure: true,
    cookieSameSite: 'Strict',
    cookiePath: '/shop/',
    cookieDomain: 'shop.example',
    cookieHttpOnly: true,
  } as const
  const own = await (await site(t, { csrf })).visitor().get(LOGIN)
  assert.match(
    own.setCookies[0] ?? '',
    /^xsrf=[a-zA-Z0-9]{32}; Domain=shop\.example; expires=Thu, 15 Jan 2026 12:01:00 GMT; HttpOnly; Max-Age=60; Path=\/shop\/; SameSite=Strict; Secure$/,
  )
})

test('the cookie is sent again whenever a token is used, and by no other page', async (t) => {
  const world = await site(t)
  const { browser, secret } = await visited(world)
  world.clock.pass(60)
  const again = await browser.get('/csrf')
  assert.match(again.setCookies[0] ?? '', new RegExp(`^csrftoken=${secret}; expires=Thu, 14 Jan 2027 12:01:00 GMT`))
  assert.equal(again.headers.vary, 'Cookie')
  assert.equal(again.headers['cache-control'], 'private, no-store')
  assert.deepEqual((await browser.get('/me')).setCookies, [])
  assert.deepEqual((await browser.get('/public')).setCookies, [])
})

test('no refusal depends on how much of a token is right: it is a 403 whatever comes', async (t) => {
  const { browser, secret } = await visited(await site(t))
  for (let at = 0; at < secret.length; at++) {
    const off = `${secret.slice(0, at)}${secret[at] === 'a' ? 'b' : 'a'}${secret.slice(at + 1)}`
    assert.equal((await post(browser, {}, { 'x-csrftoken': off })).status, 403)
  }
})
