import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RawConnection } from '../support/raw-connection.ts'
import { site } from '../support/site.ts'

/** The status of a page asked for under a host name. */
async function statuses(
  t: Parameters<typeof site>[0],
  allowedHosts: readonly string[] | undefined,
  hosts: readonly string[],
) {
  const world = await site(t, { development: true, ...(allowedHosts === undefined ? {} : { allowedHosts }) })
  const browser = world.visitor()
  const found: Record<string, number> = {}
  for (const host of hosts) found[host] = (await browser.get('/public', { host })).status
  return found
}

test('development answers to this machine by all its names, and to nothing else', async (t) => {
  const ours = [
    'localhost',
    'localhost:8000',
    'LOCALHOST',
    'shop.localhost',
    '127.0.0.1',
    '127.0.0.1:1',
    '[::1]',
    '[::1]:8000',
  ]
  const others = [
    'example.com',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    '127.0.0.2',
    '[::2]',
    '10.0.0.1',
    '::1',
    'evillocalhost',
  ]
  assert.deepEqual(await statuses(t, undefined, [...ours, ...others]), {
    ...Object.fromEntries(ours.map((host) => [host, 200])),
    ...Object.fromEntries(others.map((host) => [host, 400])),
  })
})

test('allowedHosts names the hosts, with a dot in front all below them, in any case and on any port', async (t) => {
  const ours = [
    'shop.example',
    'Shop.Example:8443',
    'shop.example.',
    'a.parts.example',
    'a.b.parts.example',
    'parts.example',
    '[2001:db8::1]:80',
  ]
  const others = [
    'www.shop.example',
    'shop.example.evil',
    'evilparts.example',
    'localhost',
    '127.0.0.1',
    '[2001:db8::2]',
  ]
  assert.deepEqual(await statuses(t, ['shop.example', '.parts.example', '[2001:db8::1]'], [...ours, ...others]), {
    ...Object.fromEntries(ours.map((host) => [host, 200])),
    ...Object.fromEntries(others.map((host) => [host, 400])),
  })
})

test('with * every host is ours that can be one', async (t) => {
  const impossible = ['a b', 'a/b', 'user@shop.example', 'shop.example:port', '[::1', 'shop.example:', '<script>']
  assert.deepEqual(await statuses(t, ['*'], ['any.example', ...impossible]), {
    'any.example': 200,
    ...Object.fromEntries(impossible.map((host) => [host, 400])),
  })
})

test("the refusal says what to write into the settings, in development, and nothing of the site's otherwise", async (t) => {
  const candid = await (await site(t)).visitor().get('/public', { host: 'shop.example' })
  assert.match(candid.body, /If it should, add &#x27;shop\.example&#x27; to allowedHosts\./)
  const closed = await site(t, { development: false, allowedHosts: ['secret.example'] })
  const reply = await closed.visitor().get('/public', { host: 'evil.example' })
  assert.equal(reply.status, 400)
  assert.match(reply.body, /This site does not answer to that host name\./)
  assert.doesNotMatch(reply.body, /secret\.example|evil\.example|allowedHosts/)
})

test('for a program it is JSON with a code', async (t) => {
  const world = await site(t)
  const reply = await world.visitor().get('/public', { host: 'shop.example', accept: 'application/json' })
  assert.equal(JSON.parse(reply.body).error.code, 'host')
})

test('a wrong host comes before everything: no view, no logout, no look at a token', async (t) => {
  const world = await site(t)
  const browser = await world.loggedIn()
  const host = 'evil.example'
  for (const reply of [
    await browser.get('/accounts/login/', { host }),
    await browser.post('/accounts/logout/', {}, { host }),
    await browser.send('/write', { method: 'POST', headers: { host } }),
    await browser.get('/me', { host }),
  ]) {
    assert.equal(reply.status, 400)
    assert.deepEqual(reply.setCookies, [])
    assert.equal(reply.headers.location, undefined)
  }
  assert.equal((await browser.get('/me')).body, 'alice')
})

test('X-Forwarded-Host is believed by nobody', async (t) => {
  const world = await site(t, { proxies: 1, loginUrl: 'https://sso.example/' })
  const reply = await world.visitor().get('/public', { 'x-forwarded-host': 'evil.example' })
  assert.equal(reply.status, 200)
})

test('a request without a Host is a 400 and no crash', async (t) => {
  const world = await site(t)
  const raw = await RawConnection.open(t, world.base)
  raw.write('GET /public HTTP/1.0\r\n\r\n')
  assert.match(await raw.ended(), /^HTTP\/1\.1 400 /)
  assert.equal((await world.visitor().get('/public')).status, 200)
})

test('a flood of made-up hosts changes no verdict', async (t) => {
  const world = await site(t)
  const browser = world.visitor()
  for (let at = 0; at < 300; at++) assert.equal((await browser.get('/public', { host: `h${at}.example` })).status, 400)
  assert.equal((await browser.get('/public', { host: 'localhost' })).status, 200)
  assert.equal((await browser.get('/public', { host: 'h1.example' })).status, 400)
})
