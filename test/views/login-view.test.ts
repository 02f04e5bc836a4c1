import assert from 'node:assert/strict'
import { test } from 'node:test'
import { path } from '../../src/kernel/urls.ts'
import { LoginView, type LoginViewOptions } from '../../src/views/login-view.ts'
import { ALICE } from '../support/postern.ts'
import { site } from '../support/site.ts'

const INVALID = 'Please enter a correct username and password. Note that both fields may be case-sensitive.'
const NEVER = 'max-age=0, no-cache, no-store, must-revalidate, private'

/** A site whose `/in/` is a login view with these options. */
function custom(
  t: Parameters<typeof site>[0],
  options: LoginViewOptions = {},
  settings: Parameters<typeof site>[1] = {},
) {
  return site(t, { urls: [path('in/', LoginView.asView(options), { name: 'in' })], ...settings })
}

test('the login page has a form with a token, both fields and what a password manager needs', async (t) => {
  const browser = (await site(t, { siteName: 'Shop' })).visitor()
  const reply = await browser.get('/accounts/login/')
  assert.equal(reply.status, 200)
  assert.match(reply.body, /<title>Log in \| Shop<\/title>/)
  assert.match(
    reply.body,
    /<form method="post">\n<input type="hidden" name="csrfmiddlewaretoken" value="[a-zA-Z0-9]{64}">/,
  )
  assert.match(
    reply.body,
    /<input type="text" name="username" id="id_username" value="" autocomplete="username" required maxlength="150" autofocus autocapitalize="none">/,
  )
  assert.match(
    reply.body,
    /<input type="password" name="password" id="id_password" value="" autocomplete="current-password" required>/,
  )
  assert.doesNotMatch(reply.body, /name="next"|class="errorlist/)
  assert.match(browser.cookies.get('csrftoken') ?? '', /^[a-zA-Z0-9]{32}$/)
})

test('no cache keeps the login page, whatever came of it', async (t) => {
  const world = await site(t)
  const browser = world.visitor()
  for (const reply of [
    await browser.get('/accounts/login/'),
    await browser.login('alice', 'wrong'),
    await browser.login(),
    await browser.send('/accounts/login/', { method: 'OPTIONS' }),
  ]) {
    assert.equal(reply.headers['cache-control'], NEVER)
    assert.equal(reply.headers.expires, 'Thu, 15 Jan 2026 12:00:00 GMT')
  }
})

test('two visitors never get the same token on the page', async (t) => {
  const world = await site(t)
  const token = /value="([a-zA-Z0-9]{64})"/
  const browser = world.visitor()
  const seen = new Set<string | undefined>()
  for (const visitor of [browser, browser, world.visitor()]) {
    const reply = await visitor.get('/accounts/login/')
    assert.equal(reply.headers.vary, 'Cookie')
    seen.add(token.exec(reply.body)?.[1])
  }
  assert.equal(seen.size, 3)
})

test('a right login leads to /accounts/profile/, a wrong one shows the form again with 200', async (t) => {
  const world = await site(t)
  const right = await world.visitor().login()
  assert.equal(right.status, 302)
  assert.equal(right.headers.location, '/accounts/profile/')
  const wrong = await world.visitor().login('alice', 'wrong')
  assert.equal(wrong.status, 200)
  assert.ok(wrong.body.includes(INVALID))
})

test('the name stays in the form, escaped, and the password never does', async (t) => {
  const world = await site(t)
  const reply = await world.visitor().login(`"><script>alert('x')</script>&`, 'a-Very-secret-9"><b>')
  assert.match(reply.body, /value="&quot;&gt;&lt;script&gt;alert\(&#x27;x&#x27;\)&lt;\/script&gt;&amp;"/)
  assert.doesNotMatch(reply.body, /<script|a-Very-secret|<b>/)
})

test('unknown, inactive, mistaken and without a password are told the same, byte for byte', async (t) => {
  const world = await site(t)
  await world.auth.createUser({ username: 'gone', password: 'right-One-1', isActive: false })
  await world.auth.createUser({ username: 'nopass' })
  const bodies = new Set<string>()
  for (const [username, password] of [
    ['alice', 'wrong'],
    ['nobody', 'right-One-1'],
    ['gone', 'right-One-1'],
    ['gone', 'wrong'],
    ['nopass', 'wrong'],
  ] as const) {
    const reply = await world.visitor().login(username, password)
    assert.equal(reply.status, 200)
    bodies.add(reply.body.replaceAll(username, 'NAME').replace(/[a-zA-Z0-9]{64}/, 'TOKEN'))
  }
  assert.equal(bodies.size, 1)
})

test('an empty field is required, says its own field, and no password is checked', async (t) => {
  const world = await site(t)
  const looked = t.mock.method(world.auth.users, 'findByUsername')
  const neither = await world.visitor().login('', '')
  assert.equal(neither.body.match(/<li>This field is required\.<\/li>/g)?.length, 2)
  assert.match(neither.body, /aria-invalid="true" aria-describedby="id_username_error"/)
  const blank = await world.visitor().login('   ', 'x')
  assert.equal(blank.body.match(/<li>This field is required\.<\/li>/g)?.length, 1)
  assert.equal(looked.mock.callCount(), 0)
})

test('a POST without any field is an unfinished form and no error page', async (t) => {
  const reply = await (await site(t)).visitor().post('/accounts/login/')
  assert.equal(reply.status, 200)
  assert.equal(reply.body.match(/This field is required\./g)?.length, 2)
})

test('a name of more than 150 characters is told so, and is looked up nowhere', async (t) => {
  const world = await site(t)
  const looked = t.mock.method(world.auth.users, 'findByUsername')
  for (const [name, length] of [
    ['a'.repeat(151), 151],
    ['\u{1F600}'.repeat(151), 151],
    ['\uFDFA'.repeat(10), 180],
  ] as const) {
    const reply = await world.visitor().login(name, 'x')
    assert.match(reply.body, new RegExp(`Ensure this value has at most 150 characters \\(it has ${length}\\)\\.`))
  }
  assert.equal(looked.mock.callCount(), 0)
  await world.visitor().login('\u{1F600}'.repeat(150), 'x')
  assert.equal(looked.mock.callCount(), 1)
})

test('the name is stripped as Python strips and read in NFKC; the password is taken as it is', async (t) => {
  const world = await site(t)
  for (const name of [' alice\t', '\u2003alice\u00a0', '\x1calice\x1f', '\u0085alice', 'ａｌｉｃｅ', '\u{1D41A}lice']) {
    assert.equal((await world.visitor().login(name)).status, 302, JSON.stringify(name))
  }
  for (const name of ['\uFEFFalice', 'a\u0301lice', 'ALICE', 'alice\0']) {
    assert.equal((await world.visitor().login(name)).status, 200, JSON.stringify(name))
  }
  for (const password of [
    ` ${ALICE.password}`,
    `${ALICE.password} `,
    ALICE.password.toUpperCase(),
    'ｗonder-Land-42',
  ]) {
    assert.equal((await world.visitor().login('alice', password)).status, 200, password)
  }
})

test('hostile names are refused without an error page', async (t) => {
  const world = await site(t)
  for (const name of [
    "' OR 1=1 --",
    '../../etc/passwd',
    '\0',
    '\r\nSet-Cookie: a=b',
    '{{7*7}}',
    '\ud800',
    '%00',
    '__proto__',
  ]) {
    const reply = await world.visitor().login(name, 'x')
    assert.equal(reply.status, 200, JSON.stringify(name))
    assert.equal(reply.headers['set-cookie']?.join().includes('a=b') ?? false, false)
  }
  assert.deepEqual(world.errors, [])
})

test('a password of 100,000 characters is refused like any other wrong one', async (t) => {
  const reply = await (await site(t)).visitor().login('alice', 'x'.repeat(100_000))
  assert.equal(reply.status, 200)
  assert.ok(reply.body.includes(INVALID))
})

test('of a field given twice the last counts, as in Django', async (t) => {
  const world = await site(t)
  const browser = world.visitor()
  await browser.get('/accounts/login/')
  const token = browser.cookies.get('csrftoken')
  const send = (body: string) =>
    browser.send('/accounts/login/', {
      method: 'POST',
      body: `csrfmiddlewaretoken=${token}&${body}`,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    })
  assert.equal((await send(`username=alice&username=bob&password=${ALICE.password}`)).status, 200)
  assert.equal((await send(`username=bob&username=alice&password=${ALICE.password}`)).status, 302)
})

test('credentials in the query are not looked at', async (t) => {
  const world = await site(t)
  const browser = world.visitor()
  const query = `?username=alice&password=${ALICE.password}`
  assert.equal((await browser.get(`/accounts/login/${query}`)).status, 200)
  assert.equal((await browser.post(`/accounts/login/${query}`)).status, 200)
  assert.equal((await browser.get('/me')).body, 'AnonymousUser')
})

test('HEAD is GET without the body, OPTIONS says what there is, PUT is an empty form, other methods are 405', async (t) => {
  const world = await site(t)
  const browser = world.visitor()
  await browser.get('/accounts/login/')
  const token = browser.cookies.get('csrftoken') ?? ''
  const ask = (method: string) => browser.send('/accounts/login/', { method, headers: { 'x-csrftoken': token } })
  const head = await ask('HEAD')
  assert.deepEqual([head.status, head.body], [200, ''])
  const options = await ask('OPTIONS')
  assert.deepEqual([options.status, options.headers.allow, options.body], [200, 'GET, POST, PUT, HEAD, OPTIONS', ''])
  const put = await ask('PUT')
  assert.equal(put.status, 200)
  assert.match(put.body, /This field is required\./)
  for (const method of ['PATCH', 'DELETE']) {
    const reply = await ask(method)
    assert.deepEqual(
      [reply.status, reply.headers.allow, reply.headers['cache-control']],
      [405, 'GET, POST, PUT, HEAD, OPTIONS', NEVER],
    )
  }
  assert.equal((await browser.send('/accounts/login/', { method: 'PUT' })).status, 403)
})

test('a body that is too large is 413, one with too many fields 400, and the connection is not left hanging', async (t) => {
  const world = await site(t)
  const big = await world.visitor().login('alice', 'x'.repeat(2_700_000))
  assert.equal(big.status, 413)
  assert.match(big.body, /The body is larger than 2621440 bytes\./)
  const browser = world.visitor()
  await browser.get('/accounts/login/')
  const many = await browser.send('/accounts/login/', {
    method: 'POST',
    body: `csrfmiddlewaretoken=${browser.cookies.get('csrftoken')}${'&a=1'.repeat(1000)}`,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  })
  assert.equal(many.status, 400)
  assert.match(many.body, /The form has more than 1000 fields\./)
  assert.deepEqual(world.errors, [])
})

test('somebody who is logged in sees the form again, unless the view is told otherwise', async (t) => {
  const world = await custom(t, { redirectAuthenticatedUser: true })
  const browser = await world.loggedIn()
  assert.equal((await browser.get('/accounts/login/')).status, 200)
  const reply = await browser.get('/in/')
  assert.equal(reply.status, 302)
  assert.equal(reply.headers.location, '/accounts/profile/')
  assert.equal((await browser.get('/in/?next=/public')).headers.location, '/public')
  assert.equal((await world.visitor().get('/in/')).status, 200)
})

test('such a view does not reveal the way in for another host', async (t) => {
  const world = await custom(t, { redirectAuthenticatedUser: true })
  const browser = await world.loggedIn()
  assert.equal((await browser.get('/in/?next=https://evil.example/')).headers.location, '/accounts/profile/')
})

test('a redirect that would lead back to the login page shows the form instead of turning in a circle (difference 7)', async (t) => {
  const world = await custom(t, { redirectAuthenticatedUser: true }, { loginRedirectUrl: '/in/' })
  const browser = await world.loggedIn()
  assert.equal((await browser.get('/in/')).status, 200)
  assert.equal((await browser.get('/in/?next=/in/')).status, 200)
  assert.equal((await browser.get('/in/?next=/public')).status, 302)
})

test('loginRedirectUrl may be a URL name or a path, and nextPage goes before it', async (t) => {
  const named = await custom(t, {}, { loginRedirectUrl: 'logout' })
  assert.equal((await named.visitor().login()).headers.location, '/accounts/logout/')
  const post = { username: ALICE.username, password: ALICE.password }
  const next = await custom(t, { nextPage: 'in' }, { loginRedirectUrl: '/elsewhere/' })
  assert.equal((await next.visitor().post('/in/', post)).headers.location, '/in/')
  assert.equal((await next.visitor().post('/accounts/login/', post)).headers.location, '/elsewhere/')
  const path = await custom(t, { nextPage: '/a/b/?c=d' })
  assert.equal((await path.visitor().post('/in/', post)).headers.location, '/a/b/?c=d')
})

test('extraContext gives the page its title, escaped', async (t) => {
  const world = await custom(t, { extraContext: { title: 'Staff <only>' } })
  assert.match((await world.visitor().get('/in/')).body, /<h1>Staff &lt;only&gt;<\/h1>/)
})

test('a template that there is not says which there are', async (t) => {
  const world = await custom(t, { templateName: 'registration/missing.html' })
  assert.equal((await world.visitor().get('/in/')).status, 500)
  assert.match(
    String(world.errors[0]),
    /There is no template 'registration\/missing\.html'\. Built-in pages: registration\/login\.html, registration\/logged_out\.html\b/,
  )
})

test('the page answers with and without its trailing slash', async (t) => {
  const world = await site(t)
  assert.equal((await world.visitor().get('/accounts/login')).status, 200)
})
