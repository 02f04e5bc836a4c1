/** Requests that no browser sends: they are answered, and the next visitor is served. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loginRequired } from '../../src/auth/guards.ts'
import { text } from '../../src/auth/view.ts'
import { path } from '../../src/kernel/urls.ts'
import { RawConnection } from '../support/raw-connection.ts'
import { site, values } from '../support/site.ts'

test('paths that are none reach no view and break nothing', async (t) => {
  const secret = loginRequired((request) => text(`hello ${request.user}`))
  const world = await site(t, {
    urls: [path('private/', secret), path('user/<str:name>/', (_request, { name }) => text(String(name)))],
  })
  for (const target of [
    '/%',
    '/%E0%A4%A',
    '/user/%ff/',
    '/user/%00/',
    '/user/%2e%2e/',
    '//private/',
    '/private//',
    '/./private/',
    '/PRIVATE/',
    '/private/%2f',
    '/private/..;/',
    '*',
    '/?',
    '/#',
    `/${'a/'.repeat(3000)}`,
    `/user/${'%41'.repeat(3000)}/`,
    'http://localhost/private/',
    'http://evil.example/private/',
  ]) {
    const raw = await RawConnection.open(t, world.base)
    raw.write(`GET ${target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`)
    const answer = await raw.ended()
    assert.match(answer, /^HTTP\/1\.1 (?:200|302|400|404) /, target)
    assert.doesNotMatch(answer, /hello/, target)
  }
  assert.deepEqual(world.errors, [])
  assert.equal((await (await world.loggedIn()).get('/private/')).body, 'hello alice')
})

test('header names with underscores are not taken for those with hyphens (CVE-2026-3902)', async (t) => {
  const world = await site(t, { proxies: 1 })
  const browser = await world.loggedIn()
  const token = browser.cookies.get('csrftoken') ?? ''
  assert.equal((await browser.send('/write', { method: 'POST', headers: { x_csrftoken: token } })).status, 403)
})

test('a token header given twice is no token', async (t) => {
  const world = await site(t)
  const browser = await world.loggedIn()
  const token = browser.cookies.get('csrftoken') ?? ''
  const raw = await RawConnection.open(t, world.base)
  raw.ask(
    `POST /write\nContent-Length: 0\nConnection: close\nX-CSRFToken: ${token}\nX-CSRFToken: ${token}`,
    browser.cookies,
  )
  assert.match(await raw.ended(), /^HTTP\/1\.1 403 /)
})

test('a form that breaks off in the middle is no login, and the server goes on', async (t) => {
  const world = await site(t)
  const browser = world.visitor()
  await browser.get('/accounts/login/')
  const raw = await RawConnection.open(t, world.base)
  raw.ask(
    'POST /accounts/login/\nContent-Type: application/x-www-form-urlencoded\nContent-Length: 1000',
    browser.cookies,
  )
  raw.write(`csrfmiddlewaretoken=${browser.cookies.get('csrftoken')}&username=alice&password=wonder-Land-42`)
  raw.vanish()
  assert.equal((await browser.login()).status, 302)
  assert.deepEqual(world.errors, [])
})

test('a body without a declared end that grows too large is 413', async (t) => {
  const world = await site(t)
  const raw = await RawConnection.open(t, world.base)
  raw.ask('POST /accounts/login/\nContent-Type: application/x-www-form-urlencoded\nTransfer-Encoding: chunked')
  const chunk = `10000\r\n${'a'.repeat(0x10000)}\r\n`
  for (let at = 0; at < 45; at++) raw.write(chunk)
  raw.write('0\r\n\r\n')
  assert.match(await raw.until(/\r\n\r\n/), /^HTTP\/1\.1 413 /)
  assert.equal((await world.visitor().get('/public')).status, 200)
})

test('fields named like the innards of JavaScript are fields', async (t) => {
  const world = await site(
    t,
    {},
    {
      '/echo': async (_req, res, request) => {
        const form = await request.form()
        res.end(
          JSON.stringify([
            form.get('__proto__'),
            form.get('constructor'),
            form.get('isSuperuser'),
            form.get('toString'),
          ]),
        )
      },
    },
  )
  const browser = world.visitor()
  const reply = await browser.send('/echo?__proto__[isSuperuser]=1', {
    method: 'POST',
    body: '__proto__=a&constructor=b',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  })
  assert.equal(reply.body, '["a","b",null,null]')
  assert.equal(({} as Record<string, unknown>).isSuperuser, undefined)
})

test('a session value named like the innards of JavaScript comes back as it was', async (t) => {
  const world = await site(t)
  const browser = world.visitor()
  await browser.get('/set?__proto__=a&constructor=b')
  await browser.get('/set?c=1')
  const back = await values(world, browser.cookies.get('sessionid'))
  assert.deepEqual(Object.entries(back ?? {}), [
    ['__proto__', 'a'],
    ['constructor', 'b'],
    ['c', '1'],
  ])
})
