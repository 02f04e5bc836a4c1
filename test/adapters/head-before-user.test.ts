import assert from 'node:assert/strict'
import { test } from 'node:test'
import { frameworks } from '../support/frameworks.ts'
import { heldSite } from '../support/held-site.ts'

for (const [name, listen] of Object.entries(frameworks)) {
  test(`${name}: a head that was given before the user was asked for still says that the answer is private`, async (t) => {
    const { browser } = await heldSite(t, listen, (_req, res, request) => {
      const head = res.writeHead(200, 'Fine', {
        'Content-Type': 'text/plain',
        'Cache-Control': 'public',
        Vary: 'Accept',
      })
      assert.equal(res.headersSent, true)
      assert.throws(() => res.writeHead(500), { code: 'ERR_HTTP_HEADERS_SENT' })
      head.end(`hello ${request.user.username}`)
    })
    const reply = await browser.get('/')
    assert.deepEqual([reply.status, reply.body], [200, 'hello alice'])
    assert.equal(reply.headers['content-type'], 'text/plain')
    assert.equal(reply.headers.vary, 'Accept, Cookie')
  })

  test(`${name}: and a session that is changed after its head was given is stored before the answer`, async (t) => {
    const { browser } = await heldSite(t, listen, (_req, res, request) => {
      res.writeHead(200, ['Content-Type', 'text/plain'])
      request.session.set('late', 1)
      res.end('stored')
    })
    const reply = await browser.get('/')
    assert.equal(reply.body, 'stored')
    assert.match(reply.setCookies.join(), /^sessionid=/)
    assert.equal(reply.headers['cache-control'], 'private, no-store')
  })
}
