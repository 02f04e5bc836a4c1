import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import type { Browser, Reply } from '../support/browser.ts'
import { site } from '../support/site.ts'

/** Every built-in page there is, refusals included. */
async function pages(t: Parameters<typeof site>[0]): Promise<[name: string, reply: Reply][]> {
  const world = await site(t, { siteName: 'A <b>Shop</b> & more' })
  const browser: Browser = world.visitor()
  return [
    ['login', await browser.get('/accounts/login/?next=/%22%3E%3Cscript%3E')],
    ['login refused', await browser.login('"><script>', 'x')],
    ['logged out', await browser.logout()],
    ['forbidden', await browser.send('/accounts/logout/', { method: 'POST', headers: { accept: 'text/html' } })],
    ['wrong host', await browser.get('/public', { host: 'evil.example"><script>' })],
    ['too large', await browser.login('alice', 'x'.repeat(2_700_000))],
  ]
}

test('every built-in page is HTML in UTF-8 that no page of another site can frame, guess or read', async (t) => {
  for (const [name, { headers, body }] of await pages(t)) {
    assert.equal(headers['content-type'], 'text/html; charset=utf-8', name)
    assert.equal(headers['x-content-type-options'], 'nosniff', name)
    assert.equal(headers['x-frame-options'], 'DENY', name)
    assert.equal(headers['referrer-policy'], 'same-origin', name)
    assert.equal(headers['cross-origin-opener-policy'], 'same-origin', name)
    assert.equal(headers['cross-origin-resource-policy'], 'same-origin', name)
    assert.match(body, /^<!doctype html>\n<html lang="en">/, name)
    assert.match(headers['cache-control'] ?? '', /no-store/, name)
  }
})

test('the policy lets in the stylesheet of the page and nothing else: no script, no image, no frame', async (t) => {
  for (const [name, { headers, body }] of await pages(t)) {
    const style = /<style>([\s\S]*?)<\/style>/.exec(body)?.[1] ?? ''
    const hash = createHash('sha256').update(style).digest('base64')
    assert.equal(
      headers['content-security-policy'],
      `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; frame-ancestors 'none'`,
      name,
    )
    assert.doesNotMatch(body, /<script|<img|<link|\son[a-z]+=|style="/i, name)
  }
})

test('nothing from outside is markup on any page, the name of the site included', async (t) => {
  for (const [name, { body }] of await pages(t)) {
    assert.doesNotMatch(body, /<script>|<b>/, name)
  }
})

test('a page shows its site in the title and in the header, and neither where there is no name', async (t) => {
  const [[, login] = []] = await pages(t)
  assert.match(login?.body ?? '', /<title>Log in \| A &lt;b&gt;Shop&lt;\/b&gt; &amp; more<\/title>/)
  assert.match(login?.body ?? '', /<header><a href="\/">A &lt;b&gt;Shop&lt;\/b&gt; &amp; more<\/a><\/header>/)
  const bare = await (await site(t)).visitor().get('/accounts/login/')
  assert.match(bare.body, /<title>Log in<\/title>/)
  assert.match(bare.body, /<header><\/header>/)
})

test('a safe next is carried along by the form, and an unsafe one is dropped', async (t) => {
  const browser = (await site(t)).visitor()
  assert.match(
    (await browser.get('/accounts/login/?next=/a%22b')).body,
    /<input type="hidden" name="next" value="\/a&quot;b">/,
  )
  assert.doesNotMatch((await browser.get('/accounts/login/?next=//evil.example/')).body, /name="next"|evil/)
  const refused = await browser.post('/accounts/login/', { username: 'alice', password: 'x', next: '/kept' })
  assert.match(refused.body, /<input type="hidden" name="next" value="\/kept">/)
})
