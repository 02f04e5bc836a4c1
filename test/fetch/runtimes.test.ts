/** The same small site on Node, Bun and Deno, asked over HTTP. Where a runtime is not on the machine its tests are skipped. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { Browser } from '../support/browser.ts'
import { start } from '../support/child-process.ts'
import { type Found, otherRuntime } from '../support/requirements.ts'

const SERVE = fileURLToPath(new URL('fixtures/serve.ts', import.meta.url))
const NODE: Found = { path: process.execPath }

const RUNTIMES: readonly (readonly [name: string, found: Found, flags: readonly string[]])[] = [
  ['Node', NODE, ['--disable-warning=ExperimentalWarning']],
  ['Bun', otherRuntime('bun'), []],
  ['Deno', otherRuntime('deno'), ['run', '-A', '--no-lock', '--node-modules-dir=manual']],
]

for (const [name, found, flags] of RUNTIMES) {
  if (found.skip !== undefined) {
    test(name, { skip: found.skip })
    continue
  }
  test(name, async (t) => {
    const env = { DENO_NO_UPDATE_CHECK: '1', NO_COLOR: '1' }
    const { firstLine: base } = await start(t, [found.path, ...flags, SERVE], { env })
    await theSite(t, base)
  })
}

async function theSite(t: TestContext, base: string): Promise<void> {
  const { host } = new URL(base)

  async function loggedIn(): Promise<Browser> {
    const browser = new Browser(base)
    const reply = await browser.login()
    assert.equal(reply.status, 302, reply.body)
    return browser
  }

  await t.test('signing in, a page, signing out; a copied cookie is dead then', async () => {
    const browser = await loggedIn()
    const thief = browser.copy()
    assert.equal((await thief.get('/me')).body, 'alice')
    const page = await browser.get('/me')
    assert.equal(page.headers['cache-control'], 'private, no-store')
    assert.match(page.headers.vary ?? '', /Cookie/)
    const goodbye = await browser.logout()
    assert.equal(goodbye.status, 200)
    assert.match(goodbye.body, /logged out/)
    assert.equal(browser.cookies.has('sessionid'), false)
    assert.equal((await thief.get('/me')).body, 'AnonymousUser')
  })

  await t.test("logout takes the runtime's own request", async () => {
    const browser = await loggedIn()
    const thief = browser.copy()
    assert.equal((await browser.get('/leave')).body, 'gone')
    assert.equal(browser.cookies.has('sessionid'), false)
    assert.equal((await thief.get('/me')).body, 'AnonymousUser')
  })

  await t.test('a wrong password, a form without a token and a link log nobody in or out', async () => {
    const visitor = new Browser(base)
    assert.equal((await visitor.login('alice', 'wrong')).status, 200)
    assert.equal((await visitor.send('/accounts/login/', { method: 'POST', form: {} })).status, 403)
    const browser = await loggedIn()
    assert.equal((await browser.get('/accounts/logout/')).status, 405)
    assert.equal((await browser.send('/accounts/logout/', { method: 'POST' })).status, 403)
    assert.equal((await browser.get('/me')).body, 'alice')
  })

  await t.test('four cookies in one answer are four headers', async () => {
    const browser = new Browser(base)
    const { setCookies, headers } = await browser.get('/set?cart=apples')
    assert.deepEqual(
      setCookies.map((line) => line.split('=')[0]),
      ['theme', 'lang', 'sessionid', 'csrftoken'],
    )
    assert.equal(headers.vary, 'Accept-Encoding, Cookie')
    assert.equal((await browser.get('/cart')).body, 'apples')
  })

  await t.test('204, a redirect that cannot be changed and HEAD take the cookies along, and have no body', async () => {
    for (const [path, method, status] of [
      ['/empty', 'GET', 204],
      ['/away', 'GET', 302],
      ['/set?cart=head', 'HEAD', 200],
    ] as const) {
      const browser = new Browser(base)
      const reply = await browser.send(path, { method })
      assert.equal(reply.status, status)
      assert.equal(reply.body, '')
      assert.ok(browser.cookies.has('sessionid'), path)
      assert.notEqual((await browser.get('/cart')).body, 'undefined')
    }
    const head = await new Browser(base).send('/accounts/login/', { method: 'HEAD' })
    assert.equal(head.status, 200)
    assert.equal(head.body, '')
  })

  await t.test('a stream comes whole, and a public page stays public', async () => {
    const browser = await loggedIn()
    assert.equal((await browser.get('/stream')).body, `hello alice ${'é'.repeat(100_000)}`)
    const open = await browser.get('/public')
    assert.equal(open.headers['cache-control'], 'public, max-age=60')
    assert.equal(open.headers.vary, undefined)
  })

  await t.test('the handler and Postern read the same form, and JSON with the token in the header', async () => {
    const browser = await loggedIn()
    assert.equal((await browser.post('/form', { a: 'é&=' })).body, 'é&= é&=')
    const headers = { 'content-type': 'application/json', 'x-csrftoken': (await browser.get('/csrf')).body }
    const json = await browser.send('/json', { method: 'PUT', body: '{"a":1}', headers })
    assert.equal(json.body, '{"got":{"a":1}}')
  })

  await t.test('too large a form is a 413, too many fields are a 400, and the next request is served', async () => {
    const browser = new Browser(base)
    await browser.get('/accounts/login/')
    assert.equal((await browser.post('/accounts/login/', { a: 'a'.repeat(2_621_441) })).status, 413)
    const many = Object.fromEntries(Array.from({ length: 1001 }, (_, at) => [`f${at}`, '']))
    assert.equal((await browser.post('/accounts/login/', many)).status, 400)
    assert.equal((await browser.login()).status, 302)
  })

  await t.test('a handler that throws is the 500 of the runtime, and what it wrote is dropped', async () => {
    const browser = await loggedIn()
    const reply = await browser.get('/boom')
    assert.equal(reply.status, 500)
    assert.deepEqual(reply.setCookies, [])
    assert.equal((await browser.get('/cart')).body, 'undefined')
    assert.equal((await browser.get('/me')).body, 'alice')
  })

  await t.test('host, scheme and address are told, and another host is refused', async () => {
    const visitor = new Browser(base)
    assert.equal((await visitor.get('/address')).body, `http ${host} 127.0.0.1`)
    assert.equal((await visitor.get('/address', { host: 'evil.example' })).status, 400)
    const forwarded = { 'x-forwarded-for': '203.0.113.7', 'x-forwarded-proto': 'https' }
    assert.equal((await visitor.get('/address', forwarded)).body, `http ${host} 127.0.0.1`)
  })

  await t.test('a session cookie in a second Cookie header counts', async () => {
    const browser = await loggedIn()
    const cookies = ['theme=dark', `sessionid=${browser.cookies.get('sessionid')}`]
    const answer = await raw(base, ['GET /me HTTP/1.1', `Host: ${host}`, ...cookies.map((one) => `Cookie: ${one}`)])
    assert.match(answer, /^HTTP\/1\.1 200 /)
    assert.match(answer, /alice/)
  })

  await t.test('of a method in odd case nothing gets past the check', async () => {
    const browser = await loggedIn()
    for (const method of ['post', 'Post', 'PaTcH', 'delete', 'GETS']) {
      const lines = [`Host: ${host}`, `Cookie: sessionid=${browser.cookies.get('sessionid')}`, 'Content-Length: 0']
      const answer = await raw(base, [`${method} /accounts/logout/ HTTP/1.1`, ...lines])
      assert.doesNotMatch(answer, /^HTTP\/1\.1 2|logged out/, method)
    }
    assert.equal((await browser.get('/me')).body, 'alice')
  })

  await t.test('two visitors at once are not mixed', async () => {
    const browsers = await Promise.all(
      Array.from({ length: 8 }, (_, at) => (at % 2 === 0 ? loggedIn() : new Browser(base))),
    )
    const replies = await Promise.all(browsers.map((browser, at) => browser.get(`/set?cart=${at}`)))
    assert.equal(
      new Set(replies.map(({ setCookies }) => setCookies.find((line) => line.startsWith('sessionid=')))).size,
      8,
    )
    for (const [at, browser] of browsers.entries()) {
      assert.equal((await browser.get('/cart')).body, String(at))
      assert.equal((await browser.get('/me')).body, at % 2 === 0 ? 'alice' : 'AnonymousUser')
    }
  })
}

/** An answer to a request that is sent as it stands; `''` when the connection is closed without one. */
async function raw(base: string, lines: readonly string[]): Promise<string> {
  const { hostname, port } = new URL(base)
  const socket = connect(Number(port), hostname)
  let answer = ''
  socket.on('data', (chunk) => {
    answer += chunk.toString()
  })
  socket.on('error', () => {})
  socket.write(`${[...lines, 'Connection: close', '', ''].join('\r\n')}`)
  await once(socket, 'close')
  return answer
}
